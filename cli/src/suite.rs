//! Runs the tests that stand in a policy.

use lictor_bundle::error::BundleError;
use lictor_bundle::program::{Bundle, TestSummary};
use lictor_compiler::variant::{Setting, variant};
use lictor_compiler::{Compiled, Expected, TestCase};
use lictor_runtime::{Decision, Engine, Explanation, MemoryHistory, Reason, Scratch, Trace};
use lictor_zones::Zones;

use crate::failure::Failure;
use crate::policy::Policy;
use crate::render::{self, Notice, Sources};

/// A policy whose tests were run.
pub struct Tested {
    /// Decides by it. Its bundle records how the tests went.
    pub engine: Engine,
    /// What came of each test, in their order.
    pub results: Vec<TestResult>,
    /// The texts that the tests' places refer to.
    pub sources: Sources,
}

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
    fn new(case: TestCase, decision: Decision) -> TestResult {
        let asked = |role: &String| asks(&decision.reasons, role);
        let passed = render::verdict(&decision) == case.decision
            && case.code.as_ref().is_none_or(|code| *code == decision.reason_code)
            && case.to.as_ref().is_none_or(asked)
            && case.observed.as_ref().is_none_or(|expected| is_observed(expected, &decision));
        TestResult { case, decision, passed, explanation: None }
    }
}

impl Tested {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.results.iter().filter(|result| !result.passed).count()
    }
}

/// A test that has just been run, for whoever wants to know more of it than what came of it.
pub struct Ran<'a> {
    /// What decided: by the policy, or by what the test made of it.
    pub engine: &'a Engine,
    /// Has just decided the test's request, unless the test failed.
    pub scratch: &'a mut Scratch,
    /// What came before, by the test's words.
    pub history: &'a MemoryHistory,
    /// What came of it.
    pub result: &'a TestResult,
    /// How it came to that.
    pub trace: &'a Trace,
}

/// Runs all tests of a policy.
pub fn test(policy: Policy) -> Result<Tested, Failure> {
    run(policy, |runner, case| runner.run(case))
}

/// Runs all tests of a policy before the eyes of a watcher, and explains those that fail.
pub fn watch(policy: Policy, mut see: impl FnMut(Ran<'_>)) -> Result<Tested, Failure> {
    run(policy, |runner, case| runner.watch(case, &mut see))
}

fn run(
    policy: Policy,
    mut one: impl FnMut(&mut Runner<'_>, TestCase) -> Result<TestResult, Failure>,
) -> Result<Tested, Failure> {
    let Policy { mut bundle, tests, sources, compiled } = policy;
    let engine = engine(bundle.clone())?;
    let mut runner = Runner::new(&engine, &compiled);
    let results = tests.into_iter().map(|case| one(&mut runner, case)).collect::<Result<Vec<_>, _>>()?;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let passed = results.iter().filter(|result| result.passed).count();
    bundle.manifest.tests = TestSummary { run: count(results.len()), passed: count(passed) };
    Ok(Tested { engine: self::engine(bundle)?, results, sources })
}

/// Runs tests by one policy, and by what tests make of it.
pub struct Runner<'a> {
    engine: &'a Engine,
    compiled: &'a Compiled,
    scratch: Scratch,
    /// What decides where a test sets something in the policy.
    variants: Vec<(Vec<Setting>, Engine)>,
}

impl<'a> Runner<'a> {
    /// `engine` decides by the policy that was `compiled`.
    pub fn new(engine: &'a Engine, compiled: &'a Compiled) -> Runner<'a> {
        Runner { engine, compiled, scratch: Scratch::default(), variants: Vec::new() }
    }

    /// Runs one test.
    pub fn run(&mut self, case: TestCase) -> Result<TestResult, Failure> {
        let engine = self.engine_for(&case)?;
        let scratch = &mut self.scratch;
        let history = history(&engine, scratch, &case);
        let decision = engine.decide_with_history(scratch, case.request.as_bytes(), &history);
        Ok(TestResult::new(case, decision))
    }

    /// Runs one test and shows it; explains it where it fails.
    pub fn watch(&mut self, case: TestCase, see: &mut impl FnMut(Ran<'_>)) -> Result<TestResult, Failure> {
        let engine = self.engine_for(&case)?;
        let scratch = &mut self.scratch;
        let history = history(&engine, scratch, &case);
        let (decision, trace) = engine.trace(scratch, case.request.as_bytes(), Some(&history));
        let mut result = TestResult::new(case, decision);
        if !result.passed {
            let (_, explanation) = engine.explain(scratch, result.case.request.as_bytes(), Some(&history));
            result.explanation = Some(explanation);
        }
        see(Ran { engine: &engine, scratch, history: &history, result: &result, trace: &trace });
        Ok(result)
    }

    /// What decides a test.
    fn engine_for(&mut self, case: &TestCase) -> Result<Engine, Failure> {
        let settings = case.settings.as_slice();
        if settings.is_empty() {
            return Ok(self.engine.clone());
        }
        if let Some((_, engine)) = self.variants.iter().find(|(known, _)| known == settings) {
            return Ok(engine.clone());
        }
        let engine = engine(variant(self.compiled, settings).ok_or_else(|| too_large(case))?)?;
        self.variants.push((settings.to_vec(), engine.clone()));
        Ok(engine)
    }
}

/// A test that sets something may make the policy larger than a bundle can be.
fn too_large(case: &TestCase) -> Failure {
    let message = format!("what the test \"{}\" sets makes the policy too large", case.name);
    Notice::error("E0438", message).help("set something smaller").into()
}

/// What a test says that came before.
fn history(engine: &Engine, scratch: &mut Scratch, case: &TestCase) -> MemoryHistory {
    let mut history = MemoryHistory::with_clocks(Box::new(Zones::default()));
    for past in &case.history {
        // A request that its own test wrote can be read; one that cannot leaves no trace, and the test will say so.
        history.state(engine, scratch, past.request.as_bytes(), past.state);
    }
    history
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
    render::verdict_word(observed.decision) == expected.decision
        && expected.code.as_ref().is_none_or(|code| *code == observed.reason_code)
        && expected.to.as_ref().is_none_or(asked)
}

/// What the compiler made is verified like a bundle from elsewhere. That it is refused should not happen, except to a policy
/// that is too large.
fn engine(bundle: Bundle) -> Result<Engine, Failure> {
    Engine::from_bundle(bundle).map_err(|error: BundleError| {
        let message = format!("the compiled policy is refused: {}", error.message);
        Notice::error(error.code(), message).help(error.help()).into()
    })
}
