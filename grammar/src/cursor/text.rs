//! Texts between quotes that are being written: in some of them only what is known already can stand.

use super::place::Tail;
use super::{Cursor, MARKER, Mark, Place, expected, open_item, word_at};
use crate::expected::Expected;
use crate::feed::feeder;
use crate::keywords::Keyword;
use crate::lex::{TokenKind, lex};
use crate::sink::Sink;
use crate::span::FileId;
use crate::terminal::Terminal;

/// Where the quote stands of the text that is open at the end of what is written.
pub(super) fn open(before: &str, sink: &mut Sink) -> Option<usize> {
    let last = lex(before, sink).pop()?;
    let is_open = last.kind == TokenKind::UnclosedString && last.span.end as usize == before.len();
    is_open.then_some(last.span.start as usize)
}

/// What may stand at a place in a text with this quote; nothing where the text is the author's own.
pub(super) fn cursor(file: FileId, source: &str, quote: usize, at: usize) -> Option<Cursor> {
    let before = source.get(..quote)?;
    let mut sink = Sink::new(file);
    let tokens = lex(before, &mut sink);
    let chunk = open_item(before, &tokens, &mut sink)?;
    let feeder = feeder(before, &chunk, &mut sink)?;
    let expected = expected(&chunk, &feeder, quote, &mut sink)?;
    let terminals: Vec<Terminal> = feeder.fed.iter().map(|&(_, terminal, _)| terminal).collect();
    let (place, name) = place(chunk.keyword, &terminals, &expected)?;

    let inside = quote + 1..at;
    let word = match place {
        Place::Shown => path_in(source.get(inside)?).and_then(|()| word_at(source, at))?,
        _ => inside.start..at + rest_of(source.get(at..)?),
    };
    let mut cursor = Cursor {
        word: word.clone(),
        item: Some(chunk.keyword),
        is_text: true,
        words: Vec::new(),
        place,
        read: None,
        text: String::new(),
    };
    if place == Place::Shown {
        let text = format!("{}{MARKER}}}\"", source.get(quote..word.start)?);
        let mark = Mark { terminal: Terminal::String(&text), start: quote, text: &text, replaces: word };
        cursor.read(file, source, &chunk, &feeder, mark);
    } else if let Some(terminal) = name {
        let is_closed = source.get(word.end..).is_some_and(|after| after.starts_with('"'));
        let replaces = quote..word.end + usize::from(is_closed);
        cursor.read(file, source, &chunk, &feeder, Mark { terminal, start: quote, text: MARKER, replaces });
    }
    Some(cursor)
}

/// What a text behind these terminals says; and what would say it without quotes, where that tells more.
fn place(
    item: Keyword,
    terminals: &[Terminal],
    expected: &Expected,
) -> Option<(Place, Option<Terminal<'static>>)> {
    // Only the text behind it makes `tool` a word of the language.
    if matches!(terminals, [.., Terminal::Key(Keyword::Given), Terminal::Name("tool")]) {
        return Some((Place::Tool, None));
    }
    if !expected.has("StringText") {
        return None;
    }
    let tail = Tail::of(terminals);
    let names_file = matches!(
        terminals,
        [.., Terminal::Name("file"), Terminal::Sign(TokenKind::LeftParen)] if item != Keyword::Rule
    );
    Some(match tail.key {
        _ if names_file => (Place::File, None),
        _ if is_currency(terminals) => (Place::Currency, None),
        Some(Terminal::Key(Keyword::As | Keyword::Else))
            if item == Keyword::Rule && !tail.names.is_empty() =>
        {
            (Place::Shown, None)
        }
        Some(Terminal::Key(Keyword::In)) if !expected.value() => (Place::Zone, None),
        _ if expected.value() => (Place::Value, Some(Terminal::Name(MARKER))),
        _ if expected.has("LabelText") => (Place::Entry, Some(Terminal::Label(MARKER))),
        _ => return None,
    })
}

/// Whether the second value of `money(…)` or its kin stands there.
fn is_currency(terminals: &[Terminal]) -> bool {
    let open = terminals.iter().rposition(|one| *one == Terminal::Sign(TokenKind::LeftParen));
    let function = open.and_then(|open| terminals.get(open.checked_sub(1)?));
    terminals.last() == Some(&Terminal::Sign(TokenKind::Comma))
        && matches!(function, Some(Terminal::Name("money" | "money_minor")))
}

/// Whether the end of what is written of a message is between braces, and a path so far.
fn path_in(message: &str) -> Option<()> {
    let mut path: Option<usize> = None;
    let mut chars = message.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => _ = chars.next(),
            '{' | '}' if path.is_none() && chars.next_if(|(_, next)| *next == c).is_some() => {}
            '{' => path = Some(at + 1),
            '}' => path = None,
            _ => {}
        }
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ' ');
    message.get(path?..)?.chars().all(is_part).then_some(())
}

/// How far a name goes on that stands in a text by itself.
fn rest_of(after: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '+' | '-' | '.');
    after.find(|c| !is_part(c)).unwrap_or(after.len())
}
