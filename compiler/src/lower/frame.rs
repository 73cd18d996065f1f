//! The temporaries of a code. A value that is only needed until the next instruction gives its registers back; one that
//! a message may still show keeps them until its statement is done; one that a name stands for keeps them for good.

use std::collections::BTreeMap;

use lictor_bundle::instr::{Reg, TEMPORARIES};
use lictor_bundle::schema::SlotType;

use super::bounds::Problem;

/// How long a run of registers is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lifetime {
    /// Until what was begun with [`Frame::mark`] is done.
    Scratch,
    /// Until the statement is done.
    Statement,
    /// Until the code ends. Such registers were never used before, so that they start as the zero of their type.
    Code,
}

/// Registers in a row, of these types.
type Run = (Reg, Vec<SlotType>);

/// The temporaries of a code.
#[derive(Default)]
pub(super) struct Frame {
    types: Vec<SlotType>,
    scratch: Vec<Run>,
    statement: Vec<Run>,
    free: BTreeMap<Vec<SlotType>, Vec<Reg>>,
}

/// What was in use when something was begun.
pub(super) struct Mark(usize);

impl Frame {
    /// Takes registers in a row of these types.
    pub(super) fn take(&mut self, slots: &[SlotType], lifetime: Lifetime) -> Result<Reg, Problem> {
        if lifetime == Lifetime::Code {
            return self.fresh(slots);
        }
        let base = match self.free.get_mut(slots).and_then(Vec::pop) {
            Some(base) => base,
            None => self.fresh(slots)?,
        };
        let run = (base, slots.to_vec());
        if lifetime == Lifetime::Scratch {
            self.scratch.push(run)
        } else {
            self.statement.push(run)
        }
        Ok(base)
    }

    /// Remembers what is in use.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.scratch.len())
    }

    /// Gives back what was taken as scratch since then.
    pub(super) fn release(&mut self, mark: Mark) {
        for (base, slots) in self.scratch.drain(mark.0..) {
            self.free.entry(slots).or_default().push(base);
        }
    }

    /// Gives back all that a statement used.
    pub(super) fn end_statement(&mut self) {
        for (base, slots) in self.scratch.drain(..).chain(self.statement.drain(..)) {
            self.free.entry(slots).or_default().push(base);
        }
    }

    /// The types of all temporaries.
    pub(super) fn into_types(self) -> Vec<SlotType> {
        self.types
    }

    fn fresh(&mut self, slots: &[SlotType]) -> Result<Reg, Problem> {
        let base = self.types.len();
        if base + slots.len() > usize::from(TEMPORARIES) {
            return Err(Problem::Temporaries);
        }
        self.types.extend_from_slice(slots);
        Reg::try_from(base).map_err(|_| Problem::Temporaries)
    }
}
