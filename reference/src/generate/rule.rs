//! Rules, functions, the conditions of categories, and what actions say of their amplifiers.

use super::pool::{CURRENCIES, Pool};
use super::rng::Rng;
use super::scope::{Scope, Way, Writer};
use super::types::{Field, Type, field};
use super::world::{AMPLIFIERS, Action, Function, World};

/// The stages that rules may stand at.
const STAGES: [&str; 11] = [
    "signature",
    "expiry",
    "issuance",
    "time_window",
    "scope",
    "counterparty",
    "amount",
    "replay",
    "freshness",
    "policy",
    "risk",
];

/// What rules cite: each control and when it is in force.
pub(super) const CONTROLS: [(&str, &str); 6] = [
    ("always", ""),
    ("begins", " from 2026-03-01"),
    ("ends", " until 2026-02-28"),
    ("short", " from 2026-02-28 until 2026-03-01"),
    ("coming", " effect pending edition \"2026\" from 2026-03-01"),
    ("gone", " effect repealed jurisdiction \"US-NY\" until 2026-02-28 superseded_by law.always"),
];

/// A rule of this name.
pub fn rule(rng: &mut Rng, world: &World, pool: &mut Pool, name: &str) -> String {
    let (on, actions) = actions(rng, world);
    let at = if rng.chance(60) { format!(" at {}", rng.pick(&STAGES)) } else { String::new() };
    let roots = common(world, &actions);
    let currency = usual_currency(rng);
    let scope = Scope { roots, params: true, facts: true, currency, ..Scope::default() };
    let statements = 1 + rng.below(4);
    let mut writer = Writer { rng, world, pool, scope };
    let body = writer.block(statements, 0);
    let days = ["2026-02-21", "2026-02-28", "2026-03-01", "2026-03-02"];
    let first = rng.below(days.len());
    let from = if rng.chance(10) { format!(" from {}", days[first]) } else { String::new() };
    let last = first + rng.below(days.len() - first);
    let until = if rng.chance(10) { format!(" until {}", days[last]) } else { String::new() };
    let cited: Vec<String> =
        CONTROLS.iter().filter(|_| rng.chance(8)).map(|(control, _)| format!("law.{control}")).collect();
    let cites = if cited.is_empty() { String::new() } else { format!(" cites {}", cited.join(", ")) };
    format!("rule {name} on {on}{at}{cites}{from}{until} {{\n{body}}}\n")
}

/// Mostly the one that requests are in too.
fn usual_currency(rng: &mut Rng) -> usize {
    if rng.chance(85) { 0 } else { rng.below(CURRENCIES.len()) }
}

/// The actions that a rule concerns, as it names them and as they are.
pub(super) fn actions<'w>(rng: &mut Rng, world: &'w World) -> (String, Vec<&'w Action>) {
    if rng.chance(20) {
        return ("*".to_owned(), world.actions.iter().collect());
    }
    let chosen = &rng.pick(&world.actions).name;
    if let (Some((group, _)), true) = (chosen.split_once('.'), rng.chance(30)) {
        let within = |action: &&Action| action.name.starts_with(&format!("{group}."));
        return (format!("{group}.*"), world.actions.iter().filter(within).collect());
    }
    let named: Vec<&Action> =
        world.actions.iter().filter(|action| action.name == *chosen || rng.chance(15)).collect();
    let on = named.iter().map(|action| action.name.as_str()).collect::<Vec<_>>().join(", ");
    (on, named)
}

/// The members that the requests to all these actions have, with one type.
pub(super) fn common(world: &World, actions: &[&Action]) -> Vec<(String, Type)> {
    let all: Vec<Vec<Field>> = actions.iter().map(|action| world.request_fields(action)).collect();
    let in_all = |field: &&Field| all.iter().all(|fields| fields.contains(field));
    all[0].iter().filter(in_all).map(|field| (field.name.clone(), field.ty.clone())).collect()
}

/// A function that uses what is declared so far.
pub fn function(rng: &mut Rng, world: &World, pool: &mut Pool, number: usize) -> Function {
    let params: Vec<Field> = (0..1 + rng.below(3))
        .map(|n| {
            let ty = if rng.chance(20) {
                Type::Record(4 + rng.below(world.records.len() - 4))
            } else {
                world.scalar(rng)
            };
            let signed = match ty.kind() {
                Type::Text(_) => Type::Text(4096),
                kind => kind,
            };
            field(format!("a{number}_{n}"), if rng.chance(25) { signed.optional() } else { signed })
        })
        .collect();
    let kinds = [Type::Bool, Type::Int(true), Type::Decimal(true), Type::Money(true), Type::Timestamp];
    let result = rng.pick(&kinds).clone();
    let way = *rng.pick(&[Way::Still, Way::Still, Way::Up, Way::Down]);
    let roots = params.iter().map(|param| (param.name.clone(), param.ty.clone())).collect();
    let currency = usual_currency(rng);
    let scope = Scope { roots, params: true, quantifiers: 1, currency, ..Scope::default() };
    let mut writer = Writer { rng, world, pool, scope };
    let body = writer.plain(&result, way, 2);
    let loops = writer.scope.deepest.saturating_sub(1);
    Function { name: format!("calc{number}"), params, result, way, loops, body }
}

/// The condition of a category: about the envelope and the fields of one action.
pub fn category(rng: &mut Rng, world: &World, pool: &mut Pool) -> String {
    let action = rng.pick(&world.actions);
    let mut roots = common(world, &[action]);
    // It is about every action that has what it reads, so what it reads has one type.
    let fields = || world.actions.iter().flat_map(|action| &action.fields);
    roots.retain(|(name, ty)| fields().all(|field| field.name != *name || field.ty == *ty));
    let scope = Scope { roots, currency: usual_currency(rng), ..Scope::default() };
    Writer { rng, world, pool, scope }.condition(Way::Still, 2).text
}

/// What an action says of its amplifiers: numbers over the request alone.
pub fn amplifiers(
    rng: &mut Rng,
    world: &World,
    pool: &mut Pool,
    action: usize,
) -> Vec<(&'static str, String)> {
    let roots = common(world, &[&world.actions[action]]);
    let currency = usual_currency(rng);
    let mut said = Vec::new();
    for name in AMPLIFIERS {
        if rng.chance(40) {
            let scope = Scope { roots: roots.clone(), currency, ..Scope::default() };
            let value = Writer { rng, world, pool, scope }.plain(&Type::Decimal(true), Way::Still, 2);
            said.push((name, value));
        }
    }
    said
}
