//! The kinds of steps.

use lictor_evidence::error::EvidenceError;
use lictor_evidence::json::Json;
use lictor_evidence::token::TokenId;
use serde::{Deserialize, Serialize, Serializer};

use super::actions::{Burned, Decided, Observed, Refused, Released, Settled};
use super::people::{Answered, Pending, Void};
use super::typed;
use super::upkeep::{Bundle, Erased, Operated};

/// Declares each kind once: its name in records, its number in the store, and what it says.
macro_rules! steps {
    ($($(#[$doc:meta])* $kind:ident($says:ty) = $name:literal, $number:literal;)*) => {
        /// What happened.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Step {
            $($(#[$doc])* $kind($says),)*
        }

        /// What kind of step it is. The numbers are those of the store; they are only ever added to.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Kind {
            $($(#[$doc])* $kind = $number,)*
        }

        impl Kind {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// What it is called in records and exports.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name,)* }
            }
        }

        impl Step {
            /// What kind of step it is.
            pub fn kind(&self) -> Kind {
                match self { $(Step::$kind(_) => Kind::$kind,)* }
            }

            pub(super) fn of_json(kind: Kind, json: &Json) -> Result<Step, EvidenceError> {
                Ok(match kind { $(Kind::$kind => Step::$kind(typed(json)?),)* })
            }
        }

        /// What it says, without its kind, and without the decision that it made.
        impl Serialize for Step {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Step::$kind(says) => says.serialize(serializer),)* }
            }
        }
    };
}

steps! {
    /// An action was decided on.
    Decided(Box<Decided>) = "decided", 1;
    /// A token was presented at a checkout and used.
    Burned(Box<Burned>) = "burned", 2;
    /// A token was presented and refused, or an action came without one where it must have one, or an agent came for an answer of people that lets it do nothing.
    Refused(Box<Refused>) = "refused", 3;
    /// It was reported how an action went, or nobody did in time.
    Settled(Settled) = "settled", 4;
    /// A token was never used, and what it had reserved is free again.
    Released(Released) = "released", 5;
    /// An action that came without a token was recorded.
    Observed(Box<Observed>) = "observed", 6;
    /// People were asked.
    ApprovalAsked(Pending) = "approval_asked", 7;
    /// A person answered.
    ApprovalAnswered(Answered) = "approval_answered", 8;
    /// A request for approval came to nothing.
    ApprovalVoid(Void) = "approval_void", 9;
    /// A record was erased: this is its tombstone.
    Erased(Erased) = "erased", 10;
    /// A bundle was put in force.
    Bundle(Bundle) = "bundle", 11;
    /// An operator did something that bears on all the rest.
    Operator(Operated) = "operator", 12;
}

impl Kind {
    /// Its number in the store.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The kind of this number.
    pub fn of_number(number: u16) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.number() == number)
    }

    /// The kind that is called so.
    pub fn of_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl Step {
    /// Whose action it is about, where it says so beside a decision, and who did it.
    pub(crate) fn about(&self) -> (Option<&About>, Option<&str>) {
        match self {
            Step::Refused(step) => (step.about.as_ref(), Some(&step.by)),
            Step::Settled(step) => (Some(&step.about), step.by.as_deref()),
            Step::Released(step) => (Some(&step.about), None),
            Step::ApprovalAsked(step) => (Some(&step.about), None),
            Step::ApprovalAnswered(step) => (Some(&step.about), None),
            Step::ApprovalVoid(step) => (Some(&step.about), None),
            Step::Burned(step) => (None, Some(&step.by)),
            Step::Observed(step) => (None, Some(&step.by)),
            Step::Erased(step) => (None, Some(&step.by)),
            Step::Operator(step) => (None, Some(&step.by)),
            Step::Decided(_) | Step::Bundle(_) => (None, None),
        }
    }
}

impl Step {
    /// Why it was refused where no policy has refused it, as everybody is told.
    pub fn refused(&self) -> Option<&str> {
        match self {
            Step::Refused(step) => Some(&step.code),
            step => step.denied(),
        }
    }

    /// Why what has happened without being asked for is denied, whatever the policy says.
    pub fn denied(&self) -> Option<&str> {
        match self {
            Step::Observed(step) => step.code.as_deref(),
            _ => None,
        }
    }
}

impl Step {
    /// The record that it follows, and the token that it is about.
    pub fn follows(&self) -> (Option<u64>, Option<TokenId>) {
        match self {
            Step::Decided(step) => (None, step.token.as_ref().map(|issued| issued.id)),
            Step::Burned(step) => (Some(step.of), Some(step.token)),
            Step::Refused(step) => (step.of, step.token),
            Step::Settled(step) => (Some(step.of), Some(step.token)),
            Step::Released(step) => (Some(step.of), Some(step.token)),
            Step::ApprovalAsked(step) => (Some(step.of), None),
            Step::ApprovalAnswered(step) => (Some(step.of), None),
            Step::ApprovalVoid(step) => (Some(step.of), None),
            Step::Erased(step) => (Some(step.of), None),
            Step::Observed(_) | Step::Bundle(_) | Step::Operator(_) => (None, None),
        }
    }
}

/// Whose action a later step is about, as its first record says it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The agent.
    pub agent: String,
    /// The action.
    pub action: String,
}
