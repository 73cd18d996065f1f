//! What instructions work on: registers, and what a decision has at hand.

use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::program::Unit;
use lictor_bundle::verify::MAX_STEPS;

use super::effect::{Effects, Lifted, ReadySite};
use crate::arena::{Arena, Arenas};
use crate::facts::FactTable;
use crate::history::Past;
use crate::params::Params;
use crate::plan::Program;
use crate::rules::Entry;
use crate::scratch::{Layer, Scratch};
use crate::slot::{Money, Slot};
use crate::turns::Turns;

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
    pub params: &'a mut Params,
    /// Where a set that comes from several layers is put together.
    pub merge: &'a mut Vec<Slot>,
    /// Who knows what happened before; none where the supplied facts are all there are.
    pub past: Option<&'a dyn Past>,
    /// The request's time.
    pub now: i64,
    /// The first slots of the request that are not true, a bit each.
    pub untrue: u64,
    /// How far the rules of those layers have come.
    pub turns: &'a mut Turns,
    /// The rules that are running; none while a condition is.
    pub running: Option<Running<'a>>,
    /// What lifts the soft statements of the rule that it names.
    pub lifted: Option<Lifted>,
    /// What rules have found so far.
    pub effects: &'a mut Effects,
    /// How often loops may go back yet.
    repeats: u64,
}

/// Rules that are run one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Running<'a> {
    /// Index of their unit.
    pub unit: usize,
    /// The unit itself.
    pub does: &'a Unit,
    pub entries: &'a [Entry],
    /// The sites of all of them.
    pub sites: &'a [ReadySite],
}

impl<'a> Machine<'a> {
    /// One that works on this memory. It has no constants yet, and runs no rule.
    pub fn new(
        program: &'a Program,
        scratch: &'a mut Scratch,
        past: Option<&'a dyn Past>,
        now: i64,
    ) -> Machine<'a> {
        Machine {
            program,
            frame: &mut scratch.frame,
            constants: &[],
            arena: &mut scratch.arena,
            facts: &mut scratch.facts,
            layers: &scratch.layers,
            turns: &mut scratch.turns,
            params: &mut scratch.params,
            merge: &mut scratch.merge,
            past,
            now,
            untrue: scratch.untrue,
            running: None,
            lifted: None,
            effects: &mut scratch.effects,
            repeats: MAX_STEPS,
        }
    }
}

impl Machine<'_> {
    /// So many steps before this one, which is where a loop goes on.
    #[inline]
    pub fn back(&mut self, here: usize, steps: u16) -> Result<usize, Failure> {
        self.repeats = self.repeats.checked_sub(1).ok_or(Failure::Arithmetic)?;
        here.checked_sub(usize::from(steps)).ok_or(Failure::Arithmetic)
    }

    /// Sets the first registers to the zero of every type.
    #[inline]
    pub fn clear_temporaries(&mut self, count: usize) -> Result<(), Failure> {
        for temporary in self.frame.get_mut(..count).ok_or(Failure::Arithmetic)? {
            *temporary = Slot::ZERO;
        }
        Ok(())
    }

    /// The content of a register.
    #[inline]
    pub fn get(&self, register: Reg) -> Result<Slot, Failure> {
        self.frame.get(usize::from(register)).copied().ok_or(Failure::Arithmetic)
    }

    /// Writes a register.
    #[inline]
    pub fn set(&mut self, register: Reg, slot: Slot) -> Result<(), Failure> {
        *self.frame.get_mut(usize::from(register)).ok_or(Failure::Arithmetic)? = slot;
        Ok(())
    }

    /// A register that holds a Bool.
    #[inline]
    pub fn bool(&self, register: Reg) -> Result<bool, Failure> {
        Ok(self.get(register)?.bool())
    }

    /// A register that holds an Int, a Timestamp or a Duration.
    #[inline]
    pub fn int(&self, register: Reg) -> Result<i64, Failure> {
        Ok(self.get(register)?.int())
    }

    /// A register that holds a Decimal or a running sum.
    #[inline]
    pub fn wide(&self, register: Reg) -> Result<i128, Failure> {
        Ok(self.get(register)?.wide())
    }

    /// A register that holds an amount.
    #[inline]
    pub fn money(&self, register: Reg) -> Result<Money, Failure> {
        Ok(self.get(register)?.money())
    }

    /// Where texts and elements are.
    #[inline]
    pub fn arenas(&self) -> Arenas<'_> {
        Arenas { request: self.arena, program: &self.program.arenas }
    }

    /// A constant of the running code's unit.
    #[inline]
    pub fn constant(&self, constant: u16) -> Result<Slot, Failure> {
        self.constants.get(usize::from(constant)).copied().ok_or(Failure::Arithmetic)
    }
}
