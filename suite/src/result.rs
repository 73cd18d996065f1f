//! What came of a test, and whether that is what was expected.

use std::collections::BTreeSet;

use lictor_compiler::{Duty, Expected, TestCase};
use lictor_runtime::{Decision, Explanation, Obligation, Reason};

use crate::verdict_word;

/// What came of a test.
pub struct TestResult {
    /// The test.
    pub case: TestCase,
    /// The decision of its request.
    pub decision: Decision,
    /// Whether it is the one that was expected.
    pub passed: bool,
    /// How it came to that: of a test that failed before the eyes of a watcher.
    pub explanation: Option<Explanation>,
}

impl TestResult {
    /// Compares a decision with what the test says must come of it.
    pub fn new(case: TestCase, decision: Decision) -> TestResult {
        let asked = |role: &String| asks(&decision.reasons, role);
        let passed = verdict_word(decision.decision) == case.decision
            && case.code.as_ref().is_none_or(|code| *code == decision.reason_code)
            && case.to.as_ref().is_none_or(asked)
            && case.observed.as_ref().is_none_or(|expected| is_observed(expected, &decision))
            && case.obliged.as_ref().is_none_or(|expected| *expected == obliged(&decision.obligations));
        TestResult { case, decision, passed, explanation: None }
    }
}

/// What a decision obliges the caller to, however many rules do.
pub fn obliged(obligations: &[Obligation]) -> BTreeSet<Duty> {
    obligations.iter().map(|one| Duty { id: one.id.clone(), by: one.by.clone() }).collect()
}

/// Whether somebody of this role is asked.
fn asks(reasons: &[Reason], role: &str) -> bool {
    reasons.iter().any(|reason| reason.approval.as_ref().is_some_and(|approval| approval.to == *role))
}

/// Whether the observed layers would have made this of it; not where none applies.
fn is_observed(expected: &Expected, decision: &Decision) -> bool {
    let Some(observed) = &decision.observed else { return false };
    // Whoever is asked already would be asked as well.
    let asked = |role: &String| asks(&observed.reasons, role) || asks(&decision.reasons, role);
    verdict_word(observed.decision) == expected.decision
        && expected.code.as_ref().is_none_or(|code| *code == observed.reason_code)
        && expected.to.as_ref().is_none_or(asked)
}
