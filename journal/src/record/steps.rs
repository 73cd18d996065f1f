//! The kinds of steps, and what each says.

use lictor_evidence::Digest;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::json::Json;
use lictor_evidence::keys::Thumbprint;
use lictor_evidence::receipt::{Approval, State};
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Mode, TokenId};
use serde::{Deserialize, Serialize};

use super::judged::Judged;
use super::outcome::Asked;
use super::typed;

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

            pub(super) fn to_json(&self) -> Result<Json, EvidenceError> {
                Ok(match self { $(Step::$kind(says) => Json::of(says)?,)* })
            }

            pub(super) fn of_json(kind: Kind, json: &Json) -> Result<Step, EvidenceError> {
                Ok(match kind { $(Kind::$kind => Step::$kind(typed(json)?),)* })
            }
        }
    };
}

steps! {
    /// An action was decided on.
    Decided(Box<Decided>) = "decided", 1;
    /// A token was presented at a checkout and used.
    Burned(Box<Burned>) = "burned", 2;
    /// A token was presented and refused, or an action came without one where it must have one.
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

/// See [`Step::Decided`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The decision.
    pub judged: Judged,
    /// The token that was issued. Its index is that of this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Issued>,
    /// The record with which people were asked whose approval this decision had as a fact, and used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<u64>,
    /// What they answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
}

/// A token that was issued.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// Its name.
    pub id: TokenId,
    /// Until when it can be used.
    pub expires: Moment,
}

/// See [`Step::Burned`]. What was decided on is what was presented.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burned {
    /// The record of the token's issue.
    pub of: u64,
    /// The token.
    pub token: TokenId,
    /// The checkout that used it; only it may settle.
    pub by: String,
    /// The decision that was made again.
    pub judged: Judged,
    /// What people answered before the token was issued.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
}

/// See [`Step::Refused`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Why, as everybody is told: `REPLAY_DETECTED`.
    pub code: String,
    /// Who presented it.
    pub by: String,
    /// The record of the token's issue, where the token is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// The token, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenId>,
    /// Whose action it was for, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// The decision that refused it, where one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
}

/// See [`Step::Settled`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// The record of the token's issue.
    pub of: u64,
    /// The token.
    pub token: TokenId,
    /// Whose action it was.
    pub about: About,
    /// How it went: `executed`, `failed` or `unknown`.
    pub outcome: State,
    /// Who said so; nobody where the time for it ran out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was done in the end, where that is less than what was reserved: fields of the action by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amounts: Option<Json>,
}

/// See [`Step::Released`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The record of the token's issue.
    pub of: u64,
    /// The token.
    pub token: TokenId,
    /// Whose action it would have been.
    pub about: About,
}

/// See [`Step::Observed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Who reported it.
    pub by: String,
    /// What would have been decided.
    pub judged: Judged,
}

/// See [`Step::ApprovalAsked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The record of the decision that asks.
    pub of: u64,
    /// What the request for approval is called.
    pub id: String,
    /// Whose action it is.
    pub about: About,
    /// The digest of agent, action and bundle that it is bound to.
    pub subject: Digest,
    /// Everything that asks, one element for each cause.
    pub asks: Vec<Asked>,
    /// How many persons must approve.
    pub quorum: u16,
    /// Until when.
    pub expires: Moment,
}

/// See [`Step::ApprovalAnswered`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The record with which it was asked.
    pub of: u64,
    /// What the request for approval is called.
    pub id: String,
    /// Whose action it is.
    pub about: About,
    /// Who answered what.
    pub answer: Approval,
    /// What became of the request.
    pub state: ApprovalState,
    /// What the person signed, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedStatement>,
}

/// What became of a request for approval with an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// More persons must answer.
    Pending,
    /// As many as must have approved.
    Approved,
    /// Somebody refused.
    Denied,
}

/// What a person signed with a key of their own: it stands against the operator, too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedStatement {
    /// The key's thumbprint.
    pub key: Thumbprint,
    /// The key's 32 bytes, in base64url.
    pub public: String,
    /// The text that was signed.
    pub statement: String,
    /// The signature, in base64url.
    pub value: String,
}

/// See [`Step::ApprovalVoid`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The record with which it was asked.
    pub of: u64,
    /// What the request for approval is called.
    pub id: String,
    /// Whose action it is.
    pub about: About,
    /// Why.
    pub because: VoidReason,
}

/// Why a request for approval came to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// Nobody answered, or nobody collected the answer, in time.
    Expired,
    /// Another bundle is in force.
    Bundle,
    /// A rule asks now that did not ask then.
    Rule,
    /// Whoever approved was revoked.
    Approver,
    /// Whoever asked was revoked.
    Agent,
    /// The store was restored.
    Generation,
}

/// See [`Step::Erased`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// The record that was erased.
    pub of: u64,
    /// The entry that the log has hashed for it, as it was written: it proves what was erased, and shows nothing of it.
    pub entry: String,
    /// Who had it erased.
    pub by: String,
    /// Why: a code, such as `retention` or `request`.
    pub because: String,
}

/// See [`Step::Bundle`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Its id.
    pub bundle: Digest,
    /// What it is called.
    pub name: String,
    /// The number of its edition; 0 where it has none.
    pub sequence: u64,
    /// Who vouches for it: the ids of the keys that signed and are trusted. None for the host's own.
    pub signers: Vec<String>,
    /// The mode that its manifest says.
    pub mode: Mode,
}

/// See [`Step::Operator`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operated {
    /// Who did it; `host` for what is done with the command on the host.
    pub by: String,
    /// What.
    pub act: Act,
}

/// What an operator did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Said whether decisions count.
    Mode {
        /// From now on.
        mode: Mode,
    },
    /// Has looked at what a new generation of the store means.
    Acknowledged {
        /// Which one.
        generation: u64,
    },
    /// The generation of the store rose.
    Generation {
        /// To this.
        generation: u64,
    },
    /// Made a key with which somebody may ask.
    KeyAdded {
        /// What it is called.
        name: String,
        /// What it may do.
        role: String,
    },
    /// Revoked such a key.
    KeyRevoked {
        /// What it is called.
        name: String,
    },
    /// A key with which the gateway signs came into use.
    SigningKey {
        /// For what: `token`, `receipt`, `checkpoint`.
        purpose: String,
        /// Its thumbprint.
        kid: Thumbprint,
    },
    /// Revoked an agent.
    AgentRevoked {
        /// Which one.
        agent: String,
    },
    /// Gave it back what it may do.
    AgentRestored {
        /// Which one.
        agent: String,
    },
}
