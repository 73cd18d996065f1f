//! Tests: what compares two values or looks for one in a collection, and goes on by the answer.

use lictor_bundle::instr::{Comparison, Failure, Instr, Kind, Reg};
use lictor_bundle::schema::ParamId;

use super::arithmetic::same_currency;
use super::machine::Machine;
use super::operations::Op;
use crate::arena::Arenas;
use crate::members::Members;
use crate::slot::{Slot, Span};

/// A test of two values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Test {
    pub left: Operand,
    pub right: Operand,
    /// The answer for which it goes further on.
    pub on: bool,
    /// How many operations.
    pub further: u16,
}

/// Where a value comes from: a register, from [`CONSTANTS`] on a constant, from [`PARAMETERS`] on a parameter; one of money in the
/// currency of the amount that it is compared with, which is in a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Operand(u16);

/// No register has such a high number.
const CONSTANTS: u16 = 1 << 15;
/// No constant that is an operand has.
const PARAMETERS: u16 = CONSTANTS | CONSTANTS >> 1;

impl Operand {
    /// The content of a register. The loader knows no register from [`CONSTANTS`] on.
    pub fn register(register: Reg) -> Operand {
        Operand(register)
    }

    /// What an instruction loads, and the register that it would go to: a constant, or the value in force of a parameter. None where its
    /// number is too high.
    pub fn loaded(instr: &Instr) -> Option<(Operand, Reg)> {
        let (first, number, to) = match *instr {
            Instr::Constant { to, constant } => (CONSTANTS, constant, to),
            Instr::Param { to, param } | Instr::ParamMoney { to, param, .. } => (PARAMETERS, param, to),
            _ => return None,
        };
        (number < CONSTANTS >> 1).then_some((Operand(first | number), to))
    }

    /// The register, where it is one.
    fn as_register(self) -> Option<Reg> {
        (self.0 < CONSTANTS).then_some(self.0)
    }

    /// The parameter, where it is one.
    fn as_parameter(self) -> Option<ParamId> {
        self.0.checked_sub(PARAMETERS)
    }

    /// The number that is loaded from these constants.
    fn as_number(self, constants: &[Slot]) -> Option<i64> {
        let constant = self.0.checked_sub(CONSTANTS).filter(|constant| *constant < PARAMETERS - CONSTANTS)?;
        constants.get(usize::from(constant)).map(|constant| constant.int())
    }
}

impl Op {
    /// The test that an instruction is, if it is one, going further by `further` where the answer is `on`; and the register that its answer
    /// would go to.
    pub fn test(instr: &Instr, on: bool, further: u16) -> Option<(Op, Reg)> {
        let test = |left, right, on| {
            let (left, right) = (Operand::register(left), Operand::register(right));
            Test { left, right, on, further }
        };
        Some(match *instr {
            Instr::Contains { kind: Kind::Text, to, item, collection } => {
                (Op::WithinTexts(test(item, collection, on)), to)
            }
            Instr::Contains { kind: Kind::Bits, to, item, collection } => {
                (Op::WithinBits(test(item, collection, on)), to)
            }
            Instr::Contains { kind, to, item, collection } => {
                (Op::Within(kind, test(item, collection, on)), to)
            }
            Instr::Compare { op, kind, to, left, right } => {
                // Two more comparisons are these with the operands exchanged, and the other answer.
                let op = match op {
                    Comparison::Equal => Op::same(kind, test(left, right, on)),
                    Comparison::NotEqual => Op::same(kind, test(left, right, !on)),
                    Comparison::Less => Op::less(kind, test(left, right, on)),
                    Comparison::LessOrEqual => Op::less(kind, test(right, left, !on)),
                };
                (op, to)
            }
            _ => return None,
        })
    }

