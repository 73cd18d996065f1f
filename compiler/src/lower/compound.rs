//! What is taken out of maps and sourced values.

use lictor_bundle::instr::{Instr, Reg};
use lictor_bundle::schema::Scalar;
use lictor_bundle::shape::SourcePart;

use super::bounds::Problem;
use super::coder::Coder;
use super::place::{self, Operand};
use crate::typed::{Expr, Ty};

impl<'a> Coder<'a, '_> {
    /// The value for a key. `ty` is optional, and the instruction writes just what is laid out for it.
    pub(super) fn look_up(
        &mut self,
        map: &'a Expr,
        key: &'a Expr,
        ty: &Ty,
        into: Option<Reg>,
    ) -> Result<Operand, Problem> {
        let to = self.target(ty, into)?;
        let map = self.evaluate(map, None)?;
        let key = self.scalar(key)?;
        self.emit(Instr::Lookup { to, map: map.base, key, width: self.width(ty)? - 1 })?;
        self.only_where(&map.presence, to)?;
        Ok(Operand::of_run(to, true))
    }

    /// A part of a sourced value. It is computed where the whole is absent, too: then it is zero, and just as absent.
    pub(super) fn source(
        &mut self,
        part: SourcePart,
        of: &'a Expr,
        ty: &Ty,
        into: Option<Reg>,
    ) -> Result<Operand, Problem> {
        let run = self.target(ty, into)?;
        let whole = self.evaluate(of, None)?;
        if matches!(part, SourcePart::VerifiedAt | SourcePart::Confidence) {
            self.emit(Instr::Source { part, to: run, from: whole.base, width: self.width(ty)? })?;
            self.only_where(&whole.presence, run)?;
            return Ok(Operand::of_run(run, true));
        }
        let to = Operand::of_run(run, place::is_optional(ty)).base;
        let width = self.width(ty.present())?;
        self.emit(Instr::Source { part, to, from: whole.base, width })?;
        Ok(Operand { base: to, presence: whole.presence })
    }

    /// Makes a Bool false unless these all are true.
    fn only_where(&mut self, presence: &[Reg], flag: Reg) -> Result<(), Problem> {
        for &each in presence {
            let there = self.writer.label();
            self.writer.jump_when(each, true, there)?;
            self.load(flag, Scalar::Bool(false))?;
            self.writer.bind(there);
        }
        Ok(())
    }

    fn width(&self, ty: &Ty) -> Result<u16, Problem> {
        u16::try_from(place::slots(self.schema, ty).len()).map_err(|_| Problem::Temporaries)
    }
}
