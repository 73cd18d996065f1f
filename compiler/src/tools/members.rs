//! The members of the input that are spoken of: each once, and none inside another.

use lictor_bundle::tools::{EACH, InputPath, written};
use lictor_bundle::verify::MAX_DEPTH;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

/// A member and where it is spoken of.
pub(super) type Member = (InputPath, Span);

/// Checks what is mapped, ignored, and read by the condition against each other.
pub(super) fn check(mapped: &[Member], ignored: &[Member], reads: &[Member], out: &mut Vec<Diagnostic>) {
    let mut all: Vec<(&Member, bool)> = mapped.iter().map(|one| (one, false)).collect();
    all.extend(ignored.iter().map(|one| (one, true)));
    // Sorted, what lies inside a member stands behind it, before anything else.
    all.sort();
    for ((path, span), _) in &all {
        if path.len() > usize::from(MAX_DEPTH) {
            out.push(
                Diagnostic::error("E0258", *span, format!("no input is nested more than {MAX_DEPTH} deep"))
                    .help("read or ignore something that lies further out"),
            );
        }
    }
    let mut outer: Option<(&Member, bool)> = None;
    for (member, is_ignored) in all {
        let (path, span) = member;
        if let Some(((first, place), first_ignored)) = outer
            && path.starts_with(first)
        {
            let name = written(path);
            let message = match (path == first, first_ignored || is_ignored) {
                // A member may give several fields.
                (true, false) => continue,
                (true, true) if first_ignored == is_ignored => format!("`{name}` is ignored twice"),
                (true, true) => format!("`{name}` is ignored, though it is read"),
                (false, _) => {
                    format!("`{name}` lies inside `{}`, which is spoken of as a whole", written(first))
                }
            };
            out.push(
                Diagnostic::error("E0258", *span, message)
                    .also(*place, "the other stands here")
                    .help("keep one of them"),
            );
            continue;
        }
        outer = Some((member, is_ignored));
    }
    for (path, span) in
        ignored.iter().filter(|(path, _)| path.iter().filter(|step| *step == EACH).count() > 1)
    {
        let message = format!("`each` stands twice in `{}`", written(path));
        out.push(Diagnostic::error("E0258", *span, message).help("ignore the outer list as a whole"));
    }
    for (path, span) in reads {
        if path.iter().any(|step| step == EACH) {
            let message = format!("a condition cannot read `{}`, which is many values", written(path));
            out.push(
                Diagnostic::error("E0258", *span, message)
                    .help("give the list to a field of the action, and ask about that in a rule"),
            );
            continue;
        }
        if !mapped.iter().chain(ignored).any(|(leaf, _)| path.starts_with(leaf)) {
            let name = written(path);
            let message = format!("the condition reads `{name}`, which is neither a field nor ignored");
            out.push(Diagnostic::error("E0258", *span, message).help(format!(
                "every such call would be unclassified: write `ignore {name}`, or give it to a field"
            )));
        }
    }
}
