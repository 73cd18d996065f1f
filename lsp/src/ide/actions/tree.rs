//! The expressions of an item: what each is for, and what stands around one.

use std::ops::Range;

use lictor_grammar::ast::{Expr, ExprKind, Item, ItemKind, Reason, Statement, StatementKind};
use lictor_grammar::span::Span;

use crate::ide::Syntax;

/// What an expression of an item is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// It must be true, or the request is refused.
    Require,
    /// Where it is true, something happens.
    When(Happens),
    /// It is something else.
    Value,
}

/// What happens where a condition is true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Happens {
    /// The request is refused.
    Deny,
    /// Somebody is asked.
    StepUp,
    /// Points are added.
    Risk,
    /// A flag is raised.
    Flag,
    /// An amplifier is raised.
    Amplify,
    /// Something must be done.
    Oblige,
    /// What stands in a block holds.
    Block,
}

/// An expression that stands in no other.
#[derive(Clone, Copy)]
pub(super) struct Top<'a> {
    /// The item it stands in.
    pub item: &'a Item,
    /// The statement, in a rule.
    pub statement: Option<&'a Statement>,
    /// What it is for.
    pub role: Role,
    /// The expression.
    pub expr: &'a Expr,
}

/// The expressions of a rule or a function that stand in no other, in the order of the text.
pub(super) fn tops(item: &Item) -> Vec<Top<'_>> {
    let mut found = Vec::new();
    match &item.kind {
        ItemKind::Rule(rule) => body(item, &rule.body, &mut found),
        ItemKind::Fn(function) => {
            found.push(Top { item, statement: None, role: Role::Value, expr: &function.body })
        }
        _ => {}
    }
    found
}

fn body<'a>(item: &'a Item, statements: &'a [Statement], found: &mut Vec<Top<'a>>) {
    for statement in statements {
        let mut add = |role: Role, expr: &'a Expr| {
            found.push(Top { item, statement: Some(statement), role, expr });
        };
        let mut when = |happens: Happens, condition: &'a Option<Expr>| {
            condition.iter().for_each(|condition| add(Role::When(happens), condition));
        };
        match &statement.kind {
            StatementKind::Deny(node) => when(Happens::Deny, &node.condition),
            StatementKind::StepUp(node) => when(Happens::StepUp, &node.condition),
            StatementKind::Risk(node) => when(Happens::Risk, &node.condition),
            StatementKind::Flag(node) => when(Happens::Flag, &node.condition),
            StatementKind::Amplify(node) => when(Happens::Amplify, &node.condition),
            StatementKind::Oblige(node) => when(Happens::Oblige, &node.condition),
            StatementKind::Require(node) => add(Role::Require, &node.condition),
            StatementKind::Let(node) => add(Role::Value, &node.value),
            StatementKind::When(node) => {
                add(Role::When(Happens::Block), &node.condition);
                body(item, &node.body, found);
            }
        }
    }
}

/// All expressions of an item that stand in no other.
pub(super) fn expressions(item: &Item) -> Vec<&Expr> {
    let mut found: Vec<&Expr> = tops(item).into_iter().map(|top| top.expr).collect();
    match &item.kind {
        ItemKind::Rule(rule) => beside(&rule.body, &mut found),
        ItemKind::Category(node) => found.push(&node.when),
        ItemKind::Except(node) => found.push(&node.when),
        ItemKind::Action(node) => found.extend(node.amplifiers.iter().map(|init| &init.value)),
        _ => {}
    }
    found
}

/// What stands in statements beside their conditions and values.
fn beside<'a>(statements: &'a [Statement], found: &mut Vec<&'a Expr>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::StepUp(node) => found.extend(&node.other_than),
            StatementKind::Oblige(node) => found.extend(&node.by),
            StatementKind::When(node) => beside(&node.body, found),
            _ => {}
        }
    }
}

/// Why a statement does what it does, where it says so.
pub(super) fn reason(statement: &Statement) -> Option<&Reason> {
    match &statement.kind {
        StatementKind::Require(node) => Some(&node.reason),
        StatementKind::Deny(node) => Some(&node.reason),
        StatementKind::StepUp(node) => Some(&node.reason),
        StatementKind::Risk(node) => Some(&node.reason),
        StatementKind::Oblige(node) => Some(&node.reason),
        StatementKind::Let(_)
        | StatementKind::When(_)
        | StatementKind::Flag(_)
        | StatementKind::Amplify(_) => None,
    }
}

/// The expression at exactly this place, the last, and those around it, the outermost first.
pub(super) fn around(top: &Expr, place: Span) -> Option<Vec<&Expr>> {
    if top.span == place {
        // What has no blank or parenthesis of its own shares the place of what is inside it; the inner one is meant.
        if let Some(inner) = top.children().find_map(|child| around(child, place)) {
            return Some([vec![top], inner].concat());
        }
        return Some(vec![top]);
    }
    if place.start < top.span.start || top.span.end < place.end {
        return None;
    }
    let inner = top.children().find_map(|child| around(child, place))?;
    Some([vec![top], inner].concat())
}

/// Whether it is a name, a field or an entry: something that a test can be about.
pub(super) fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(_) => true,
        ExprKind::Field(of, _) => is_path(of),
        ExprKind::Index(of, key) => is_path(of) && (is_path(key) || matches!(key.kind, ExprKind::String(_))),
        _ => false,
    }
}

/// The name that a path begins with.
pub(super) fn root(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Field(of, _) | ExprKind::Index(of, _) => root(of),
        _ => None,
    }
}

/// The rule or function in which an expression stands at this place of the text, and what stands around it.
pub(super) fn found<'a>(syntax: &'a Syntax, range: &Range<u32>) -> Option<(Top<'a>, Vec<&'a Expr>)> {
    let (item, place) = item_around(syntax, range)?;
    tops(item).into_iter().find_map(|top| Some((top, around(top.expr, place)?)))
}

/// The item around a place of the text, and the place as the item has it.
pub(super) fn item_around<'a>(syntax: &'a Syntax, range: &Range<u32>) -> Option<(&'a Item, Span)> {
    let item = syntax.items().find(|item| {
        let item = syntax.range(item.span);
        item.start <= range.start && range.end <= item.end
    })?;
    let start = syntax.range(item.span).start;
    let at = |offset: u32| offset - start + item.span.start;
    Some((item, Span { start: at(range.start), end: at(range.end), ..item.span }))
}

/// The variables of the quantifiers in an expression.
pub(super) fn variables(expr: &Expr) -> Vec<&str> {
    let own = match &expr.kind {
        ExprKind::Quantifier(node) => vec![node.variable.text.as_str()],
        _ => Vec::new(),
    };
    expr.children().fold(own, |all, child| [all, variables(child)].concat())
}

/// Whether something in an expression is such.
pub(super) fn any(expr: &Expr, is_such: &dyn Fn(&Expr) -> bool) -> bool {
    is_such(expr) || expr.children().any(|child| any(child, is_such))
}
