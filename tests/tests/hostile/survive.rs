//! What must hold of every compilation.

use lictor_compiler::project::Project;
use lictor_compiler::{Compiled, compile};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;
use lictor_runtime::{Engine, Scratch};

/// How many of a project's tests are decided, where it compiles.
const DECIDED: usize = 4;

/// Compiles, and does what others will do with the result: renders places, loads the bundle, decides.
#[track_caller]
pub fn survive(project: &Project) -> Compiled {
    let compiled = compile(project);
    for told in &compiled.diagnostics {
        assert!(!told.message.is_empty() && told.message.len() < 1_000, "{told:?}");
        assert!(!told.labels.is_empty(), "{told:?}");
        let fix = told.fix.iter().map(|fix| fix.span);
        for span in told.labels.iter().map(|label| label.span).chain(fix) {
            in_text(&compiled, span, told);
        }
    }
    let sound = !compiled.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(compiled.bundle.is_some(), sound, "{:#?}", compiled.diagnostics);
    if let Some(bundle) = compiled.bundle.clone() {
        let engine = Engine::from_bundle(bundle).expect("what was compiled can be loaded");
        let mut scratch = Scratch::default();
        let requests = compiled.tests.iter().map(|test| test.request.as_str());
        for request in requests.take(DECIDED).chain(["", "{}", r#"{"action":null}"#]) {
            let decision = engine.decide(&mut scratch, request.as_bytes());
            assert!(!decision.reason_code.is_empty());
        }
    }
    compiled
}

/// The same, of a project that cannot be a policy: something is told.
#[track_caller]
pub fn refused(project: &Project) -> Compiled {
    let compiled = survive(project);
    assert!(compiled.bundle.is_none(), "it compiled");
    compiled
}

#[track_caller]
fn in_text(compiled: &Compiled, span: Span, told: &Diagnostic) {
    let source = compiled.sources.get(span.file.0 as usize).unwrap_or_else(|| panic!("no file: {told:?}"));
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= source.bytes.len(), "{} {told:?}", source.path);
    if let Ok(text) = std::str::from_utf8(&source.bytes) {
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{} {told:?}", source.path);
    }
}
