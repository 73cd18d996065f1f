//! What is asked of texts, and what is taken from them.

use std::net::IpAddr;

use lictor_bundle::form::{Cidr, Part, is_within, parse_ip};
use lictor_bundle::instr::{Failure, Reg, TextOp};
use lictor_bundle::pattern::Pattern;

use super::machine::Machine;
use crate::index::hash;
use crate::slot::{Slot, TextSpan};

impl Machine<'_> {
    /// `to = text op part`
    pub fn text_op(&mut self, op: TextOp, to: Reg, text: Reg, part: Reg) -> Result<(), Failure> {
        let arenas = self.arenas();
        let (text, slot) = (arenas.text(self.get(text)?), self.get(part)?);
        let holds = match op {
            TextOp::StartsWith => text.starts_with(arenas.text(slot)),
            TextOp::EndsWith => text.ends_with(arenas.text(slot)),
            TextOp::Contains => text.contains(arenas.text(slot)),
            TextOp::Matches => arenas.pattern(slot).is_some_and(|pattern| matches(pattern, text)),
            TextOp::Below | TextOp::Inside => {
                Inner::of(op, text).is_some_and(|inner| inner.lies_within(arenas.text(slot)))
            }
        };
        self.set(to, Slot::from_bool(holds))
    }

    /// `to = text op part`, for any of the parts
    pub fn lies_within(&mut self, op: TextOp, to: Reg, text: Reg, parts: Reg) -> Result<(), Failure> {
        let arenas = self.arenas();
        let inner = Inner::of(op, arenas.text(self.get(text)?));
        let parts = arenas.elements(self.get(parts)?);
        let holds = inner.is_some_and(|inner| parts.iter().any(|part| inner.lies_within(arenas.text(*part))));
        self.set(to, Slot::from_bool(holds))
    }

    /// A part of a text, which lies where the text lies.
    pub fn part(&mut self, part: Part, to: Reg, from: Reg) -> Result<(), Failure> {
        let whole = self.get(from)?;
        let found = part.find(self.arenas().text(whole));
        let (start, end) = (found.start as u32, found.end as u32);
        let text = whole.text();
        let at = text.at.checked_add(start).ok_or(Failure::Arithmetic)?;
        let len = end.checked_sub(start).ok_or(Failure::Arithmetic)?;
        let bytes = self.arenas().bytes(Slot::from_text(TextSpan { at, len, ..text }));
        let part = Slot::from_text(TextSpan { at, len, hash: hash(bytes), is_known: false, ..text });
        let part = self.program.recognize(part, bytes);
        self.set(to, part)
    }

    /// A text with the letters A to Z in lower case. One that has none of them stays where it is.
    pub fn lower_ascii(&mut self, to: Reg, text: Reg) -> Result<(), Failure> {
        let slot = self.get(text)?;
        let text = self.arenas().text(slot);
        if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.set(to, slot);
        }
        let lower = text.to_ascii_lowercase();
        let slot = self.arena.add_text(0, &lower).ok_or(Failure::Arithmetic)?;
        self.set(to, self.program.recognize(slot, lower.as_bytes()))
    }
}

/// Whether a pattern describes the whole of a text.
fn matches(pattern: &Pattern, text: &str) -> bool {
    let mut state = Pattern::START;
    for byte in text.bytes() {
        state = pattern.step(state, byte);
        if state == Pattern::DEAD {
            return false;
        }
    }
    pattern.accepts(state)
}

/// What is looked for in a domain or a network, read once.
enum Inner<'a> {
    Domain(&'a str),
    Address(IpAddr),
    Network(Cidr),
}

impl<'a> Inner<'a> {
    /// None where the text is nothing of the kind: then it lies within nothing.
    fn of(op: TextOp, text: &'a str) -> Option<Inner<'a>> {
        match op {
            TextOp::Below => Some(Inner::Domain(text)),
            TextOp::Inside if text.contains('/') => Cidr::parse(text).ok().map(Inner::Network),
            TextOp::Inside => parse_ip(text).ok().map(Inner::Address),
            TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains | TextOp::Matches => None,
        }
    }

    fn lies_within(&self, outer: &str) -> bool {
        let network = || Cidr::parse(outer).ok();
        match self {
            Inner::Domain(name) => is_within(name, outer),
            Inner::Address(address) => network().is_some_and(|network| network.contains(*address)),
            Inner::Network(inner) => network().is_some_and(|network| network.covers(inner)),
        }
    }
}
