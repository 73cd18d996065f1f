//! Walks over trees.

use lictor_grammar::ast;

use crate::typed::{Expr, ExprKind, LocalId};

/// The expressions directly inside one.
pub(crate) fn children(expr: &Expr) -> impl Iterator<Item = &Expr> {
    // Every pass comes by here for each node, so none of this is put on the heap.
    let (some, rest): ([Option<&Expr>; 3], &[Expr]) = match &expr.kind {
        ExprKind::Scalar(_)
        | ExprKind::Set(_)
        | ExprKind::Root(_)
        | ExprKind::Local(_)
        | ExprKind::Param(_) => ([None; 3], &[]),
        ExprKind::Field(a, ..)
        | ExprKind::MoneyParam(_, a)
        | ExprKind::Known(a)
        | ExprKind::Present(a)
        | ExprKind::Not(a)
        | ExprKind::Negate(_, a)
        | ExprKind::ToDecimal(a)
        | ExprKind::Civil(_, a)
        | ExprKind::Part(_, a)
        | ExprKind::LowerAscii(a)
        | ExprKind::Sourced(_, a)
        | ExprKind::Length(a) => ([Some(a), None, None], &[]),
        ExprKind::Fact(_, arguments) => ([None; 3], arguments),
        ExprKind::Otherwise(a, b)
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Compare(_, _, a, b)
        | ExprKind::Arith(_, a, b)
        | ExprKind::Business(_, _, a, b)
        | ExprKind::Contains(_, a, b)
        | ExprKind::Text(_, a, b)
        | ExprKind::Within(_, a, b)
        | ExprKind::Lookup(a, b)
        | ExprKind::Let(_, a, b) => ([Some(a), Some(b), None], &[]),
        ExprKind::If(a, b, c) => ([Some(a), Some(b), Some(c)], &[]),
        ExprKind::Between(between) => ([Some(&between.item), Some(&between.low), Some(&between.high)], &[]),
        ExprKind::Quantifier(quantifier) => ([Some(&quantifier.over), Some(&quantifier.body), None], &[]),
    };
    some.into_iter().flatten().chain(rest)
}

fn children_mut(expr: &mut Expr) -> Vec<&mut Expr> {
    match &mut expr.kind {
        ExprKind::Scalar(_)
        | ExprKind::Set(_)
        | ExprKind::Root(_)
        | ExprKind::Local(_)
        | ExprKind::Param(_) => Vec::new(),
        ExprKind::Field(a, ..)
        | ExprKind::MoneyParam(_, a)
        | ExprKind::Known(a)
        | ExprKind::Present(a)
        | ExprKind::Not(a)
        | ExprKind::Negate(_, a)
        | ExprKind::ToDecimal(a)
        | ExprKind::Civil(_, a)
        | ExprKind::Part(_, a)
        | ExprKind::LowerAscii(a)
        | ExprKind::Sourced(_, a)
        | ExprKind::Length(a) => vec![a],
        ExprKind::Fact(_, arguments) => arguments.iter_mut().collect(),
        ExprKind::Otherwise(a, b)
        | ExprKind::And(a, b)
        | ExprKind::Or(a, b)
        | ExprKind::Compare(_, _, a, b)
        | ExprKind::Arith(_, a, b)
        | ExprKind::Business(_, _, a, b)
        | ExprKind::Contains(_, a, b)
        | ExprKind::Text(_, a, b)
        | ExprKind::Within(_, a, b)
        | ExprKind::Lookup(a, b)
        | ExprKind::Let(_, a, b) => vec![a, b],
        ExprKind::If(a, b, c) => vec![a, b, c],
        ExprKind::Between(between) => {
            let between = between.as_mut();
            vec![&mut between.item, &mut between.low, &mut between.high]
        }
        ExprKind::Quantifier(quantifier) => {
            let quantifier = quantifier.as_mut();
            vec![&mut quantifier.over, &mut quantifier.body]
        }
    }
}

/// Gives every local of an expression another number.
pub(crate) fn rename(expr: &mut Expr, to: &mut impl FnMut(LocalId) -> LocalId) {
    match &mut expr.kind {
        ExprKind::Local(id) | ExprKind::Let(id, _, _) => *id = to(*id),
        ExprKind::Quantifier(quantifier) => quantifier.variable = to(quantifier.variable),
        _ => {}
    }
    for child in children_mut(expr) {
        rename(child, to);
    }
}

/// Changes every node of an expression, parents before children.
pub(crate) fn each_mut(expr: &mut Expr, change: &mut impl FnMut(&mut Expr)) {
    change(expr);
    for child in children_mut(expr) {
        each_mut(child, change);
    }
}

/// How many nodes an expression has.
pub(crate) fn count(expr: &Expr) -> usize {
    1 + children(expr).map(count).sum::<usize>()
}

/// How many nodes the longest path from the top of an expression has.
pub(crate) fn height(expr: &Expr) -> usize {
    1 + children(expr).map(height).max().unwrap_or(0)
}

/// The first node, parents before children, for which `find` gives something.
pub(crate) fn first<'e, T>(expr: &'e Expr, find: &mut impl FnMut(&'e Expr) -> Option<T>) -> Option<T> {
    if let Some(found) = find(expr) {
        return Some(found);
    }
    children(expr).find_map(|child| first(child, find))
}

/// The names of the functions that an expression as written calls, where they are called; those inside it first.
pub(crate) fn calls<'e>(expr: &'e ast::Expr, into: &mut Vec<&'e ast::Name>) {
    expr.children().for_each(|inner| calls(inner, into));
    if let ast::ExprKind::Call(name, _) = &expr.kind {
        into.push(name);
    }
}
