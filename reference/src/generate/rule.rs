//! Rules with their statements and messages; functions; the conditions of categories.

use super::condition::Condition;
use super::pool::{CURRENCIES, Pool};
use super::rng::Rng;
use super::scope::{Local, Scope, Way, Writer};
use super::types::{Field, Type, field};
use super::world::{AMPLIFIERS, Action, FLAGS, Function, World};

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
    format!("rule {name} on {on}{at}{from}{until} {{\n{body}}}\n")
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

impl Writer<'_> {
    fn block(&mut self, statements: usize, depth: usize) -> String {
        let (locals, known) = (self.scope.locals.len(), self.scope.known.len());
        let mut text = String::new();
        for _ in 0..statements {
            let line = self.statement(depth);
            text.push_str(&format!("{}{line}\n", "  ".repeat(depth + 1)));
        }
        self.scope.locals.truncate(locals);
        self.scope.known.truncate(known);
        text
    }

    fn statement(&mut self, depth: usize) -> String {
        match self.rng.below(12) {
            0 | 1 if self.scope.named < 12 => {
                let line = self.binding();
                // A block says something besides giving names.
                format!("{line}\n{}{}", "  ".repeat(depth + 1), self.effect())
            }
            2 | 3 if depth < 2 => {
                let condition = self.asked(Way::Up);
                let statements = 1 + self.rng.below(2);
                let body = self.knowing(&condition.yes, |writer| writer.block(statements, depth + 1));
                format!("when {} {{\n{body}{}}}", condition.text, "  ".repeat(depth + 1))
            }
            _ => self.effect(),
        }
    }

    /// A condition of a statement.
    fn asked(&mut self, way: Way) -> Condition {
        self.scope.amounts.clear();
        let depth = 1 + self.rng.below(3);
        self.condition(way, depth)
    }

    /// `let x = E`
    fn binding(&mut self) -> String {
        let way = *self.rng.pick(&[Way::Still, Way::Still, Way::Up, Way::Down]);
        let before = std::mem::take(&mut self.scope.deepest);
        let kind = match self.rng.below(7) {
            0 => Type::Bool,
            1 => Type::Int(true),
            2 => Type::Decimal(true),
            3 | 4 => Type::Money(true),
            5 => Type::Timestamp,
            _ => Type::Duration(true),
        };
        let looked_up = if self.rng.chance(25) {
            // Of any type: a record's fields, or a list's elements, are read by the name.
            let result = self.world.facts[self.rng.below(self.world.facts.len())].result.clone();
            let found = self.look_up(&result.definite().kind(), 1);
            found.map(|(text, absent)| {
                (text, if absent { result.optional() } else { result.definite().clone() })
            })
        } else {
            None
        };
        let path = if self.rng.chance(15) { self.path(|_| true) } else { None };
        let (value, ty, way) = match (looked_up, path) {
            (Some((text, ty)), _) => (text, ty, Way::Still),
            (None, Some(path)) => (path.text, path.ty, Way::Still),
            (None, None) => (self.plain(&kind, way, 2), kind, way),
        };
        let loops = std::mem::replace(&mut self.scope.deepest, before);
        let name = self.fresh();
        self.scope.locals.push(Local { name: name.clone(), ty, way, loops });
        format!("let {name} = {value}")
    }

    /// A statement with an effect.
    fn effect(&mut self) -> String {
        let mut code = self.rng.pick(&self.world.reasons).0.clone();
        if self.rng.chance(8) {
            let other = &self.rng.pick(&self.world.reasons).0;
            if *other != code {
                code.push_str(&format!(" told as {other}"));
            }
        }
        self.scope.amounts.clear();
        match self.rng.below(13) {
            0 | 1 => {
                let (condition, shown) = self.decided("all", Way::Down);
                let message = self.message(&shown);
                self.scope.known.extend(condition.yes);
                format!("require {} else {code}{message}", condition.text)
            }
            2 | 3 => {
                let (condition, shown) = self.decided("any", Way::Up);
                let message = self.message(&shown);
                self.scope.known.extend(condition.no);
                format!("deny when {} as {code}{message}", condition.text)
            }
            4..=6 => {
                let (when, shown) = self.maybe_decided();
                let to = self.approver();
                format!("step_up{to}{when} as {code}{}", self.message(&shown))
            }
            7 => {
                let flag = *self.rng.pick(&FLAGS);
                format!("flag {flag}{}", self.maybe_decided().0)
            }
            8 => {
                let amplifier = *self.rng.pick(&AMPLIFIERS);
                let points = 1 + self.rng.below(60);
                format!("amplify {amplifier} +{points}{}", self.maybe_decided().0)
            }
            9 => {
                let by = if self.rng.chance(60) {
                    format!(" by {}", self.plain(&Type::Timestamp, Way::Still, 1))
                } else {
                    String::new()
                };
                self.scope.amounts.clear();
                let (when, shown) = self.maybe_decided();
                format!("oblige report{by}{when} as {code}{}", self.message(&shown))
            }
            _ => {
                let (when, shown) = self.maybe_decided();
                let points = *self.rng.pick(&[1, 2, 5, 10, 20, 40, 60]);
                format!("risk +{points}{when} as {code}{}", self.message(&shown))
            }
        }
    }

    /// A condition, and the variable that a message may show because it names the element that decided.
    fn decided(&mut self, word: &str, way: Way) -> (Condition, Vec<Local>) {
        if self.rng.chance(20)
            && let Some((text, variable)) = self.quantified(way, 1)
        {
            let shown = if text.starts_with(word) { vec![variable] } else { Vec::new() };
            return (Condition { text, yes: Vec::new(), no: Vec::new() }, shown);
        }
        (self.asked(way), Vec::new())
    }

    /// The same behind `when`, or nothing.
    fn maybe_decided(&mut self) -> (String, Vec<Local>) {
        if self.rng.chance(12) {
            return (String::new(), Vec::new());
        }
        let (condition, shown) = self.decided("any", Way::Up);
        (format!(" when {}", condition.text), shown)
    }

    fn approver(&mut self) -> String {
        let role = self.rng.pick(&self.world.roles).clone();
        let mut text = match self.rng.below(4) {
            0 if self.world.escalates => String::new(),
            1 => " to user".to_owned(),
            _ => format!(" to {role}"),
        };
        if self.rng.chance(20) {
            text.push_str(&format!(" quorum {}", 1 + self.rng.below(3)));
        }
        if self.rng.chance(20) {
            text.push_str(&format!(" within {}m", 1 + self.rng.below(90)));
        }
        text
    }

    /// A message that shows some of what may be shown, or none at all.
    fn message(&mut self, shown: &[Local]) -> String {
        if self.rng.chance(45) {
            return String::new();
        }
        self.scope.locals.extend_from_slice(shown);
        let scalar = |ty: &Type| ty.definite().is_scalar();
        let mut text = String::from("said");
        for _ in 0..self.rng.below(3) {
            let params = self.world.params.iter();
            let plain = params.filter(|param| param.ty.is_scalar() && !matches!(param.ty, Type::Money(_)));
            let mut values: Vec<String> = plain.map(|param| param.name.clone()).collect();
            values.extend(self.scope.amounts.iter().cloned());
            let locals = self.scope.locals.iter().filter(|local| scalar(&local.ty));
            values.extend(locals.map(|local| local.name.clone()));
            let path = self.path(scalar).map(|path| path.text);
            let value = if self.rng.chance(50) { path } else { self.rng.pick_any(&values) };
            if let Some(value) = value {
                text.push_str(&format!(" {{{value}}} {{{{x}}}}"));
            }
        }
        let kept = self.scope.locals.len() - shown.len();
        self.scope.locals.truncate(kept);
        format!(" \"{text}\"")
    }
}
