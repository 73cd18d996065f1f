//! The tests that stand in policies: where they can be run from, and running them.

use std::ops::Range;

use lictor_compiler::{Compiled, TestCase, compile};
use lictor_grammar::ast::ItemKind;
use lictor_suite::{Refused, Runner, TestResult, actual, engine, expected, title};

use super::{FileName, Syntax, Workspace};

/// A place above which tests can be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lens {
    /// The test, or the module.
    pub range: Range<u32>,
    /// What is run, in a few words.
    pub title: String,
    /// The test's name; none for all tests of the project.
    pub test: Option<String>,
}

/// What came of a test, or of one row of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The test's name, and for a row what it sets.
    pub title: String,
    /// Where the expectation stands; none where it is in no file.
    pub place: Option<(FileName, Range<u32>)>,
    /// Whether that came of it.
    pub passed: bool,
    /// What should have come of it.
    pub expected: String,
    /// What came of it.
    pub actual: String,
    /// Why, as whoever asks is told.
    pub because: String,
}

/// Why no test was run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotRun {
    /// The file is part of no project.
    NoProject,
    /// The project has errors.
    Errors,
    /// The policy cannot be loaded.
    Refused(Refused),
}

/// Above each test, and for all of them above the module.
pub fn lenses(syntax: &Syntax) -> Vec<Lens> {
    let mut lenses = Vec::new();
    for item in syntax.items() {
        match &item.kind {
            ItemKind::Test(test) => lenses.push(Lens {
                range: syntax.range(test.name.span),
                title: String::from("Run test"),
                test: Some(test.name.value.clone()),
            }),
            ItemKind::Module(path) => lenses.push(Lens {
                range: syntax.range(path.span),
                title: String::from("Run all tests"),
                test: None,
            }),
            _ => {}
        }
    }
    lenses
}

/// Runs the tests of the project that a file belongs to: those of this name, or all.
///
/// # Errors
///
/// There is nothing that could be run.
pub fn run(workspace: &mut Workspace, file: &FileName, name: Option<&str>) -> Result<Vec<Outcome>, NotRun> {
    let (project, names) = workspace.project_of(file).ok_or(NotRun::NoProject)?;
    let mut compiled = compile(&project);
    let tests = std::mem::take(&mut compiled.tests);
    let bundle = compiled.bundle.clone().ok_or(NotRun::Errors)?;
    let engine = engine(bundle).map_err(NotRun::Refused)?;
    let mut runner = Runner::new(&engine, &compiled);
    let place = |compiled: &Compiled, case: &TestCase| {
        let source = compiled.sources.get(case.span.file.0 as usize)?;
        Some((names.get(&source.path)?.clone(), case.span.start..case.span.end))
    };
    let wanted = tests.into_iter().filter(|case| name.is_none_or(|name| name == case.name));
    wanted
        .map(|case| {
            let place = place(&compiled, &case);
            runner.run(case).map(|result| outcome(&result, place)).map_err(NotRun::Refused)
        })
        .collect()
}

fn outcome(result: &TestResult, place: Option<(FileName, Range<u32>)>) -> Outcome {
    Outcome {
        title: title(&result.case),
        place,
        passed: result.passed,
        expected: expected(result),
        actual: actual(result),
        because: result.decision.reason.to_string(),
    }
}
