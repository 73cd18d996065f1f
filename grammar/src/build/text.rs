//! Strings: their escapes, and the paths that a message shows.

use super::Context;
use crate::ast::{Message, MessagePiece, Name, Path, Text};
use crate::codes;
use crate::diagnostic::Diagnostic;

/// A character of a string after its escape was read, and where it stands.
#[derive(Clone, Copy)]
struct Character {
    value: char,
    start: usize,
    end: usize,
    /// Whether it was escaped; an escaped brace is only a brace.
    escaped: bool,
}

/// What stands between the quotes of a literal in which nothing is escaped: most are such.
fn plain(literal: &str) -> Option<&str> {
    let inside = literal.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains('\\')).then_some(inside)
}

impl Context<'_, '_> {
    /// A string without anything to fill in.
    pub fn text(&mut self, start: usize, literal: &str, end: usize) -> Text {
        if let Some(value) = plain(literal) {
            return Text { value: value.to_owned(), span: self.span(start, end) };
        }
        let value = self.characters(start, literal).iter().map(|character| character.value).collect();
        Text { value, span: self.span(start, end) }
    }

    /// A string with `{path}` to fill in; `{{` and `}}` are braces.
    pub fn message(&mut self, start: usize, literal: &str, end: usize) -> Message {
        if let Some(text) = plain(literal).filter(|text| !text.is_empty() && !text.contains(['{', '}'])) {
            return Message {
                pieces: vec![MessagePiece::Text(text.to_owned())],
                span: self.span(start, end),
            };
        }
        let characters = self.characters(start, literal);
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = characters.as_slice();
        while let Some((&first, tail)) = rest.split_first() {
            let doubled = tail.first().is_some_and(|next| !next.escaped && next.value == first.value);
            match first.value {
                '{' | '}' if first.escaped => {
                    text.push(first.value);
                    rest = tail;
                }
                '{' | '}' if doubled => {
                    text.push(first.value);
                    rest = tail.get(1..).unwrap_or_default();
                }
                '{' => {
                    let close = tail.iter().position(|c| !c.escaped && matches!(c.value, '{' | '}'));
                    let close = close.filter(|&at| tail.get(at).is_some_and(|c| c.value == '}'));
                    let Some(close) = close else {
                        self.interpolation(first.start, first.end, "this `{` is not closed");
                        rest = tail;
                        continue;
                    };
                    let (inside, behind) = tail.split_at_checked(close).unwrap_or((tail, &[]));
                    if let Some(path) = self.shown_path(inside) {
                        if !text.is_empty() {
                            pieces.push(MessagePiece::Text(std::mem::take(&mut text)));
                        }
                        pieces.push(MessagePiece::Path(path));
                    } else {
                        let end = behind.first().map_or(first.end, |close| close.end);
                        self.interpolation(
                            first.start,
                            end,
                            "only the name of a value can stand between braces",
                        );
                    }
                    rest = behind.get(1..).unwrap_or_default();
                }
                '}' => {
                    self.interpolation(first.start, first.end, "this `}` closes nothing");
                    rest = tail;
                }
                value => {
                    text.push(value);
                    rest = tail;
                }
            }
        }
        if !text.is_empty() {
            pieces.push(MessagePiece::Text(text));
        }
        Message { pieces, span: self.span(start, end) }
    }

    fn interpolation(&mut self, start: usize, end: usize, message: &str) {
        let help = "write `{merchant.name}` to show a value, `{{` and `}}` to show braces";
        let span = self.span(start, end);
        self.error(Diagnostic::error(codes::BAD_INTERPOLATION, span, message).help(help));
    }

    /// The path that these characters spell, blanks at either end aside.
    fn shown_path(&self, inside: &[Character]) -> Option<Path> {
        let blank = |character: &Character| character.value == ' ';
        let from = inside.iter().position(|c| !blank(c))?;
        let to = inside.iter().rposition(|c| !blank(c))?;
        let mut names = Vec::new();
        for word in inside.get(from..=to)?.split(|character| character.value == '.') {
            let (first, last) = (word.first()?, word.last()?);
            let starts_well = first.value.is_ascii_alphabetic() || first.value == '_';
            let goes_on_well = word.iter().all(|c| c.value.is_ascii_alphanumeric() || c.value == '_');
            if !starts_well || !goes_on_well || word.iter().any(|c| c.escaped) {
                return None;
            }
            let text = word.iter().map(|character| character.value).collect();
            names.push(Name { text, span: self.span(first.start, last.end) });
        }
        let first = names.first()?.clone();
        Some(self.path(first, names.split_off(1)))
    }

    /// The characters between the quotes of a literal that starts at `start`.
    fn characters(&mut self, start: usize, literal: &str) -> Vec<Character> {
        let mut chars = literal.char_indices().skip(1).peekable();
        let mut characters = Vec::with_capacity(literal.len());
        // The closing quote is no part of the value; a string that was not closed has none.
        let last =
            literal.len().checked_sub(1).filter(|_| literal.len() > 1 && literal.ends_with(['"', '\'']));
        while let Some((at, c)) = chars.next() {
            if Some(at) == last {
                break;
            }
            let from = start + at;
            if c != '\\' {
                characters.push(Character {
                    value: c,
                    start: from,
                    end: from + c.len_utf8(),
                    escaped: false,
                });
                continue;
            }
            let Some((escape_at, escape)) = chars.next() else { break };
            let mut end = start + escape_at + escape.len_utf8();
            let value = match escape {
                '"' | '\\' => Some(escape),
                'n' => Some('\n'),
                't' => Some('\t'),
                'u' => {
                    let mut digits = String::new();
                    let mut closed = false;
                    if chars.next_if(|&(_, c)| c == '{').is_some() {
                        while let Some((_, c)) =
                            chars.next_if(|&(_, c)| c.is_ascii_hexdigit() && digits.len() < 7)
                        {
                            digits.push(c);
                        }
                        if let Some((at, _)) = chars.next_if(|&(_, c)| c == '}') {
                            (closed, end) = (true, start + at + 1);
                        }
                    }
                    let code = u32::from_str_radix(&digits, 16).ok().filter(|_| closed);
                    code.and_then(char::from_u32).filter(|&c| !crate::bytes::is_forbidden(c))
                }
                _ => None,
            };
            match value {
                Some(value) => characters.push(Character { value, start: from, end, escaped: true }),
                None => {
                    let message = "this escape has no meaning";
                    let help = "a string knows `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{20AC}`";
                    let span = self.span(from, end);
                    self.error(Diagnostic::error(codes::BAD_ESCAPE, span, message).help(help));
                }
            }
        }
        characters
    }
}
