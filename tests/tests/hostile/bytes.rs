//! Files that are no text, or hide something in it.

use crate::corpus::{alone, files};
use crate::dice::Dice;
use crate::survive::{refused, survive};

/// About how many bytes are changed in all files together: the library grows, and the time for this should not.
const CHANGES: usize = 800;

const POLICY: &str = "\
module hostile.bytes
layer base

/// Pay somebody.
action pay {
  n: Int
  default allow
}

reasons { MUCH \"It is much\" }

rule r on pay {
  deny when n > 3 as MUCH \"{n} is much\" // at most three
}
";

/// The first code that is told, and where.
fn first(bytes: &[u8]) -> (&'static str, u32) {
    let told = refused(&alone(bytes)).diagnostics;
    (told[0].code, told[0].span().start)
}

#[test]
fn other_encodings() {
    assert!(survive(&alone(POLICY.as_bytes())).bundle.is_some());
    let wide = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        let units = POLICY.encode_utf16().flat_map(order);
        mark.into_iter().chain(units).collect::<Vec<u8>>()
    };
    assert_eq!(first(&wide(u16::to_le_bytes, [0xff, 0xfe])), ("E0130", 0));
    assert_eq!(first(&wide(u16::to_be_bytes, [0xfe, 0xff])), ("E0130", 0));
    assert_eq!(first(format!("\u{feff}{POLICY}").as_bytes()), ("E0131", 0));
    // A byte order mark in the middle, where two files were put together.
    refused(&alone(format!("{POLICY}\u{feff}{POLICY}").as_bytes()));
    // One line in Latin-1 among others in UTF-8.
    let mixed = [POLICY.as_bytes(), b"// caf\xe9, caf\xc3\xa9\n"].concat();
    assert_eq!(first(&mixed), ("E0130", POLICY.len() as u32 + 6));
}

#[test]
fn characters_that_hide_something() {
    for hidden in
        ["\0", "\u{7}", "\u{1b}[31m", "\r", "\u{85}", "\u{2028}", "\u{202e}", "\u{2066}", "\u{200f}"]
    {
        for at in [0, POLICY.find("at most").unwrap(), POLICY.find("is much").unwrap(), POLICY.len()] {
            let text = format!("{}{hidden}{}", &POLICY[..at], &POLICY[at..]);
            let told = refused(&alone(text.as_bytes())).diagnostics;
            let here = told.iter().any(|told| told.code == "E0101" && told.span().start == at as u32);
            assert!(here && told.len() <= 4, "{hidden:?} at {at}: {told:#?}");
        }
    }
}

#[test]
fn one_byte_is_another() {
    let mut dice = Dice(5);
    let files = files();
    let changes = CHANGES.div_ceil(files.len());
    for file in files.iter().filter(|file| !file.bytes.is_empty()) {
        for _ in 0..changes {
            let mut bytes = file.bytes.clone();
            let at = dice.below(bytes.len());
            match dice.below(3) {
                0 => bytes[at] = dice.below(256) as u8,
                1 => bytes[at] ^= 1 << dice.below(8),
                _ => bytes.insert(at, *dice.pick(b"\0\r\n\t\"{}()[]/.\xc3\xff")),
            }
            survive(&alone(&bytes));
        }
    }
}
