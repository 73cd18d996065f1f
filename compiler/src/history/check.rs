//! What stands in a term is checked: its keys where a rule asks it, and what must hold of a past action.

use std::collections::BTreeMap;

use lictor_bundle::schema::{ActionId, Scalar};
use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Reach;
use crate::check::{Checker, Function, Roots, Scope, ty_of};
use crate::ids;
use crate::meaning::What;
use crate::names::Declared;
use crate::polarity;
use crate::rules::first_fact;
use crate::typed::{Expr, ExprKind, History, Ty, Window};

impl Checker<'_, '_> {
    /// A term in a rule: the fact that answers it, asked with the keys of the request.
    pub(crate) fn history(&mut self, node: &ast::History, span: Span) -> Option<Expr> {
        let declared = self.declared;
        let Some(place) = declared.terms.places.get(&span) else {
            self.out.push(
                Diagnostic::error("E0441", span, "what happened before is asked in rules only")
                    .help("ask for it in a rule, with `let`, and pass it on"),
            );
            return None;
        };
        // Nothing is known of a question of which a key is not written yet.
        node.keys.iter().for_each(|key| self.sought_in(&expr_of(key)));
        let words = place.as_ref()?;
        let schema = &declared.schema;
        let id = schema.facts.binary_search_by(|fact| fact.name.as_str().cmp(words)).ok()?;
        let fact = schema.facts.get(id)?;
        let mut keys = Vec::with_capacity(node.keys.len());
        let mut wrong = false;
        for (path, param) in node.keys.iter().zip(&fact.params) {
            let Some(key) = self.told_apart(path) else {
                wrong = true;
                continue;
            };
            let from_request = is_path(&key);
            if !from_request || key.ty != ty_of(schema, param.ty) {
                wrong = true;
                let (message, help) = if from_request {
                    ("this key has another type in the past actions", "name a field that is the same in both")
                } else {
                    ("a key is read from the request alone", "name a field of the request: `per agent.id`")
                };
                self.out.push(Diagnostic::error("E0443", path.span, message).help(help));
            }
            keys.push(key);
        }
        if wrong {
            return None;
        }
        Some(Expr { kind: ExprKind::Fact(ids::number(id), keys), ty: ty_of(schema, fact.result), span })
    }

    /// What the past is told apart by. Where it is absent there is no past to look into, and no other value stands for it.
    fn told_apart(&mut self, path: &ast::Path) -> Option<Expr> {
        let key = self.expr(&expr_of(path), None)?;
        if !matches!(key.ty, Ty::Optional(_)) {
            return Some(key);
        }
        let name = path.text();
        let help = format!(
            "ask first whether it is there: write `require {name} is present else CODE` above, or `{name} is present and …` before the question"
        );
        let error = Diagnostic::error("E0302", path.span, format!("`{name}` may be absent"));
        self.out.push(error.here("whose past is meant then is not said").help(help));
        None
    }
}

/// All terms with what must hold of the past actions, sorted by their facts.
pub(crate) fn terms(
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Vec<History> {
    let mut found = Vec::new();
    for (words, term) in &declared.terms.all {
        let schema = &declared.schema;
        let Ok(id) = schema.facts.binary_search_by(|fact| fact.name.as_str().cmp(words)) else { continue };
        let scope = |actions: &[ActionId]| Scope::new(Roots::of(schema, actions));
        let mut checker = Checker { declared, functions, scope: scope(&term.actions), out };
        let keys: Vec<Expr> = term.keys.iter().filter_map(|key| checker.expr(&expr_of(key), None)).collect();
        let field = term.field.and_then(|field| checker.expr(field, None));
        let filter = term.filter.map(|written| checker.condition(written));
        tell(checker);
        for question in term.others.iter().filter(|_| declared.heard.is_some()) {
            let mut told = Vec::new();
            let mut checker = Checker { declared, functions, scope: scope(&term.actions), out: &mut told };
            question.field.iter().for_each(|field| _ = checker.expr(field, None));
            question.filter.iter().for_each(|filter| _ = checker.condition(filter));
            tell(checker);
        }
        let filter = match filter {
            Some(None) => continue,
            written => written.flatten(),
        };
        if let Some(filter) = &filter {
            let asks = polarity::first_parameter(filter).or_else(|| first_fact(filter));
            if let Some(at) = asks {
                out.push(
                    Diagnostic::error("E0446", at, "the past is told apart by what the past action itself says")
                        .help("compare its fields with constants; parameters and facts may change between then and now"),
                );
                continue;
            }
        }
        let window = match &term.reach {
            Reach::Over(length) => Window::Over(*length),
            Reach::Days(days, zone) => Window::Days(*days, *zone),
            Reach::Since { state, actions, at_most } => {
                let mut checker = Checker { declared, functions, scope: scope(actions), out };
                let keys: Vec<Expr> =
                    term.keys.iter().filter_map(|key| checker.expr(&expr_of(key), None)).collect();
                let counts = counts(&keys, None, None, term.span);
                Window::Since { state: *state, actions: actions.clone(), at_most: *at_most, keys, counts }
            }
        };
        let counts = counts(&keys, field.as_ref(), filter, term.span);
        found.push(History {
            fact: ids::number(id),
            kind: term.kind,
            state: term.state,
            actions: term.actions.clone(),
            keys,
            window,
            field,
            counts,
            span: term.span,
        });
    }
    found
}

/// Hands over what names stand for in a question, but for the parts of the past action: of these there may be several, one for each action.
fn tell(mut checker: Checker<'_, '_>) {
    checker.scope.meanings.retain(|meaning| meaning.what != What::Root);
    checker.tell();
}

/// Whether a past action counts: its keys and its field are there, and the condition holds.
fn counts(keys: &[Expr], field: Option<&Expr>, filter: Option<Expr>, span: Span) -> Expr {
    let bool = |kind| Expr { kind, ty: Ty::Bool, span };
    let optional = keys.iter().chain(field).filter(|expr| matches!(expr.ty, Ty::Optional(_)));
    let there = optional.map(|expr| bool(ExprKind::Present(Box::new(expr.clone()))));
    there
        .chain(filter)
        .reduce(|a, b| bool(ExprKind::And(Box::new(a), Box::new(b))))
        .unwrap_or_else(|| bool(ExprKind::Scalar(Scalar::Bool(true))))
}

/// A path as an expression.
fn expr_of(path: &ast::Path) -> ast::Expr {
    let mut names = path.names.iter();
    let (text, at) = names.next().map_or((String::new(), path.span), |name| (name.text.clone(), name.span));
    let start = ast::Expr { kind: ast::ExprKind::Name(text), span: at };
    names.fold(start, |of, name| {
        let span = of.span.to(name.span);
        ast::Expr { kind: ast::ExprKind::Field(Box::new(of), name.clone()), span }
    })
}

/// Whether it is a field of the request.
fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Root(_) => true,
        ExprKind::Field(of, ..) | ExprKind::Known(of) => is_path(of),
        _ => false,
    }
}
