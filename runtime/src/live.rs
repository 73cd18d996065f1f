//! The engine in force, which is replaced while others decide.

use arc_swap::ArcSwap;

use crate::engine::Engine;
use crate::plan::Program;

/// Holds the engine that is in force, for hosts that replace a policy without stopping.
///
/// Neither taking nor replacing it waits for anybody, and nobody waits for them. Who has taken an engine goes on with it until it is
/// dropped: a decision is made by one policy from its beginning to its end, and the one that was replaced is freed with its last user.
#[derive(Debug)]
pub struct Live(ArcSwap<Program>);

impl Live {
    /// Puts the first one in force.
    pub fn new(engine: Engine) -> Live {
        Live(ArcSwap::new(engine.0))
    }

    /// The one that is in force now. Cheap, but to be asked for again with each decision, or a replacement goes unnoticed.
    pub fn engine(&self) -> Engine {
        Engine(self.0.load_full())
    }

    /// Puts another one in force, and returns the one that was. Which of two may follow the other is for the host to say.
    pub fn swap(&self, engine: Engine) -> Engine {
        Engine(self.0.swap(engine.0))
    }
}
