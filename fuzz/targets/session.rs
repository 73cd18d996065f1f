//! A policy that is drawn from the bytes and changed again and again: after each change, what an editor is told of it is what a
//! compilation says that knows nothing of the one before.

#![no_main]

use std::ops::Range;

use libfuzzer_sys::fuzz_target;
use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_compiler::session::Session;
use lictor_fuzz::{changed, drawn};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

fuzz_target!(|bytes: &[u8]| {
    let (files, changes) = drawn(bytes);
    let mut project = Project { name: "random".to_owned(), files, ..Project::default() };
    let mut session = Session::new(project.clone());
    same(&mut session, &project);
    for change in changes {
        let file = changed(&mut project.files, change);
        session.set(&file.path, Some(&file.bytes));
        same(&mut session, &project);
    }
});

fn same(session: &mut Session, project: &Project) {
    let analysis = session.check();
    let compiled = compile(project);
    // What is beyond the machine is found when code is written, and warnings are for whoever has a bundle.
    if compiled.bundle.is_none() && !analysis.diagnostics.iter().any(Diagnostic::is_error) {
        return;
    }
    let told = shown(&analysis.diagnostics, |span| {
        analysis.place(span).map(|place| (place.path.to_string(), place.range))
    });
    let expected = shown(&compiled.diagnostics, |span| {
        let source = compiled.sources.get(span.file.0 as usize)?;
        Some((source.path.clone(), span.start as usize..span.end as usize))
    });
    assert_eq!(told, expected);
}

/// What is said, with all its places.
fn shown(told: &[Diagnostic], place: impl Fn(Span) -> Option<(String, Range<usize>)>) -> Vec<String> {
    let each = told.iter().map(|one| {
        let labels: Vec<_> = one.labels.iter().map(|label| (place(label.span), &label.text)).collect();
        format!("{} {} {:?} {labels:?}", one.code, one.message, one.help)
    });
    each.collect()
}
