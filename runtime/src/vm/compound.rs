//! Maps and sourced values.

use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::shape::SourcePart;

use super::machine::Machine;
use crate::arena::{Arena, Arenas};
use crate::plan::Program;
use crate::slot::Slot;
use crate::sourced::{is_withheld, part_of};

impl Machine<'_> {
    /// Whether a map has an entry with a key, and its value; zero where it has none.
    pub fn look_up(&mut self, to: Reg, map: Reg, key: Reg, width: u16) -> Result<(), Failure> {
        let (map, key) = (self.get(map)?, self.get(key)?);
        let arenas = arenas(self.program, self.arena);
        let value = find(arenas, map, arenas.text(key));
        let first = usize::from(to);
        let registers = self.frame.get_mut(first..).ok_or(Failure::Arithmetic)?;
        let (found, registers) = registers.split_first_mut().ok_or(Failure::Arithmetic)?;
        *found = Slot::from_bool(value.is_some());
        let registers = registers.get_mut(..usize::from(width)).ok_or(Failure::Arithmetic)?;
        match value {
            None => registers.fill(Slot::ZERO),
            Some(value) => copy(registers, value)?,
        }
        Ok(())
    }

    /// A part of a sourced value. Whether it may be read was shown when the policy was compiled; that it is there is asked again.
    pub fn source(&mut self, part: SourcePart, to: Reg, from: Reg, width: u16) -> Result<(), Failure> {
        let from = self.get(from)?;
        let slots = arenas(self.program, self.arena).elements(from);
        if part == SourcePart::Value && is_withheld(slots) {
            return Err(Failure::Arithmetic);
        }
        let first = usize::from(to);
        let last = first.saturating_add(usize::from(width));
        let registers = self.frame.get_mut(first..last).ok_or(Failure::Arithmetic)?;
        if slots.is_empty() {
            // Of a value that is absent, every part is.
            registers.fill(Slot::ZERO);
            return Ok(());
        }
        copy(registers, part_of(slots, part))
    }
}

/// The arenas, borrowed apart from the registers.
fn arenas<'a>(program: &'a Program, request: &'a Arena) -> Arenas<'a> {
    Arenas { request, program: &program.arenas }
}

/// The value of a map's entry with this key.
fn find<'a>(arenas: Arenas<'a>, map: Slot, key: &str) -> Option<&'a [Slot]> {
    let entries = arenas.elements(map);
    let width = usize::from(map.span().width).max(1);
    let (mut low, mut high) = (0, entries.len() / width);
    while low < high {
        let middle = low + (high - low) / 2;
        let (found, value) = entries.get(middle * width..(middle + 1) * width)?.split_first()?;
        match arenas.text(*found).cmp(key) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Equal => return Some(value),
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

/// Copies as many slots as there are registers.
fn copy(registers: &mut [Slot], slots: &[Slot]) -> Result<(), Failure> {
    let slots = slots.get(..registers.len()).ok_or(Failure::Arithmetic)?;
    registers.copy_from_slice(slots);
    Ok(())
}
