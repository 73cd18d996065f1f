//! What the parser found wrong, in words, and only once.
//!
//! The parser goes on after a mistake at the next place where it can, and may stumble again over the same one. Hence
//! the rule of this file: one line has one syntax error, and a line of which something was told already has none.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::expected::Expected;
use crate::feed::Fed;
use crate::forms;
use crate::hints;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::sink::Sink;
use crate::span::Span;
use crate::split::{Chunk, Seen, text_of};
use crate::terminal::Terminal;
use lalrpop_util::ParseError;
use std::collections::BTreeSet;

/// A syntax error as the parser has it.
pub(crate) type SyntaxError<'s> = ParseError<usize, Terminal<'s>, &'static str>;

/// A syntax error and what is around it.
pub(crate) struct Stumble<'s, 'a> {
    /// The text of the file.
    pub source: &'s str,
    /// The kind of the item.
    pub item: Keyword,
    /// What the parser was given of the item before the mistake.
    pub before: &'a [Fed<'s>],
    /// What it could not take; nothing at the end of the item.
    pub found: Option<Terminal<'s>>,
    /// The text of that.
    pub text: &'s str,
    /// Where it stands; at the end of the item, the last token.
    pub span: Span,
    /// Whether it is the first of its line.
    pub starts_line: bool,
    /// What the parser would have taken.
    pub expected: Expected,
}

impl<'s> Stumble<'s, '_> {
    /// What the parser was given `back` places before the mistake, counted from 0.
    pub fn last(&self, back: usize) -> Option<Terminal<'s>> {
        self.before.iter().rev().nth(back).map(|&(_, terminal, _)| terminal)
    }

    /// Whether it is the end of a block whose beginning was dropped with an earlier mistake.
    fn is_left_over(&self) -> bool {
        let closes = matches!(self.found, Some(Terminal::BodyClose | Terminal::Sign(TokenKind::RightBrace)));
        closes && self.expected.line()
    }

    /// The place of the token before the mistake.
    pub fn last_span(&self) -> Option<Span> {
        let &(start, _, end) = self.before.last()?;
        Some(Span::new(self.span.file, start as u32, end as u32))
    }
}

/// Where a syntax error stands, for sorting.
pub(crate) fn place(error: &SyntaxError) -> usize {
    match error {
        ParseError::UnrecognizedToken { token, .. } | ParseError::ExtraToken { token } => token.0,
        ParseError::InvalidToken { .. } | ParseError::UnrecognizedEof { .. } | ParseError::User { .. } => {
            usize::MAX
        }
    }
}

/// Tells of the mistakes of one item, in the order of the text.
pub(crate) fn report<'s>(
    source: &'s str,
    chunk: &Chunk,
    fed: &[Fed<'s>],
    errors: Vec<SyntaxError<'s>>,
    sink: &mut Sink,
) {
    let lines = Lines::new(chunk);
    let mut told: BTreeSet<usize> = sink.places().filter_map(|place| lines.of(place.start)).collect();
    let mut first = told.is_empty();
    for error in errors {
        let (found, expected) = match error {
            ParseError::UnrecognizedToken { token, expected } => (Some(token), expected),
            ParseError::UnrecognizedEof { expected, .. } => (None, expected),
            ParseError::ExtraToken { token } => (Some(token), Vec::new()),
            // The tokens do not come from a lexer of the parser's, and no rule of the grammar fails.
            ParseError::InvalidToken { .. } | ParseError::User { .. } => continue,
        };
        // An item that ends early after a mistake does so because of it.
        let Some(&(start, _, end)) = found.as_ref().or(fed.last()) else { continue };
        if found.is_none() && !first {
            continue;
        }
        if chunk.patched.is_some_and(|from| start as u32 >= from) {
            continue;
        }
        let index = match found {
            Some(_) => fed.partition_point(|&(at, _, _)| at < start),
            None => fed.len(),
        };
        let span = sink.span(start, end);
        let stumble = Stumble {
            source,
            item: chunk.keyword,
            before: fed.get(..index).unwrap_or_default(),
            found: found.map(|(_, terminal, _)| terminal),
            text: text_of(source, span),
            span,
            starts_line: lines.starts_line(start as u32),
            expected: Expected::new(&expected),
        };
        if !first && stumble.is_left_over() {
            continue;
        }
        let error = hints::special(&stumble).unwrap_or_else(|| general(&stumble)).on_one_line(source);
        if lines.of(error.span().start).is_none_or(|line| told.insert(line)) {
            first = false;
            sink.push(error);
        }
    }
}

/// Tells that an item cannot be read where nothing else was told of it: what is not in the tree never goes unsaid.
pub(crate) fn say_something(chunk: &Chunk, sink: &mut Sink) {
    let (Some(first), Some(last)) = (chunk.tokens.first(), chunk.tokens.last()) else { return };
    let inside = first.span.start..=last.span.end;
    if !sink.places().any(|place| inside.contains(&place.start)) {
        let message = format!("this {} cannot be read", called(chunk.keyword));
        sink.push(
            Diagnostic::error(codes::UNEXPECTED, first.span, message)
                .help("look whether its brackets and words stand in their places"),
        );
    }
}

