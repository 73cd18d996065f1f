//! Texts that are edited piece by piece are the texts that come of it.

mod support;

use lictor_lsp::ide::{Change, Document, Encoding, Position, Text};
use support::Dice;

const PIECES: [&str; 12] =
    ["", "x", "\n", "\r", "\r\n", "\n\r", "ab cd", "é", "😀", "// c\n", "{\r\n}", "\n\n\n"];

/// A place between two characters, counted by somebody who does not know how we count.
fn place(text: &str, at: usize, units: impl Fn(char) -> usize) -> Position {
    let mut line = 0;
    let mut start = 0;
    for (index, c) in text.char_indices().take_while(|&(index, _)| index < at) {
        let next = text[index + c.len_utf8()..].chars().next();
        if c == '\n' || (c == '\r' && next != Some('\n')) {
            line += 1;
            start = index + c.len_utf8();
        }
    }
    Position { line, character: text[start..at].chars().map(units).sum::<usize>() as u32 }
}

/// How many units of an encoding a character has.
type Units = fn(char) -> usize;

#[test]
fn many_edits_give_the_text_that_one_would() {
    let units: [(Encoding, Units); 3] =
        [(Encoding::Utf8, char::len_utf8), (Encoding::Utf16, char::len_utf16), (Encoding::Utf32, |_| 1)];
    for (seed, (encoding, unit)) in units.into_iter().cycle().take(60).enumerate() {
        let mut dice = Dice(seed as u64);
        let mut expected = String::from("module m\r\n\r\nlayer base\n");
        let mut document = Document { text: Text::new(expected.clone()).into(), version: 0 };
        for version in 1..200 {
            // A client cannot say a place between a carriage return and a line feed: it is the place before both.
            let mut ends: Vec<usize> = (0..=expected.len())
                .filter(|&at| {
                    expected.is_char_boundary(at)
                        && !(expected[..at].ends_with('\r') && expected[at..].starts_with('\n'))
                })
                .collect();
            let from = ends.remove(dice.below(ends.len()));
            let to = ends.into_iter().filter(|&at| at >= from).take(8).nth(dice.below(8)).unwrap_or(from);
            let piece = PIECES[dice.below(PIECES.len())];
            let change =
                Change::Part(place(&expected, from, unit), place(&expected, to, unit), piece.to_owned());
            document.apply(version, vec![change], encoding);
            expected.replace_range(from..to, piece);
            assert_eq!(*document.text, Text::new(expected.clone()), "seed {seed}, version {version}");
        }
        for at in (0..=expected.len()).filter(|&at| expected.is_char_boundary(at)) {
            let there = encoding.position(&document.text, at as u32);
            let back = encoding.offset(&document.text, there) as usize;
            let within_line_end = expected[..at].ends_with('\r') && expected[at..].starts_with('\n');
            assert_eq!(back, at - usize::from(within_line_end), "seed {seed}");
        }
    }
}

#[test]
fn places_outside_of_the_text_are_the_nearest_inside() {
    let text = Text::new(String::from("ab\r\né😀\n"));
    let offset = |encoding: Encoding, line, character| encoding.offset(&text, Position { line, character });
    assert_eq!(offset(Encoding::Utf16, 0, 9), 2);
    assert_eq!(offset(Encoding::Utf16, 1, 9), 10);
    assert_eq!(offset(Encoding::Utf16, 2, 0), 11);
    assert_eq!(offset(Encoding::Utf16, 9, 9), 11);
    // Inside a character is before it.
    assert_eq!(offset(Encoding::Utf16, 1, 2), 6);
    assert_eq!(offset(Encoding::Utf8, 1, 1), 4);
    assert_eq!(offset(Encoding::Utf8, 1, 4), 6);
    // The wrong way round is nothing, at the first.
    let range = Encoding::Utf16.range(&text, Position { line: 1, character: 1 }, Position::default());
    assert_eq!(range, 6..6);
}
