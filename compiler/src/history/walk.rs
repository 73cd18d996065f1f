//! The history terms that stand in rules, as written.

use lictor_grammar::ast::{Expr, ExprKind, History, Item, ItemKind, Statement, StatementKind};
use lictor_grammar::span::Span;

use crate::local;

/// All that stand in these items with their places, in their order. In functions none may stand.
pub(super) fn terms<'a>(items: &[&'a Item]) -> Vec<(&'a History, Span)> {
    let mut found = Vec::new();
    for item in items.iter().filter(|item| !matches!(item.kind, ItemKind::Fn(_))) {
        expressions(item, &mut |written| {
            if let ExprKind::History(term) = &written.kind {
                found.push((&**term, written.span));
            }
        });
    }
    found
}

/// Whether a history term stands in an item, or a question to a clock.
pub(crate) fn asks(item: &Item) -> bool {
    let mut found = false;
    expressions(item, &mut |expr| found |= matches!(expr.kind, ExprKind::History(_)) || local::asks(expr));
    found
}

/// Goes through all expressions that a decision evaluates, those of rules, functions and exceptions, parents before children.
pub(crate) fn expressions<'a>(item: &'a Item, visit: &mut dyn FnMut(&'a Expr)) {
    match &item.kind {
        ItemKind::Rule(rule) => statements(&rule.body, visit),
        ItemKind::Fn(function) => expr(&function.body, visit),
        ItemKind::Except(exception) => expr(&exception.when, visit),
        _ => {}
    }
}

fn statements<'a>(body: &'a [Statement], into: &mut dyn FnMut(&'a Expr)) {
    for statement in body {
        if let StatementKind::Oblige(node) = &statement.kind
            && let Some(by) = &node.by
        {
            expr(by, into);
        }
        if let StatementKind::StepUp(node) = &statement.kind {
            node.other_than.iter().for_each(|other| expr(other, into));
        }
        let condition = match &statement.kind {
            StatementKind::Let(node) => Some(&node.value),
            StatementKind::When(node) => Some(&node.condition),
            StatementKind::Require(node) => Some(&node.condition),
            StatementKind::Deny(node) => node.condition.as_ref(),
            StatementKind::StepUp(node) => node.condition.as_ref(),
            StatementKind::Risk(node) => node.condition.as_ref(),
            StatementKind::Flag(node) => node.condition.as_ref(),
            StatementKind::Amplify(node) => node.condition.as_ref(),
            StatementKind::Oblige(node) => node.condition.as_ref(),
        };
        if let Some(condition) = condition {
            expr(condition, into);
        }
        if let StatementKind::When(node) = &statement.kind {
            statements(&node.body, into);
        }
    }
}

/// What stands in a term is about the past action, so no term is looked for in it.
fn expr<'a>(written: &'a Expr, into: &mut dyn FnMut(&'a Expr)) {
    into(written);
    if !matches!(written.kind, ExprKind::History(_)) {
        written.children().for_each(|inner| expr(inner, into));
    }
}
