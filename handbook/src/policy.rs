//! What the pages are made of.

use lictor_compiler::TestCase;
use lictor_compiler::modules::Module;
use lictor_compiler::project::SourceFile;
use lictor_compiler::typed::Program;
use lictor_suite::Reached;

/// A policy without errors.
pub struct Policy<'p> {
    /// What the pages are called.
    pub title: &'p str,
    /// What is said at their beginning, beside what the policy says itself; may be empty.
    pub note: &'p str,
    /// The modules in force, sorted by name.
    pub modules: &'p [Module],
    /// What they mean.
    pub program: &'p Program,
    /// The texts that places refer to.
    pub sources: &'p [SourceFile],
    /// Its tests; none where they are not at hand, and then nothing is said of them.
    pub tests: Option<Tests<'p>>,
}

/// The tests of a policy.
#[derive(Clone, Copy)]
pub struct Tests<'p> {
    /// All of them, in their order.
    pub tried: &'p [Tried],
    /// Which of them reach which rules.
    pub reached: &'p Reached,
}

/// A test, and what came of it.
pub struct Tried {
    /// The test.
    pub case: TestCase,
    /// Whether what it says is true.
    pub passed: bool,
}
