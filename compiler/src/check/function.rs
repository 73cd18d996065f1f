//! The author's own functions. Each is checked once, then unfolded where it is called: so a rule's cost is known from
//! the rule alone, and a function that calls itself cannot be.

use std::collections::BTreeMap;

use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::{Checker, Place, Roots, Scope, describe, ty_of};
use crate::meaning::What;
use crate::names::Declared;
use crate::typed::{Expr, ExprKind, LocalId, Ty};
use crate::visit;

/// The most nodes that a function may unfold to; a rule has the same bound.
const MAX_NODES: usize = 20_000;

/// How deep a function may nest once it is unfolded: every pass over expressions calls itself for what is inside, so what bounds
/// the height of an expression as written bounds it here too.
const MAX_HEIGHT: usize = lictor_grammar::MAX_EXPRESSION_HEIGHT;

/// A checked function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub params: Vec<(LocalId, Ty)>,
    pub gives: Ty,
    body: Expr,
}

impl Function {
    /// Its body with these arguments, every local under a number of its own.
    pub fn unfold(&self, arguments: Vec<Expr>, scope: &mut Scope, span: Span) -> Expr {
        let mut renamed: BTreeMap<LocalId, LocalId> = BTreeMap::new();
        let mut body = self.body.clone();
        visit::rename(&mut body, &mut |id| *renamed.entry(id).or_insert_with(|| scope.fresh()));
        body.span = span;
        let ty = body.ty.clone();
        let bound: Vec<LocalId> =
            self.params.iter().map(|(id, _)| *renamed.entry(*id).or_insert_with(|| scope.fresh())).collect();
        bound.into_iter().zip(arguments).rev().fold(body, |body, (id, argument)| Expr {
            kind: ExprKind::Let(id, Box::new(argument), Box::new(body)),
            ty: ty.clone(),
            span,
        })
    }
}

/// Checks all functions, each after those it calls.
pub(crate) fn functions(declared: &Declared<'_>, out: &mut Vec<Diagnostic>) -> BTreeMap<String, Function> {
    let mut checked = BTreeMap::new();
    for name in order(declared, out) {
        if let Some(node) = declared.fns.get(name)
            && let Some(function) = body(declared, node, &checked, out)
        {
            checked.insert(name.to_string(), function);
        }
    }
    checked
}

/// A function whose calls are being looked at.
struct Open<'a> {
    name: &'a str,
    /// The functions it calls that were not looked at yet, the first one last.
    calls: Vec<&'a str>,
}

/// The functions in an order in which each comes after those it calls; circles are reported. Nothing here calls itself: functions
/// may call one another as deep as a file is long.
fn order<'a>(declared: &Declared<'a>, out: &mut Vec<Diagnostic>) -> Vec<&'a str> {
    let mut order = Vec::new();
    // Whether a function that was begun is done.
    let mut done: BTreeMap<&str, bool> = BTreeMap::new();
    let mut path: Vec<Open<'a>> = Vec::new();
    for name in declared.fns.keys() {
        let mut next = Some(*name);
        loop {
            if let Some(name) = next {
                match done.get(name) {
                    None => {
                        done.insert(name, false);
                        path.push(Open { name, calls: calls(declared, name) });
                    }
                    Some(false) => circle(declared, name, &path, out),
                    Some(true) => {}
                }
            }
            let Some(open) = path.last_mut() else { break };
            next = open.calls.pop();
            if next.is_none() {
                done.insert(open.name, true);
                order.push(open.name);
                path.pop();
            }
        }
    }
    order
}

/// The functions of the author that a function calls, the first one last.
fn calls<'a>(declared: &Declared<'a>, name: &str) -> Vec<&'a str> {
    let mut called = Vec::new();
    if let Some(node) = declared.fns.get(name) {
        visit::calls(&node.body, &mut called);
    }
    let own = |call: &&ast::Name| declared.fns.get_key_value(call.text.as_str()).map(|(name, _)| *name);
    called.iter().rev().filter_map(own).collect()
}

/// Where a function calls another, the first time.
fn call_of(declared: &Declared<'_>, caller: &str, called: &str) -> Option<Span> {
    let mut calls = Vec::new();
    visit::calls(&declared.fns.get(caller)?.body, &mut calls);
    calls.iter().find(|call| call.text == called).map(|call| call.span)
}

/// How many functions of a circle are named.
const MOST_NAMED: usize = 8;

fn circle(declared: &Declared<'_>, name: &str, path: &[Open<'_>], out: &mut Vec<Diagnostic>) {
    let Some(node) = declared.fns.get(name) else { return };
    let round: Vec<&str> = path.iter().map(|open| open.name).skip_while(|open| *open != name).collect();
    let message = if let [_] = round.as_slice() {
        format!("the function `{name}` calls itself")
    } else {
        let mut named: Vec<String> = round.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
        if round.len() > MOST_NAMED {
            named.push("…".to_string());
        }
        format!("functions call each other in a circle: {} → `{name}`", named.join(" → "))
    };
    let mut error = Diagnostic::error("E0310", node.name.span, message)
        .help("a policy must end: write what it computes without calling itself, with `all`, `any`, `count` or `sum` over a list");
    let called = round.iter().copied().skip(1).chain([name]);
    for (caller, called) in round.iter().zip(called).take(MOST_NAMED) {
        if let Some(at) = call_of(declared, caller, called) {
            let itself = if *caller == called { "itself".to_owned() } else { format!("`{called}`") };
            error = error.also(at, format!("`{caller}` calls {itself} here"));
        }
    }
    out.push(error);
}

fn body(
    declared: &Declared<'_>,
    node: &ast::Fn,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Option<Function> {
    let mut checker =
        Checker { declared, functions, scope: Scope::at(Place::Function, Roots::default()), out };
    let mut params = Vec::new();
    let (arguments, result) = declared.fn_types.get(node.name.text.as_str())?;
    for (param, ty) in node.params.iter().zip(arguments) {
        let ty = ty_of(&declared.schema, *ty);
        checker.one_meaning(&param.name);
        let id = checker.scope.bind(&param.name.text, ty.clone());
        checker.means(param.name.span, What::Binding(id), &ty);
        params.push((id, ty));
    }
    let result = ty_of(&declared.schema, *result);
    let body = if matches!(result, Ty::Optional(_)) {
        checker.expr(&node.body, Some(&result))
    } else {
        checker.definite(&node.body, Some(&result))
    };
    let body = body.and_then(|body| checker.closed(body));
    checker.tell();
    let body = body?;
    let body = if result == Ty::Decimal { super::arith::to_decimal(body) } else { body };
    if body.ty != result {
        let (want, found) = (describe(&declared.schema, &result), describe(&declared.schema, &body.ty));
        out.push(
            Diagnostic::error(
                "E0304",
                node.body.span,
                format!("`{}` is declared to give {want}, and this is {found}", node.name.text),
            )
            .also(node.result.span, "declared here")
            .help("change one of the two"),
        );
        return None;
    }
    let too_large = if visit::count(&body) > MAX_NODES {
        Some(format!("`{}` unfolds to more than {MAX_NODES} parts", node.name.text))
    } else if visit::height(&body) > MAX_HEIGHT {
        Some(format!(
            "`{}` unfolds to an expression that nests deeper than {MAX_HEIGHT} levels",
            node.name.text
        ))
    } else {
        None
    };
    if let Some(message) = too_large {
        out.push(
            Diagnostic::error("E0311", node.name.span, message)
                .help("functions that call functions multiply: use fewer of them, or `let` in the rule"),
        );
        return None;
    }
    Some(Function { params, gives: result, body })
}
