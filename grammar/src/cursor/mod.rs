//! What may stand at a place of a text that is being written, and which mostly cannot be read there yet.
//!
//! What stands before the place is parsed, and the parser tells what it would take next (`words`); what a name there would name follows from
//! what is around it (`place`). For whoever must know more, the item is read with a mark at the place: as it stands, where it
//! can be read so, or else as far as the place, and ended the shortest way that the parser takes (`ended`). Between quotes, where a
//! text is one of a list or a message shows a value, the same is done with the text (`text`).

mod place;
mod words;
mod text;
mod ended;

use std::ops::Range;

use crate::ast::{Item, ItemKind};
use crate::expected::Expected;
use crate::feed::{Fed, Feeder, feeder};
use crate::grammar::ItemParser;
use crate::keywords::Keyword;
use crate::lex::{Token, TokenKind, lex};
use crate::parse::{parse, parse_terminals};
use crate::sink::Sink;
use crate::span::{FileId, Span};
use crate::split::{Chunk, Seen, split};
use crate::terminal::Terminal;
use lalrpop_util::ParseError;

pub use place::{Named, Place};

/// The name that stands at the place in an item that is read with it.
pub const MARKER: &str = "x__here";

/// What may stand at a place.
#[derive(Clone, PartialEq, Debug)]
pub struct Cursor {
    /// The word at the place, which is what is written there so far; empty where there is none.
    pub word: Range<usize>,
    /// The kind of the item that the place is in; none before the first.
    pub item: Option<Keyword>,
    /// Whether the place is between quotes.
    pub is_text: bool,
    /// The words of the language that may stand there, none of them a name of the author's.
    pub words: Vec<&'static str>,
    /// What a name there would name.
    pub place: Place,
    /// The item, with [`MARKER`] at the place, where a value stands there or what begins an entry.
    pub read: Option<Item>,
    /// The text in which that item stands.
    pub text: String,
}

/// What may stand at a byte of a source; nothing in comments, in texts of the author's own, and behind digits.
pub fn cursor(file: FileId, source: &str, at: usize) -> Option<Cursor> {
    let mut sink = Sink::new(file);
    if let Some(quote) = text::open(source.get(..at)?, &mut sink) {
        return text::cursor(file, source, quote, at);
    }
    let word = word_at(source, at)?;
    let before = source.get(..word.start)?;
    let tokens = lex(before, &mut sink);
    if tokens.last().is_some_and(|token| closes_itself(token, before)) {
        return None;
    }
    if before.is_empty() || before.ends_with('\n') || before == "\u{feff}" {
        return Some(Cursor::item(word));
    }
    let chunk = open_item(before, &tokens, &mut sink)?;
    let feeder = feeder(before, &chunk, &mut sink)?;
    let line = tokens.iter().rev().find(|token| !token.kind.is_comment())?.span.end as usize;
    let starts_line = before.get(line..).is_some_and(|gap| gap.contains('\n'));
    let expected = expected(&chunk, &feeder, word.start, &mut sink)?;
    let terminals: Vec<Terminal> = feeder.fed.iter().map(|&(_, terminal, _)| terminal).collect();

    let mark = feeder.next_word(MARKER, starts_line, &mut sink);
    let (place, mark) = place::place(chunk.keyword, &terminals, &expected, mark);
    let mut words = words::keywords(&feeder, &expected, starts_line, &mut sink);
    words.retain(|word| {
        !words::is_there(word, chunk.keyword, &terminals)
            && !words::asks_constants(word, chunk.keyword, &terminals)
            && !words::is_not_expected(word, chunk.keyword, &terminals)
            // A code must follow, even where the parser would take the next line.
            && place != Place::Named(Named::Reason)
    });
    words.extend(words::fixed(chunk.keyword, &terminals, &expected, &place));
    let mut cursor = Cursor {
        word: word.clone(),
        item: Some(chunk.keyword),
        is_text: false,
        words,
        place,
        read: None,
        text: String::new(),
    };
    if let Some(terminal) = mark {
        let mark = Mark { terminal, start: word.start, text: MARKER, replaces: word };
        cursor.read(file, source, &chunk, &feeder, mark);
    }
    Some(cursor)
}

/// What stands at the place in an item that is read with it.
struct Mark<'m> {
    /// What the parser reads, where it stands, and its text.
    terminal: Terminal<'m>,
    start: usize,
    text: &'m str,
    /// What of the source gives way to [`MARKER`], where all of it can be read.
    replaces: Range<usize>,
}

