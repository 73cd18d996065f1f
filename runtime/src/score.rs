//! The score of a request: `min(100, ceil(flags + amplifiers + points))`, in exact decimals.
//!
//! A flag counts once, with its weight, whether the action declares it or a statement raised it. An amplifier counts its weight times its
//! value: what the action says it is, and the points of all `amplify` on top, 100 at most. All weights are at least zero, and
//! nothing takes away from the sum, so a statement more can only raise the score.

use std::borrow::Cow;
use std::sync::Arc;

use lictor_bundle::decimal::{SCALE, render_decimal};
use lictor_bundle::instr::Failure;
use lictor_bundle::schema::{AmplifierId, FlagId, Schema};

use crate::condition;
use crate::decision::{AmplifierValue, Risk};
use crate::plan::{ActionPlan, Program};
use crate::scratch::Scratch;
use crate::vm::{Effects, End, MAX_AMPLIFIER, Raised};

/// The highest score.
const MAX_SCORE: u8 = 100;

/// Computes the action's amplifiers.
pub(crate) fn amplifiers(
    program: &Program,
    scratch: &mut Scratch,
    plan: &ActionPlan,
    effects: &mut Effects,
) -> Result<(), Failure> {
    let Some(code) = plan.score else { return Ok(()) };
    match condition::run(program, scratch, code, effects)? {
        End::Done => Ok(()),
        End::Answer(_) | End::Denied => Err(Failure::Arithmetic),
    }
}

/// The score with all that led to it. Takes the points out of the effects.
pub(crate) fn risk(schema: &Schema, plan: &ActionPlan, effects: &mut Effects) -> Risk {
    let mut flags = Cow::Borrowed(plan.flag_ids.as_slice());
    let mut amplifiers = std::mem::take(&mut effects.amplifiers);
    for raised in &effects.raised {
        match *raised {
            Raised::Flag(flag) if flags.contains(&flag) => {}
            Raised::Flag(flag) => flags.to_mut().push(flag),
            Raised::Amplifier(amplifier, points) => {
                let added = i128::from(points) * SCALE;
                match amplifiers.iter_mut().find(|(known, _)| *known == amplifier) {
                    Some((_, value)) => *value = value.saturating_add(added).min(MAX_AMPLIFIER),
                    None => amplifiers.push((amplifier, added.min(MAX_AMPLIFIER))),
                }
            }
        }
    }
    amplifiers.sort_unstable();
    let points = std::mem::take(&mut effects.points);
    let sum_of_points = points.iter().map(|points| i128::from(points.points) * SCALE).sum();
    Risk {
        score: score(schema, &flags, &amplifiers, sum_of_points),
        flags: if flags.len() == plan.flags.len() { plan.flags.clone() } else { names(schema, &flags) },
        amplifiers: amplifiers.iter().filter_map(|(id, value)| shown(schema, *id, *value)).collect(),
        points,
    }
}

/// `points` are in billionths, as the values of amplifiers are.
fn score(schema: &Schema, flags: &[FlagId], amplifiers: &[(AmplifierId, i128)], points: i128) -> u8 {
    let of_flags = flags.iter().filter_map(|flag| schema.flags.get(usize::from(*flag)));
    let simple = of_flags.fold(points, |sum, flag| sum.saturating_add(flag.weight));
    // Products of two decimals, in billionths of billionths: weights and values are at most 100, so they are far from overflow.
    let sum = amplifiers.iter().fold(simple.saturating_mul(SCALE), |sum, (id, value)| {
        let weight = schema.amplifiers.get(usize::from(*id)).map_or(0, |amplifier| amplifier.weight);
        sum.saturating_add(weight.saturating_mul(*value))
    });
    let one = SCALE * SCALE;
    let up = sum / one + i128::from(sum % one != 0);
    u8::try_from(up).unwrap_or(MAX_SCORE).min(MAX_SCORE)
}

fn names(schema: &Schema, flags: &[FlagId]) -> Arc<[String]> {
    let declared = flags.iter().filter_map(|flag| schema.flags.get(usize::from(*flag)));
    declared.map(|flag| flag.name.clone()).collect()
}

fn shown(schema: &Schema, amplifier: AmplifierId, value: i128) -> Option<AmplifierValue> {
    let declared = schema.amplifiers.get(usize::from(amplifier))?;
    Some(AmplifierValue { name: declared.name.clone(), value: render_decimal(value) })
}
