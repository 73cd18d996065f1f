//! The reader is held against `serde_json`: over documents at random, good ones and damaged ones, both read the same or both refuse.
//! Only what is nested too deep is refused here and not there.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::fault::{Fault, MAX_DEPTH};
use super::reader::{Kind, Reader};

/// How many documents are written, and how many damaged ones are made of each.
const DOCUMENTS: usize = 6_000;
const DAMAGED: usize = 20;

/// Any value: numbers as they are written, members in their order and as often as they are there.
#[derive(PartialEq, Debug)]
enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// What the reader makes of a text.
fn ours(text: &str) -> Option<Tree> {
    let mut json = Reader::new(text);
    let tree = read(&mut json).ok()?;
    json.end().ok()?;
    // Stepping over it reads it as well.
    let mut json = Reader::new(text);
    let raw = json.skip(MAX_DEPTH).unwrap();
    assert_eq!(json.written(raw), text.trim_matches([' ', '\t', '\n', '\r']));
    Some(tree)
}

fn read(json: &mut Reader<'_>) -> Result<Tree, Fault> {
    Ok(match json.kind()? {
        Kind::Null => json.null().map(|()| Tree::Null)?,
        Kind::Bool => Tree::Bool(json.bool()?),
        Kind::Number => Tree::Number(json.number()?.to_owned()),
        Kind::Text => Tree::Text(json.string()?.text.into_owned()),
        Kind::List => {
            json.open();
            let mut elements = Vec::new();
            while json.element(elements.is_empty())? {
                elements.push(read(json)?);
            }
            Tree::List(elements)
        }
        Kind::Object => {
            json.open();
            let mut members = Vec::new();
            while json.member(members.is_empty())? {
                let name = json.name()?.text.into_owned();
                json.colon()?;
                members.push((name, read(json)?));
            }
            Tree::Object(members)
        }
    })
}

/// What `serde_json` makes of it.
fn theirs(text: &str) -> Option<Tree> {
    let text = serde_json::from_str::<&RawValue>(text).ok()?.get();
    Some(match text.as_bytes().first()? {
        b'n' => Tree::Null,
        b't' => Tree::Bool(true),
        b'f' => Tree::Bool(false),
        b'"' => Tree::Text(serde_json::from_str(text).ok()?),
        b'[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            Tree::List(elements.into_iter().map(|element| theirs(element.get())).collect::<Option<_>>()?)
        }
        b'{' => {
            let Members(members) = serde_json::from_str(text).ok()?;
            let members = members.into_iter().map(|(name, value)| Some((name, theirs(value.get())?)));
            Tree::Object(members.collect::<Option<_>>()?)
        }
        _ => Tree::Number(text.to_owned()),
    })
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// Numbers that look random and are always the same (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Pieces of strings, some of which no string may have.
const PIECES: [&str; 26] = [
    "a",
    "id",
    "amount",
    "é",
    "日",
    "😀",
    " ",
    "\u{7f}",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\b\\f\\r\\t",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\uD83D\\uDE00",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\u0041",
    "\\ud83dx",
    "\\u12",
    "\\x",
    "\u{1}",
    "\t",
    "0123456789",
];

const NUMBERS: [&str; 22] = [
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "1.5",
    "0.0",
    "-0.25",
    "1e5",
    "1E-5",
    "2.5e+10",
    "1e999",
    "99999999999999999999",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "+1",
    "-a",
    "0x10",
    "NaN",
];

fn write(dice: &mut Dice, room: usize, out: &mut String) {
    let space = |dice: &mut Dice| dice.one(&["", "", "", " ", "\n", "\t\r", "\u{a0}"]);
    out.push_str(dice.one(&["", "", "", "", " ", "\n  "]));
    match dice.below(if room == 0 { 6 } else { 10 }) {
        0 => out.push_str(dice.one(&["null", "null", "nul", "NULL"])),
        1 => out.push_str(dice.one(&["true", "false", "tru", "True", "falsey"])),
        2 | 3 => {
            // Mostly good ones.
            let last = if dice.below(8) == 0 { NUMBERS.len() } else { 13 };
            out.push_str(NUMBERS[dice.below(last)]);
        }
        4 | 5 => write_string(dice, out),
        6 | 7 => {
            out.push('[');
            for index in 0..dice.below(4) {
                out.push_str(if index > 0 { "," } else { "" });
                write(dice, room - 1, out);
            }
            out.push_str(if dice.below(60) == 0 { "," } else { "" });
            out.push(']');
        }
        _ => {
            out.push('{');
            for index in 0..dice.below(4) {
                out.push_str(if index > 0 { "," } else { "" });
                write_string(dice, out);
                out.push_str(if dice.below(60) == 0 { "" } else { ":" });
                write(dice, room - 1, out);
            }
            out.push('}');
        }
    }
    if dice.below(8) == 0 {
        out.push_str(space(dice));
    }
}

fn write_string(dice: &mut Dice, out: &mut String) {
    out.push('"');
    // The last ones of the pieces are those that end a reading: few documents have one.
    let last = if dice.below(12) == 0 { PIECES.len() } else { 17 };
    for _ in 0..dice.below(6) {
        out.push_str(PIECES[dice.below(last)]);
    }
    out.push('"');
}

/// Bytes that mean something where they stand, or may not stand there.
const BYTES: &[u8] = b"{}[]\",:0123456789-+.eE\\utfn \n\x00\x1f\x7f";

/// Changes some bytes. None where that is not text any more, which is refused before it is read.
fn damage(dice: &mut Dice, text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let byte = BYTES[dice.below(BYTES.len())];
        match dice.below(4) {
            0 => bytes.insert(at, byte),
            1 => bytes.truncate(at),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[test]
fn the_same_is_read_and_the_same_is_refused() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let (mut read, mut refused) = (0, 0);
    let mut compare = |text: &str| {
        let (ours, theirs) = (ours(text), theirs(text));
        assert_eq!(ours, theirs, "{text:?}");
        *(if ours.is_some() { &mut read } else { &mut refused }) += 1;
    };
    for _ in 0..DOCUMENTS {
        let mut text = String::new();
        write(&mut dice, 4, &mut text);
        compare(&text);
        for _ in 0..DAMAGED {
            if let Some(text) = damage(&mut dice, &text) {
                compare(&text);
            }
        }
    }
    assert!(read > 15_000 && refused > 15_000, "{read} were read, {refused} were refused");
}

#[test]
fn one_level_more_than_the_deepest_is_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        for (depth, is_read) in [(31, true), (32, true), (33, false), (30_000, false)] {
            assert_eq!(Reader::new(&nested(depth)).skip(MAX_DEPTH).is_ok(), is_read, "{depth}");
        }
    }
}