    /// The same with the number that it compares with in itself, where that is one of these constants.
    pub fn with_number(self, constants: &[Slot]) -> Op {
        let Op::LessInt(Test { left, right, on, further }) = self else { return self };
        let below = || Some((left.as_register()?, right.as_number(constants)?, on));
        // A number is less than a value where the value is not less than the number after it.
        let above = || Some((right.as_register()?, left.as_number(constants)?.checked_add(1)?, !on));
        let bound = below().or_else(above);
        bound.map_or(self, |(register, number, on)| Op::Below { on, register, further, number })
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
    /// Whether a test for equality of values of this kind goes further on.
    #[inline(always)]
    pub fn same(&mut self, kind: Kind, test: &Test) -> Result<bool, Failure> {
        let (left, right) = self.values(kind, test)?;
        Ok(self.is_same(kind, left, right)? == test.on)
    }

    /// Whether a test of the order of values of this kind goes further on.
    #[inline(always)]
    pub fn less(&mut self, kind: Kind, test: &Test) -> Result<bool, Failure> {
        let (left, right) = self.values(kind, test)?;
        Ok(self.is_less(kind, left, right)? == test.on)
    }

    /// Whether a test for membership of a text goes further on.
    #[inline(always)]
    pub fn within_texts(&mut self, test: &Test) -> Result<bool, Failure> {
        let text = self.value(test.left)?;
        Ok(self.is_within(text, test.right)? == test.on)
    }

    /// Whether a test for membership of what is compared as bits goes further on.
    #[inline(always)]
    pub fn within_bits(&mut self, test: &Test) -> Result<bool, Failure> {
        let value = self.value(test.left)?;
        let members = test.right.as_parameter().and_then(|param| self.param_members(param));
        let is_within = match members {
            Some(Members::Bits(bits)) => bits.hold(value.bits()),
            _ => {
                let collection = self.value(test.right)?;
                self.holds(Kind::Bits, collection, value)
            }
        };
        Ok(is_within == test.on)
    }

    /// Whether it does for any element of a list, which are asked in their order.
    #[inline(never)]
    pub fn any_within(&mut self, list: Reg, test: &Test) -> Result<bool, Failure> {
        let list = self.get(list)?;
        let passed = self.passed(list, test);
        if passed == list.span().len { Ok(false) } else { self.any_left(list.span(), passed, test) }
    }

    /// The same for the elements after those that passed. One of several slots goes to registers, where others may read it.
    #[inline(never)]
    fn any_left(&mut self, span: Span, passed: u32, test: &Test) -> Result<bool, Failure> {
        for number in passed..span.len {
            let at = number.checked_mul(span.width.into()).and_then(|offset| span.at.checked_add(offset));
            let arenas = Arenas { request: self.arena, program: &self.program.arenas };
            let slots = at.and_then(|at| arenas.slots(span.arena, at, span.width.into()));
            let text = match slots.ok_or(Failure::Arithmetic)? {
                [text] => *text,
                slots => {
                    let first = usize::from(test.left.0);
                    let registers = self.frame.get_mut(first..first + slots.len());
                    registers.ok_or(Failure::Arithmetic)?.copy_from_slice(slots);
                    self.value(test.left)?
                }
            };
            if self.is_within(text, test.right)? == test.on {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many elements of a list, from the first on, are known texts for which a test does not go further on. Mostly it is all of them.
    #[inline(always)]
    fn passed(&mut self, list: Slot, test: &Test) -> u32 {
        // Of a list without elements nothing is asked.
        let asked = test.right.as_parameter().filter(|_| list.span().len > 0 && list.span().width == 1);
        let Some(Members::Texts(texts)) = asked.and_then(|param| self.param_members(param)) else { return 0 };
        let elements = self.arenas().elements(list).iter();
        let passes = |text: &&Slot| text.known_by().is_some_and(|told_by| texts.hold(told_by) != test.on);
        elements.take_while(passes).count() as u32
    }

    /// Whether a collection holds a text.
    #[inline(always)]
    fn is_within(&mut self, text: Slot, collection: Operand) -> Result<bool, Failure> {
        let members = collection.as_parameter().and_then(|param| self.param_members(param));
        if let (Some(Members::Texts(texts)), Some(told_by)) = (members, text.known_by()) {
            return Ok(texts.hold(told_by));
        }
        let collection = self.value(collection)?;
        Ok(self.holds_text(collection, text))
    }

    /// Whether a test for membership goes further on.
    #[inline(always)]
    pub fn within(&mut self, kind: Kind, test: &Test) -> Result<bool, Failure> {
        let (item, collection) = (self.value(test.left)?, self.value(test.right)?);
        Ok(self.holds(kind, collection, item) == test.on)
    }

    #[inline(always)]
    fn values(&mut self, kind: Kind, test: &Test) -> Result<(Slot, Slot), Failure> {
        match kind {
            Kind::Money => Ok((self.amount(test.left, test.right)?, self.amount(test.right, test.left)?)),
            _ => Ok((self.value(test.left)?, self.value(test.right)?)),
        }
    }

    /// An amount that is compared with another one.
    #[inline(always)]
    fn amount(&mut self, operand: Operand, other: Operand) -> Result<Slot, Failure> {
        match operand.0 {
            param @ PARAMETERS.. => self.param_money(param - PARAMETERS, other.0),
            _ => self.value(operand),
        }
    }

    #[inline(always)]
    fn value(&mut self, operand: Operand) -> Result<Slot, Failure> {
        match operand.0 {
            register @ ..CONSTANTS => self.get(register),
            constant @ CONSTANTS..PARAMETERS => self.constant(constant - CONSTANTS),
            param => self.param(param - PARAMETERS),
        }
    }

    /// Whether two values of a kind are equal.
    #[inline(always)]
    fn is_same(&self, kind: Kind, left: Slot, right: Slot) -> Result<bool, Failure> {
        Ok(match kind {
            Kind::Bits | Kind::Int => left.bits() == right.bits(),
            Kind::Decimal => left.wide() == right.wide(),
            Kind::Money => same_currency(left, right).map(|(left, right)| left.minor == right.minor)?,
            Kind::Text => self.arenas().is_same_text(left, right),
        })
    }

    /// Whether a value comes before another of its kind, a text by bytes.
    #[inline(always)]
    fn is_less(&self, kind: Kind, left: Slot, right: Slot) -> Result<bool, Failure> {
        Ok(match kind {
            Kind::Bits => left.bits() < right.bits(),
            Kind::Int => left.int() < right.int(),
            Kind::Decimal => left.wide() < right.wide(),
            Kind::Money => same_currency(left, right).map(|(left, right)| left.minor < right.minor)?,
            Kind::Text => self.arenas().bytes(left) < self.arenas().bytes(right),
        })
    }

    /// Whether a collection holds a text. By itself, so that what is told by less need not have it at hand.
    #[inline(never)]
    pub fn holds_text(&self, collection: Slot, text: Slot) -> bool {
        // Mostly it is a list of the request's, and no text of it is read.
        let told = if collection.span().arena == 0 { self.arena.tells(collection, text) } else { None };
        told.unwrap_or_else(|| self.seek_text(collection, text))
    }

    /// The same for any collection and any text.
    #[inline(never)]
    fn seek_text(&self, collection: Slot, text: Slot) -> bool {
        self.holds(Kind::Text, collection, text)
    }

    /// Whether a collection holds a value of a kind.
    #[inline]
    pub fn holds(&self, kind: Kind, collection: Slot, item: Slot) -> bool {
        self.arenas().position(kind, collection, item).is_some()
    }

    /// A comparison whose answer is a value by itself.
    pub fn compare(&self, op: Comparison, kind: Kind, left: Slot, right: Slot) -> Result<bool, Failure> {
        match op {
            Comparison::Equal => self.is_same(kind, left, right),
            Comparison::NotEqual => Ok(!self.is_same(kind, left, right)?),
            Comparison::Less => self.is_less(kind, left, right),
            Comparison::LessOrEqual => Ok(!self.is_less(kind, right, left)?),
        }
    }
}
