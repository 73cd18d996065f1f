//! Names: elements of collections, and lets, which are evaluated where they are first needed and at most once.
//!
//! Where it is known that a let was evaluated, its registers are just read. Where it is known that it was not, it is
//! evaluated. Only where paths meet of which some evaluated it does the code ask, at run time, a Bool that says so.

use std::collections::BTreeSet;

use lictor_bundle::instr::Reg;
use lictor_bundle::schema::SlotType;

use super::bounds::{Problem, each_child};
use super::coder::Coder;
use super::frame::Lifetime;
use super::place::{self, Operand};
use super::writer::{Evaluated, LetId};
use crate::typed::{Expr, ExprKind, LocalId};

/// What a name stands for.
#[derive(Clone)]
pub(super) enum Binding<'a> {
    /// The element that a loop is at.
    Element(Operand),
    /// Something that costs no more than an instruction, so that it is repeated instead of kept.
    Same(&'a Expr),
    /// A let of this number.
    Lazy(LetId),
}

/// A let that is evaluated where it is first needed.
pub(super) struct Lazy<'a> {
    value: &'a Expr,
    lifetime: Lifetime,
    /// How many loops its name was given in.
    loops: usize,
    /// Where its value goes, once it was needed.
    run: Option<Reg>,
    /// A Bool that says whether it was evaluated, once that was asked.
    pub(super) done: Option<Reg>,
}

impl<'a> Coder<'a, '_> {
    /// Gives a value a name. `lifetime` says how long the name is used.
    pub(super) fn name(&mut self, id: LocalId, value: &'a Expr, lifetime: Lifetime) -> Result<(), Problem> {
        if is_repeatable(value) {
            self.bindings.insert(id, Binding::Same(value));
            return Ok(());
        }
        let number = self.lets.len();
        self.lets.push(Lazy { value, lifetime, loops: self.loops, run: None, done: None });
        self.bindings.insert(id, Binding::Lazy(number));
        self.writer.set_evaluated(number, Evaluated::No);
        if self.loops > 0 {
            // The value of the previous round is not that of this one.
            self.writer.mark(number, false)?;
        }
        Ok(())
    }

    /// The value that a name stands for.
    pub(super) fn local(&mut self, id: LocalId) -> Result<Operand, Problem> {
        match self.bindings.get(&id).cloned() {
            None => Err(Problem::Missing(format!("local {}", id.0))),
            Some(Binding::Element(operand)) => Ok(operand),
            Some(Binding::Same(value)) => self.evaluate(value, None),
            Some(Binding::Lazy(number)) => self.force(number),
        }
    }

    fn force(&mut self, number: LetId) -> Result<Operand, Problem> {
        match self.writer.evaluated(number) {
            Evaluated::Yes => {}
            Evaluated::No => self.evaluate_let(number)?,
            Evaluated::Maybe => {
                let done = match self.lets[number].done {
                    Some(done) => done,
                    None => self.frame.take(&[SlotType::Bool], Lifetime::Code)?,
                };
                self.lets[number].done = Some(done);
                let evaluated = self.writer.label();
                self.writer.jump_when(done, true, evaluated)?;
                self.evaluate_let(number)?;
                self.writer.bind(evaluated);
                self.writer.set_evaluated(number, Evaluated::Yes);
            }
        }
        let optional = place::is_optional(&self.lets[number].value.ty);
        let run = self.lets[number].run.unwrap_or_default();
        Ok(Operand::of_run(run, optional))
    }

    fn evaluate_let(&mut self, number: LetId) -> Result<(), Problem> {
        let Lazy { value, lifetime, loops, run, .. } = self.lets[number];
        // A value that outlives the round of a loop in which it is evaluated must not lie where the beginning of the next
        // round, which is already written, puts other things.
        let lifetime = if self.loops > loops { Lifetime::Code } else { lifetime };
        let run = match run {
            Some(run) => run,
            None => self.frame.take(&place::slots(self.schema, &value.ty), lifetime)?,
        };
        self.lets[number].run = Some(run);
        self.briefly(|coder| coder.store(value, run, &value.ty))?;
        self.writer.mark(number, true)?;
        self.writer.set_evaluated(number, Evaluated::Yes);
        Ok(())
    }

    /// Before a loop: what its body may evaluate may have been evaluated when a later round begins.
    pub(super) fn expect_rounds(&mut self, body: &'a Expr) {
        let mut needed = BTreeSet::new();
        self.lets_in(body, &mut needed);
        for number in needed {
            if self.writer.evaluated(number) == Evaluated::No {
                self.writer.set_evaluated(number, Evaluated::Maybe);
            }
        }
    }

    fn lets_in(&self, expr: &'a Expr, needed: &mut BTreeSet<LetId>) {
        if let ExprKind::Local(id) = expr.kind {
            match self.bindings.get(&id) {
                Some(Binding::Lazy(number)) => {
                    if needed.insert(*number) {
                        self.lets_in(self.lets[*number].value, needed);
                    }
                }
                Some(Binding::Same(value)) => self.lets_in(value, needed),
                Some(Binding::Element(_)) | None => {}
            }
        }
        each_child(expr, &mut |child| self.lets_in(child, needed));
    }
}

/// Whether evaluating this again costs no more than an instruction and cannot fail.
fn is_repeatable(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Scalar(_) | ExprKind::Root(_) | ExprKind::Local(_) => true,
        ExprKind::Field(of, ..) | ExprKind::Known(of) => is_repeatable(of),
        _ => false,
    }
}
