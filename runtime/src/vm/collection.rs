//! Lists, sets, loops and sums.

use lictor_bundle::instr::{Failure, Kind, Reg};

use super::arithmetic::{decimal, int, money};
use super::machine::Machine;
use crate::arena::Arenas;
use crate::slot::Slot;

impl Machine<'_> {
    /// Takes the next element of a list into registers, and counts. False where there is none left.
    #[inline]
    pub fn next_element(&mut self, list: Reg, index: Reg, element: Reg) -> Result<bool, Failure> {
        let list = self.get(list)?;
        let done = self.int(index)?;
        if done >= i64::from(list.span().len) {
            return Ok(false);
        }
        let width = usize::from(list.span().width);
        let next = usize::try_from(done).ok().and_then(|done| done.checked_mul(width));
        let next = next.ok_or(Failure::Arithmetic)?;
        let arenas = Arenas { request: self.arena, program: &self.program.arenas };
        let slots = arenas.elements(list).get(next..next + width).ok_or(Failure::Arithmetic)?;
        let element = usize::from(element);
        match (self.frame.get_mut(element..element + width).ok_or(Failure::Arithmetic)?, slots) {
            // Most elements are one slot, which is copied at once.
            ([register], [slot]) => *register = *slot,
            (registers, slots) => registers.copy_from_slice(slots),
        }
        self.set(index, Slot::from_int(done + 1))?;
        Ok(true)
    }

    /// The number of elements.
    pub fn length(&mut self, to: Reg, collection: Reg) -> Result<(), Failure> {
        let length = self.get(collection)?.span().len;
        self.set(to, Slot::from_int(length.into()))
    }

    /// Adds a value to a running sum.
    pub fn accumulate(&mut self, kind: Kind, sum: Reg, currency: Reg, value: Reg) -> Result<(), Failure> {
        let value = self.get(value)?;
        let addend = match kind {
            Kind::Decimal => value.wide(),
            Kind::Money => {
                let (first, amount) = (self.money(currency)?, value.money());
                if first.currency.is_zero() {
                    self.set(currency, value)?;
                } else if first.currency != amount.currency {
                    return Err(Failure::CurrencyMismatch);
                }
                amount.minor.into()
            }
            Kind::Int | Kind::Bits | Kind::Text => value.int().into(),
        };
        let total = self.wide(sum)?.checked_add(addend).ok_or(Failure::Arithmetic)?;
        self.set(sum, Slot::from_wide(total))
    }

    /// The running sum as a value, which it must fit only now.
    pub fn total(&mut self, kind: Kind, to: Reg, sum: Reg, currency: Reg) -> Result<(), Failure> {
        let sum = self.wide(sum)?;
        let narrow = i64::try_from(sum).ok();
        let total = match kind {
            Kind::Decimal => decimal(Some(sum)),
            Kind::Money => {
                let first = self.money(currency)?;
                if first.currency.is_zero() {
                    return Err(Failure::EmptyCollection);
                }
                money(first, narrow)
            }
            Kind::Int | Kind::Bits | Kind::Text => int(narrow),
        };
        self.set(to, total?)
    }
}
