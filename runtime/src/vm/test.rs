//! Tests: what compares two values or looks for one in a collection, with what hangs on the answer.

use lictor_bundle::instr::{Comparison, Failure, Instr, Kind, Reg};

use super::machine::Machine;
use super::operations::Op;
use crate::slot::Slot;

/// A test of two values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Test {
    pub left: Operand,
    pub right: Operand,
    /// The answer for which it is passed.
    pub on: bool,
    pub then: Then,
}

/// What hangs on a test.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// If it is passed, it goes on so many operations further on.
    Go(u16),
    /// Whether it is passed is written to a register.
    Keep(Reg),
}

/// Where a value comes from: a register, or from [`CONSTANTS`] on a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Operand(u16);

/// No register has such a high number.
const CONSTANTS: u16 = 1 << 15;

impl Operand {
    /// The content of a register. The loader knows no register from [`CONSTANTS`] on.
    pub fn register(register: Reg) -> Operand {
        Operand(register)
    }

    /// A constant; none where its number is too high.
    pub fn constant(constant: u16) -> Option<Operand> {
        (constant < CONSTANTS).then_some(Operand(CONSTANTS | constant))
    }
}

impl Op {
    /// The test that an instruction is, if it is one, and the register that its answer goes to.
    pub fn test(instr: &Instr) -> Option<(Op, Reg)> {
        let test = |left, right, on, to| {
            let (left, right) = (Operand::register(left), Operand::register(right));
            Test { left, right, on, then: Then::Keep(to) }
        };
        Some(match *instr {
            Instr::Contains { kind, to, item, collection } => {
                (Op::Within(kind, test(item, collection, true, to)), to)
            }
            Instr::Compare { op, kind, to, left, right } => {
                // Two more comparisons are these with the operands exchanged, and the other answer.
                let op = match op {
                    Comparison::Equal => Op::same(kind, test(left, right, true, to)),
                    Comparison::NotEqual => Op::same(kind, test(left, right, false, to)),
                    Comparison::Less => Op::less(kind, test(left, right, true, to)),
                    Comparison::LessOrEqual => Op::less(kind, test(right, left, false, to)),
                };
                (op, to)
            }
            _ => return None,
        })
    }

    fn same(kind: Kind, test: Test) -> Op {
        match kind {
            Kind::Bits | Kind::Int => Op::SameBits(test),
            Kind::Decimal => Op::SameDecimal(test),
            Kind::Money => Op::SameMoney(test),
            Kind::Text => Op::SameText(test),
        }
    }

    fn less(kind: Kind, test: Test) -> Op {
        match kind {
            Kind::Bits => Op::LessBits(test),
            Kind::Int => Op::LessInt(test),
            Kind::Decimal => Op::LessDecimal(test),
            Kind::Money => Op::LessMoney(test),
            Kind::Text => Op::LessText(test),
        }
    }
}

impl Machine<'_> {
    /// Makes a test at an operation, and says with which to go on.
    #[inline(always)]
    pub fn test(
        &mut self,
        test: Test,
        here: usize,
        answer: impl FnOnce(&Self, Slot, Slot) -> Result<bool, Failure>,
    ) -> Result<usize, Failure> {
        let passed = answer(self, self.value(test.left)?, self.value(test.right)?)? == test.on;
        match test.then {
            Then::Go(further) => Ok(here + if passed { usize::from(further) } else { 1 }),
            Then::Keep(to) => {
                self.set(to, Slot::from_bool(passed))?;
                Ok(here + 1)
            }
        }
    }

    #[inline(always)]
    fn value(&self, operand: Operand) -> Result<Slot, Failure> {
        match operand.0.checked_sub(CONSTANTS) {
            None => self.get(operand.0),
            Some(constant) => self.constants.get(usize::from(constant)).copied().ok_or(Failure::Arithmetic),
        }
    }

    /// Whether two texts are the same.
    #[inline(always)]
    pub fn same_text(&self, left: Slot, right: Slot) -> bool {
        self.arenas().bytes(left) == self.arenas().bytes(right)
    }

    /// Whether a text comes before another, by bytes.
    #[inline(always)]
    pub fn less_text(&self, left: Slot, right: Slot) -> bool {
        self.arenas().bytes(left) < self.arenas().bytes(right)
    }
}
