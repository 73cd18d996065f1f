//! The author's own functions. Each is checked once, then unfolded where it is called: so a rule's cost is known from
//! the rule alone, and a function that calls itself cannot be.

use std::collections::BTreeMap;

use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::{Checker, Roots, Scope, describe, ty_of};
use crate::names::Declared;
use crate::typed::{Expr, ExprKind, LocalId, Ty};
use crate::visit;

/// The most nodes that a function may unfold to; a rule has the same bound.
const MAX_NODES: usize = 20_000;

/// A checked function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub params: Vec<(LocalId, Ty)>,
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
    let mut done: Vec<&str> = Vec::new();
    for name in declared.fns.keys() {
        let mut path = Vec::new();
        check(declared, name, &mut path, &mut done, &mut checked, out);
    }
    checked
}

fn check<'a>(
    declared: &Declared<'a>,
    name: &'a str,
    path: &mut Vec<&'a str>,
    done: &mut Vec<&'a str>,
    checked: &mut BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) {
    let Some(declaration) = declared.fns.get(name) else { return };
    if done.contains(&name) {
        return;
    }
    let node = *declaration;
    if let Some(start) = path.iter().position(|open| *open == name) {
        let round: Vec<String> = path.iter().skip(start).chain([&name]).map(|n| format!("`{n}`")).collect();
        let message = if round.len() == 2 {
            format!("the function `{name}` calls itself")
        } else {
            format!("functions call each other in a circle: {}", round.join(" → "))
        };
        out.push(
            Diagnostic::error("E0310", node.name.span, message)
                .help("a policy must end: write what it computes without calling itself, with `all`, `any`, `count` or `sum` over a list"),
        );
        return;
    }
    path.push(name);
    let mut calls = Vec::new();
    visit::calls(&node.body, &mut calls);
    for call in calls {
        if let Some((callee, _)) = declared.fns.get_key_value(call.as_str()) {
            check(declared, callee, path, done, checked, out);
        }
    }
    path.pop();
    done.push(name);
    if let Some(function) = body(declared, node, checked, out) {
        checked.insert(name.to_string(), function);
    }
}

fn body(
    declared: &Declared<'_>,
    node: &ast::Fn,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Option<Function> {
    let mut checker = Checker { declared, functions, scope: Scope::new(Roots::default()), out };
    let mut params = Vec::new();
    let (arguments, result) = declared.fn_types.get(node.name.text.as_str())?;
    for (param, ty) in node.params.iter().zip(arguments) {
        let ty = ty_of(&declared.schema, *ty);
        checker.one_meaning(&param.name);
        let id = checker.scope.bind(&param.name.text, ty.clone());
        params.push((id, ty));
    }
    let result = ty_of(&declared.schema, *result);
    let body = if matches!(result, Ty::Optional(_)) {
        checker.expr(&node.body, Some(&result))
    } else {
        checker.definite(&node.body, Some(&result))
    }?;
    let body = checker.closed(body)?;
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
    if visit::count(&body) > MAX_NODES {
        out.push(
            Diagnostic::error(
                "E0311",
                node.name.span,
                format!("`{}` unfolds to more than {MAX_NODES} parts", node.name.text),
            )
            .help("functions that call functions multiply: use fewer of them, or `let` in the rule"),
        );
        return None;
    }
    Some(Function { params, body })
}
