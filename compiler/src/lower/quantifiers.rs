//! Loops over lists and sets.

use lictor_bundle::instr::{Arith, Comparison, Failure, Instr, Kind, Reg};
use lictor_bundle::schema::{Scalar, SlotType};

use super::bounds::{MAX_LOOPS, Problem};
use super::coder::Coder;
use super::frame::Lifetime;
use super::lets::Binding;
use super::place::{self, Operand};
use crate::typed::{Expr, Quantifier};

impl<'a> Coder<'a, '_> {
    /// Does something for each element. The element keeps its registers until the statement is done, so that a message can
    /// show the one at which the loop was left.
    pub(super) fn each(
        &mut self,
        expr: &'a Expr,
        quantifier: &'a Quantifier,
        body: impl FnOnce(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        if self.loops >= MAX_LOOPS {
            return Err(Problem::Loops);
        }
        let list = self.scalar(&quantifier.over)?;
        let index = self.scratch(SlotType::Int)?;
        let element = self.element(quantifier)?;
        self.expect_rounds(&quantifier.body);
        self.load(index, Scalar::Int(0))?;
        let exit = self.writer.label();
        let node = self.node(expr);
        let head = self.writer.enter_loop(list, index, element, exit, node)?;
        self.loops += 1;
        body(self)?;
        self.loops -= 1;
        self.writer.repeat(head)?;
        self.writer.bind(exit);
        if quantifier.refuse_empty {
            self.refuse_empty(index)?;
        }
        Ok(())
    }

    /// How many elements the body is true of.
    pub(super) fn count(
        &mut self,
        expr: &'a Expr,
        quantifier: &'a Quantifier,
        to: Reg,
    ) -> Result<(), Problem> {
        let one = self.scratch(SlotType::Int)?;
        self.load(one, Scalar::Int(1))?;
        self.load(to, Scalar::Int(0))?;
        self.each(expr, quantifier, |coder| {
            let next = coder.writer.label();
            coder.branch(&quantifier.body, next, false)?;
            coder.emit(Instr::Arith { op: Arith::AddInt, to, left: to, right: one })?;
            coder.writer.bind(next);
            Ok(())
        })
    }

    /// The sum of the body over all elements.
    pub(super) fn sum(
        &mut self,
        expr: &'a Expr,
        quantifier: &'a Quantifier,
        kind: Kind,
        to: Reg,
    ) -> Result<(), Problem> {
        let sum = self.zero(SlotType::Wide)?;
        let currency = self.zero(SlotType::Money)?;
        self.each(expr, quantifier, |coder| {
            coder.briefly(|coder| {
                let value = coder.scalar(&quantifier.body)?;
                coder.emit(Instr::Accumulate { kind, sum, currency, value })
            })
        })?;
        self.emit(Instr::Total { kind, to, sum, currency })
    }

    /// A register with the zero of its type. No constant has these types, so inside a loop the zero is copied from a register
    /// that is never written; elsewhere a register that is used for the first time holds it anyway.
    fn zero(&mut self, slot: SlotType) -> Result<Reg, Problem> {
        let register = self.frame.take(&[slot], Lifetime::Code)?;
        if self.loops > 0 {
            let zero = self.frame.take(&[slot], Lifetime::Code)?;
            self.emit(Instr::Copy { to: register, from: zero })?;
        }
        Ok(register)
    }

    fn element(&mut self, quantifier: &Quantifier) -> Result<Reg, Problem> {
        let mut slots = Vec::new();
        if let Some(element) = quantifier.over.ty.element() {
            self.schema.slots(element, &mut slots);
        }
        let element = self.frame.take(&slots, Lifetime::Statement)?;
        let operand = Operand::of_run(element, place::is_optional(&quantifier.element));
        self.bindings.insert(quantifier.variable, Binding::Element(operand));
        Ok(element)
    }

    /// After a loop that was not left before its end: its index is still 0 only where there was nothing to go through.
    fn refuse_empty(&mut self, index: Reg) -> Result<(), Problem> {
        self.briefly(|coder| {
            let zero = coder.scratch(SlotType::Int)?;
            let empty = coder.scratch(SlotType::Bool)?;
            let filled = coder.writer.label();
            coder.load(zero, Scalar::Int(0))?;
            coder.emit(Instr::Compare {
                op: Comparison::Equal,
                kind: Kind::Int,
                to: empty,
                left: index,
                right: zero,
            })?;
            coder.writer.jump_when(empty, false, filled)?;
            coder.emit(Instr::Fail { failure: Failure::EmptyCollection })?;
            coder.writer.bind(filled);
            Ok(())
        })
    }
}
