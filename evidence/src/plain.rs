//! Texts that stand in JSON as they are: mostly all do, and most are short.

/// What was seen of a text, eight bytes together.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seen {
    /// The highest bit of each byte is set where one was seen there that cannot stand in a text as it is. The other bits say nothing.
    odd: u64,
    /// The same where one was seen that is not ASCII.
    high: u64,
}

/// The highest bit of each of eight bytes.
const HIGHEST: u64 = each(0x80);

/// Eight times the same byte.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

impl Seen {
    /// Whether it stands in JSON as it is.
    pub fn is_plain(self) -> bool {
        self.odd & HIGHEST == 0
    }

    /// The same, and all of it is ASCII.
    pub fn is_plain_ascii(self) -> bool {
        (self.odd | self.high) & HIGHEST == 0
    }

    /// Control characters, quotes and backslashes are odd.
    #[inline]
    fn see(&mut self, eight: [u8; 8]) {
        let eight = u64::from_ne_bytes(eight);
        // A byte borrows from its highest bit where it is less than what is taken from it.
        let is_less = |eight: u64, than: u8| eight.wrapping_sub(each(than)) & !eight;
        self.odd |= is_less(eight, b' ') | is_less(eight ^ each(b'"'), 1) | is_less(eight ^ each(b'\\'), 1);
        self.high |= eight;
    }
}

/// Looks at a text.
pub(crate) fn look(text: &[u8]) -> Seen {
    let mut seen = Seen::default();
    match text.last_chunk::<8>() {
        None => seen.see(few(text)),
        Some(last) => {
            let (eights, _) = text.as_chunks::<8>();
            eights.iter().for_each(|eight| seen.see(*eight));
            // Some bytes are seen twice.
            seen.see(*last);
        }
    }
    seen
}

/// Adds a text and looks at it. To copy a few bytes by a call takes longer than to look at them.
#[inline]
pub(crate) fn add(to: &mut Vec<u8>, text: &[u8]) -> Seen {
    let mut seen = Seen::default();
    match (text.len(), text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (8..=16, Some(first), Some(last)) => {
            seen.see(*first);
            seen.see(*last);
            to.extend_from_slice(first);
            // Those of the first eight that are among the last come with these.
            to.truncate(to.len() + text.len() - 16);
            to.extend_from_slice(last);
            seen
        }
        (..8, ..) => {
            let eight = few(text);
            seen.see(eight);
            to.extend_from_slice(&eight);
            to.truncate(to.len() + text.len() - 8);
            seen
        }
        _ => {
            to.extend_from_slice(text);
            look(text)
        }
    }
}

/// Less than eight bytes, and spaces behind them.
#[inline]
fn few(text: &[u8]) -> [u8; 8] {
    let bits = 8 * text.len();
    let word = match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        // What both have is the same in both.
        (Some(first), Some(last)) => {
            let word = |four: &[u8; 4]| u64::from(u32::from_le_bytes(*four));
            word(first) | (word(last) << (bits - 32))
        }
        _ => text.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)),
    };
    (word | (each(b' ') << bits)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_added_and_seen_at_any_length() {
        for length in 0..40 {
            let text: Vec<u8> = (b'a'..=b'z').cycle().take(length).collect();
            let mut to = b"before".to_vec();
            assert!(add(&mut to, &text).is_plain_ascii());
            assert_eq!(to, [&b"before"[..], &text].concat());
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = text.clone();
                    text[at] = byte;
                    let (mut to, odd) = (Vec::new(), byte < b' ' || byte == b'"' || byte == b'\\');
                    for seen in [add(&mut to, &text), look(&text)] {
                        assert_eq!(seen.is_plain(), !odd, "{byte} at {at} of {length}");
                        assert_eq!(
                            seen.is_plain_ascii(),
                            !odd && byte.is_ascii(),
                            "{byte} at {at} of {length}"
                        );
                    }
                    assert_eq!(to, text);
                }
            }
        }
    }
}
