//! The members of the input that are spoken of: each once, and none inside another.

use lictor_bundle::tools::InputPath;
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
            let name = path.join(".");
            let message = match (path == first, first_ignored || is_ignored) {
                // A member may give several fields.
                (true, false) => continue,
                (true, true) if first_ignored == is_ignored => format!("`{name}` is ignored twice"),
                (true, true) => format!("`{name}` is ignored, though it is read"),
                (false, _) => {
                    format!("`{name}` lies inside `{}`, which is spoken of as a whole", first.join("."))
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
    for (path, span) in reads {
        if !mapped.iter().chain(ignored).any(|(leaf, _)| path.starts_with(leaf)) {
            let name = path.join(".");
            let message = format!("the condition reads `{name}`, which is neither a field nor ignored");
            out.push(Diagnostic::error("E0258", *span, message).help(format!(
                "every such call would be unclassified: write `ignore {name}`, or give it to a field"
            )));
        }
    }
}
