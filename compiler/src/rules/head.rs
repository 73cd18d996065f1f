//! The head of a rule: its actions and its stage.

use std::collections::BTreeSet;

use lictor_bundle::program::Stage;
use lictor_bundle::schema::{ActionId, Schema};
use lictor_grammar::ast::{self, ActionPattern};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::ids;
use crate::suggest;
use crate::typed::{Expr, ExprKind};
use crate::visit;

/// The stages that a rule may name, in their order. The first two are the engine's own.
const STAGES: [(&str, Stage); 11] = [
    ("signature", Stage::Signature),
    ("expiry", Stage::Expiry),
    ("issuance", Stage::Issuance),
    ("time_window", Stage::TimeWindow),
    ("scope", Stage::Scope),
    ("counterparty", Stage::Counterparty),
    ("amount", Stage::Amount),
    ("replay", Stage::Replay),
    ("freshness", Stage::Freshness),
    ("policy", Stage::Policy),
    ("risk", Stage::Risk),
];

pub(super) fn stage(node: &ast::Rule, out: &mut Vec<Diagnostic>) -> Option<Stage> {
    let Some(name) = &node.at else { return Some(Stage::Policy) };
    if let Some((_, stage)) = STAGES.iter().find(|(stage, _)| *stage == name.text) {
        return Some(*stage);
    }
    let error = Diagnostic::error("E0211", name.span, format!("there is no stage `{}` for rules", name.text));
    let known = STAGES.map(|(stage, _)| stage);
    out.push(match suggest::nearest(&name.text, known) {
        _ if matches!(name.text.as_str(), "schema_version" | "structure") => {
            error.help("this stage is the engine's own; leave `at` out and the rule stands at `policy`")
        }
        Some(near) => error.did_you_mean(near),
        None => error.help(format!("the stages are, in their order: {}", known.join(", "))),
    });
    None
}

/// The actions that a pattern names, in the order of their ids. A star stands for no events: they are named.
fn matching(pattern: &ActionPattern, schema: &Schema) -> Vec<ActionId> {
    let mut words = pattern.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
    if pattern.wildcard && !words.is_empty() {
        words.push('.');
    }
    let matches =
        |name: &str| if pattern.wildcard { name.starts_with(words.as_str()) } else { name == words };
    // Actions are sorted by name, so that those which begin alike stand together.
    let first = schema.actions.partition_point(|action| action.name < words);
    let found = schema.actions.iter().enumerate().skip(first).take_while(|(_, action)| matches(&action.name));
    let found = found.filter(|(_, action)| !(pattern.wildcard && action.event));
    found.map(|(id, _)| ids::number(id)).collect()
}

/// The actions that a rule concerns.
pub(crate) fn actions(node: &ast::Rule, schema: &Schema, out: &mut Vec<Diagnostic>) -> Option<Vec<ActionId>> {
    if node.on.is_empty() {
        out.push(
            Diagnostic::error(
                "E0220",
                node.name.span,
                format!("the rule `{}` does not say which actions it concerns", node.name.text),
            )
            .help(format!("write `rule {} on ACTION`; `on *` is every action", node.name.text)),
        );
        return None;
    }
    let mut found = BTreeSet::new();
    let mut wrong = false;
    for pattern in &node.on {
        let named = asked(pattern, schema, out);
        wrong |= named.is_empty();
        found.extend(named);
    }
    for pattern in &node.except {
        for action in asked(pattern, schema, out) {
            found.remove(&action);
        }
    }
    if found.is_empty() && !wrong {
        out.push(
            Diagnostic::error(
                "E0221",
                node.name.span,
                format!("the rule `{}` concerns no action", node.name.text),
            )
            .help("what stands after `except` takes away everything that stands after `on`"),
        );
    }
    if wrong || found.is_empty() { None } else { Some(found.into_iter().collect()) }
}

/// The actions of a pattern that can be asked for; an empty answer was reported.
pub(crate) fn asked(pattern: &ActionPattern, schema: &Schema, out: &mut Vec<Diagnostic>) -> Vec<ActionId> {
    let found = named(pattern, schema, out);
    let event =
        found.iter().find_map(|id| schema.actions.get(usize::from(*id)).filter(|action| action.event));
    let Some(event) = event else { return found };
    out.push(
        Diagnostic::error("E0244", pattern.span, format!("`{}` is an event, and nothing is decided about it", event.name))
            .help("an event is reported after it happened; ask for it in the history: `latest(executed EVENT over 30d)`"),
    );
    Vec::new()
}

/// The actions and events of a pattern; an empty answer was reported.
pub(crate) fn named(pattern: &ActionPattern, schema: &Schema, out: &mut Vec<Diagnostic>) -> Vec<ActionId> {
    let found = matching(pattern, schema);
    if found.is_empty() {
        let mut text = pattern.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        let message = match (pattern.wildcard, text.is_empty()) {
            (true, true) => "no action is declared".to_string(),
            (true, false) => format!("no action begins with `{text}.`"),
            (false, _) => format!("there is no action `{text}`"),
        };
        if pattern.wildcard {
            text.push_str(".x");
        }
        let known: Vec<&str> = schema.actions.iter().map(|action| action.name.as_str()).collect();
        let group = text.strip_suffix(".x").filter(|_| pattern.wildcard);
        if let Some(meant) = group.and_then(|group| near_group(group, schema)) {
            let error = Diagnostic::error("E0221", pattern.span, message);
            out.push(error.did_you_mean(&format!("{meant}.*")));
            return found;
        }
        let help = suggest::help(&text, known, "declare it with `action`, or import the module that does");
        out.push(Diagnostic::error("E0221", pattern.span, message).suggested(help));
    }
    found
}

/// The group of actions that a misspelled one most likely stands for.
fn near_group<'a>(written: &str, schema: &'a Schema) -> Option<&'a str> {
    let actions = schema.actions.iter().filter(|action| !action.event);
    let groups = actions.filter_map(|action| action.name.rsplit_once('.').map(|(group, _)| group));
    suggest::nearest(written, groups)
}

/// The words that an expression begins its paths with.
pub(super) fn roots_read(written: &ast::Expr) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    roots(written, &mut found);
    found
}

fn roots(written: &ast::Expr, into: &mut BTreeSet<String>) {
    use ast::ExprKind as W;
    match &written.kind {
        W::Name(name) => {
            into.insert(name.clone());
        }
        W::Field(of, _) | W::Unary(_, of) | W::Is(of, _) => roots(of, into),
        W::Method(of, _, arguments) => {
            roots(of, into);
            arguments.iter().for_each(|argument| roots(argument, into));
        }
        W::Binary(_, _, a, b)
        | W::In(a, b)
        | W::Otherwise(a, b)
        | W::Unless(a, b)
        | W::Range(a, b, _)
        | W::Index(a, b) => {
            roots(a, into);
            roots(b, into);
        }
        W::If(a, b, c) => [a, b, c].into_iter().for_each(|expr| roots(expr, into)),
        W::Call(_, arguments) => arguments.iter().for_each(|argument| roots(argument, into)),
        W::Quantifier(quantifier) => {
            roots(&quantifier.over, into);
            let mut inner = BTreeSet::new();
            roots(&quantifier.body, &mut inner);
            inner.remove(&quantifier.variable.text);
            into.extend(inner);
        }
        // The elements of a list are constants or enum values more often than fields.
        _ => {}
    }
}

/// Where an expression asks for a fact, if it does.
pub(crate) fn first_fact(expr: &Expr) -> Option<Span> {
    visit::first(expr, &mut |expr| match expr.kind {
        ExprKind::Fact(..) => Some(expr.span),
        _ => None,
    })
}
