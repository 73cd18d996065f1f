//! The tests of the policy that a command is about.

use lictor_bundle::program::TestSummary;
use lictor_compiler::TestCase;
use lictor_compiler::variant::{Setting, variant};
use lictor_runtime::Engine;
use lictor_suite::{Ran, Refused, Runner, TestResult, engine};

use crate::failure::Failure;
use crate::policy::Policy;
use crate::render::{Notice, Sources};

/// A policy whose tests were run.
pub struct Tested {
    /// Decides by it. Its bundle records how the tests went.
    pub engine: Engine,
    /// What came of each test, in their order.
    pub results: Vec<TestResult>,
    /// The texts that the tests' places refer to.
    pub sources: Sources,
}

impl Tested {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.results.iter().filter(|result| !result.passed).count()
    }
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
    mut one: impl FnMut(&mut Runner<'_>, TestCase) -> Result<TestResult, Refused>,
) -> Result<Tested, Failure> {
    let Policy { mut bundle, tests, sources, compiled } = policy;
    let engine = engine(bundle.clone())?;
    let vary = |settings: &[Setting]| variant(&compiled, settings);
    let mut runner = Runner::new(&engine, &vary);
    let results = tests.into_iter().map(|case| one(&mut runner, case)).collect::<Result<Vec<_>, _>>()?;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let passed = results.iter().filter(|result| result.passed).count();
    bundle.manifest.tests = TestSummary { run: count(results.len()), passed: count(passed) };
    // What is shipped is the policy as it is written, be it only observed.
    Ok(Tested { engine: Engine::from_bundle(bundle).map_err(Refused::Bundle)?, results, sources })
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        let message = refused.to_string();
        match refused {
            Refused::TooLarge(_) => Notice::error("E0438", message).help("set something smaller").into(),
            Refused::Bundle(error) => Notice::error(error.code(), message).help(error.help()).into(),
        }
    }
}