impl Cursor {
    /// Where an item begins.
    fn item(word: Range<usize>) -> Cursor {
        let words = crate::keywords::ITEMS.iter().map(|item| item.text()).collect();
        let (place, text) = (Place::Item, String::new());
        Cursor { word, item: None, is_text: false, words, place, read: None, text }
    }

    /// Reads the item with the mark in it.
    fn read(&mut self, file: FileId, source: &str, chunk: &Chunk, feeder: &Feeder<'_, '_>, mark: Mark<'_>) {
        let Range { start, end } = mark.replaces;
        let (before, after) =
            (source.get(..start).unwrap_or_default(), source.get(end..).unwrap_or_default());
        let whole = format!("{before}{MARKER}{after}");
        let parsed = parse(file, &whole);
        let here = |item: &&std::sync::Arc<Item>| {
            (item.span.start as usize) < start && start < item.span.end as usize
        };
        if parsed.diagnostics.is_empty()
            && let Some(item) = parsed.file.items.iter().find(here)
        {
            (self.read, self.text) = (Some(Item::clone(item)), whole);
            return;
        }
        let mut terminals: Vec<Fed<'_>> = feeder.fed.clone();
        let end = mark.start + mark.text.len();
        terminals.push((mark.start, mark.terminal, end));
        let kind = ended::ended(file, chunk.keyword, terminals);
        let first = chunk.tokens.first().map_or(mark.start, |token| token.span.start as usize);
        let span = Span::new(file, first as u32, end as u32);
        self.read = kind.map(|kind: ItemKind| Item { docs: Vec::new(), kind, span });
        self.text = format!("{}{}", source.get(..mark.start).unwrap_or_default(), mark.text);
    }
}

/// The word at a place: before it, and if anything stands before it, behind it, too. Nothing where the word begins with a digit.
fn word_at(source: &str, at: usize) -> Option<Range<usize>> {
    let (before, after) = source.split_at_checked(at)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let start = before.rfind(|c| !is_part(c)).map_or(0, |last| {
        last + before.get(last..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    });
    if before.get(start..).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
        return None;
    }
    let rest = after.find(|c| !is_part(c)).unwrap_or(after.len());
    Some(start..if start == at { at } else { at + rest })
}

/// Whether the last token before a place goes on at it: what is written there belongs to a comment or a number.
fn closes_itself(last: &Token, before: &str) -> bool {
    last.span.end as usize == before.len()
        && match last.kind {
            TokenKind::Number
            | TokenKind::Percent
            | TokenKind::Duration
            | TokenKind::Date
            | TokenKind::Timestamp
            | TokenKind::TimeOfDay
            | TokenKind::NumberWord => true,
            kind => kind.is_comment(),
        }
}

/// The tokens of the item that the end of a text is in, without the brackets that close it.
fn open_item(before: &str, tokens: &[Token], sink: &mut Sink) -> Option<Chunk> {
    let mut chunk = split(before, tokens, sink).chunks.pop()?;
    let is_same = |two: &[Seen]| matches!(two, [.., a, b] if a.span == b.span);
    while is_same(&chunk.tokens) {
        chunk.tokens.pop();
    }
    // What follows an item that is none belongs to nothing.
    let last = tokens.iter().rev().find(|token| !token.kind.is_comment())?;
    (chunk.tokens.last()?.span == last.span).then_some(chunk)
}

/// What the parser would take behind all that was fed.
fn expected(chunk: &Chunk, feeder: &Feeder<'_, '_>, at: usize, sink: &mut Sink) -> Option<Expected> {
    let mut terminals = feeder.fed.clone();
    // An item may well be over here, and the parser tells only at a mistake what else it would take: this word stands nowhere but
    // at the beginning.
    let never = Terminal::Key(Keyword::Module);
    terminals.push((at, never, at));
    let (_, errors) =
        parse_terminals(&ItemParser::new(), chunk.keyword, &terminals, &Default::default(), sink);
    let mut at_end = None;
    for error in &errors {
        match error {
            ParseError::UnrecognizedToken { token, expected } if token.0 == at && token.1 == never => {
                return Some(Expected::new(expected));
            }
            ParseError::UnrecognizedEof { expected, .. } => at_end = Some(Expected::new(expected)),
            _ => {}
        }
    }
    at_end
}
