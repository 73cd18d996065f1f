//! What must come of a request to `examples/agent-payments`, by reading its policy and writing it down again in plain Rust.
//!
//! Nothing of Lictor is used here, neither its code nor its output: this is the other opinion. It is written to be
//! compared with the policy's text, chapter by chapter, and knows only what that policy needs. `read` is the
//! request as text, `shape` what a well-formed one must look like, `limits` the numbers in force for a
//! request, `rules` the rules in the order in which they are evaluated.

mod limits;
mod read;
mod rules;
mod shape;

use rules::Notes;

/// What must come of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// `allow`, `step_up` or `deny`.
    pub decision: &'static str,
    /// The first cause of that decision in the fixed order; `OK` for an allow.
    pub reason_code: &'static str,
    /// The codes of everything that was noticed on the way, points of risk included, in order.
    pub noticed: Vec<&'static str>,
}

impl Answer {
    /// The line that stands for it in `expected.ndjson`.
    pub fn line(&self) -> String {
        format!(r#"{{"decision":"{}","reason_code":"{}"}}"#, self.decision, self.reason_code)
    }

    fn deny(code: &'static str, mut noticed: Vec<&'static str>) -> Answer {
        noticed.push(code);
        Answer { decision: "deny", reason_code: code, noticed }
    }
}

/// The least that happens to an action that breaks no rule, least strict first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fallback {
    Allow,
    StepUp,
    Deny,
}

/// What must come of this request, given as one line of JSON text.
pub fn decide(text: &str) -> Answer {
    let request = match read::json(text).and_then(|value| shape::request(&value)) {
        Ok(request) => request,
        Err(code) => return Answer::deny(code, Vec::new()),
    };
    let mut notes = Notes::default();
    if let Err(code) = rules::all(&request, &mut notes) {
        return Answer::deny(code, notes.noticed);
    }

    // The score comes after the rules, the action's default after the score.
    let Notes { mut step_ups, points, mut noticed } = notes;
    let mut denials = Vec::new();
    match points.min(100) {
        80.. => denials.push("RISK_DENY"),
        40.. => step_ups.push("RISK_STEP_UP"),
        _ => {}
    }
    match rules::default_of(&request) {
        Fallback::Allow => {}
        Fallback::StepUp => step_ups.push("DEFAULT_STEP_UP"),
        Fallback::Deny => denials.push("DEFAULT_DENY"),
    }
    noticed.extend(step_ups.iter().chain(&denials));
    match (denials.first(), step_ups.first()) {
        (Some(code), _) => Answer { decision: "deny", reason_code: code, noticed },
        (None, Some(code)) => Answer { decision: "step_up", reason_code: code, noticed },
        (None, None) => Answer { decision: "allow", reason_code: "OK", noticed },
    }
}
