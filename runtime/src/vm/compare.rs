//! Comparisons and questions about texts.

use lictor_bundle::instr::{Comparison, Failure, Kind, Reg, TextOp};

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

    /// `to = text op part`
    pub fn text_op(&mut self, op: TextOp, to: Reg, text: Reg, part: Reg) -> Result<(), Failure> {
        let arenas = self.arenas();
        let (text, part) = (arenas.text(self.get(text)?), arenas.text(self.get(part)?));
        let holds = match op {
            TextOp::StartsWith => text.starts_with(part),
            TextOp::EndsWith => text.ends_with(part),
            TextOp::Contains => text.contains(part),
        };
        self.set(to, Slot::from_bool(holds))
    }
}
