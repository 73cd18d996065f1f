//! Operations that are one instruction once their operands are there.

use lictor_bundle::instr::{Instr, Reg};
use lictor_bundle::schema::SlotType;

use super::bounds::Problem;
use super::coder::Coder;
use super::place::Operand;
use crate::typed::{Expr, ExprKind};

impl<'a> Coder<'a, '_> {
    /// Evaluates an operation into a register.
    pub(super) fn operation(&mut self, expr: &'a Expr, to: Reg) -> Result<(), Problem> {
        match &expr.kind {
            ExprKind::Scalar(scalar) => self.load(to, scalar.clone()),
            ExprKind::Set(values) => self.set(values, &expr.ty, to),
            ExprKind::Param(param) => self.emit(Instr::Param { to, param: *param }),
            ExprKind::MoneyParam(param, like) => {
                let like = self.scalar(like)?;
                self.emit(Instr::ParamMoney { to, param: *param, like })
            }
            ExprKind::Not(inner) => {
                let from = self.scalar(inner)?;
                self.emit(Instr::Not { to, from })
            }
            ExprKind::Negate(kind, inner) => {
                let from = self.scalar(inner)?;
                self.emit(Instr::Negate { kind: *kind, to, from })
            }
            ExprKind::ToDecimal(inner) => {
                let from = self.scalar(inner)?;
                self.emit(Instr::ToDecimal { to, from })
            }
            ExprKind::Civil(op, inner) => {
                let from = self.scalar(inner)?;
                self.emit(Instr::Civil { op: *op, to, from })
            }
            ExprKind::Length(inner) => {
                let collection = self.scalar(inner)?;
                self.emit(Instr::Length { to, collection })
            }
            ExprKind::Compare(op, kind, left, right) => {
                let (left, right) = self.operands(left, right)?;
                self.emit(Instr::Compare { op: *op, kind: *kind, to, left, right })
            }
            ExprKind::Arith(op, left, right) => {
                let (left, right) = self.operands(left, right)?;
                self.emit(Instr::Arith { op: *op, to, left, right })
            }
            ExprKind::Business(op, calendar, left, right) => {
                let (left, right) = self.operands(left, right)?;
                self.emit(Instr::Business { op: *op, to, calendar: *calendar, left, right })
            }
            ExprKind::Contains(kind, item, collection) => {
                let item = self.scalar(item)?;
                let collection = self.scalar(collection)?;
                self.emit(Instr::Contains { kind: *kind, to, item, collection })
            }
            ExprKind::Text(op, text, part) => {
                let (text, part) = self.operands(text, part)?;
                self.emit(Instr::Text { op: *op, to, text, part })
            }
            ExprKind::LowerAscii(inner) => {
                let text = self.scalar(inner)?;
                self.emit(Instr::LowerAscii { to, text })
            }
            ExprKind::Within(op, text, parts) => {
                let text = self.scalar(text)?;
                let parts = self.scalar(parts)?;
                self.emit(Instr::Within { op: *op, to, text, parts })
            }
            // The other kinds are written in rooms of their own; `evaluate` sends them there.
            ExprKind::Root(_)
            | ExprKind::Local(_)
            | ExprKind::Field(..)
            | ExprKind::Known(_)
            | ExprKind::Let(..)
            | ExprKind::Part(..)
            | ExprKind::Lookup(..)
            | ExprKind::Sourced(..)
            | ExprKind::Present(_)
            | ExprKind::Fact(..)
            | ExprKind::Otherwise(..)
            | ExprKind::If(..)
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Between(_)
            | ExprKind::Quantifier(_) => self.store(expr, to, &expr.ty),
        }
    }

    /// The registers of two operands.
    fn operands(&mut self, left: &'a Expr, right: &'a Expr) -> Result<(Reg, Reg), Problem> {
        if stands_beside(left, right) {
            let right_register = self.scalar(right)?;
            return Ok((self.beside(left, right, right_register)?, right_register));
        }
        let left_register = self.scalar(left)?;
        Ok((left_register, self.beside(right, left, left_register)?))
    }

    /// The register of an operand next to another one. A money parameter that takes the currency of its neighbour takes
    /// it from the register where the neighbour already lies, so that the neighbour is evaluated once.
    pub(super) fn beside(
        &mut self,
        expr: &'a Expr,
        neighbour: &Expr,
        neighbour_register: Reg,
    ) -> Result<Reg, Problem> {
        match &expr.kind {
            ExprKind::MoneyParam(param, _) if stands_beside(expr, neighbour) => {
                let to = self.scratch(SlotType::Money)?;
                self.emit(Instr::ParamMoney { to, param: *param, like: neighbour_register })?;
                self.known(expr, &Operand::at(to))?;
                Ok(to)
            }
            _ => self.scalar(expr),
        }
    }
}

/// Whether this is a money parameter that takes the currency of that expression.
fn stands_beside(expr: &Expr, neighbour: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::MoneyParam(_, like) if **like == *neighbour)
}
