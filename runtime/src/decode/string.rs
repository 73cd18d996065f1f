//! Strings of JSON: where one ends, and what one with escapes stands for.

use std::borrow::Cow;
use std::ops::Deref;

use super::fault::{Fault, What};
use super::reader::Reader;

/// The text that a string stands for.
#[derive(Debug)]
pub(crate) struct Text<'i> {
    /// Borrowed where it has no escapes, and so stands in the input just like this.
    pub text: Cow<'i, str>,
    /// Where it starts in the input.
    pub at: usize,
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<'i> Reader<'i> {
    /// Reads the name of a member.
    pub fn name(&mut self) -> Result<Text<'i>, Fault> {
        match self.look() {
            Some(b'"') => self.string(),
            None => Err(self.unexpected()),
            Some(_) => Err(self.fault(What::NoName)),
        }
    }

    /// Reads a string.
    #[inline]
    pub fn string(&mut self) -> Result<Text<'i>, Fault> {
        if self.look() != Some(b'"') {
            return Err(self.unexpected());
        }
        let at = self.at + 1;
        self.at = at + plain(self.text.as_bytes().get(at..).unwrap_or_default());
        let plain = self.text.get(at..self.at).unwrap_or_default();
        match self.text.as_bytes().get(self.at) {
            Some(b'"') => {
                self.at += 1;
                Ok(Text { text: Cow::Borrowed(plain), at })
            }
            _ => Ok(Text { text: Cow::Owned(self.escaped(plain)?), at }),
        }
    }

    /// Reads on to the end of a string that starts like this.
    #[cold]
    fn escaped(&mut self, start: &str) -> Result<String, Fault> {
        let mut text = start.to_owned();
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.fault(What::Control)),
                None => return Err(self.unexpected()),
            }
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.get(..plain(rest.as_bytes())).unwrap_or_default();
            text.push_str(plain);
            self.at += plain.len();
        }
    }

    /// Reads an escape. Characters beyond the first 2^16 are written as the two surrogates of UTF-16, and neither stands for anything alone.
    fn escape(&mut self) -> Result<char, Fault> {
        let start = *self;
        self.at += 1;
        let escaped = self.text.as_bytes().get(self.at).ok_or_else(|| self.unexpected())?;
        let character = match escaped {
            b'"' | b'\\' | b'/' => char::from(*escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                let first = self.hex()?;
                let second = match first {
                    0xd800..=0xdbff if self.text.get(self.at..self.at + 2) == Some("\\u") => {
                        self.at += 2;
                        Some(self.hex()?)
                    }
                    _ => None,
                };
                let mut units = char::decode_utf16(std::iter::once(first).chain(second));
                return match (units.next(), units.next()) {
                    (Some(Ok(character)), None) => Ok(character),
                    _ => Err(start.fault(What::Surrogate)),
                };
            }
            _ => return Err(start.fault(What::Escape)),
        };
        self.at += 1;
        Ok(character)
    }

    /// Four hexadecimal digits.
    fn hex(&mut self) -> Result<u16, Fault> {
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.text.as_bytes().get(self.at).ok_or_else(|| self.unexpected())?;
            let digit = char::from(*byte).to_digit(16).ok_or_else(|| self.fault(What::Escape))?;
            // Four digits are sixteen bits.
            unit = unit << 4 | digit as u16;
            self.at += 1;
        }
        Ok(unit)
    }
}

/// How many bytes from the front stand for themselves in a string: up to a quote, a backslash or a control character.
///
/// Eight are looked at together. In each byte of `word - every(n)` the highest bit becomes set where the byte was less than `n`, if it was not
/// set before. A borrow can set it wrongly only above such a byte, so the lowest one set is right.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const HIGHEST: u64 = every(0x80);
    let (words, rest) = bytes.as_chunks::<8>();
    let mut count = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let less = |word: u64, than: u8| word.wrapping_sub(every(than)) & !word;
        let is = |byte: u8| less(word ^ every(byte), 1);
        let found = (less(word, b' ') | is(b'"') | is(b'\\')) & HIGHEST;
        if found != 0 {
            return count + (found.trailing_zeros() / 8) as usize;
        }
        count += 8;
    }
    count + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..b' ')).count()
}

/// A word with this in each of its bytes.
const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_that_ends_what_is_plain_is_found_wherever_it_stands() {
        for length in 0..24 {
            for at in 0..length {
                for byte in 0..=255 {
                    for around in [b'a', b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xff] {
                        let mut bytes = vec![around; length];
                        bytes[at] = byte;
                        let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
                        assert_eq!(plain(&bytes), if ends { at } else { length }, "{bytes:?}");
                    }
                }
            }
        }
    }
}
