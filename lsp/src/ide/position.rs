//! Positions as editors count them: a line, and so many units into it.

use std::ops::Range;

use super::Text;

/// What a position counts within its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Two for a character beyond U+FFFF, one for any other.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

/// A place in a text, both numbers from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// Units before the place in its line.
    pub character: u32,
}

impl Encoding {
    fn width(self, c: char) -> u32 {
        let width = match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        };
        width as u32
    }

    /// How many units a text has.
    pub fn length(self, text: &str) -> u32 {
        if text.is_ascii() {
            return u32::try_from(text.len()).unwrap_or(u32::MAX);
        }
        text.chars().map(|c| self.width(c)).sum()
    }

    /// The position of a byte.
    pub fn position(self, text: &Text, at: u32) -> Position {
        let at = at.min(text.len());
        let line = text.line_of(at);
        let start = text.line_start(line);
        // A place inside a character is counted as the place before it.
        let before =
            (start..=at).rev().find(|&end| text.as_str().is_char_boundary(end as usize)).unwrap_or(start);
        Position { line, character: self.length(text.slice(start..before)) }
    }

    /// The byte at a position. Beyond the end of a line is the end of the line, beyond the last line the end of the text;
    /// inside a character is before it.
    pub fn offset(self, text: &Text, position: Position) -> u32 {
        if position.line >= text.line_count() {
            return text.len();
        }
        let start = text.line_start(position.line);
        let line = text.line(position.line);
        if line.is_ascii() {
            return start + position.character.min(line.len() as u32);
        }
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += self.width(c);
            if units > position.character {
                return start + at as u32;
            }
        }
        start + line.len() as u32
    }

    /// The bytes between two positions; none where they stand the wrong way round.
    pub fn range(self, text: &Text, from: Position, to: Position) -> Range<u32> {
        let start = self.offset(text, from);
        start..self.offset(text, to).max(start)
    }
}
