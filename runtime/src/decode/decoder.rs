//! What reading a value works on, and how it is given up.
//!
//! `serde`'s errors carry a text and nothing else. So a refusal is put aside here, and what is returned through `serde` only
//! stops the reading; on the way out, each object and array that is left adds its step to the path.

use lictor_bundle::program::Stage;
use serde::de;

use super::refusal::{Refusal, Step, json_sentence, path};
use crate::arena::Arena;
use crate::plan::Program;
use crate::slot::Slot;

/// The deepest that objects and arrays may be nested.
const MAX_DEPTH: u32 = 32;
/// The most slots that the collections and facts of one request may take together (4 MiB). A short text can name many
/// records whose optional fields are all absent, and each of those takes its full width.
const MAX_ELEMENTS: usize = 1 << 18;

/// What is said of something secret that has another shape.
const SECRET: &str = "is not what the policy declares; it is secret, so nothing more is said about it";

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

/// What reading a value works on.
pub(crate) struct Decoder<'a> {
    pub program: &'a Program,
    /// The slots of the request; above them, those of lists that are still being read.
    pub frame: &'a mut Vec<Slot>,
    pub arena: &'a mut Arena,
    /// The members seen, of each object that is being read.
    pub seen: &'a mut Vec<bool>,
    /// Who says what is being read.
    pub side: Side,
    /// Whether whoever says what is being read is trusted to say how far it was verified: in facts, events, the envelope, and what is attested.
    pub vouched: bool,
    depth: u32,
    /// How many values marked `secret` are being read, one inside the other.
    secrets: u32,
    steps: Vec<Step>,
    refusal: Option<(Stage, &'static str, String)>,
}

impl<'a> Decoder<'a> {
    /// Starts with an empty path.
    pub fn new(
        side: Side,
        program: &'a Program,
        frame: &'a mut Vec<Slot>,
        arena: &'a mut Arena,
        seen: &'a mut Vec<bool>,
    ) -> Decoder<'a> {
        Decoder {
            program,
            frame,
            arena,
            seen,
            side,
            vouched: false,
            depth: 0,
            secrets: 0,
            steps: Vec::new(),
            refusal: None,
        }
    }

    /// Gives up: the value is not of its declared shape.
    pub fn refuse<E: de::Error>(&mut self, sentence: impl Into<String>) -> E {
        self.refuse_as(Stage::Structure, "STRUCTURE_INVALID", sentence)
    }

    /// Gives up with a stage and a code of its own.
    pub fn refuse_as<E: de::Error>(
        &mut self,
        stage: Stage,
        code: &'static str,
        sentence: impl Into<String>,
    ) -> E {
        let sentence = if self.secrets == 0 { sentence.into() } else { SECRET.to_owned() };
        self.refusal.get_or_insert((stage, code, sentence));
        E::custom("refused")
    }

    /// Reads a value that is secret where `secret`: if it is refused, neither the sentence nor the path repeats anything of it.
    pub fn guarded<T, E>(
        &mut self,
        secret: bool,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
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

    /// Gives up, where JSON that was put aside could not be read.
    pub fn refuse_json<E: de::Error>(&mut self, error: &serde_json::Error) -> E {
        self.refuse(json_sentence(error, false))
    }

    /// Reads something that another side says.
    pub fn said_by<T>(&mut self, side: Side, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.side, side);
        let result = read(self);
        self.side = before;
        result
    }

    /// Reads something that is vouched for where `vouched`, and in any case where what it is part of is.
    pub fn vouched_for<T>(&mut self, vouched: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.vouched;
        self.vouched |= vouched;
        let result = read(self);
        self.vouched = before;
        result
    }

    /// Notes, where reading failed, that it failed in this member.
    pub fn in_member<T, E>(&mut self, name: &str, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.steps.push(Step::Member(name.to_owned()));
        }
        result
    }

    /// Notes, where reading failed, that it failed in this element.
    pub fn in_element<T, E>(&mut self, index: usize, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.steps.push(Step::Element(index));
        }
        result
    }

    /// Goes into an object or an array.
    pub fn enter<E: de::Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.refuse(format!("is nested more than {MAX_DEPTH} deep; send a flatter value")));
        }
        Ok(())
    }

    /// Leaves it.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Takes the frame's slots from `base` on into the arena.
    pub fn keep<E: de::Error>(&mut self, base: usize) -> Result<u32, E> {
        let slots = self.frame.get(base..).unwrap_or(&[]);
        let room = MAX_ELEMENTS.saturating_sub(self.arena.slot_count());
        let kept = if slots.len() <= room { self.arena.add_slots(slots) } else { None };
        self.frame.truncate(base);
        kept.ok_or_else(|| self.refuse("holds too many values; send a smaller request"))
    }

    /// Writes a slot of the frame.
    pub fn put(&mut self, at: usize, slot: Slot) {
        // Whoever reads a value made room for it.
        if let Some(place) = self.frame.get_mut(at) {
            *place = slot;
        }
    }

    /// What went wrong, where `error` ended the reading of JSON.
    pub fn into_refusal(self, error: &serde_json::Error) -> Refusal {
        let (stage, code, sentence) = self
            .refusal
            .unwrap_or_else(|| (Stage::Structure, "STRUCTURE_INVALID", json_sentence(error, true)));
        let path = match path(&self.steps) {
            path if path.is_empty() => "the request".to_owned(),
            path => path,
        };
        Refusal { stage, code, reason: format!("{path}: {sentence}") }
    }
}
