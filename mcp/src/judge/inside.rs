//! Decides with a bundle at hand, in microseconds. Whatever would have to be remembered or looked up is refused.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use lictor_bundle::time::render_timestamp;
use lictor_runtime::{Decision, Engine, Mode, Scratch};
use lictor_zones::Zones;
use serde_json::json;

use super::obliged;
use crate::asked::Question;
use crate::refusal::{NOBODY, Refusal};
use crate::session::{Verdict, digest};
use crate::tree::{Tree, object};

/// A decision, as it is recorded.
pub struct Recorded<'a> {
    /// When, which tool, the digest of the call, and what was answered; a line of JSON. Not what was called with.
    pub told: &'a str,
    /// The same and the whole decision, with the true reasons: not for an agent.
    pub whole: &'a str,
}

/// Where decisions are recorded. What cannot be recorded is not allowed.
pub type Record = Box<dyn Fn(Recorded<'_>) -> std::io::Result<()> + Send + Sync>;

/// A bundle at hand.
pub struct Inside {
    engine: Engine,
    agent: String,
    fulfils: BTreeSet<String>,
    zones: Zones,
    scratch: Mutex<Scratch>,
    record: Record,
}

impl Inside {
    /// `agent` is what policy is told of who asks, an object of JSON; `fulfils` are the obligations that somebody else takes care of.
    pub fn new(engine: Engine, agent: String, fulfils: BTreeSet<String>, record: Record) -> Inside {
        let (zones, scratch) = (Zones::default(), Mutex::default());
        Inside { engine, agent, fulfils, zones, scratch, record }
    }

    /// Decides a call, and records that.
    pub fn decide(&self, question: &Question) -> Verdict {
        let now = now();
        let asked =
            object([("tool", question.tool.as_str().into()), ("input", question.input.clone())]).written();
        let said =
            format!("{{\"agent\":{},\"context\":{{\"now\":\"{}\"}}}}", self.agent, render_timestamp(now));
        let decision = {
            // Memory that somebody has left in disorder is not used again.
            let Ok(mut scratch) = self.scratch.lock() else {
                return fault("a decision before it went wrong");
            };
            self.engine.decide_asked(&mut scratch, asked.as_bytes(), said.as_bytes(), Some(&self.zones))
        };
        let verdict = self.verdict(&decision);
        let code = if let Verdict::Refused(refusal) = &verdict { &refusal.code } else { "OK" };
        let mut line = json!({
            "at": render_timestamp(now), "tool": question.tool, "call": digest(question),
            "allowed": verdict == Verdict::Allowed, "code": code,
        });
        let told = line.to_string();
        if let Some(members) = line.as_object_mut() {
            members.insert("decision".to_owned(), json!(decision));
        }
        match (self.record)(Recorded { told: &told, whole: &line.to_string() }) {
            Ok(()) => verdict,
            Err(_) => fault("the decision could not be recorded"),
        }
    }

    fn verdict(&self, decision: &Decision) -> Verdict {
        if self.engine.mode() != Mode::Enforced {
            return fault("the policy is only observed, and would refuse nothing");
        }
        let (code, reason) = match &decision.told {
            Some(told) => (told.told_as.clone(), told.told_reason.clone()),
            None => (decision.reason_code.clone().into_owned(), decision.reason.clone().into_owned()),
        };
        match decision.decision {
            lictor_runtime::Verdict::Allow => {
                let unmet =
                    decision.obligations.iter().find(|obligation| !self.fulfils.contains(&obligation.id));
                unmet.map_or(Verdict::Allowed, |unmet| Verdict::Refused(obliged(&unmet.id)))
            }
            lictor_runtime::Verdict::StepUp => Verdict::Refused(Refusal::new(
                NOBODY,
                format!(
                    "a person would have to approve this ({code}: {reason}), and no gateway is there to ask one"
                ),
            )),
            lictor_runtime::Verdict::Deny => Verdict::Refused(Refusal::new(code, reason)),
        }
    }
}

fn fault(why: &str) -> Verdict {
    Verdict::Refused(Refusal::fault(why))
}

/// Now, in milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// What policy is told of an agent of this name, with what is said of it besides.
pub fn agent(id: &str, attributes: Option<Tree>) -> Result<String, &'static str> {
    let members = match attributes {
        None => Vec::new(),
        Some(Tree::Object(members)) => members,
        Some(_) => return Err("is not an object"),
    };
    if members.iter().any(|(name, _)| name == "id") {
        return Err("has a member `id`, which is said with --as");
    }
    let mut all = vec![("id".to_owned(), id.into())];
    all.extend(members);
    Ok(Tree::Object(all).written())
}
