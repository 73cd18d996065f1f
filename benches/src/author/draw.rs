//! Draws rules and requests. The same seed draws the same ones.

use fastrand::Rng;

use super::field::{ACTIONS, Action, Field, Holds, pick, some};
use super::rule::{CODES, Condition, Effect, Request, Rule};

/// What departments care about: with a number it makes the name of a rule.
const SUBJECTS: [&str; 12] = [
    "ceiling",
    "counterparty",
    "destination",
    "weekend",
    "bulk",
    "privacy",
    "fraud",
    "vendor",
    "retention",
    "travel",
    "budget",
    "review",
];

/// So many rules.
#[must_use]
pub fn rules(count: usize, seed: u64) -> Vec<Rule> {
    let mut rng = Rng::with_seed(seed);
    (0..count).map(|number| rule(&mut rng, number)).collect()
}

/// A request for one of the actions.
pub fn request(rng: &mut Rng) -> Request {
    let action = action(rng);
    Request { action, values: action.fields.iter().map(|field| field.draw(rng)).collect() }
}

fn action(rng: &mut Rng) -> &'static Action {
    &ACTIONS[rng.usize(0..ACTIONS.len())]
}

fn rule(rng: &mut Rng, number: usize) -> Rule {
    let action = action(rng);
    let subject = pick(rng, &SUBJECTS);
    let (code, message) = pick(rng, &CODES);
    let effect = match rng.u8(0..10) {
        0..5 => Effect::Deny,
        5..8 => Effect::Require,
        _ => Effect::StepUp,
    };
    // What is required is what is usual: the opposite of what would be refused.
    let refused = condition(rng, action);
    let condition = if effect == Effect::Require { Condition::Not(Box::new(refused)) } else { refused };
    Rule {
        name: format!("{subject}_{number}"),
        about: format!("{}, number {number} of the list of {subject}.", message),
        action,
        effect,
        condition,
        code,
        message,
    }
}

/// Two to four different fields, each of which must be unusual; some of them as a choice.
fn condition(rng: &mut Rng, action: &'static Action) -> Condition {
    let count = rng.usize(2..=4);
    let mut fields = rng.choose_multiple(action.fields.iter().copied(), count);
    let choice = (count == 4).then(|| fields.split_off(2));
    let mut all: Vec<Condition> = fields.into_iter().map(|field| atom(rng, field)).collect();
    all.extend(
        choice.map(|fields| Condition::Any(fields.into_iter().map(|field| atom(rng, field)).collect())),
    );
    Condition::All(all)
}

/// Something about one field.
fn atom(rng: &mut Rng, field: Field) -> Condition {
    match field.holds {
        Holds::Amount(most) => Condition::Over(field, rng.i64(most / 100..most / 50) * 50),
        Holds::Number(most) if rng.bool() => Condition::Over(field, rng.i64(most / 2..most)),
        Holds::Number(most) => Condition::AtMost(field, rng.i64(1..most / 3)),
        Holds::Word(words) => match rng.u8(0..4) {
            0 | 1 => Condition::Is(field, pick(rng, words)),
            2 => Condition::OneOf(field, some(rng, words, 5)),
            _ => Condition::Not(Box::new(Condition::OneOf(field, some(rng, words, 5)))),
        },
        Holds::Words(words) => Condition::Has(field, pick(rng, words)),
        Holds::Truth if rng.bool() => Condition::True(field),
        Holds::Truth => Condition::Not(Box::new(Condition::True(field))),
    }
}
