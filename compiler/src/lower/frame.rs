//! The temporaries of a code. A value that is only needed until the next instruction gives its registers back; one that
//! a message may still show keeps them until its statement is done; one that a name stands for keeps them for good.

use std::collections::BTreeMap;

use lictor_bundle::instr::{Reg, TEMPORARIES};
use lictor_bundle::schema::SlotType;

use super::bounds::Problem;
use super::place::Slots;

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
type Run = (Reg, Slots);

/// The temporaries of a code.
#[derive(Default)]
pub(super) struct Frame {
    types: Vec<SlotType>,
    scratch: Vec<Run>,
    statement: Vec<Run>,
    free: Free,
}

/// What was given back, to be taken again: single registers by their type, rows of them by theirs.
#[derive(Default)]
struct Free {
    single: BTreeMap<SlotType, Vec<Reg>>,
    rows: BTreeMap<Vec<SlotType>, Vec<Reg>>,
}

impl Free {
    fn take(&mut self, slots: &[SlotType]) -> Option<Reg> {
        match slots {
            [one] => self.single.get_mut(one)?.pop(),
            row => self.rows.get_mut(row)?.pop(),
        }
    }

    fn put(&mut self, (base, slots): Run) {
        match slots {
            Slots::One(slot) => self.single.entry(slot).or_default().push(base),
            Slots::Row(row) => self.rows.entry(row).or_default().push(base),
        }
    }
}

/// What was in use when something was begun.
pub(super) struct Mark(usize);

impl Frame {
    /// Takes registers in a row of these types.
    pub(super) fn take(&mut self, slots: &[SlotType], lifetime: Lifetime) -> Result<Reg, Problem> {
        if lifetime == Lifetime::Code {
            return self.fresh(slots);
        }
        let base = match self.free.take(slots) {
            Some(base) => base,
            None => self.fresh(slots)?,
        };
        let run = (base, Slots::from(slots));
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
        self.scratch.drain(mark.0..).for_each(|run| self.free.put(run));
    }

    /// Gives back all that a statement used.
    pub(super) fn end_statement(&mut self) {
        self.scratch.drain(..).chain(self.statement.drain(..)).for_each(|run| self.free.put(run));
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
