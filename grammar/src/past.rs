//! Questions about the past that are not complete.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::elsewhere::{between, open_bracket, text};
use crate::keywords::Keyword;
use crate::span::Span;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// Whether the mistake stands in a question about the past, whose words mean something else.
pub(crate) fn asks_of_past(stumble: &Stumble) -> bool {
    let open = open_bracket(stumble).and_then(|(index, _, _)| stumble.before.get(index.checked_sub(1)?));
    matches!(open, Some((_, Terminal::Name("times" | "total" | "distinct" | "latest"), _)))
}

/// `times(shop.buy over 1h)`
pub(crate) fn special(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let clause =
        matches!(found, Terminal::Key(Keyword::Over | Keyword::Per | Keyword::Since | Keyword::Where));
    let (index, _, open) = open_bracket(stumble)?;
    let &(start, _, end) = stumble.before.get(index.checked_sub(1)?)?;
    if !clause || !asks_of_past(stumble) || stumble.expected.has("over") {
        return None;
    }
    let span = between(stumble, open + 1, stumble.span.start as usize);
    let span = Span {
        end: span.start + text(stumble, open + 1, stumble.span.start as usize).trim_end().len() as u32,
        ..span
    };
    let message =
        format!("`{}` is not told of which actions, and what became of them", text(stumble, start, end));
    let help =
        "say both: `times(allowed payment.charge over 1h)`; it is `attempted`, `allowed` or `executed`";
    Some(Diagnostic::error(codes::UNEXPECTED, span, message).help(help))
}
