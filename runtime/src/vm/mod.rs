//! The interpreter.
//!
//! The loader has verified every code: registers hold what instructions expect, jumps go ahead, loops end. The interpreter rests on
//! that for meaning, never for safety: a register or an index that is not there stops the evaluation like a number that does not fit,
//! and so does going back more often than there could be steps. A stopped evaluation refuses.

mod arithmetic;
mod collection;
mod compound;
mod compare;
mod text;
mod effect;
mod lookup;
mod machine;

use lictor_bundle::instr::{Failure, Instr};
use lictor_bundle::program::Code;
use lictor_bundle::verify::MAX_STEPS;

pub(crate) use self::effect::{Cause, Effects, Fired, Lifted, Origin};
pub(crate) use self::machine::Machine;

use crate::slot::Slot;
use crate::trace::Watch;

/// How a code came to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// A rule was gone through.
    Done,
    /// A rule refused.
    Denied,
    /// A condition was answered.
    Answer(bool),
}

/// Runs a code from its first instruction to its end, before the eyes of a watcher.
pub(crate) fn run<W: Watch>(machine: &mut Machine<'_>, code: &Code, watch: &mut W) -> Result<End, Failure> {
    machine.clear_temporaries(code.temporaries.len())?;
    let mut repeats = MAX_STEPS;
    let mut pc = 0;
    let mut ahead = 0;
    while let Some(instr) = code.instrs.get(pc) {
        watch.instruction(machine, pc, pc == ahead);
        let here = pc;
        pc += 1;
        ahead = pc;
        match *instr {
            Instr::Jump { target } => pc = usize::from(target),
            Instr::JumpIf { condition, target } => {
                if machine.bool(condition)? {
                    pc = usize::from(target);
                }
            }
            Instr::JumpUnless { condition, target } => {
                if !machine.bool(condition)? {
                    pc = usize::from(target);
                }
            }
            Instr::Loop { list, index, element, exit } => {
                if machine.next_element(list, index, element)? {
                    watch.element(here);
                } else {
                    pc = usize::from(exit);
                }
            }
            Instr::Repeat { head } => {
                repeats = repeats.checked_sub(1).ok_or(Failure::Arithmetic)?;
                pc = usize::from(head);
            }
            Instr::Fail { failure } => return Err(failure),
            Instr::Deny { site } => {
                watch.fired(code, site);
                machine.deny(code, site)?;
                return Ok(End::Denied);
            }
            Instr::StepUp { site } => {
                watch.fired(code, site);
                machine.step_up(code, site)?;
            }
            Instr::Risk { site } => {
                watch.fired(code, site);
                machine.risk(code, site)?;
            }
            Instr::Oblige { site } => {
                watch.fired(code, site);
                machine.oblige(code, site)?;
            }
            Instr::Amplifier { amplifier, from } => machine.amplifier(amplifier, from)?,
            Instr::Answer { from } => return Ok(End::Answer(machine.bool(from)?)),
            Instr::End => return Ok(End::Done),
            ref computes => compute(machine, computes)?,
        }
    }
    // The loader refuses a code that runs past its last instruction.
    Err(Failure::Arithmetic)
}

/// Runs an instruction that only computes: one that neither leads elsewhere nor has an effect. Any other one does nothing here.
pub(crate) fn compute(machine: &mut Machine<'_>, instr: &Instr) -> Result<(), Failure> {
    match *instr {
        Instr::Constant { to, constant } => machine.constant(to, constant)?,
        Instr::Copy { to, from } => machine.set(to, machine.get(from)?)?,
        Instr::Not { to, from } => machine.set(to, Slot::from_bool(!machine.bool(from)?))?,
        Instr::Compare { op, kind, to, left, right } => machine.compare(op, kind, to, left, right)?,
        Instr::Arith { op, to, left, right } => machine.arith(op, to, left, right)?,
        Instr::Negate { kind, to, from } => machine.negate(kind, to, from)?,
        Instr::ToDecimal { to, from } => machine.decimal_from_int(to, from)?,
        Instr::Civil { op, to, from } => machine.civil(op, to, from)?,
        Instr::Business { op, to, calendar, left, right } => {
            machine.business(op, to, calendar, left, right)?
        }
        Instr::Contains { kind, to, item, collection } => machine.contains(kind, to, item, collection)?,
        Instr::Length { to, collection } => machine.length(to, collection)?,
        Instr::Lookup { to, map, key, width } => machine.look_up(to, map, key, width)?,
        Instr::Source { part, to, from, width } => machine.source(part, to, from, width)?,
        Instr::Accumulate { kind, sum, currency, value } => {
            machine.accumulate(kind, sum, currency, value)?;
        }
        Instr::Total { kind, to, sum, currency } => machine.total(kind, to, sum, currency)?,
        Instr::Text { op, to, text, part } => machine.text_op(op, to, text, part)?,
        Instr::Part { part, to, from } => machine.part(part, to, from)?,
        Instr::LowerAscii { to, text } => machine.lower_ascii(to, text)?,
        Instr::Within { op, to, text, parts } => machine.within(op, to, text, parts)?,
        Instr::Param { to, param } => machine.param(to, param)?,
        Instr::ParamMoney { to, param, like } => machine.param_money(to, param, like)?,
        Instr::Fact { to, fact, arguments } => machine.fact(to, fact, arguments)?,
        Instr::Jump { .. }
        | Instr::JumpIf { .. }
        | Instr::JumpUnless { .. }
        | Instr::Loop { .. }
        | Instr::Repeat { .. }
        | Instr::Fail { .. }
        | Instr::Deny { .. }
        | Instr::StepUp { .. }
        | Instr::Risk { .. }
        | Instr::Oblige { .. }
        | Instr::Amplifier { .. }
        | Instr::Answer { .. }
        | Instr::End => {}
    }
    Ok(())
}
