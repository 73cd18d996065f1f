//! Decisions and tests in a few words.

use std::collections::BTreeSet;

use lictor_compiler::{Duty, TestCase};
use lictor_runtime::{Observed, Verdict};

use crate::TestResult;
use crate::result::obliged;

/// `allow`, `step_up` or `deny`
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allow",
        Verdict::StepUp => "step_up",
        Verdict::Deny => "deny",
    }
}

/// What observed layers would have made of a decision: `deny AGE_NOT_VERIFIED`, `allow`
pub fn outcome(observed: &Observed) -> String {
    match observed.decision {
        Verdict::Allow => verdict_word(Verdict::Allow).to_owned(),
        verdict => format!("{} {}", verdict_word(verdict), observed.reason_code),
    }
}

/// The test's name, and for a row what it sets.
pub fn title(test: &TestCase) -> String {
    match &test.case {
        None => test.name.clone(),
        Some(case) => format!("{} · {case}", test.name),
    }
}

/// What must come of a test: `deny LATE`, `step_up LATE to desk`
pub fn expected(result: &TestResult) -> String {
    let case = &result.case;
    let code = case.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let to = case.to.as_ref().map(|to| format!(" to {to}")).unwrap_or_default();
    let observed = case.observed.as_ref().map(|observed| {
        let name = |name: &Option<String>, before: &str| name.as_ref().map(|name| format!("{before}{name}"));
        let (code, to) = (name(&observed.code, " "), name(&observed.to, " to "));
        let (code, to) = (code.unwrap_or_default(), to.unwrap_or_default());
        format!(", observed {}{code}{to}", observed.decision)
    });
    let obliged = case.obliged.as_ref().map(obliging).unwrap_or_default();
    format!("{}{code}{to}{}{obliged}", case.decision, observed.unwrap_or_default())
}

/// `, obliged keep_receipt by 2026-04-01T09:00:00Z`, in the words of a test
fn obliging(all: &BTreeSet<Duty>) -> String {
    let one = |duty: &Duty| {
        let by = duty.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        format!(", obliged {}{by}", duty.id)
    };
    if all.is_empty() { ", not obliged".to_owned() } else { all.iter().map(one).collect() }
}

/// What came of it, in the same words.
pub fn actual(result: &TestResult) -> String {
    let decision = &result.decision;
    let verdict = verdict_word(decision.decision);
    let code = if verdict == "allow" { String::new() } else { format!(" {}", decision.reason_code) };
    let asked = decision
        .reasons
        .iter()
        .filter_map(|reason| reason.approval.as_ref())
        .map(|approval| approval.to.as_str());
    let asked = asked.collect::<Vec<_>>().join(", ");
    let to = if asked.is_empty() { String::new() } else { format!(" to {asked}") };
    let observed = match (&result.case.observed, &decision.observed) {
        (None, _) => String::new(),
        (Some(_), None) => ", and no observed layer applies".to_owned(),
        (Some(_), Some(observed)) => format!(", observed {}", outcome(observed)),
    };
    // Whoever says nothing of obligations is told nothing of them.
    let obliged = result.case.obliged.as_ref().map(|_| obliging(&obliged(&decision.obligations)));
    format!("{verdict}{code}{to}{observed}{}", obliged.unwrap_or_default())
}
