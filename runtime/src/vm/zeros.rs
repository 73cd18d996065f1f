//! Whether a code rests on its temporaries being zero when it begins.
//!
//! Most codes write every temporary before they read it, on every way through them; for those nothing need be cleared.

use lictor_bundle::instr::{Instr, Pc, Reg, TEMPORARIES};
use lictor_bundle::program::Code;

use super::operands::{operands, reads};

/// Of codes with more temporaries it is not asked: they are cleared.
const MOST: u32 = u128::BITS;

/// Whether some way through a code may read a temporary before it has written it.
pub(super) fn needs_zeros(code: &Code) -> bool {
    let mut ways = Ways { known: vec![None; code.instrs.len()], here: Some(Written(0)) };
    if code.temporaries.len() > MOST as usize {
        return true;
    }
    for (pc, instr) in code.instrs.iter().enumerate() {
        // Ways go ahead but for the turns of a loop, on which nothing that was written is forgotten.
        let Some(written) = ways.arrive(pc) else { continue };
        if reads(code, instr).into_iter().any(|register| !written.has(register)) {
            return true;
        }
        let mut after = written;
        for (first, width) in operands(instr).1.into_iter().flatten() {
            (first..).take(width).for_each(|register| after.add(register));
        }
        ways.here = Some(after);
        match *instr {
            Instr::Jump { target } => {
                ways.lead_to(target, after);
                ways.here = None;
            }
            Instr::JumpIf { target, .. } | Instr::JumpUnless { target, .. } => ways.lead_to(target, after),
            Instr::Loop { exit, .. } => ways.lead_to(exit, written),
            Instr::Repeat { .. }
            | Instr::Fail { .. }
            | Instr::Deny { .. }
            | Instr::Answer { .. }
            | Instr::End => ways.here = None,
            _ => {}
        }
    }
    false
}

/// The temporaries that were written.
#[derive(Clone, Copy)]
struct Written(u128);

impl Written {
    /// Whether it was; slots of the request always are.
    fn has(self, register: Reg) -> bool {
        register >= TEMPORARIES || self.0 & bit(register) != 0
    }

    fn add(&mut self, register: Reg) {
        self.0 |= bit(register);
    }
}

fn bit(register: Reg) -> u128 {
    1u128.checked_shl(u32::from(register)).unwrap_or(0)
}

/// What is written on every way to an instruction; none where no way leads.
struct Ways {
    /// By jumps.
    known: Vec<Option<Written>>,
    /// Straight ahead.
    here: Option<Written>,
}

impl Ways {
    fn arrive(&self, pc: usize) -> Option<Written> {
        both(self.here, self.known.get(pc).copied().flatten())
    }

    fn lead_to(&mut self, target: Pc, written: Written) {
        if let Some(known) = self.known.get_mut(usize::from(target)) {
            *known = both(*known, Some(written));
        }
    }
}

/// What is written on both ways, where there are two.
fn both(one: Option<Written>, other: Option<Written>) -> Option<Written> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Written(one.0 & other.0)),
        (one, other) => one.or(other),
    }
}
