//! The score of a request: `min(100, ceil(flags + amplifiers + points))`, in exact decimals.
//!
//! A flag counts once, with its weight, whether the action declares it or a statement raised it. An amplifier counts its weight times its
//! value: what the action says it is, and the points of all `amplify` on top, 100 at most. All weights are at least zero, and
//! nothing takes away from the sum, so a statement more can only raise the score.

use lictor_bundle::decimal::SCALE;
use lictor_bundle::instr::Failure;
use lictor_bundle::schema::Schema;

use crate::condition;
use crate::plan::{ActionPlan, Program};
use crate::scratch::Scratch;
use crate::vm::{Effects, End};

/// The highest score.
const MAX_SCORE: u8 = 100;

/// Computes the action's amplifiers.
pub(crate) fn amplifiers(program: &Program, scratch: &mut Scratch, plan: &ActionPlan) -> Result<(), Failure> {
    let Some(code) = plan.score else { return Ok(()) };
    match condition::run(program, scratch, code)? {
        End::Done => Ok(()),
        End::Answer(_) | End::Denied(_) => Err(Failure::Arithmetic),
    }
}

/// The score of what was found.
#[inline]
pub(crate) fn score(schema: &Schema, plan: &ActionPlan, effects: &Effects) -> u8 {
    let points = effects.sum;
    // Points alone are whole, and most often there is nothing else.
    if plan.flag_ids.is_empty() && effects.flags.is_empty() && effects.amplifiers.is_empty() {
        return u8::try_from(points).unwrap_or(MAX_SCORE).min(MAX_SCORE);
    }
    let raised = effects.flags.iter().filter(|flag| !plan.flag_ids.contains(flag));
    let flags = plan.flag_ids.iter().chain(raised).filter_map(|flag| schema.flags.get(usize::from(*flag)));
    // Weights of flags are decimals, in billionths, as the values of amplifiers are.
    let simple = flags.fold(i128::from(points) * SCALE, |sum, flag| sum.saturating_add(flag.weight));
    // Products of two decimals, in billionths of billionths: weights and values are at most 100, so they are far from overflow.
    let sum = effects.amplifiers.iter().fold(simple.saturating_mul(SCALE), |sum, (id, value)| {
        let weight = schema.amplifiers.get(usize::from(*id)).map_or(0, |amplifier| amplifier.weight);
        sum.saturating_add(weight.saturating_mul(*value))
    });
    let one = SCALE * SCALE;
    let up = sum / one + i128::from(sum % one != 0);
    u8::try_from(up).unwrap_or(MAX_SCORE).min(MAX_SCORE)
}
