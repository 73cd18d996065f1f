//! The one layout of a policy. Text in, the same policy in that layout out; no options, no I/O.
//!
//! The formatter lays out *terminals*, not the tree: every word, literal and parenthesis of the author is written again as
//! it was, and only blanks, line breaks and the commas between entries are the formatter's. The way of a file, in the
//! order of the modules: it is read (`read`), its comments are given to the tokens they stand at (`pieces`), each
//! item is cut into lines (`item`, `entries`, `statement`, `step`), the inside of a line becomes a document that knows where it may
//! break (`doc`, `expr`, `spacing`), and lines become text (`page`). In the end the result is read again: it must hold the same
//! tokens, the same comments and the same tree, or nothing is returned.

mod read;
mod pieces;
mod doc;
mod page;
mod spacing;
mod expr;
mod entries;
mod statement;
mod step;
mod item;
mod normalize;
mod proof;

use crate::diagnostic::Diagnostic;
use crate::grammar::ItemParser;
use crate::parse::parse;
use crate::span::FileId;
use item::Above;
use page::Page;
use pieces::Pieces;
use read::Read;
use std::fmt;

/// How many columns a line has before it is broken. Strings and comments are never broken, so a line may be longer.
pub const WIDTH: usize = 110;

/// How many columns each level stands further in.
pub const INDENT: usize = 2;

/// Why a text was not formatted. Nothing of it was lost: the caller still has it.
#[derive(Clone, PartialEq, Debug)]
pub enum FormatError {
    /// It has syntax errors; what these are, with places in file 0.
    Syntax(Vec<Diagnostic>),
    /// The formatted text does not say the same, which is a fault of the formatter.
    Unproven,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FormatError::Syntax(_) => "a file with syntax errors is not formatted",
            FormatError::Unproven => {
                "the file was left as it is, since formatting it would have changed what it says"
            }
        })
    }
}

impl std::error::Error for FormatError {}

/// Formats a policy. The result has line feeds only and ends with one; formatting it again gives the same text. Where
/// items, statements and entries are parted by a blank line, they stay so; everything else of the layout follows from
/// the tokens and the comments. Takes time proportional to the length of the text.
///
/// # Errors
///
/// Gives [`FormatError::Syntax`] for a text with syntax errors, and [`FormatError::Unproven`] rather than a text that holds other
/// tokens, other comments or another tree.
pub fn format(source: &str) -> Result<String, FormatError> {
    let parser = ItemParser::new();
    let sound = |read: &Read| read.items.iter().all(|item| item.parsed(&parser, &read.docs.1).is_some());
    formatted(source, &parser, sound)
}

/// The same for a policy of which the caller knows, since it holds its tree, that it has no syntax errors: it is not parsed again for
/// that. Of a text that has some, no token and no comment is lost either, but its layout is nothing to go by.
///
/// # Errors
///
/// Those of [`format()`].
pub fn format_parsed(source: &str) -> Result<String, FormatError> {
    formatted(source, &ItemParser::new(), |_| true)
}

fn formatted(
    source: &str,
    parser: &ItemParser,
    sound: impl FnOnce(&Read) -> bool,
) -> Result<String, FormatError> {
    let Some(read) = read::read(source).filter(sound) else {
        let diagnostics = parse(FileId::default(), source).diagnostics;
        let unread = diagnostics.is_empty();
        return Err(if unread { FormatError::Unproven } else { FormatError::Syntax(diagnostics) });
    };
    let Pieces { items, tail } = pieces::pieces(source, &read);
    let mut page = Page::default();
    let mut above = Above::default();
    for item in items {
        above = item::place(item, &above, &mut page);
    }
    for comment in tail {
        if comment.blank {
            page.blank();
        }
        page.comment(0, comment.text);
    }
    let text = page.text(source.len());
    // What was in the layout already says what it said.
    if text == source {
        return Ok(text);
    }
    if proof::same(source, &read, &text, parser) { Ok(text) } else { Err(FormatError::Unproven) }
}
