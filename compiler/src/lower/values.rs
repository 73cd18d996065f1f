//! Values: what is read where it lies, and what is computed into registers.

use lictor_bundle::form::Part;
use lictor_bundle::instr::{Instr, Reg};
use lictor_bundle::program::Constant;
use lictor_bundle::schema::{FactId, Scalar, SlotType};

use super::bounds::Problem;
use super::coder::Coder;
use super::frame::Lifetime;
use super::place::{self, Operand};
use crate::typed::{Expr, ExprKind, QuantifierKind, Ty};

impl<'a> Coder<'a, '_> {
    /// A value that is a scalar or a collection and always there: its register.
    pub(super) fn scalar(&mut self, expr: &'a Expr) -> Result<Reg, Problem> {
        Ok(self.evaluate(expr, None)?.base)
    }

    /// Evaluates a value. What has to be computed goes into the registers from `into` on, where that is given (they must
    /// be laid out for the type of `expr`); what already lies somewhere stays there.
    pub(super) fn evaluate(&mut self, expr: &'a Expr, into: Option<Reg>) -> Result<Operand, Problem> {
        let operand = self.evaluate_unnoted(expr, into)?;
        self.known(expr, &operand)?;
        Ok(operand)
    }

    fn evaluate_unnoted(&mut self, expr: &'a Expr, into: Option<Reg>) -> Result<Operand, Problem> {
        match &expr.kind {
            ExprKind::Root(name) => self.root(name),
            ExprKind::Local(id) => self.local(*id),
            ExprKind::Field(of, record, number) => {
                let of = self.evaluate(of, None)?;
                self.field(&of, *record, *number)
            }
            ExprKind::Known(optional) => Ok(Operand::at(self.evaluate(optional, None)?.base)),
            ExprKind::Let(id, value, body) => {
                self.name(*id, value, Lifetime::Statement)?;
                self.evaluate(body, into)
            }
            ExprKind::Present(optional) => {
                let presence = self.evaluate(optional, None)?.presence;
                Ok(Operand::at(self.conjunction(&presence, into)?))
            }
            ExprKind::Lookup(map, key) => self.look_up(map, key, &expr.ty, into),
            ExprKind::Sourced(part, of) => self.source(*part, of, &expr.ty, into),
            ExprKind::Part(part, of) => self.part(*part, of, &expr.ty, into),
            ExprKind::Fact(fact, arguments) => self.fact(*fact, arguments, &expr.ty, into),
            ExprKind::Otherwise(optional, other) => self.otherwise(optional, other, &expr.ty, into),
            ExprKind::If(condition, then, other) => {
                let run = self.target(&expr.ty, into)?;
                self.choose(condition, then, other, run, &expr.ty)?;
                Ok(Operand::of_run(run, place::is_optional(&expr.ty)))
            }
            ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Between(_) => self.answer(expr, into),
            ExprKind::Quantifier(quantifier) => match quantifier.kind {
                QuantifierKind::All | QuantifierKind::Any => self.answer(expr, into),
                QuantifierKind::Count => {
                    self.compute(&expr.ty, into, |coder, to| coder.count(expr, quantifier, to))
                }
                QuantifierKind::Sum(kind) => {
                    self.compute(&expr.ty, into, |coder, to| coder.sum(expr, quantifier, kind, to))
                }
            },
            _ => self.compute(&expr.ty, into, |coder, to| coder.operation(expr, to)),
        }
    }

    /// Evaluates a value into one register, with whatever it takes for a moment.
    pub(super) fn compute(
        &mut self,
        ty: &Ty,
        into: Option<Reg>,
        work: impl FnOnce(&mut Self, Reg) -> Result<(), Problem>,
    ) -> Result<Operand, Problem> {
        let to = self.target(ty, into)?;
        self.briefly(|coder| work(coder, to))?;
        Ok(Operand::at(to))
    }

    /// Loads a constant set.
    pub(super) fn set(&mut self, values: &[Scalar], ty: &Ty, to: Reg) -> Result<(), Problem> {
        for &slot in place::slots(self.schema, ty).iter() {
            self.constant(to, Constant::Set(slot, values.to_vec()))?;
        }
        Ok(())
    }

    /// One Bool for several that must all be true.
    pub(super) fn conjunction(&mut self, presence: &[Reg], into: Option<Reg>) -> Result<Reg, Problem> {
        let to = match (presence, into) {
            ([one], None) => return Ok(*one),
            (_, Some(to)) => to,
            (_, None) => self.scratch(SlotType::Bool)?,
        };
        match presence {
            [] => self.load(to, Scalar::Bool(true))?,
            [one] => self.emit(Instr::Copy { to, from: *one })?,
            several => {
                let done = self.writer.label();
                self.load(to, Scalar::Bool(false))?;
                for &each in several {
                    self.writer.jump_when(each, false, done)?;
                }
                self.load(to, Scalar::Bool(true))?;
                self.writer.bind(done);
            }
        }
        Ok(to)
    }

    /// The answer of a condition that is written with jumps.
    fn answer(&mut self, expr: &'a Expr, into: Option<Reg>) -> Result<Operand, Problem> {
        self.compute(&Ty::Bool, into, |coder, to| {
            let (no, done) = (coder.writer.label(), coder.writer.label());
            coder.branch(expr, no, false)?;
            coder.load(to, Scalar::Bool(true))?;
            coder.writer.jump(done)?;
            coder.writer.bind(no);
            coder.load(to, Scalar::Bool(false))?;
            coder.writer.bind(done);
            Ok(())
        })
    }

    fn choose(
        &mut self,
        condition: &'a Expr,
        then: &'a Expr,
        other: &'a Expr,
        run: Reg,
        ty: &Ty,
    ) -> Result<(), Problem> {
        let (no, done) = (self.writer.label(), self.writer.label());
        self.branch(condition, no, false)?;
        self.briefly(|coder| coder.store(then, run, ty))?;
        self.writer.jump(done)?;
        self.writer.bind(no);
        self.briefly(|coder| coder.store(other, run, ty))?;
        self.writer.bind(done);
        Ok(())
    }

    fn otherwise(
        &mut self,
        optional: &'a Expr,
        other: &'a Expr,
        ty: &Ty,
        into: Option<Reg>,
    ) -> Result<Operand, Problem> {
        let run = self.target(ty, into)?;
        let result = Operand::of_run(run, place::is_optional(ty));
        let (absent, done) = (self.writer.label(), self.writer.label());
        self.briefly(|coder| {
            let found = coder.evaluate(optional, None)?;
            for &presence in &found.presence {
                coder.writer.jump_when(presence, false, absent)?;
            }
            if !result.presence.is_empty() {
                coder.load(run, Scalar::Bool(true))?;
            }
            coder.copy(result.base, found.base, ty)
        })?;
        self.writer.jump(done)?;
        self.writer.bind(absent);
        self.briefly(|coder| coder.store(other, run, ty))?;
        self.writer.bind(done);
        Ok(result)
    }

    fn fact(
        &mut self,
        fact: FactId,
        arguments: &'a [Expr],
        ty: &Ty,
        into: Option<Reg>,
    ) -> Result<Operand, Problem> {
        let to = self.target(ty, into)?;
        self.briefly(|coder| {
            let arguments = coder.arguments(arguments)?;
            coder.emit(Instr::Fact { to, fact, arguments })
        })?;
        Ok(Operand::of_run(to, place::is_optional(ty)))
    }

    /// A part of a text. It is computed where the text is absent, too: then it is empty, and just as absent.
    fn part(&mut self, part: Part, of: &'a Expr, ty: &Ty, into: Option<Reg>) -> Result<Operand, Problem> {
        let run = self.target(ty, into)?;
        let to = Operand::of_run(run, place::is_optional(ty)).base;
        let whole = self.evaluate(of, None)?;
        self.emit(Instr::Part { part, to, from: whole.base })?;
        Ok(Operand { base: to, presence: whole.presence })
    }

    /// Values in registers one after the other: where they already lie so, or in registers for a moment.
    fn arguments(&mut self, arguments: &'a [Expr]) -> Result<Reg, Problem> {
        if let [one] = arguments {
            return self.scalar(one);
        }
        let slots = arguments.iter().flat_map(|argument| place::slots(self.schema, &argument.ty).to_vec());
        let run = self.frame.take(&slots.collect::<Vec<_>>(), Lifetime::Scratch)?;
        for (to, argument) in (run..).zip(arguments) {
            self.briefly(|coder| coder.store(argument, to, &argument.ty))?;
        }
        Ok(run)
    }

    /// Copies a value without its presence.
    pub(super) fn copy(&mut self, to: Reg, from: Reg, ty: &Ty) -> Result<(), Problem> {
        let width = place::slots(self.schema, ty).len() - usize::from(place::is_optional(ty));
        if to != from {
            for slot in 0..width as Reg {
                self.emit(Instr::Copy { to: to + slot, from: from + slot })?;
            }
        }
        Ok(())
    }

    pub(super) fn target(&mut self, ty: &Ty, into: Option<Reg>) -> Result<Reg, Problem> {
        into.map_or_else(|| self.scratch_for(ty), Ok)
    }
}
