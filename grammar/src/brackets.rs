//! Whether the brackets of one item close, told before the item is parsed: the parser would only notice far from
//! the mistake. Missing ones are put in, so that the rest of the item can still be read.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::sink::Sink;
use crate::split::{Seen, text_of};

/// How deep brackets, and expressions, may nest.
pub const MAX_NESTING: usize = 64;

/// The brackets that are open at some place of an item.
#[derive(Default)]
pub(crate) struct Brackets {
    open: Vec<Seen>,
    /// Where the first bracket stands that was put in or left out, or for which one was.
    patched: Option<u32>,
    /// Whether the item is beyond reading; that was reported.
    hopeless: bool,
    /// Whether any bracket was opened.
    opened: bool,
    /// A closing bracket where none was open. It is not told of an item that has no braces at all and must have them: then one is missed
    /// where they begin.
    stray: Option<Diagnostic>,
    /// Whether a string lost its end: it may have swallowed the bracket that is missed later.
    unclosed_string: bool,
}

impl Brackets {
    /// Whether any is open.
    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Takes the next token of the item and puts it, and what is missing before it, behind `tokens`.
    pub fn take(&mut self, token: Seen, column_1: bool, tokens: &mut Vec<Seen>, sink: &mut Sink) {
        if self.hopeless {
            // It will not be parsed, so neither are its brackets matched any more.
            return;
        }
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => self.open(token, sink),
            TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                self.close(token, column_1, tokens, sink);
                return;
            }
            TokenKind::UnclosedString => self.unclosed_string = true,
            _ => {}
        }
        tokens.push(token);
    }

    fn open(&mut self, token: Seen, sink: &mut Sink) {
        self.open.push(token);
        self.opened = true;
        if self.open.len() > MAX_NESTING {
            self.hopeless = true;
            let message = format!("brackets nest deeper than {MAX_NESTING} levels");
            let help = "give the inner parts names with `let` or `fn`";
            sink.push(Diagnostic::error(codes::TOO_DEEP, token.span, message).help(help));
        }
    }

    /// Takes a closing bracket, unless it closes nothing.
    fn close(&mut self, token: Seen, column_1: bool, tokens: &mut Vec<Seen>, sink: &mut Sink) {
        // In column 1 stands what closes the item itself, whatever is still open inside it.
        let at = match column_1 {
            true => self.open.iter().position(|open| closer(open.kind) == token.kind),
            false => self.open.iter().rposition(|open| closer(open.kind) == token.kind),
        };
        let Some(at) = at else {
            self.unopened(token, sink);
            return;
        };
        let inner = self.open.split_off(at + 1);
        self.open.truncate(at);
        if let Some(&first) = inner.first() {
            let sign = sign(first.kind);
            let message = format!("this `{sign}` is not closed");
            let help = format!("write the `{}` that is missing", sign_of_closer(first.kind));
            let error = Diagnostic::error(codes::UNCLOSED_BRACKET, first.span, message);
            self.say(
                error.also(token.span, "what is around it ends here").help(help),
                first.span.start,
                sink,
            );
            tokens.extend(inner.iter().rev().map(|open| missing(open.kind, token)));
        }
        tokens.push(token);
    }

    fn unopened(&mut self, token: Seen, sink: &mut Sink) {
        let sign = closing_sign(token.kind);
        let error = match self.open.last() {
            Some(open) => {
                let message = format!("`{sign}` does not close the `{}`", self::sign(open.kind));
                let help = match self.open.len() {
                    // The item's own bracket is closed by what closes the item.
                    1 => format!("remove it, or write the `{}` that belongs to it", opening_sign(token.kind)),
                    _ => format!("write `{}` here, or remove it", sign_of_closer(open.kind)),
                };
                Diagnostic::error(codes::UNOPENED_BRACKET, token.span, message)
                    .also(open.span, "opened here")
                    .help(help)
            }
            None => {
                let message = format!("this `{sign}` closes nothing");
                let help = "remove it, or look above for a bracket that closes too early";
                let error = Diagnostic::error(codes::UNOPENED_BRACKET, token.span, message).help(help);
                if !self.opened && token.kind == TokenKind::RightBrace && self.is_first() {
                    self.stray = Some(error);
                    self.patched = Some(token.span.start);
                    return;
                }
                error
            }
        };
        self.say(error, token.span.start, sink);
    }

    /// Whether a mistake would be the first, and no string may have swallowed what is missed.
    fn is_first(&self) -> bool {
        self.patched.is_none() && !self.unclosed_string
    }

    /// Tells of a mistake that is the first, and notes that all from `from` on may be due to it.
    fn say(&mut self, error: Diagnostic, from: u32, sink: &mut Sink) {
        if self.is_first() {
            sink.push(error);
        }
        self.patched = Some(self.patched.map_or(from, |first| first.min(from)));
    }

    /// Ends the item: from where on its brackets had to be patched, and nothing where it is beyond reading.
    pub fn finish(
        mut self,
        keyword: Keyword,
        source: &str,
        tokens: &mut Vec<Seen>,
        sink: &mut Sink,
    ) -> Option<Option<u32>> {
        if let Some(stray) = self.stray.take().filter(|_| self.opened || !keyword.has_braces()) {
            sink.push(stray);
        }
        if self.hopeless {
            return None;
        }
        let open = std::mem::take(&mut self.open);
        if let (Some(first), Some(&last)) = (open.first(), tokens.last()) {
            let name = tokens.get(1).filter(|token| token.kind == TokenKind::Word);
            let name = name.map(|name| format!(" {}", text_of(source, name.span))).unwrap_or_default();
            let sign = sign(first.kind);
            let message = format!("the `{sign}` of `{}{name}` is not closed", keyword.text());
            let help = format!("write `{}` where it ends", sign_of_closer(first.kind));
            let error = Diagnostic::error(codes::UNCLOSED_BRACKET, first.span, message).here("opened here");
            // Where only the item's own bracket is missing, all that stands in it can be told.
            let from = open.get(1).map_or(last.span.end, |inner| inner.span.start);
            self.say(
                error
                    .also(last.span, format!("it ends here, without its `{}`", sign_of_closer(first.kind)))
                    .help(help),
                from,
                sink,
            );
            tokens.extend(open.iter().rev().map(|open| missing(open.kind, last)));
        }
        Some(self.patched)
    }
}

/// The closing bracket that is missing for `open`, thought to stand where `place` does.
fn missing(open: TokenKind, place: Seen) -> Seen {
    Seen { kind: closer(open), span: place.span, starts_line: false }
}

fn closer(open: TokenKind) -> TokenKind {
    match open {
        TokenKind::LeftParen => TokenKind::RightParen,
        TokenKind::LeftBracket => TokenKind::RightBracket,
        _ => TokenKind::RightBrace,
    }
}

fn sign(open: TokenKind) -> &'static str {
    match open {
        TokenKind::LeftParen => "(",
        TokenKind::LeftBracket => "[",
        _ => "{",
    }
}

fn sign_of_closer(open: TokenKind) -> &'static str {
    closing_sign(closer(open))
}

fn opening_sign(close: TokenKind) -> &'static str {
    match close {
        TokenKind::RightParen => "(",
        TokenKind::RightBracket => "[",
        _ => "{",
    }
}

fn closing_sign(close: TokenKind) -> &'static str {
    match close {
        TokenKind::RightParen => ")",
        TokenKind::RightBracket => "]",
        _ => "}",
    }
}
