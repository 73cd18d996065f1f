//! Base64url without padding (RFC 4648, section 5; RFC 7515, section 2), in the one form that each row of bytes has.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};

/// How many bytes are shown at once: a multiple of three, so that nothing is left over between them.
const PIECE: usize = 48;

/// Bytes that are shown so.
pub(crate) struct Shown<'b>(pub &'b [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut signs = [0; PIECE / 3 * 4];
        self.0.chunks(PIECE).try_for_each(|piece| {
            f.write_str(Base64UrlUnpadded::encode(piece, &mut signs).map_err(|_| fmt::Error)?)
        })
    }
}

/// Writes bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Writes bytes behind a text.
pub(crate) fn append(text: &mut String, bytes: &[u8]) {
    use fmt::Write as _;
    // A text takes whatever is written to it.
    let _ = write!(text, "{}", Shown(bytes));
}

/// Reads bytes. Padding, signs of other alphabets, and bits that are left over and not zero are refused, so that no two texts are the same bytes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Reads exactly so many bytes.
pub(crate) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    (Base64UrlUnpadded::decode(text, &mut bytes).ok()?.len() == N).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_text() {
        for length in 0..150u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(83)).collect();
            let text = encode(&bytes);
            assert_eq!(Shown(&bytes).to_string(), text);
            let mut behind = "a.".to_owned();
            append(&mut behind, &bytes);
            assert_eq!(behind, format!("a.{text}"));
            assert_eq!(decode(&text), Some(bytes));
        }
        assert_eq!(decode("_-8"), Some(vec![0xff, 0xef]));
        // Padded, of the other alphabet, bits left over, too short, not base64 at all.
        for text in ["_-8=", "/+8", "_-9", "_", "_-8 ", "_-8\n", "_\n-8", "ä", "AA==", "AB"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
        assert_eq!(decode_array("_-8"), Some([0xff, 0xef]));
        assert_eq!(decode_array::<3>("_-8"), None);
        assert_eq!(decode_array::<1>("_-8"), None);
    }
}
