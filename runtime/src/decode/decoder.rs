//! What reading a value works on, and how it is given up.
//!
//! A refusal is put aside here, and what is returned only stops the reading; on the way out, each object and array that is left adds its
//! step to the path. So what is read costs nothing for what might have been said about it.

use std::borrow::Cow;

use lictor_bundle::program::Stage;

use super::fault::{Fault, MAX_DEPTH, What};
use super::reader::{Kind, Raw, Reader};
use super::refusal::{Refusal, Step, path};
use super::string::Text;
use crate::arena::Arena;
use crate::index::hash;
use crate::plan::Program;
use crate::slot::{Slot, TextSpan};

/// The most slots that the collections and facts of one request may take together (4 MiB). A short text can name many
/// records whose optional fields are all absent, and each of those takes its full width.
const MAX_ELEMENTS: usize = 1 << 18;

/// What is said of something secret that has another shape.
const SECRET: &str = "is not what the policy declares; it is secret, so nothing more is said about it";

/// Reading has ended, and the decoder knows why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Refused;

/// What was read.
pub(crate) type Read<T> = Result<T, Refused>;

/// Who says what is being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    /// Whoever sends the request vouches for all of it.
    Whole,
    /// The caller, who may not say what is attested.
    Caller,
    /// The host, who says only that, beside what the caller has said.
    Host,
}

/// A text to be read, all of which is in the request's arena: a text in it needs no copy of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'i> {
    pub text: &'i str,
    /// Where it starts in the arena.
    kept: u32,
}

impl<'i> Json<'i> {
    /// Puts a text into the arena. None where there is no room for it.
    pub fn new(text: &'i str, arena: &mut Arena) -> Option<Json<'i>> {
        Some(Json { text, kept: arena.add_written(text)?.0 })
    }

    /// A text that was put into the arena before.
    pub fn at(text: &'i str, kept: u32) -> Json<'i> {
        Json { text, kept }
    }

    /// Where it starts in the arena.
    pub fn kept(&self) -> u32 {
        self.kept
    }
}

/// What reading a value works on.
pub(crate) struct Decoder<'a> {
    pub program: &'a Program,
    /// The slots of the request; above them, those of lists that are still being read.
    pub frame: &'a mut Vec<Slot>,
    pub arena: &'a mut Arena,
    /// The members seen, of each object that is being read.
    pub seen: &'a mut Vec<u64>,
    /// Who says what is being read.
    pub side: Side,
    /// Whether whoever says what is being read is trusted to say how far it was verified: in facts, events, the envelope, and what is attested.
    pub vouched: bool,
    reader: Reader<'a>,
    /// Where the text that is read starts in the arena.
    kept: u32,
    depth: u32,
    /// How many values marked `secret` are being read, one inside the other.
    secrets: u32,
    steps: Vec<Step>,
    refusal: Option<(Stage, &'static str, String)>,
}

impl<'a> Decoder<'a> {
    /// Starts at the front of a text, with an empty path.
    pub fn new(
        side: Side,
        program: &'a Program,
        frame: &'a mut Vec<Slot>,
        arena: &'a mut Arena,
        seen: &'a mut Vec<u64>,
        json: Json<'a>,
    ) -> Decoder<'a> {
        Decoder {
            program,
            frame,
            arena,
            seen,
            side,
            vouched: false,
            reader: Reader::new(json.text),
            kept: json.kept,
            depth: 0,
            secrets: 0,
            steps: Vec::new(),
            refusal: None,
        }
    }

    /// Gives up: the value is not of its declared shape.
    #[cold]
    pub fn refuse(&mut self, sentence: impl Into<String>) -> Refused {
        self.refuse_as(Stage::Structure, "STRUCTURE_INVALID", sentence)
    }

    /// Gives up with a stage and a code of its own.
    #[cold]
    pub fn refuse_as(&mut self, stage: Stage, code: &'static str, sentence: impl Into<String>) -> Refused {
        let sentence = if self.secrets == 0 { sentence.into() } else { SECRET.to_owned() };
        self.refusal.get_or_insert((stage, code, sentence));
        Refused
    }

    /// Gives up in a member.
    #[cold]
    pub fn refuse_in(&mut self, name: &str, sentence: impl Into<String>) -> Refused {
        let refused = self.refuse(sentence);
        self.on_the_way_out(refused, Step::Member(name.to_owned()))
    }

    /// Reads on, or gives up where this is not JSON.
    #[inline]
    pub fn json<T>(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Result<T, Fault>) -> Read<T> {
        read(&mut self.reader).map_err(|fault| self.not_json(fault))
    }

    #[cold]
    fn not_json(&mut self, fault: Fault) -> Refused {
        self.refuse(fault.sentence(self.text()))
    }

    /// Gives up unless a value of this kind stands next.
    pub fn expect(&mut self, kind: Kind) -> Read<()> {
        let found = self.json(Reader::kind)?;
        if found == kind { Ok(()) } else { Err(self.refuse_kind(found, format!("must be {}", kind.name()))) }
    }

    /// Gives up on the value that stands next, which is of another kind than it must be.
    #[cold]
    pub fn refuse_kind(&mut self, found: Kind, sentence: String) -> Refused {
        if !matches!(found, Kind::List | Kind::Object) {
            // What only begins like a word, a number or a text is not JSON, and what is told first is told.
            let _is_json = self.skip();
        }
        self.refuse(sentence)
    }

    /// Whether a member of this name stands next; then goes past the name.
    #[inline]
    pub fn is_named(&mut self, name: &str) -> bool {
        self.reader.is_named(name)
    }

    /// Steps over a value.
    pub fn skip(&mut self) -> Read<Raw> {
        let room = MAX_DEPTH.saturating_sub(self.depth);
        self.json(|reader| reader.skip(room))
    }

    /// The whole text that is read.
    pub fn text(&self) -> &'a str {
        self.reader.text
    }

