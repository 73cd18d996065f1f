//! What must be true of a source before it is read: its size, its encoding, and no character that hides text.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::sink::Sink;
use crate::span::FileId;
use crate::{Parsed, parse};

/// The most bytes of one source.
pub const MAX_SOURCE: usize = 16 << 20;

/// The mark that some editors write at the start of a file.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads and parses a source that may not even be text. What is not UTF-8 yields an empty file and one error at the
/// first byte that is wrong.
pub fn parse_bytes(file: FileId, bytes: &[u8]) -> Parsed {
    let mut sink = Sink::new(file);
    if bytes.len() > MAX_SOURCE {
        report_size(bytes.len(), &mut sink);
        return Parsed { diagnostics: sink.finish(), ..Parsed::default() };
    }
    match std::str::from_utf8(bytes) {
        Ok(source) => parse(file, source),
        Err(error) => {
            let at = error.valid_up_to();
            let sixteen = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            let help = if sixteen {
                "the file looks like UTF-16; save it as UTF-8"
            } else {
                "save the file as UTF-8"
            };
            let message = format!("the file is not UTF-8: byte {} belongs to no character", at + 1);
            let span = sink.span(at, at + 1);
            sink.push(Diagnostic::error(codes::NOT_UTF8, span, message).help(help));
            Parsed { diagnostics: sink.finish(), ..Parsed::default() }
        }
    }
}

/// Says that a source of `length` bytes is too large.
pub(crate) fn report_size(length: usize, sink: &mut Sink) {
    let message = format!("the file has {length} bytes; at most {MAX_SOURCE} are read");
    let help = "put long lists into a file of their own: `param names: Set<String> = file(\"names.txt\")`";
    let span = sink.span(0, 0);
    sink.push(Diagnostic::error(codes::TOO_LARGE, span, message).help(help));
}

/// Where the first character of a text stands that makes it read otherwise than it is, and what it is: "a control character
/// (U+0000)". No policy may hold one, nor may a list that belongs to a policy.
pub fn hidden(text: &str) -> Option<(usize, String)> {
    if text.starts_with(BYTE_ORDER_MARK) {
        return Some((0, "a byte order mark".to_string()));
    }
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if hides(c, characters.peek().map(|&(_, next)| next)) {
            return Some((at, named(c)));
        }
    }
    None
}

/// Reports a byte order mark at the start, and every character that makes a text read otherwise than it is:
/// those that turn its direction, those that end a line for some programs only, and those that cannot be seen.
pub(crate) fn check_characters(source: &str, sink: &mut Sink) {
    if source.starts_with(BYTE_ORDER_MARK) {
        let span = sink.span(0, BYTE_ORDER_MARK.len_utf8());
        let message = "the file begins with a byte order mark";
        let help = "save it as UTF-8 without one";
        sink.push(Diagnostic::error(codes::BYTE_ORDER_MARK, span, message).help(help));
    }
    // Most files hold nothing but these.
    if is_plain(source) {
        return;
    }
    let mut characters = source.char_indices().peekable();
    while let Some((start, c)) = characters.next() {
        if !hides(c, characters.peek().map(|&(_, next)| next)) {
            continue;
        }
        // Those that stand together are one mistake.
        let mut end = start + c.len_utf8();
        while let Some(&(at, next)) = characters.peek() {
            if !is_forbidden(next) {
                break;
            }
            end = at + next.len_utf8();
            characters.next();
        }
        let message = format!("{} may not stand in a policy", named(c));
        let help = "remove it; it makes the text look different from what it means";
        let span = sink.span(start, end);
        sink.push(Diagnostic::error(codes::CONTROL_CHARACTER, span, message).help(help));
    }
}

/// Whether a text holds nothing but printable ASCII and line feeds. It is looked at in pieces, each to its end, which a compiler makes
/// fewer instructions of than of one loop that may end at every byte.
fn is_plain(source: &str) -> bool {
    let other = |byte: &u8| !matches!(byte, b'\n' | b' '..=b'~');
    source.as_bytes().chunks(64).all(|piece| !piece.iter().fold(false, |found, byte| found | other(byte)))
}

/// Whether a character makes the text read otherwise than it is, `next` being the one behind it.
fn hides(c: char, next: Option<char>) -> bool {
    is_forbidden(c) || (c == '\r' && next != Some('\n'))
}

/// Whether the character may stand nowhere, not even in a comment.
pub(crate) fn is_forbidden(c: char) -> bool {
    is_bidirectional(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}')
        || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

fn named(c: char) -> String {
    let what = match c {
        '\u{2028}' | '\u{2029}' | '\u{85}' => "a line break that not every program shows",
        '\r' => "a carriage return without a line feed",
        _ if is_bidirectional(c) => "a character that turns the direction of the text",
        _ => "a control character",
    };
    format!("{what} (U+{:04X})", c as u32)
}
