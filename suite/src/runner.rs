//! Runs single tests, each by the policy that it is about.

use std::collections::VecDeque;

use lictor_bundle::program::Bundle;
use lictor_compiler::TestCase;
use lictor_compiler::variant::Setting;
use lictor_runtime::{Engine, MemoryHistory, Scratch, Trace};
use lictor_zones::Zones;

use crate::{Refused, TestResult};

/// How many policies that tests have made of the one are kept, for the rows of a test set the same.
const MAX_VARIANTS: usize = 8;
/// How many rules these have together at most. The last is kept however large it is.
const MAX_RULES: usize = 2_000;

/// Makes of the policy what a test sets in it; nothing where that is larger than a bundle can be.
pub type Vary<'a> = &'a dyn Fn(&[Setting]) -> Option<Bundle>;

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

/// Runs tests by one policy, and by what tests make of it.
pub struct Runner<'a> {
    engine: &'a Engine,
    vary: Vary<'a>,
    scratch: Scratch,
    /// How many variants are kept.
    kept: usize,
    /// What decides where a test sets something in the policy, of the last few such tests: each is a whole policy.
    variants: VecDeque<(Vec<Setting>, Engine)>,
}

impl<'a> Runner<'a> {
    /// `engine` decides by the policy, `vary` makes the others of it.
    pub fn new(engine: &'a Engine, vary: Vary<'a>) -> Runner<'a> {
        let rules = engine.bundle().units.iter().map(|unit| unit.rules.len()).sum::<usize>();
        let kept = (MAX_RULES / rules.max(1)).clamp(1, MAX_VARIANTS);
        Runner { engine, vary, scratch: Scratch::default(), kept, variants: VecDeque::new() }
    }

    /// Runs one test.
    ///
    /// # Errors
    ///
    /// What the test sets makes a policy that cannot be loaded.
    pub fn run(&mut self, case: TestCase) -> Result<TestResult, Refused> {
        let engine = self.engine_for(&case)?;
        let scratch = &mut self.scratch;
        let history = history(&engine, scratch, &case);
        let decision = engine.decide_with_history(scratch, case.request.as_bytes(), &history);
        Ok(TestResult::new(case, decision))
    }

    /// Runs one test and shows it; explains it where it fails.
    ///
    /// # Errors
    ///
    /// What the test sets makes a policy that cannot be loaded.
    pub fn watch(&mut self, case: TestCase, see: &mut impl FnMut(Ran<'_>)) -> Result<TestResult, Refused> {
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

    /// Runs one test only to see what it does.
    ///
    /// # Errors
    ///
    /// What the test sets makes a policy that cannot be loaded.
    pub fn trace(&mut self, case: &TestCase) -> Result<Trace, Refused> {
        let engine = self.engine_for(case)?;
        let scratch = &mut self.scratch;
        let history = history(&engine, scratch, case);
        Ok(engine.trace(scratch, case.request.as_bytes(), Some(&history)).1)
    }

    /// What decides a test.
    fn engine_for(&mut self, case: &TestCase) -> Result<Engine, Refused> {
        let settings = case.settings.as_slice();
        if settings.is_empty() {
            return Ok(self.engine.clone());
        }
        if let Some((_, engine)) = self.variants.iter().find(|(known, _)| known == settings) {
            return Ok(engine.clone());
        }
        // Before another is made, so that there are never more than are kept.
        if self.variants.len() == self.kept {
            self.variants.pop_front();
        }
        let varied = (self.vary)(settings).ok_or_else(|| Refused::TooLarge(case.name.clone()))?;
        let engine = engine(varied)?;
        self.variants.push_back((settings.to_vec(), engine.clone()));
        Ok(engine)
    }
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

/// What decides the tests of a policy that was just compiled. They say what the policy decides where it counts: were a base that is only
/// observed taken as it is, everything would be allowed, and no test could tell one policy from another.
///
/// # Errors
///
/// A loader refuses it.
pub fn engine(bundle: Bundle) -> Result<Engine, Refused> {
    Engine::from_bundle(bundle.enforced()).map_err(Refused::Bundle)
}
