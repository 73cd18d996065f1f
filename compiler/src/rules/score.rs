//! What feeds the score besides points: the amplifiers that actions declare, and the statements that raise flags and amplifiers.

use std::collections::BTreeMap;

use lictor_bundle::program::Effect;
use lictor_bundle::schema::{AmplifierId, FlagId, Weight};
use lictor_grammar::ast::{self, ItemKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::head::first_fact;
use crate::check::{Checker, Function, Roots, Scope, describe, to_decimal};
use crate::ids;
use crate::modules::Module;
use crate::names::Declared;
use crate::polarity;
use crate::typed::{Amplifier, Expr, Fires, Statement, Ty};

/// What the amplifiers of all actions are, sorted by action and amplifier.
pub(crate) fn amplifiers(
    modules: &[Module],
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Amplifier> {
    let schema = &declared.schema;
    let mut found: Vec<Amplifier> = Vec::new();
    for item in modules.iter().flat_map(|module| &module.ast.items) {
        let ItemKind::Action(node) = &item.kind else { continue };
        let name = node.name.text();
        let Ok(action) = schema.actions.binary_search_by(|action| action.name.cmp(&name)) else { continue };
        let action = ids::number(action);
        let own = found.len();
        for entry in &node.amplifiers {
            let Some(name) = entry.path.names.first() else { continue };
            // A name that the risk model does not know was reported with the risk model.
            let Some(amplifier) = id(&schema.amplifiers, &name.text) else { continue };
            if found.iter().skip(own).any(|other| other.amplifier == amplifier) {
                out.push(
                    Diagnostic::error(
                        "E0205",
                        name.span,
                        format!("the amplifier `{}` is said twice", name.text),
                    )
                    .help("keep one of them"),
                );
                continue;
            }
            let scope = Scope::new(Roots::of(schema, &[action]));
            let mut checker = Checker { declared, functions, scope, out };
            let value = checker.amplifier(&entry.value);
            checker.tell();
            if let Some(value) = value {
                found.push(Amplifier { action, amplifier, value });
            }
        }
    }
    found.sort_by_key(|amplifier| (amplifier.action, amplifier.amplifier));
    found
}

fn id(weights: &[Weight], name: &str) -> Option<u16> {
    weights.iter().position(|weight| weight.name == name).and_then(|found| u16::try_from(found).ok())
}

impl Checker<'_, '_> {
    /// A number over the request alone. A parameter here could lower a score as it gets stricter.
    fn amplifier(&mut self, written: &ast::Expr) -> Option<Expr> {
        let value = self.definite(written, Some(&Ty::Decimal))?;
        let value = to_decimal(value);
        if value.ty != Ty::Decimal {
            let found = describe(&self.declared.schema, &value.ty);
            self.out.push(
                Diagnostic::error(
                    "E0304",
                    written.span,
                    format!("an amplifier is a number from 0 to 100, and this is {found}"),
                )
                .help("compute a number: `if amount > 500 USD then 60 else 20`"),
            );
            return None;
        }
        let place = polarity::first_parameter(&value).map(|at| ("a parameter", at));
        if let Some((what, at)) = place.or_else(|| first_fact(&value).map(|at| ("a fact", at))) {
            let message = format!("an amplifier is computed from the request alone, and this reads {what}");
            self.out.push(
                Diagnostic::error("E0235", at, message)
                    .help("raise the amplifier in a rule: `amplify NAME +n when …`"),
            );
            return None;
        }
        Some(value)
    }

    pub(super) fn flag(&mut self, node: &ast::Flag, span: Span) -> Option<Statement> {
        let condition = self.optional_condition(node.condition.as_ref());
        let flag: FlagId = id(&self.declared.schema.flags, &node.name.text)?;
        Some(raise(condition?, Effect::Flag(flag), span))
    }

    pub(super) fn amplify(&mut self, node: &ast::Amplify, span: Span) -> Option<Statement> {
        let points = self.points(&node.points, "what is added to an amplifier is");
        let condition = self.optional_condition(node.condition.as_ref());
        let amplifier: AmplifierId = id(&self.declared.schema.amplifiers, &node.name.text)?;
        Some(raise(condition?, Effect::Amplify(amplifier, points?), span))
    }
}

/// A statement that feeds the score and tells nobody anything.
fn raise(condition: Option<Expr>, effect: Effect, span: Span) -> Statement {
    let message = Vec::new();
    Statement::Effect(Fires {
        condition,
        on: true,
        effect,
        reason: None,
        told_as: None,
        message,
        by: None,
        by_at_loosest: None,
        other_than: Vec::new(),
        span,
    })
}
