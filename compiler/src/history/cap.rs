//! How many look-ups a decision may need: each is a question to a store, so the most is known before it runs.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::history::MAX_FACTS;
use lictor_bundle::program::{Mode, UnitKey};
use lictor_bundle::schema::{ActionId, FactId, Schema};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, Rule, Statement, Unit};
use crate::visit;

/// A look-up: which, and what it is asked with. One with the same arguments is one.
type LookUp = (FactId, String);

/// What a layer asks for about one action.
type Asked = Vec<(LookUp, Span)>;

/// Refuses actions for which the base, all categories, and the largest tier and user, those that are observed included, ask for more
/// than is allowed.
pub(crate) fn check(schema: &Schema, units: &[Unit], out: &mut Vec<Diagnostic>) {
    // Nobody asks where there is nothing to ask for.
    if schema.facts.is_empty() {
        return;
    }
    let (mut shared, mut tiers, mut users) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (mut observed_tiers, mut observed_users) = (BTreeMap::new(), BTreeMap::new());
    for unit in units {
        match (&unit.key, unit.mode) {
            (UnitKey::Base | UnitKey::Category(_), _) => {
                asked(unit).into_iter().for_each(|(action, more)| {
                    shared.entry(action).or_insert_with(Asked::new).extend(more);
                });
            }
            (UnitKey::Agent(_), Mode::Enforced) => most(&mut tiers, asked(unit)),
            (UnitKey::Agent(_), Mode::Observed) => most(&mut observed_tiers, asked(unit)),
            (UnitKey::User(_), Mode::Enforced) => most(&mut users, asked(unit)),
            (UnitKey::User(_), Mode::Observed) => most(&mut observed_users, asked(unit)),
        }
    }
    for (id, action) in (0..).zip(&schema.actions) {
        let all = [&shared, &tiers, &users, &observed_tiers, &observed_users];
        let all = all.into_iter().filter_map(|layers| layers.get(&id)).flatten();
        let mut distinct = BTreeSet::new();
        let over = all.filter(|(look_up, _)| distinct.insert(look_up)).nth(MAX_FACTS);
        if let Some((_, span)) = over {
            let message = format!(
                "a decision about `{}` would ask for more than {MAX_FACTS} facts and counts of the past",
                action.name
            );
            out.push(
                Diagnostic::error("E0447", *span, message)
                    .here("this is one too many")
                    .help("ask for fewer: one window can often serve several rules"),
            );
        }
    }
}

/// Keeps for each action what the layer asks for that asks for the most; of two that ask for as much, the later.
fn most(largest: &mut BTreeMap<ActionId, Asked>, layer: BTreeMap<ActionId, Asked>) {
    for (action, asked) in layer {
        let known = largest.entry(action).or_default();
        if asked.len() >= known.len() {
            *known = asked;
        }
    }
}

/// What the rules of a layer ask for, by the action they ask it about.
fn asked(unit: &Unit) -> BTreeMap<ActionId, Asked> {
    let mut all: BTreeMap<ActionId, Asked> = BTreeMap::new();
    for rule in &unit.rules {
        let Rule { body, actions, exceptions, .. } = &**rule;
        let mut found = Vec::new();
        statements(body, &mut found);
        exceptions.iter().for_each(|exception| expr(&exception.when, &mut found));
        for action in actions.iter().filter(|_| !found.is_empty()) {
            all.entry(*action).or_default().extend(found.iter().cloned());
        }
    }
    all
}

fn statements(body: &[Statement], into: &mut Vec<(LookUp, Span)>) {
    for statement in body {
        match statement {
            Statement::Let(_, value) => expr(value, into),
            Statement::When(condition, inner) => {
                expr(condition, into);
                statements(inner, into);
            }
            Statement::Effect(fires) => {
                fires
                    .condition
                    .iter()
                    .chain(&fires.by)
                    .chain(&fires.other_than)
                    .for_each(|asks| expr(asks, into));
            }
        }
    }
}

fn expr(of: &Expr, into: &mut Vec<(LookUp, Span)>) {
    if let ExprKind::Fact(fact, arguments) = &of.kind {
        let asked: Vec<String> = arguments.iter().map(shape).collect();
        into.push(((*fact, asked.join(",")), of.span));
    }
    visit::children(of).for_each(|child| expr(child, into));
}

/// An argument so that the same fields look the same wherever they are written.
fn shape(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Root(name) => name.clone(),
        ExprKind::Field(of, _, number) => format!("{}.{number}", shape(of)),
        ExprKind::Known(of) => shape(of),
        ExprKind::Scalar(value) => format!("{value:?}"),
        _ => format!("{:?}", expr.span),
    }
}
