//! The interpreter.
//!
//! The loader has verified every code: registers hold what instructions expect, jumps go ahead, loops end. The interpreter rests on
//! that for meaning, never for safety: a register or an index that is not there stops the evaluation like a number that does not fit,
//! and so does going back more often than there could be steps. A stopped evaluation refuses.

mod operations;
mod fusion;
mod loops;
mod order;
mod truths;
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

use lictor_bundle::instr::{Failure, Instr, Kind};
use lictor_bundle::program::Stage;

pub(crate) use self::effect::{Cause, Effects, Fired, Lifted, ReadySite};
pub(crate) use self::lookup::can_be_asked;
pub(crate) use self::machine::{Machine, Running};
pub(crate) use self::operands::operands;
pub(crate) use self::operations::Operations;
pub(crate) use self::truths::untrue;

use self::operations::{Op, Step};
use crate::slot::Slot;
use crate::trace::Watch;

/// How a code came to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// A rule was gone through.
    Done,
    /// A rule refused, at this stage.
    Denied(Stage),
    /// A condition was answered.
    Answer(bool),
}

/// Runs steps from one on to the last, before the eyes of a watcher; `place` is where it begins, and afterwards where it ended.
pub(crate) fn run<W: Watch>(
    machine: &mut Machine<'_>,
    steps: &[Step],
    place: &mut usize,
    watch: &mut W,
) -> Result<End, Failure> {
    // A place that nobody else can see need not be in memory while it changes.
    let mut here = *place;
    let end = go_on(machine, steps, &mut here, watch);
    *place = here;
    end
}

/// Does one step after the other.
#[inline(always)]
fn go_on<W: Watch>(
    machine: &mut Machine<'_>,
    steps: &[Step],
    place: &mut usize,
    watch: &mut W,
) -> Result<End, Failure> {
    let mut ahead = *place;
    let untrue = machine.untrue;
    while let Some(Step { given, op }) = steps.get(*place) {
        let here = *place;
        watch.instruction(machine, here, here == ahead);
        ahead = here + 1;
        if given.needs & untrue != 0 {
            *place = here + usize::from(given.otherwise);
            continue;
        }
        *place = match op {
            // Tests are guards, so that each becomes a branch, whose way a processor foresees. A number to go on by would be waited for.
            Op::SameBits(test) if machine.same(Kind::Bits, test)? => here + usize::from(test.further),
            Op::SameDecimal(test) if machine.same(Kind::Decimal, test)? => here + usize::from(test.further),
            Op::SameMoney(test) if machine.same(Kind::Money, test)? => here + usize::from(test.further),
            Op::SameText(test) if machine.same(Kind::Text, test)? => here + usize::from(test.further),
            Op::LessBits(test) if machine.less(Kind::Bits, test)? => here + usize::from(test.further),
            Op::LessInt(test) if machine.less(Kind::Int, test)? => here + usize::from(test.further),
            Op::LessDecimal(test) if machine.less(Kind::Decimal, test)? => here + usize::from(test.further),
            Op::LessMoney(test) if machine.less(Kind::Money, test)? => here + usize::from(test.further),
            Op::LessText(test) if machine.less(Kind::Text, test)? => here + usize::from(test.further),
            Op::Below { on, register, further, number } if (machine.int(*register)? < *number) == *on => {
                here + usize::from(*further)
            }
            Op::WithinTexts(test) if machine.within_texts(test)? => here + usize::from(test.further),
            Op::WithinBits(test) if machine.within_bits(test)? => here + usize::from(test.further),
            Op::Within(kind, test) if machine.within(*kind, test)? => here + usize::from(test.further),
            Op::If { condition, on, further } if machine.bool(*condition)? == *on => {
                here + usize::from(*further)
            }
            // Nothing hangs on the other answer.
            Op::SameBits(_) | Op::SameDecimal(_) | Op::SameMoney(_) | Op::SameText(_) => ahead,
            Op::LessBits(_) | Op::LessInt(_) | Op::LessDecimal(_) | Op::LessMoney(_) | Op::LessText(_) => {
                ahead
            }
            Op::Below { .. } | Op::WithinTexts(_) | Op::WithinBits(_) | Op::Within(..) | Op::If { .. } => {
                ahead
            }
            Op::Jump { further } => here + usize::from(*further),
            Op::Loop { list, index, element, .. } if machine.next_element(*list, *index, *element)? => {
                watch.element(here);
                ahead
            }
            Op::Loop { further, .. } => here + usize::from(*further),
            Op::Repeat { back } => machine.back(here, *back)?,
            Op::Next { list, index, element, back, .. }
                if machine.next_element(*list, *index, *element)? =>
            {
                machine.back(here, *back)?
            }
            Op::Next { further, .. } => here + usize::from(*further),
            Op::AnyWithin { list, test, .. } if machine.any_within(*list, test)? => {
                here + usize::from(test.further)
            }
            Op::AnyWithin { exit, .. } => here + usize::from(*exit),
            Op::Zero { count } => {
                machine.clear_temporaries(usize::from(*count))?;
                ahead
            }
            Op::Lift { rule } => {
                machine.lift(*rule as usize);
                ahead
            }
            Op::Compute(instr) => {
                compute(machine, instr)?;
                ahead
            }
            Op::Fire { site } => {
                let site = machine.site(*site)?;
                watch.fired(site.stated.site);
                machine.fire(site)?;
                ahead
            }
            Op::Amplifier { amplifier, from } => {
                machine.amplifier(*amplifier, *from)?;
                ahead
            }
            Op::Deny { site } => {
                let site = machine.site(*site)?;
                watch.fired(site.stated.site);
                return machine.deny(site).map(End::Denied);
            }
            Op::Answer { from } => return Ok(End::Answer(machine.bool(*from)?)),
            Op::Fail(failure) => return Err(*failure),
        };
    }
    Ok(End::Done)
}

/// Runs an instruction that only computes: one that neither leads elsewhere nor has an effect. Any other one does nothing here.
#[inline(always)]
pub(crate) fn compute(machine: &mut Machine<'_>, instr: &Instr) -> Result<(), Failure> {
    match *instr {
        Instr::Constant { to, constant } => machine.set(to, machine.constant(constant)?)?,
        Instr::Copy { to, from } => machine.set(to, machine.get(from)?)?,
        Instr::Not { to, from } => machine.set(to, Slot::from_bool(!machine.bool(from)?))?,
        Instr::Compare { op, kind, to, left, right } => {
            let answer = machine.compare(op, kind, machine.get(left)?, machine.get(right)?)?;
            machine.set(to, Slot::from_bool(answer))?;
        }
        Instr::Contains { kind, to, item, collection } => {
            let answer = machine.holds(kind, machine.get(collection)?, machine.get(item)?);
            machine.set(to, Slot::from_bool(answer))?;
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
        Instr::Within { op, to, text, parts } => machine.lies_within(op, to, text, parts)?,
        Instr::Param { to, param } => {
            let value = machine.param(param)?;
            machine.set(to, value)?;
        }
        Instr::ParamMoney { to, param, like } => {
            let value = machine.param_money(param, like)?;
            machine.set(to, value)?;
        }
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