fn general(stumble: &Stumble) -> Diagnostic {
    let expected = stumble.expected.words();
    let found = match stumble.found {
        None => {
            let message = match expected {
                Some(words) => format!("the {} ends too early: expected {words}", called(stumble.item)),
                None => format!("the {} ends too early", called(stumble.item)),
            };
            return with_help(
                Diagnostic::error(codes::INCOMPLETE, stumble.span, message).here("after this"),
                stumble,
            );
        }
        Some(Terminal::String(_)) => "a text".to_string(),
        Some(Terminal::Pattern(_)) => "a pattern".to_string(),
        Some(_) => format!("`{}`", shortened(stumble.text)),
    };
    // What begins a line is seldom wrong itself: the line before it is not complete.
    let begins_next = match stumble.found {
        Some(Terminal::Key(keyword)) => stumble.starts_line && !keyword.is_reserved(),
        Some(Terminal::WhenBlock | Terminal::Label(_)) => stumble.starts_line,
        Some(
            Terminal::BodyClose
            | Terminal::Sign(TokenKind::RightBrace | TokenKind::RightParen | TokenKind::RightBracket),
        ) => true,
        _ => false,
    };
    let error = match (expected, stumble.last_span()) {
        (Some(words), Some(last)) if begins_next => {
            Diagnostic::error(codes::UNEXPECTED, last, format!("expected {words} before {found}"))
                .here("after this")
        }
        (Some(words), _) => {
            Diagnostic::error(codes::UNEXPECTED, stumble.span, format!("expected {words}, but found {found}"))
        }
        (None, _) if stumble.expected.operator() => {
            let message = format!("a sign is missing before {found}, or it is one too many");
            Diagnostic::error(codes::UNEXPECTED, stumble.span, message)
        }
        (None, _) => {
            let message = format!("{found} cannot stand here");
            Diagnostic::error(codes::UNEXPECTED, stumble.span, message)
        }
    };
    let error = match missing(stumble) {
        Some((place, text)) => error.help(format!("write `{}`", text.trim())).fix(place, text),
        None => error,
    };
    with_help(error, stumble)
}

/// What mends a mistake where a single sign or word could stand there: it is put in, or stands for the `:` of other languages.
fn missing(stumble: &Stumble) -> Option<(Span, String)> {
    // What ends a statement or a choice is put where it belongs by whoever knows what it is about.
    let word = stumble.expected.only().filter(|word| !["as", "else", "then", "is"].contains(word))?;
    let Span { file, start, .. } = stumble.span;
    match stumble.found? {
        Terminal::Sign(TokenKind::Colon) if matches!(word, "=" | "->") => {
            let blank = if word == "->" { " " } else { "" };
            Some((stumble.span, format!("{blank}{word}")))
        }
        Terminal::Sign(TokenKind::LeftBracket) if word == "in" => {
            Some((Span::new(file, start, start), "in ".to_string()))
        }
        Terminal::Key(Keyword::To) | Terminal::Sign(TokenKind::EqualEqual | TokenKind::Less)
            if word == "=" =>
        {
            Some((stumble.span, word.to_string()))
        }
        Terminal::Name(_) | Terminal::Number(_) | Terminal::String(_) | Terminal::BodyOpen
            if !stumble.starts_line =>
        {
            let blank = if word == "+" { "" } else { " " };
            Some((Span::new(file, start, start), format!("{word}{blank}")))
        }
        _ => None,
    }
}

fn with_help(error: Diagnostic, stumble: &Stumble) -> Diagnostic {
    match hints::help(stumble) {
        Some(help) => error.help(help),
        None if error.help.is_some() => error,
        // Where nothing is named that could stand there, something is to be done all the same.
        None if stumble.expected.words().is_none() && stumble.expected.operator() => error
            .help("join two conditions by `and` or `or`, compare two values by a sign such as `==` or `<`"),
        None if stumble.expected.words().is_none() => {
            error.help("remove it, or begin a new line with what is to be said")
        }
        None => match forms::advice(stumble) {
            Some(help) => error.help(help),
            None => error,
        },
    }
}

/// An item by its keyword.
fn called(item: Keyword) -> String {
    format!("`{}`", item.text())
}

/// Enough of a text to know it again.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(40).chain(['…']).collect() }
}

/// The lines of an item, counted by the tokens that begin one.
struct Lines<'a> {
    tokens: &'a [Seen],
    /// The line of each token.
    numbers: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(chunk: &'a Chunk) -> Lines<'a> {
        let numbers = chunk.tokens.iter().scan(0, |line, token| {
            *line += usize::from(token.starts_line);
            Some(*line)
        });
        Lines { tokens: &chunk.tokens, numbers: numbers.collect() }
    }

    /// The line of the token that starts at or before `offset`; nothing outside the item.
    fn of(&self, offset: u32) -> Option<usize> {
        let last = self.tokens.last()?;
        if offset >= last.span.end {
            return None;
        }
        let behind = self.tokens.partition_point(|token| token.span.start <= offset);
        self.numbers.get(behind.checked_sub(1)?).copied()
    }

    fn starts_line(&self, offset: u32) -> bool {
        let index = self.tokens.partition_point(|token| token.span.start < offset);
        self.tokens.get(index).is_some_and(|token| token.starts_line)
    }
}
