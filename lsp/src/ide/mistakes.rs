//! Why a policy cannot decide, for whoever waits for a decision while it is written.

use lictor_grammar::diagnostic::Diagnostic;

use super::{FileName, Workspace};

/// How many mistakes the project of a policy has, and the first of them; nothing where there is none. A sentence without a full stop.
pub fn in_words(workspace: &mut Workspace, policy: &FileName) -> Option<String> {
    let analysis = workspace.analysis(policy)?;
    let mut mistakes = analysis.diagnostics().iter().filter(|told| told.is_error());
    let first: &Diagnostic = mistakes.next()?;
    let (many, these) = match mistakes.count() {
        0 => (String::from("a mistake"), "it is"),
        others => (format!("{} mistakes, the first", others + 1), "they are"),
    };
    let place = analysis.place(first.span()).and_then(|(file, range)| {
        let line = workspace.text(file)?.line_of(range.start) + 1;
        Some(format!(" on line {line} of {}", file.last()))
    });
    let (place, what) = (place.unwrap_or_default(), &first.message);
    Some(format!("the policy has {many}{place}: {what}; it can decide again once {these} mended"))
}
