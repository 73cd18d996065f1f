//! Bytes as lower-case hexadecimal digits.

use std::fmt;

/// Shown as two digits a byte.
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In pieces, since each piece that is written costs more than its digits.
        let mut digits = [0; 64];
        self.0.chunks(digits.len() / 2).try_for_each(|bytes| {
            for (byte, pair) in bytes.iter().zip(digits.as_chunks_mut().0) {
                *pair = self::digits(*byte);
            }
            let written = digits.get(..2 * bytes.len()).and_then(|digits| std::str::from_utf8(digits).ok());
            f.write_str(written.unwrap_or_default())
        })
    }
}

/// The two digits of a byte.
#[inline]
pub fn digits(byte: u8) -> [u8; 2] {
    [digit(byte >> 4), digit(byte & 15)]
}

/// The digit of a number below 16.
#[inline]
fn digit(number: u8) -> u8 {
    if number < 10 { b'0' + number } else { b'a' + number - 10 }
}

/// Reads 32 bytes, in digits of either case.
pub fn parse(text: &str) -> Option<[u8; 32]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let mut bytes = [0u8; 32];
    if pairs.len() != bytes.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
