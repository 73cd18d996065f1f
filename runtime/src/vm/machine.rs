//! What instructions work on: registers, and what a decision has at hand.

use lictor_bundle::instr::{Failure, Reg};

use super::effect::{Effects, Origin};
use crate::arena::{Arena, Arenas};
use crate::facts::FactTable;
use crate::history::Past;
use crate::params::Cached;
use crate::plan::Program;
use crate::scratch::{Layer, Scratch};
use crate::slot::{Money, Slot};

/// The registers and what a decision has at hand.
pub(crate) struct Machine<'a> {
    pub program: &'a Program,
    /// The registers: temporaries, then the request's slots.
    pub frame: &'a mut [Slot],
    /// The constants of the running code's unit.
    pub constants: &'a [Slot],
    /// The request's arena.
    pub arena: &'a mut Arena,
    pub facts: &'a mut FactTable,
    /// The layers that apply.
    pub layers: &'a [Layer],
    /// The parameters already looked up.
    pub params: &'a mut Vec<Cached>,
    /// Where a set that comes from several layers is put together.
    pub merge: &'a mut Vec<Slot>,
    /// Who knows what happened before, and the request's time; none where the supplied facts are all there are.
    pub past: Option<(&'a dyn Past, i64)>,
    /// The rule that is running; none while a category's condition is.
    pub origin: Option<Origin<'a>>,
    /// What rules have found so far.
    pub effects: &'a mut Effects,
}

impl<'a> Machine<'a> {
    /// One that works on this memory, with these constants, before or in this rule.
    pub fn new(
        program: &'a Program,
        scratch: &'a mut Scratch,
        constants: &'a [Slot],
        past: Option<(&'a dyn Past, i64)>,
        origin: Option<Origin<'a>>,
    ) -> Machine<'a> {
        Machine {
            program,
            frame: &mut scratch.frame,
            constants,
            arena: &mut scratch.arena,
            facts: &mut scratch.facts,
            layers: &scratch.layers,
            params: &mut scratch.params,
            merge: &mut scratch.merge,
            past,
            origin,
            effects: &mut scratch.effects,
        }
    }
}

impl Machine<'_> {
    /// Sets the first registers to the zero of every type.
    pub fn clear_temporaries(&mut self, count: usize) -> Result<(), Failure> {
        self.frame.get_mut(..count).ok_or(Failure::Arithmetic)?.fill(Slot::ZERO);
        Ok(())
    }

    /// The content of a register.
    pub fn get(&self, register: Reg) -> Result<Slot, Failure> {
        self.frame.get(usize::from(register)).copied().ok_or(Failure::Arithmetic)
    }

    /// Writes a register.
    pub fn set(&mut self, register: Reg, slot: Slot) -> Result<(), Failure> {
        *self.frame.get_mut(usize::from(register)).ok_or(Failure::Arithmetic)? = slot;
        Ok(())
    }

    /// A register that holds a Bool.
    pub fn bool(&self, register: Reg) -> Result<bool, Failure> {
        Ok(self.get(register)?.bool())
    }

    /// A register that holds an Int, a Timestamp or a Duration.
    pub fn int(&self, register: Reg) -> Result<i64, Failure> {
        Ok(self.get(register)?.int())
    }

    /// A register that holds a Decimal or a running sum.
    pub fn wide(&self, register: Reg) -> Result<i128, Failure> {
        Ok(self.get(register)?.wide())
    }

    /// A register that holds an amount.
    pub fn money(&self, register: Reg) -> Result<Money, Failure> {
        Ok(self.get(register)?.money())
    }

    /// Where texts and elements are.
    pub fn arenas(&self) -> Arenas<'_> {
        Arenas { request: self.arena, program: &self.program.arenas }
    }

    /// `to = constants[constant]`
    pub fn constant(&mut self, to: Reg, constant: u16) -> Result<(), Failure> {
        let slot = self.constants.get(usize::from(constant)).copied().ok_or(Failure::Arithmetic)?;
        self.set(to, slot)
    }
}
