//! From syntax trees to a bundle: names, types, composition, code. Each pass is one module with one entry; it takes
//! the whole of its input and returns its output with diagnostics.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod both;
pub mod project;
mod texts;
pub mod separate;
pub mod modules;
mod uses;
mod suggest;
mod ids;
mod names;
mod check;
pub mod typed;
pub mod meaning;
pub mod sight;
mod visit;
mod rules;
mod history;
mod pattern;
mod local;
mod range;
mod polarity;
mod except;
mod tools;
mod compose;
pub mod in_force;
mod promise;
pub mod marks;
mod consequences;
mod memory;
mod front;
mod lints;
mod out_of_time;
pub mod scenario;
pub mod lower;
pub mod origin;
pub mod link;
mod write;
pub mod mutate;
pub mod variant;
pub mod session;

use std::collections::BTreeSet;

use lictor_bundle::history::HistoryState;
use lictor_bundle::layout::Layout;
use lictor_bundle::program::Bundle;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

pub use check::calendar_units;
pub use names::ENGINE_CODES;

use front::{Checked, Source};
use memory::Memory;
use project::{Project, SourceFile};
use write::Writer;

/// What a compilation gives.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// The bundle; absent where there are errors.
    pub bundle: Option<Bundle>,
    /// The checked and composed policy that the bundle was made from; absent where there are errors.
    pub program: Option<typed::Program>,
    /// The in-language tests, ready to be decided; present where there are no errors.
    pub tests: Vec<TestCase>,
    /// Errors and warnings, sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that spans refer to, in the order of their [`FileId`]s: the project's own sorted by path,
    /// then the imported ones of the library, then the tables of tests.
    pub sources: Vec<SourceFile>,
    /// Where rules cite controls, for whoever has a clock.
    citations: Vec<lints::cites::Citation>,
}

/// One test, or one row of a test's `cases`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestCase {
    /// The test's name.
    pub name: String,
    /// What the row sets, for a row of `cases`: `amount = 500.01 USD`. For a row of a table, whose file is the name: the row's name or number.
    pub case: Option<String>,
    /// Where the expectation stands.
    pub span: Span,
    /// The request with its facts, as JSON.
    pub request: String,
    /// What came before it, in no order; none of it is decided.
    pub history: Vec<PastRequest>,
    /// What the test sets in the policy: it is decided by the [`variant`](variant::variant) that has it so.
    pub settings: Vec<variant::Setting>,
    /// What it states beside its request, with the places.
    pub premises: Vec<(Span, Premise)>,
    /// Where it changes something in its example: the request without that and without what else it says of it, and the first such place.
    pub unchanged: Option<(String, Span)>,
    /// What must come of it: `allow`, `step_up` or `deny`.
    pub decision: &'static str,
    /// The reason code that must come of it.
    pub code: Option<String>,
    /// The role that must be asked.
    pub to: Option<String>,
    /// What the observed layers would have made of it, where the test says so.
    pub observed: Option<Expected>,
    /// All that it obliges the caller to, where the test says so; empty where there must be nothing to do.
    pub obliged: Option<BTreeSet<Duty>>,
}

/// What the caller must do, as a test expects it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Duty {
    /// What, by name.
    pub id: String,
    /// Until when, where it has a moment: as decisions write it, or `absent` where the request lacks what it is counted from.
    pub by: Option<String>,
}

/// What a test says of the observed layers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    /// `allow`, `step_up` or `deny`.
    pub decision: &'static str,
    /// The reason code.
    pub code: Option<String>,
    /// The role that would be asked.
    pub to: Option<String>,
}

/// Something that a test states beside its request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Premise {
    /// The answer of a fact: its name, and its place among the request's facts; none where the request lacks what it is asked with.
    Fact(String, Option<usize>),
    /// The value of a parameter.
    Param(lictor_bundle::schema::ParamId),
    /// The value of a rule's `let`: the rule's module and name, and the name of the `let`.
    Let(String, String, String),
    /// What came before.
    Past,
}

