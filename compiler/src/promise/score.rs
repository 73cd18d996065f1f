//! The highest score that the layers can bring together for an action.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::decimal::SCALE;
use lictor_bundle::program::{Effect, Mode, UnitKey};
use lictor_bundle::schema::{ActionId, AmplifierId, FlagId};
use lictor_grammar::span::Span;

use super::Layers;
use super::under::{Met, Under};
use crate::typed::Fires;

/// The most that an amplifier can be.
const MAX_AMPLIFIER: i128 = 100 * SCALE;

/// A score, and the first statement that adds to it.
pub(super) struct Highest {
    pub score: u8,
    pub span: Option<Span>,
}

/// What statements can add.
#[derive(Default)]
struct Added {
    points: i128,
    flags: BTreeSet<FlagId>,
    amplifiers: BTreeMap<AmplifierId, i128>,
    span: Option<Span>,
}

/// All categories may apply together, but one tier and one user only, each with what is observed of it. Their flags and amplifiers are taken together all the same: that
/// errs towards refusing the promise.
pub(super) fn highest<'a>(layers: &'a Layers<'a>, action: ActionId, under: &Under<'a>) -> Highest {
    let mut all = Added::default();
    let (mut tiers, mut users) = ([0; 2], [0; 2]);
    for unit in &layers.units {
        let before = all.points;
        for rule in unit.rules.iter().filter(|rule| rule.actions.contains(&action)) {
            under.clone().walk(&rule.body, &mut |met| {
                if let Met::Effect(fires, true, _) = met {
                    add(fires, &mut all);
                }
            });
        }
        let own = all.points - before;
        match unit.key {
            UnitKey::Base | UnitKey::Category(_) => continue,
            UnitKey::Agent(_) => most(&mut tiers, unit.mode, own),
            UnitKey::User(_) => most(&mut users, unit.mode, own),
        }
        all.points = before;
    }
    let points = (all.points + tiers.iter().chain(&users).sum::<i128>()) * SCALE * SCALE;
    let declared = layers.schema.actions.get(usize::from(action));
    for (id, flag) in (0..).zip(&layers.schema.flags) {
        if declared.is_some_and(|action| action.flags.contains(&flag.name)) {
            all.flags.insert(id);
        }
    }
    for amplifier in layers.amplifiers.iter().filter(|amplifier| amplifier.action == action) {
        let value = under.most(&amplifier.value).unwrap_or(MAX_AMPLIFIER).clamp(0, MAX_AMPLIFIER);
        *all.amplifiers.entry(amplifier.amplifier).or_default() += value;
    }
    let flags = (0..).zip(&layers.schema.flags).filter(|(id, _)| all.flags.contains(id));
    let of_flags: i128 = flags.map(|(_, flag)| flag.weight * SCALE).sum();
    let amplifiers = (0..).zip(&layers.schema.amplifiers).map(|(id, amplifier)| {
        let value: i128 = all.amplifiers.get(&id).copied().unwrap_or(0);
        amplifier.weight * value.min(MAX_AMPLIFIER)
    });
    let sum = points + of_flags + amplifiers.sum::<i128>();
    let one = SCALE * SCALE;
    let up = sum / one + i128::from(sum % one != 0);
    Highest { score: u8::try_from(up).unwrap_or(100).min(100), span: all.span }
}

/// What counts of a layer, and what is observed of it, apply together.
fn most([enforced, observed]: &mut [i128; 2], mode: Mode, points: i128) {
    let known = if mode == Mode::Enforced { enforced } else { observed };
    *known = points.max(*known);
}

fn add(fires: &Fires, all: &mut Added) {
    match &fires.effect {
        Effect::Risk(points) => all.points += i128::from(*points),
        Effect::Flag(flag) => {
            all.flags.insert(*flag);
        }
        Effect::Amplify(amplifier, points) => {
            *all.amplifiers.entry(*amplifier).or_default() += i128::from(*points) * SCALE;
        }
        _ => return,
    }
    all.span = all.span.or(Some(fires.span));
}
