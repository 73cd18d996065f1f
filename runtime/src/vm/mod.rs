//! The interpreter.
//!
//! The loader has verified every code: registers hold what instructions expect, jumps go ahead, loops end. The interpreter rests on
//! that for meaning, never for safety: a register or an index that is not there stops the evaluation like a number that does not fit,
//! and so does going back more often than there could be steps. A stopped evaluation refuses.

mod operations;
mod fusion;
mod zeros;
mod operands;
mod test;
mod arithmetic;
mod collection;
mod compound;
mod text;
mod effect;
mod lookup;
mod machine;

use lictor_bundle::instr::{Failure, Instr};
use lictor_bundle::verify::MAX_STEPS;

pub(crate) use self::effect::{Cause, Effects, Fired, Lifted};
pub(crate) use self::machine::{Machine, Running};
pub(crate) use self::operands::operands;
pub(crate) use self::operations::Operations;

use self::arithmetic::same_currency;
use self::operations::Op;
use crate::slot::Slot;
use crate::trace::{Nobody, Watch};

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

/// Runs operations from one on to the last before `end`, before the eyes of a watcher.
pub(crate) fn run<W: Watch>(
    machine: &mut Machine<'_>,
    ops: &[Op],
    start: usize,
    watch: &mut W,
) -> Result<End, Failure> {
    let mut repeats = MAX_STEPS;
    let mut here = start;
    let mut ahead = start;
    while let Some(op) = ops.get(here) {
        watch.instruction(machine, here, here == ahead);
        machine.here = here;
        ahead = here + 1;
        here = match *op {
            Op::SameBits(test) => {
                machine.test(test, here, |_, left, right| Ok(left.bits() == right.bits()))?
            }
            Op::SameDecimal(test) => {
                machine.test(test, here, |_, left, right| Ok(left.wide() == right.wide()))?
            }
            Op::SameMoney(test) => machine.test(test, here, |_, left, right| {
                same_currency(left, right).map(|(left, right)| left.minor == right.minor)
            })?,
            Op::SameText(test) => {
                machine.test(test, here, |machine, left, right| Ok(machine.same_text(left, right)))?
            }
            Op::LessBits(test) => {
                machine.test(test, here, |_, left, right| Ok(left.bits() < right.bits()))?
            }
            Op::LessInt(test) => machine.test(test, here, |_, left, right| Ok(left.int() < right.int()))?,
            Op::LessDecimal(test) => {
                machine.test(test, here, |_, left, right| Ok(left.wide() < right.wide()))?
            }
            Op::LessMoney(test) => machine.test(test, here, |_, left, right| {
                same_currency(left, right).map(|(left, right)| left.minor < right.minor)
            })?,
            Op::LessText(test) => {
                machine.test(test, here, |machine, left, right| Ok(machine.less_text(left, right)))?
            }
            Op::Within(kind, test) => machine.test(test, here, |machine, item, collection| {
                Ok(machine.arenas().position(kind, collection, item).is_some())
            })?,
            Op::Jump { further } => here + usize::from(further),
            Op::If { condition, on, further } if machine.bool(condition)? == on => {
                here + usize::from(further)
            }
            Op::If { .. } => ahead,
            Op::Loop { list, index, element, further } => {
                if machine.next_element(list, index, element)? {
                    watch.element(here);
                    ahead
                } else {
                    here + usize::from(further)
                }
            }
            Op::Repeat { back } => {
                repeats = repeats.checked_sub(1).ok_or(Failure::Arithmetic)?;
                here.checked_sub(usize::from(back)).ok_or(Failure::Arithmetic)?
            }
            Op::Zero { count } => {
                machine.clear_temporaries(usize::from(count))?;
                ahead
            }
            Op::Lift => {
                machine.lift();
                ahead
            }
            Op::Instr(ref instr) => {
                match *instr {
                    Instr::Deny { site } => {
                        watch.fired(site);
                        machine.deny(site)?;
                        return Ok(End::Denied);
                    }
                    Instr::StepUp { site } => {
                        watch.fired(site);
                        machine.step_up(site)?;
                    }
                    Instr::Risk { site } => {
                        watch.fired(site);
                        machine.risk(site)?;
                    }
                    Instr::Oblige { site } => {
                        watch.fired(site);
                        machine.oblige(site)?;
                    }
                    Instr::Amplifier { amplifier, from } => machine.amplifier(amplifier, from)?,
                    Instr::Answer { from } => return Ok(End::Answer(machine.bool(from)?)),
                    Instr::Fail { failure } => return Err(failure),
                    ref computes => compute(machine, computes)?,
                }
                ahead
            }
        };
    }
    Ok(End::Done)
}

/// Runs an instruction that only computes: one that neither leads elsewhere nor has an effect. Any other one does nothing here.
#[inline(always)]
pub(crate) fn compute(machine: &mut Machine<'_>, instr: &Instr) -> Result<(), Failure> {
    match *instr {
        Instr::Constant { to, constant } => machine.constant(to, constant)?,
        Instr::Copy { to, from } => machine.set(to, machine.get(from)?)?,
        Instr::Not { to, from } => machine.set(to, Slot::from_bool(!machine.bool(from)?))?,
        Instr::Compare { .. } | Instr::Contains { .. } => {
            if let Some((test, _)) = Op::test(instr) {
                run(machine, &[test], 0, &mut Nobody)?;
            }
        }
        Instr::Arith { op, to, left, right } => machine.arith(op, to, left, right)?,
        Instr::Negate { kind, to, from } => machine.negate(kind, to, from)?,
        Instr::ToDecimal { to, from } => machine.decimal_from_int(to, from)?,
        Instr::Civil { op, to, from } => machine.civil(op, to, from)?,
        Instr::Business { op, to, calendar, left, right } => {
            machine.business(op, to, calendar, left, right)?
        }
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
