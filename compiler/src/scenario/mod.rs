//! In-language tests, turned into requests: what a test and the fixture say, checked against the schema and written as the
//! JSON that a caller would send. Deciding them is the business of whoever runs them.
//!
//! A request is built from what is said, later over earlier: the defaults every test has, the fixture, the fields of the
//! example, the test's own steps, and for `cases` the value of the row.

mod draft;
mod fact;
mod asked;
mod outcome;
mod obliged;
mod past;
mod path;
mod show;
mod test;
mod tool;
pub mod table;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::schema::{ActionId, Schema};
use lictor_grammar::ast::{Example, Item, ItemKind, Test, TestStep};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use crate::TestCase;
use crate::project::SourceFile;
use crate::variant::Resolver;
use draft::Assignment;
use test::Steps;

/// What the tests of a project come to.
pub(crate) struct Cases {
    /// The tests.
    pub tests: Vec<TestCase>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
    /// The examples that rows of tables begin with.
    pub in_tables: BTreeSet<String>,
}

/// The tests of all modules as requests with what must come of them, in the order of the modules and within them of the file; then
/// the rows of the tables.
pub(crate) fn cases(resolver: Resolver<'_>, tables: &[(FileId, SourceFile)]) -> Cases {
    let modules = resolver.modules;
    let mut scene = Scene {
        schema: &resolver.declared.schema,
        resolver,
        examples: BTreeMap::new(),
        fixture: Steps::default(),
        diagnostics: Vec::new(),
        obligations: None,
        in_tables: BTreeSet::new(),
    };
    let items = || modules.iter().flat_map(|module| &module.ast.items).map(|item| &**item);
    scene.read_fixture(items());
    scene.read_examples(items());
    let mut tests = BTreeMap::new();
    let mut cases = Vec::new();
    for (item, test) in items().filter_map(test_of) {
        if let Some(first) = tests.insert(test.name.value.as_str(), test.name.span) {
            scene.twice(test.name.span, first, format!("there are two tests \"{}\"", test.name.value));
        }
        cases.extend(scene.test(test, item.span));
    }
    for (id, file) in tables {
        cases.extend(scene.table(*id, file));
    }
    Cases { tests: cases, diagnostics: scene.diagnostics, in_tables: scene.in_tables }
}

fn test_of(item: &Item) -> Option<(&Item, &Test)> {
    match &item.kind {
        ItemKind::Test(test) => Some((item, test)),
        _ => None,
    }
}

/// What all tests share.
struct Scene<'a> {
    schema: &'a Schema,
    resolver: Resolver<'a>,
    examples: BTreeMap<&'a str, Sample>,
    fixture: Steps,
    diagnostics: Vec<Diagnostic>,
    /// What rules demand, once somebody has asked.
    obligations: Option<BTreeSet<&'a str>>,
    in_tables: BTreeSet<String>,
}

/// An example. One that has errors of its own is kept, so that the tests that name it do not report them again.
struct Sample {
    action: Option<ActionId>,
    fields: Vec<Assignment>,
    span: Span,
}

impl<'a> Scene<'a> {
    fn read_fixture(&mut self, items: impl Iterator<Item = &'a Item>) {
        let mut first: Option<Span> = None;
        for item in items {
            let ItemKind::Fixture(steps) = &item.kind else { continue };
            match first {
                Some(first) => self.twice(item.span, first, String::from("a project has one fixture")),
                None => {
                    first = Some(item.span);
                    self.fixture = self.fixture_steps(steps).of_fixture();
                }
            }
        }
    }

    fn fixture_steps(&mut self, steps: &[TestStep]) -> Steps {
        let everywhere: Vec<ActionId> = (0..).zip(&self.schema.actions).map(|(id, _)| id).collect();
        let mut read = Steps::default();
        for step in steps {
            self.step(step, &everywhere, &mut read, true);
        }
        read
    }

    fn read_examples(&mut self, items: impl Iterator<Item = &'a Item>) {
        for item in items {
            let ItemKind::Example(example) = &item.kind else { continue };
            let sample = self.example(example);
            let name = example.name.text.as_str();
            match self.examples.get(name) {
                Some(first) => {
                    let first = first.span;
                    self.twice(example.name.span, first, format!("there are two examples `{name}`"));
                }
                None => {
                    self.examples.insert(name, sample);
                }
            }
        }
    }

    fn example(&mut self, example: &Example) -> Sample {
        let span = example.name.span;
        let Some(action) = self.action(&example.action) else {
            return Sample { action: None, fields: Vec::new(), span };
        };
        let fields = self.fields(&example.fields, &[action]);
        Sample { action: Some(action), fields, span }
    }

    fn twice(&mut self, second: Span, first: Span, message: String) {
        self.diagnostics.push(
            Diagnostic::error("E0501", second, message)
                .also(first, "the first stands here")
                .help("remove one of them, or give it another name"),
        );
    }
}

#[cfg(test)]
mod tests;
