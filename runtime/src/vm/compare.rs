//! Comparisons.

use lictor_bundle::instr::{Comparison, Failure, Kind, Reg};

use super::machine::Machine;
use crate::slot::Slot;

impl Machine<'_> {
    /// `to = left op right`
    pub fn compare(
        &mut self,
        op: Comparison,
        kind: Kind,
        to: Reg,
        left: Reg,
        right: Reg,
    ) -> Result<(), Failure> {
        let (left, right) = (self.get(left)?, self.get(right)?);
        // There is no rate at which 5 USD would be more or less than 5 EUR, or equal to them.
        if kind == Kind::Money && left.money().currency != right.money().currency {
            return Err(Failure::CurrencyMismatch);
        }
        let order = self.arenas().order(kind, left, right);
        let holds = match op {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
        };
        self.set(to, Slot::from_bool(holds))
    }
}
