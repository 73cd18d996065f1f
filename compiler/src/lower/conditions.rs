//! Conditions, written as jumps: no Bool is computed where only the way to go on is asked for.

use lictor_bundle::instr::{Comparison, Instr, Reg};
use lictor_bundle::schema::{Scalar, SlotType};

use super::bounds::Problem;
use super::coder::Coder;
use super::frame::Lifetime;
use super::place::Operand;
use super::writer::Label;
use crate::typed::{Between, Expr, ExprKind, Quantifier, QuantifierKind};

impl<'a> Coder<'a, '_> {
    /// Goes on at `target` where the condition is `when`, and right here where it is not.
    pub(super) fn branch(&mut self, expr: &'a Expr, target: Label, when: bool) -> Result<(), Problem> {
        self.briefly(|coder| match &expr.kind {
            ExprKind::Not(inner) => coder.branch(inner, target, !when),
            ExprKind::And(left, right) => coder.branch_both(left, right, target, when, false),
            ExprKind::Or(left, right) => coder.branch_both(left, right, target, when, true),
            ExprKind::Let(id, value, body) => {
                coder.name(*id, value, Lifetime::Statement)?;
                coder.branch(body, target, when)
            }
            ExprKind::If(condition, then, other) => coder.branch_if(condition, then, other, target, when),
            ExprKind::Present(optional) => {
                let presence = coder.evaluate(optional, None)?.presence;
                coder.branch_present(&presence, target, when)
            }
            ExprKind::Otherwise(optional, other) => coder.branch_otherwise(optional, other, target, when),
            ExprKind::Between(between) => coder.branch_between(expr, between, target, when),
            ExprKind::Quantifier(quantifier) => match quantifier.kind {
                QuantifierKind::All => coder.branch_loop(expr, quantifier, false, target, when),
                QuantifierKind::Any => coder.branch_loop(expr, quantifier, true, target, when),
                QuantifierKind::Count | QuantifierKind::Sum(_) => coder.branch_value(expr, target, when),
            },
            _ => coder.branch_value(expr, target, when),
        })
    }

    fn branch_value(&mut self, expr: &'a Expr, target: Label, when: bool) -> Result<(), Problem> {
        let condition = self.scalar(expr)?;
        self.writer.jump_when(condition, when, target)
    }

    /// `and` and `or`: the left side decides alone where it is `decisive`.
    fn branch_both(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
        target: Label,
        when: bool,
        decisive: bool,
    ) -> Result<(), Problem> {
        if when == decisive {
            self.branch(left, target, when)?;
            return self.branch(right, target, when);
        }
        let decided = self.writer.label();
        self.branch(left, decided, decisive)?;
        self.branch(right, target, when)?;
        self.writer.bind(decided);
        Ok(())
    }

    fn branch_if(
        &mut self,
        condition: &'a Expr,
        then: &'a Expr,
        other: &'a Expr,
        target: Label,
        when: bool,
    ) -> Result<(), Problem> {
        let (no, done) = (self.writer.label(), self.writer.label());
        self.branch(condition, no, false)?;
        self.branch(then, target, when)?;
        self.writer.jump(done)?;
        self.writer.bind(no);
        self.branch(other, target, when)?;
        self.writer.bind(done);
        Ok(())
    }

    fn branch_present(&mut self, presence: &[Reg], target: Label, when: bool) -> Result<(), Problem> {
        if let ([several @ .., last], true) = (presence, when) {
            let absent = self.writer.label();
            for &each in several {
                self.writer.jump_when(each, false, absent)?;
            }
            self.writer.jump_when(*last, true, target)?;
            self.writer.bind(absent);
            return Ok(());
        }
        for &each in presence {
            self.writer.jump_when(each, false, target)?;
        }
        if presence.is_empty() && when {
            let always = self.conjunction(presence, None)?;
            self.writer.jump_when(always, true, target)?;
        }
        Ok(())
    }

    fn branch_otherwise(
        &mut self,
        optional: &'a Expr,
        other: &'a Expr,
        target: Label,
        when: bool,
    ) -> Result<(), Problem> {
        let found = self.evaluate(optional, None)?;
        let done = self.writer.label();
        // A constant after `otherwise` is the common case: absence then leads straight where that constant would.
        let constant = match other.kind {
            ExprKind::Scalar(Scalar::Bool(value)) => Some(value),
            _ => None,
        };
        let absent = match constant {
            Some(value) if value == when => target,
            Some(_) => done,
            None => self.writer.label(),
        };
        for &presence in &found.presence {
            self.writer.jump_when(presence, false, absent)?;
        }
        self.writer.jump_when(found.base, when, target)?;
        if constant.is_none() {
            self.writer.jump(done)?;
            self.writer.bind(absent);
            self.branch(other, target, when)?;
        }
        self.writer.bind(done);
        Ok(())
    }

    fn branch_between(
        &mut self,
        expr: &'a Expr,
        between: &'a Between,
        target: Label,
        when: bool,
    ) -> Result<(), Problem> {
        let outside = if when { self.writer.label() } else { target };
        let Between { kind, item, low, high, closed } = between;
        let item_register = self.scalar(item)?;
        let within = self.scratch(SlotType::Bool)?;
        let left = self.beside(low, item, item_register)?;
        let op = Comparison::LessOrEqual;
        self.emit(Instr::Compare { op, kind: *kind, to: within, left, right: item_register })?;
        self.known(expr, &Operand::at(within))?;
        self.writer.jump_when(within, false, outside)?;
        let right = self.beside(high, item, item_register)?;
        let op = if *closed { Comparison::LessOrEqual } else { Comparison::Less };
        self.emit(Instr::Compare { op, kind: *kind, to: within, left: item_register, right })?;
        self.known(expr, &Operand::at(within))?;
        self.writer.jump_when(within, when, target)?;
        if when {
            self.writer.bind(outside);
        }
        Ok(())
    }

    /// `all` and `any`: the first element of which the body is `decisive` decides, and stays where it can be shown.
    fn branch_loop(
        &mut self,
        expr: &'a Expr,
        quantifier: &'a Quantifier,
        decisive: bool,
        target: Label,
        when: bool,
    ) -> Result<(), Problem> {
        if when == decisive {
            return self.each(expr, quantifier, |coder| coder.branch(&quantifier.body, target, decisive));
        }
        let decided = self.writer.label();
        self.each(expr, quantifier, |coder| coder.branch(&quantifier.body, decided, decisive))?;
        self.writer.jump(target)?;
        self.writer.bind(decided);
        Ok(())
    }
}
