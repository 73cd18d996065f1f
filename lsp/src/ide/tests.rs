//! The tests that stand in policies: where they can be run from, running them, and which rules they reach.

use std::collections::BTreeMap;

use lictor_compiler::TestCase;
use lictor_compiler::variant::Setting;
use lictor_report::{Paint, brief};
use lictor_suite::{Reached, Runner, TestResult, actual, expected, title};

use super::trial::{NotRun, Place, Trial, Wanted};

/// Which tests are run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    /// All of the project.
    All,
    /// Those of a name.
    Named(String),
    /// Those that reach a rule, by its name as `module.rule`.
    Reaching(String),
}

/// What came of a test, or of one row of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The test's name, and for a row what it sets.
    pub title: String,
    /// Where the expectation stands; none where it is in no file.
    pub place: Option<Place>,
    /// Whether that came of it.
    pub passed: bool,
    /// What should have come of it.
    pub expected: String,
    /// What came of it.
    pub actual: String,
    /// Why, as whoever asks is told.
    pub because: String,
    /// Of a test that failed: what decided, statement by statement, and what became of those that should have.
    pub account: String,
    /// Of a test that failed: the rules that had a part in that, each with what it did.
    pub rules: Vec<(Place, String)>,
}

/// Runs tests.
///
/// # Errors
///
/// A test sets what makes the policy too large, or nobody waits for it any more.
pub fn run(trial: &Trial, choice: &Choice, is_wanted: Wanted<'_>) -> Result<Vec<Outcome>, NotRun> {
    let Some(program) = trial.program() else { return Err(NotRun::Errors) };
    let vary = |settings: &[Setting]| trial.variant(settings);
    let engine = trial.for_tests()?;
    let mut runner = Runner::new(&engine, &vary);
    let mut reached = Reached::of(program);
    let mut outcomes = Vec::new();
    let is_named = |case: &&TestCase| match choice {
        Choice::Named(name) => *name == case.name,
        Choice::All | Choice::Reaching(_) => true,
    };
    for (number, case) in trial.tests().iter().filter(is_named).enumerate() {
        if !is_wanted() {
            return Err(NotRun::GivenUp);
        }
        let see = &mut |ran: lictor_suite::Ran<'_>| reached.add(number, ran.trace);
        let result = runner.watch(case.clone(), see).map_err(NotRun::Refused)?;
        if let Choice::Reaching(rule) = choice
            && !reached.is_reached(rule, number)
        {
            continue;
        }
        outcomes.push(outcome(trial, &result));
    }
    Ok(outcomes)
}

/// How many tests reach each rule, by its name as `module.rule`.
///
/// # Errors
///
/// A test sets what makes the policy too large, or nobody wants to know any more.
pub fn reached(trial: &Trial, is_wanted: Wanted<'_>) -> Result<BTreeMap<String, usize>, NotRun> {
    let Some(program) = trial.program() else { return Err(NotRun::Errors) };
    let vary = |settings: &[Setting]| trial.variant(settings);
    let engine = trial.for_tests()?;
    let mut runner = Runner::new(&engine, &vary);
    let mut reached = Reached::of(program);
    for (number, case) in trial.tests().iter().enumerate() {
        if !is_wanted() {
            return Err(NotRun::GivenUp);
        }
        let trace = runner.trace(case).map_err(NotRun::Refused)?;
        reached.add(number, &trace);
    }
    Ok(reached.counts())
}

fn outcome(trial: &Trial, result: &TestResult) -> Outcome {
    let explanation = result.explanation.as_ref();
    let account = explanation
        .map(|explanation| brief(&trial.bundle(), result, explanation, Paint::NONE).trim_end().to_owned());
    Outcome {
        title: title(&result.case),
        place: trial.place(result.case.span),
        passed: result.passed,
        expected: expected(result),
        actual: actual(result),
        because: result.decision.reason.to_string(),
        account: account.unwrap_or_default(),
        rules: if result.passed { Vec::new() } else { rules(trial, result) },
    }
}

/// The rules that decided a test that failed, and those that give the code that was expected, where they were reached.
fn rules(trial: &Trial, result: &TestResult) -> Vec<(Place, String)> {
    let mut found: Vec<(Place, String)> = Vec::new();
    let mut add = |name: &str, says: String| {
        if let Some(place) = trial.rule(name)
            && !found.iter().any(|(known, _)| *known == place)
        {
            found.push((place, says));
        }
    };
    for reason in &result.decision.reasons {
        if let Some(rule) = &reason.rule {
            add(rule, format!("`{rule}` gives {}: {}", reason.code, reason.reason));
        }
    }
    let stages = result.explanation.iter().flat_map(|explanation| &explanation.stages);
    for rule in stages.flat_map(|stage| &stage.rules) {
        let wanted = result.case.code.as_deref();
        let gives = |step: &&lictor_runtime::ExplainedStep| {
            step.kind != "let" && wanted.is_some() && step.code.as_deref() == wanted
        };
        if let Some(step) = rule.steps.iter().find(gives) {
            let did = if step.outcome == "not_reached" { "did not come to that" } else { "did not here" };
            add(&rule.rule, format!("`{}` can give {}, and {did}", rule.rule, wanted.unwrap_or_default()));
        }
    }
    found
}