/// A request of which a test says that it came before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastRequest {
    /// The request, as JSON.
    pub request: String,
    /// What became of it.
    pub state: HistoryState,
}

/// Compiles a project, on a stack of its own and on two cores where there are two: half of the files are parsed while the others are, and
/// the warnings of a sound policy are looked for while its code is written.
pub fn compile(project: &Project) -> Compiled {
    both::apart(|| compile_here(project))
}

fn compile_here(project: &Project) -> Compiled {
    let mut pipeline = Pipeline::default();
    let built = pipeline.run(project);
    let Pipeline { mut diagnostics, mut tests, sources, citations } = pipeline;
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span(), diagnostic.code));
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    if failed {
        tests.clear();
    }
    let (program, bundle) = built.filter(|_| !failed).unzip();
    Compiled { bundle, program, tests, diagnostics, sources, citations }
}

/// The passes in their order, and what they leave behind.
#[derive(Default)]
struct Pipeline {
    diagnostics: Vec<Diagnostic>,
    tests: Vec<TestCase>,
    sources: Vec<SourceFile>,
    citations: Vec<lints::cites::Citation>,
}

impl Pipeline {
    fn run(&mut self, project: &Project) -> Option<(typed::Program, Bundle)> {
        let (gathered, diagnostics) = modules::gather(project);
        self.diagnostics.extend(diagnostics);
        self.sources = gathered.sources;
        let tables = self.add_tables(project);
        let texts = &self.sources;
        let source = Source { project, texts, modules: &gathered.modules, tables: &tables };
        let mut memory = Memory::default();
        let out = &mut self.diagnostics;
        let Checked { program, layout, layers, tests, in_tables, .. } =
            front::check(&source, &mut memory, out)?;
        self.tests = tests;
        let layout = layout?;
        let parts = Parts { project, sources: &self.sources, modules: &gathered.modules, program: &program };
        let write = || parts.write(&layout, &layers);
        let mut warnings = || lints::report(parts.modules, parts.program, &in_tables, &mut memory);
        let (written, warnings) =
            if parts.are_many() { both::both(write, warnings) } else { (write(), warnings()) };
        match written {
            Ok(bundle) => {
                out.extend(warnings);
                self.citations = lints::cites::citations(&gathered.modules, &program);
                Some((program, bundle))
            }
            Err(errors) => {
                out.extend(errors);
                None
            }
        }
    }
}

/// What a bundle is made of: a sound policy, and where it comes from.
struct Parts<'p> {
    project: &'p Project,
    sources: &'p Vec<SourceFile>,
    modules: &'p [modules::Module],
    program: &'p typed::Program,
}

impl Parts<'_> {
    /// Whether it takes longer to look at them than to begin a thread.
    fn are_many(&self) -> bool {
        self.program.units.iter().map(|unit| unit.rules.len()).sum::<usize>() >= rules::WORTH_A_THREAD
    }

    /// The bundle, of which a loader would prove what was proved here; or what is beyond the machine.
    fn write(&self, layout: &Layout, layers: &[names::LayerId]) -> Result<Bundle, Vec<Diagnostic>> {
        let program = self.program;
        let files = self.sources.iter().map(|file| (&*file.path, &*file.bytes));
        let writer = Writer {
            name: &self.project.name,
            places: lower::Places::new(self.sources),
            sources: origin::sources(self.project, files, self.sources, self.modules, layers),
        };
        let bundle = writer.write(program, layout)?;
        link::prove(program, &bundle).map_err(|error| vec![error])?;
        Ok(bundle)
    }
}

impl Pipeline {
    /// Gives the tables of tests their places among the sources, after all that is compiled.
    fn add_tables(&mut self, project: &Project) -> Vec<(FileId, SourceFile)> {
        let mut tables = project.tables.clone();
        tables.sort_by(|a, b| a.path.cmp(&b.path));
        let first = self.sources.len();
        self.sources.extend(tables.iter().cloned());
        let ids = (first..).map(|at| FileId(u32::try_from(at).unwrap_or(u32::MAX)));
        ids.zip(tables).collect()
    }
}
