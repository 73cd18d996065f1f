//! Patterns: from what stands in `r"…"` to a table that is walked along a text.
//!
//! The syntax is that of the `regex` crate without what a table cannot hold or what would surprise: a pattern always describes the whole text, so
//! `^`, `$` and `\b` have nothing to say; `\d`, `\w`, `\s` are ASCII; there are no flags, and no classes of Unicode. `.` is any one character
//! but a line feed.

mod syntax;
mod table;

use lictor_bundle::pattern::{MAX_SOURCE, Pattern};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

/// Before the first character of a pattern stand `r` and a quote.
const OPENING: usize = 2;

/// Why a pattern is none: what to say, what to do, and the bytes of the pattern that are meant.
struct Wrong {
    code: &'static str,
    message: String,
    help: String,
    place: std::ops::Range<usize>,
}

/// Makes the table of a pattern that stands at `span`, or reports why there is none.
pub(crate) fn compile(source: &str, span: Span, out: &mut Vec<Diagnostic>) -> Option<Pattern> {
    let made = if source.len() > MAX_SOURCE {
        Err(Wrong {
            code: "E0353",
            message: format!("this pattern is longer than {MAX_SOURCE} bytes"),
            help: "match the parts of the text one by one".to_string(),
            place: 0..source.len(),
        })
    } else {
        syntax::parse(source).and_then(|hir| table::build(source, &hir))
    };
    made.map_err(|wrong| {
        let at = |offset: usize| {
            span.start.saturating_add((OPENING + offset.min(source.len())) as u32).min(span.end)
        };
        let place = Span { start: at(wrong.place.start), end: at(wrong.place.end), ..span };
        // A place between two characters is shown with the one after it.
        let place = if place.start == place.end {
            Span { end: (place.end + 1).min(span.end), ..place }
        } else {
            place
        };
        out.push(Diagnostic::error(wrong.code, place, wrong.message).help(wrong.help));
    })
    .ok()
}

#[cfg(test)]
mod tests;
