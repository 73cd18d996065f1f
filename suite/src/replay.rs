//! Requests one after the other, each with what those before it have left behind.

use lictor_runtime::{Decision, Engine, Explanation, MemoryHistory, Scratch};
use lictor_zones::Zones;

/// Decides recorded requests in their order. An allowed one counts as allowed and as executed, every other one that could be read as
/// attempted; what a host reported in between counts as reported.
pub struct Replay<'e> {
    engine: &'e Engine,
    scratch: Scratch,
    history: MemoryHistory,
    remembers: bool,
}

impl<'e> Replay<'e> {
    /// Before the first request.
    pub fn new(engine: &'e Engine) -> Replay<'e> {
        let history = MemoryHistory::with_clocks(Box::new(Zones::default()));
        Replay { engine, scratch: Scratch::default(), history, remembers: remembers(engine) }
    }

    /// Takes a line as the report of an event, where it is one; nothing where it is a request.
    ///
    /// # Errors
    ///
    /// Why it could not be read: then it counts for nothing.
    pub fn report(&mut self, line: &[u8]) -> Option<Result<(), Box<Decision>>> {
        let is_report = self.engine.is_report(line);
        is_report.then(|| self.history.report(self.engine, &mut self.scratch, line).map(drop))
    }

    /// Decides a request. It counts for those after it once it is [remembered](Replay::remember).
    pub fn decide(&mut self, request: &[u8]) -> Decision {
        self.engine.decide_with_history(&mut self.scratch, request, &self.history)
    }

    /// Decides a request and explains the decision.
    pub fn explain(&mut self, request: &[u8]) -> (Decision, Explanation) {
        self.engine.explain(&mut self.scratch, request, Some(&self.history))
    }

    /// Lets the request that was just decided count, where the policy asks for what came before.
    pub fn remember(&mut self, decision: &Decision) {
        if self.remembers {
            self.history.record(self.engine, &mut self.scratch, decision);
        }
    }

    /// What is known of the request that was just decided.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }
}

/// Whether a policy asks for what happened before, or learns of events: then requests depend on those before them.
pub fn remembers(engine: &Engine) -> bool {
    let schema = &engine.bundle().schema;
    !schema.history.is_empty() || schema.actions.iter().any(|action| action.event)
}