    /// A value that was stepped over, as it is written.
    pub fn written(&self, raw: Raw) -> &'a str {
        self.reader.written(raw)
    }

    /// Reads a value that was stepped over.
    pub fn again<T>(&mut self, raw: Raw, read: impl FnOnce(&mut Self) -> T) -> T {
        let back = self.reader.go_to(raw);
        let result = read(self);
        self.reader.go_to(back);
        result
    }

    /// Reads in another text.
    pub fn within<T>(&mut self, json: Json<'a>, read: impl FnOnce(&mut Self) -> T) -> T {
        let reader = std::mem::replace(&mut self.reader, Reader::new(json.text));
        let kept = std::mem::replace(&mut self.kept, json.kept);
        let result = read(self);
        (self.reader, self.kept) = (reader, kept);
        result
    }

    /// The slot of a text that was read. The arena has all of them already, but those that were written with escapes.
    #[inline]
    pub fn keep_text(&mut self, text: &Text<'_>) -> Read<Slot> {
        let Cow::Borrowed(plain) = text.text else { return self.keep_other(text) };
        // Neither is larger than a request may be.
        let (at, len) = (self.kept + text.at as u32, plain.len() as u32);
        let hash = hash(plain.as_bytes());
        let slot = Slot::from_text(TextSpan { arena: 0, at, len, hash, is_known: false });
        Ok(self.program.recognize(slot, plain.as_bytes()))
    }

    /// The slot of a text that does not stand in what is read.
    pub fn keep_other(&mut self, text: &str) -> Read<Slot> {
        let slot = self.arena.add_text(0, text).ok_or_else(|| self.refuse("is too long"))?;
        Ok(self.program.recognize(slot, text.as_bytes()))
    }

    /// Reads a value that is secret where `secret`: if it is refused, neither the sentence nor the path repeats anything of it.
    #[inline]
    pub fn guarded<T>(&mut self, secret: bool, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if !secret {
            return read(self);
        }
        self.secrets += 1;
        let steps = self.steps.len();
        let result = read(self);
        self.secrets = self.secrets.saturating_sub(1);
        // Names of members are the sender's words as much as values are.
        self.steps.truncate(steps);
        result
    }

    /// Reads something that another side says.
    #[inline]
    pub fn said_by<T>(&mut self, side: Side, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.side, side);
        let result = read(self);
        self.side = before;
        result
    }

    /// Reads something that is vouched for where `vouched`, and in any case where what it is part of is.
    #[inline]
    pub fn vouched_for<T>(&mut self, vouched: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.vouched;
        self.vouched |= vouched;
        let result = read(self);
        self.vouched = before;
        result
    }

    /// Notes, where reading failed, that it failed in this member.
    #[inline]
    pub fn in_member<T>(&mut self, name: &str, result: Read<T>) -> Read<T> {
        result.map_err(|refused| self.on_the_way_out(refused, Step::Member(name.to_owned())))
    }

    /// Notes, where reading failed, that it failed in this element.
    #[inline]
    pub fn in_element<T>(&mut self, index: usize, result: Read<T>) -> Read<T> {
        result.map_err(|refused| self.on_the_way_out(refused, Step::Element(index)))
    }

    #[cold]
    fn on_the_way_out(&mut self, refused: Refused, step: Step) -> Refused {
        self.steps.push(step);
        refused
    }

    /// Goes into the object or the array that stands next.
    #[inline]
    pub fn enter(&mut self) -> Read<()> {
        if self.depth == MAX_DEPTH {
            return self.json(|reader| Err(reader.fault(What::TooDeep)));
        }
        self.depth += 1;
        self.reader.open();
        Ok(())
    }

    /// Leaves an object or an array, which was read to its end.
    #[inline]
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Takes the frame's slots from `base` on into the arena.
    pub fn keep(&mut self, base: usize) -> Read<u32> {
        let slots = self.frame.get(base..).unwrap_or(&[]);
        let room = MAX_ELEMENTS.saturating_sub(self.arena.slot_count());
        let kept = if slots.len() <= room { self.arena.add_slots(slots) } else { None };
        self.frame.truncate(base);
        kept.ok_or_else(|| self.refuse("holds too many values; send a smaller request"))
    }

    /// Writes a slot of the frame.
    #[inline]
    pub fn put(&mut self, at: usize, slot: Slot) {
        // Whoever reads a value made room for it.
        if let Some(place) = self.frame.get_mut(at) {
            *place = slot;
        }
    }

    /// What went wrong, once reading has ended.
    #[cold]
    pub fn into_refusal(self) -> Refusal {
        let (stage, code, sentence) = self.refusal.unwrap_or_else(|| {
            (Stage::Structure, "STRUCTURE_INVALID", "is not what the policy declares".to_owned())
        });
        let path = match path(&self.steps) {
            path if path.is_empty() => "the request".to_owned(),
            path => path,
        };
        Refusal { stage, code, reason: format!("{path}: {sentence}") }
    }
}
