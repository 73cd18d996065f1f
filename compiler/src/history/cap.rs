//! How many look-ups a decision may need: each is a question to a store, so the most is known before it runs.

use std::collections::BTreeSet;

use lictor_bundle::history::MAX_FACTS;
use lictor_bundle::program::UnitKey;
use lictor_bundle::schema::{ActionId, FactId, Schema};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, Rule, Statement, Unit};
use crate::visit;

/// A look-up: which, and what it is asked with. One with the same arguments is one.
type LookUp = (FactId, String);

/// Refuses actions for which the base, all categories, and the largest tier and user ask for more than is allowed.
pub(crate) fn check(schema: &Schema, units: &[Unit], out: &mut Vec<Diagnostic>) {
    for (id, action) in (0..).zip(&schema.actions) {
        let of = |wanted: fn(&UnitKey) -> bool| {
            units.iter().filter(move |unit| wanted(&unit.key)).map(move |unit| asked(unit, id))
        };
        let mut all: Vec<(LookUp, Span)> =
            of(|key| matches!(key, UnitKey::Base | UnitKey::Category(_))).flatten().collect();
        let most =
            |units: Vec<Vec<(LookUp, Span)>>| units.into_iter().max_by_key(Vec::len).unwrap_or_default();
        all.extend(most(of(|key| matches!(key, UnitKey::Agent(_))).collect()));
        all.extend(most(of(|key| matches!(key, UnitKey::User(_))).collect()));
        let mut distinct = BTreeSet::new();
        let over = all.into_iter().filter(|(look_up, _)| distinct.insert(look_up.clone())).nth(MAX_FACTS);
        if let Some((_, span)) = over {
            let message = format!(
                "a decision about `{}` would ask for more than {MAX_FACTS} facts and counts of the past",
                action.name
            );
            out.push(
                Diagnostic::error("E0447", span, message)
                    .here("this is one too many")
                    .help("ask for fewer: one window can often serve several rules"),
            );
        }
    }
}

/// What the rules of a layer for an action ask for.
fn asked(unit: &Unit, action: ActionId) -> Vec<(LookUp, Span)> {
    let mut found = Vec::new();
    for Rule { body, exceptions, .. } in unit.rules.iter().filter(|rule| rule.actions.contains(&action)) {
        statements(body, &mut found);
        exceptions.iter().for_each(|exception| expr(&exception.when, &mut found));
    }
    found
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
    visit::children(of).into_iter().for_each(|child| expr(child, into));
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
