//! The thirteen stages, as decisions name them.

use serde::{Serialize, Serializer};

use lictor_bundle::program::Stage;

use crate::decision::Verdict;
use crate::vm::Cause;

/// What came of a stage, from what says least to what counts most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// The evaluation ended before it.
    NotEvaluated,
    /// No rule in force stands in it.
    NoRule,
    /// Nothing in it objected.
    Pass,
    /// Somebody is asked.
    StepUp,
    /// It refused.
    Fail,
}

impl CheckResult {
    /// What these causes come to.
    pub(crate) fn of<'c>(causes: impl IntoIterator<Item = &'c Cause>) -> CheckResult {
        match causes.into_iter().map(Cause::effect).max() {
            None | Some(Verdict::Allow) => CheckResult::Pass,
            Some(Verdict::StepUp) => CheckResult::StepUp,
            Some(Verdict::Deny) => CheckResult::Fail,
        }
    }
}

/// A stage and what came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Check {
    /// The stage.
    #[serde(serialize_with = "serialize")]
    pub stage: Stage,
    /// What came of it.
    pub result: CheckResult,
}

/// Thirteen checks, none of them made yet.
pub(crate) fn not_evaluated() -> [Check; 13] {
    Stage::ALL.map(|stage| Check { stage, result: CheckResult::NotEvaluated })
}

/// What came of each stage, by the causes that were found, the stage that ended the evaluation, if one did, and whether any rule
/// stands in a stage.
pub(crate) fn checks(
    causes: &[Cause],
    ended: Option<Stage>,
    has_rules: impl Fn(Stage) -> bool,
) -> [Check; 13] {
    Stage::ALL.map(|stage| {
        let result = match ended {
            Some(ended) if stage == ended => CheckResult::Fail,
            Some(ended) if stage > ended => CheckResult::NotEvaluated,
            // The score and the default are always there, and so are the engine's own two stages.
            _ if stage <= Stage::Structure || stage == Stage::Risk || has_rules(stage) => {
                CheckResult::of(causes.iter().filter(|cause| cause.stage() == stage))
            }
            _ => CheckResult::NoRule,
        };
        Check { stage, result }
    })
}

/// Writes a stage's name.
pub(crate) fn serialize<S: Serializer>(stage: &Stage, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(stage.name())
}

/// Writes a stage's name, or null.
pub(crate) fn serialize_option<S: Serializer>(
    stage: &Option<Stage>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    stage.map(Stage::name).serialize(serializer)
}
