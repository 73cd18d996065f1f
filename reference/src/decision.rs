//! What was decided and why, without what only concerns the bundle: digests, and the engine's own sentences.

use lictor_bundle::program::Stage;
use lictor_bundle::schema::{Approver, Schema};

use crate::time::show_duration;

/// What is decided, from what lets most through to what lets nothing through.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// It may happen.
    Allow,
    /// It may happen once people approved it.
    StepUp,
    /// It may not happen.
    Deny,
}

impl Verdict {
    /// Its name in decisions.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::StepUp => "step_up",
            Verdict::Deny => "deny",
        }
    }
}

/// A decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefDecision {
    /// What was decided.
    pub decision: Verdict,
    /// What kind of thing decided.
    pub class: &'static str,
    /// The code of the first cause that decided; `OK` for an allow.
    pub reason_code: String,
    /// All causes, in order.
    pub reasons: Vec<Cause>,
    /// The score and what it is made of; none where the evaluation ended before it.
    pub risk: Option<Risk>,
    /// What the caller must do; nothing where it is refused anyway.
    pub obligations: Vec<Obligation>,
    /// The exceptions that lifted something, as `module.exception`, and the rules that they lifted.
    pub exceptions: Vec<(String, String)>,
    /// The name of each stage and what came of it.
    pub checks: Vec<(&'static str, &'static str)>,
    /// What the observed layers would have made of it; none where none of them applies.
    pub observed: Option<Observed>,
}

/// What would have been decided if the observed layers counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observed {
    /// Those that apply.
    pub layers: Vec<String>,
    /// What would have been decided.
    pub decision: Verdict,
    /// The code of the first cause that would have decided.
    pub reason_code: String,
    /// The causes that the decision itself does not have.
    pub reasons: Vec<Cause>,
    /// The score, where the evaluation would have come so far.
    pub score: Option<u64>,
    /// The obligations that the decision itself does not have.
    pub obligations: Vec<Obligation>,
    /// Where everything is observed: what layers that are observed besides would have made of it.
    pub observed: Option<Box<Observed>>,
}

/// A cause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// What it does by itself.
    pub effect: Verdict,
    /// Its code.
    pub code: String,
    /// What it says.
    pub words: Words,
    /// What the agent is told instead.
    pub told: Option<Told>,
    /// Where it stands.
    pub stage: Stage,
    /// The rule, as `module.rule`; none for the engine's own causes.
    pub rule: Option<String>,
    /// The layer.
    pub layer: Option<String>,
    /// Who must approve.
    pub approval: Option<Approval>,
    /// The controls that the rule cites and that are in force at the time of the decision.
    pub cites: Vec<String>,
}

/// The words of a cause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Words {
    /// These, which the policy gives.
    Said(String),
    /// Words of the engine about this place of the request.
    About(String),
    /// Words of the engine about a score and the threshold that it reached.
    Score(u64, u8),
    /// Other words of the engine.
    Engine,
}

/// What an agent is told in the place of a cause: a code, and that code in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The code.
    pub code: String,
    /// It in words.
    pub words: String,
}

/// What the caller must do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Obligation {
    /// What, by name.
    pub name: String,
    /// Until when.
    pub by: Option<String>,
    /// The code that says why.
    pub code: String,
    /// It in words.
    pub words: String,
    /// What the agent is told instead.
    pub told: Option<Told>,
    /// The rule, as `module.rule`.
    pub rule: String,
    /// The layer.
    pub layer: String,
}

/// Who must approve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// The role, or `user`.
    pub to: String,
    /// How many people.
    pub quorum: u16,
    /// Within what time.
    pub within: Option<String>,
    /// The ids of those whose approval does not count.
    pub other_than: Vec<String>,
}

impl Approval {
    /// An approver with the name of the role.
    pub fn new(schema: &Schema, approver: &Approver) -> Approval {
        let role = approver.role.map(|role| schema.roles[usize::from(role)].name.clone());
        Approval {
            to: role.unwrap_or_else(|| "user".to_owned()),
            quorum: approver.quorum,
            within: approver.within.map(show_duration),
            other_than: Vec::new(),
        }
    }
}

/// The score.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Risk {
    /// From 0 to 100.
    pub score: u64,
    /// The action's flags, then those that statements raised.
    pub flags: Vec<String>,
    /// The amplifiers that the action declares or statements raised, by name, each with its value.
    pub amplifiers: Vec<(String, String)>,
    /// What added to it.
    pub points: Vec<Points>,
}

/// What a statement added to the score.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Points {
    /// Its code.
    pub code: String,
    /// What the agent is told instead.
    pub told: Option<Told>,
    /// How many.
    pub points: u8,
    /// The rule, as `module.rule`.
    pub rule: String,
    /// The layer.
    pub layer: String,
}
