//! Calls: built-in functions, the author's own, and facts.

use lictor_bundle::schema::FactId;
use lictor_commands::reader;
use lictor_grammar::ast::{self, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::arith::to_decimal;
use super::business::question;
use super::calendar::is_question;
use super::{Checker, describe, habits, ty_of};
use crate::ids;
use crate::meaning::What;
use crate::polarity;
use crate::suggest;
use crate::typed::{Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    pub(super) fn call(&mut self, name: &Name, arguments: &[ast::Expr], span: Span) -> Option<Expr> {
        // Nothing is checked of a call that lacks an argument so far.
        arguments.iter().for_each(|argument| self.sought_in(argument));
        if name.text == "size" {
            let [argument] = arguments else { return self.arity(name, 1, arguments.len()) };
            let collection = self.collection(argument)?;
            self.means(name.span, What::BuiltIn, &Ty::Int);
            return Some(Expr { kind: ExprKind::Length(Box::new(collection)), ty: Ty::Int, span });
        }
        let declared = self.declared;
        if let Some(function) = self.functions.get(&name.text) {
            self.means(name.span, What::Function, &function.gives);
            let types: Vec<Ty> = function.params.iter().map(|(_, ty)| ty.clone()).collect();
            let arguments = self.arguments(name, arguments, &types)?;
            return Some(function.unfold(arguments, &mut self.scope, span));
        }
        if let Ok(id) = declared.schema.facts.binary_search_by(|fact| fact.name.cmp(&name.text)) {
            return self.fact(ids::number(id), name, arguments, span);
        }
        if let Some(op) = question(&name.text) {
            return self.business(op, name, arguments, span);
        }
        if is_question(&name.text) {
            return self.civil(name, arguments, span);
        }
        if declared.fns.contains_key(name.text.as_str()) {
            // It was wrong, and that was reported there.
            return None;
        }
        if self.sought(&name.text, None) {
            return None;
        }
        if let Some(asking) = reader(&name.text) {
            let message = format!("`{}` is asked in normalizers, about a member of the input", asking.name);
            self.out
                .push(Diagnostic::error("E0255", span, message).help(
                    "let the action have a field for what it says, and give it that in the normalizer",
                ));
            return None;
        }
        let own =
            declared.fns.keys().copied().chain(declared.schema.facts.iter().map(|fact| fact.name.as_str()));
        let known: Vec<&str> = own
            .chain([
                "size",
                "all",
                "any",
                "count",
                "sum",
                "not",
                "date",
                "time_of_day",
                "weekday",
                "business_days",
                "add_business_days",
            ])
            .collect();
        let error =
            Diagnostic::error("E0207", name.span, format!("there is no function or fact `{}`", name.text));
        self.out.push(match (habits::function(&name.text), suggest::nearest(&name.text, known)) {
            (Some(habit), _) => habits::told(error, habit),
            // With values between its parentheses it would be as wrong under the other name.
            (None, Some(near)) if ["all", "any", "count", "sum"].contains(&near) => {
                error.help(format!("did you mean `{near}`? It goes through a list: `{near}(x in xs: …)`"))
            }
            (None, Some(near)) => error.did_you_mean(near),
            (None, None) => error.help("declare it with `fn`, or as a look-up of the host with `fact`"),
        });
        None
    }

    fn fact(&mut self, id: FactId, name: &Name, arguments: &[ast::Expr], span: Span) -> Option<Expr> {
        let schema = &self.declared.schema;
        let fact = schema.facts.get(usize::from(id))?;
        let types: Vec<Ty> = fact.params.iter().map(|param| ty_of(schema, param.ty)).collect();
        let result = ty_of(schema, fact.result);
        self.means(name.span, What::Fact(id), &result);
        let arguments = self.arguments(name, arguments, &types)?;
        for argument in &arguments {
            if let Some(at) = polarity::first_parameter(argument) {
                self.out.push(
                    Diagnostic::error(
                        "E0402",
                        at,
                        "a fact is asked about the request, not about a parameter",
                    )
                    .help("ask with fields of the request; compare the answer with the parameter"),
                );
                return None;
            }
        }
        Some(Expr { kind: ExprKind::Fact(id, arguments), ty: result, span })
    }

    fn arguments(&mut self, name: &Name, written: &[ast::Expr], types: &[Ty]) -> Option<Vec<Expr>> {
        if written.len() != types.len() {
            self.arity(name, types.len(), written.len());
            return None;
        }
        let mut checked = Vec::with_capacity(types.len());
        let mut wrong = false;
        for (argument, ty) in written.iter().zip(types) {
            let optional = matches!(ty, Ty::Optional(_));
            let found =
                if optional { self.expr(argument, Some(ty)) } else { self.definite(argument, Some(ty)) };
            let Some(expr) = found.and_then(|expr| self.closed(expr)) else {
                wrong = true;
                continue;
            };
            let expr = if *ty == Ty::Decimal { to_decimal(expr) } else { expr };
            if fits(&expr.ty, ty) {
                checked.push(expr);
                continue;
            }
            wrong = true;
            let schema = &self.declared.schema;
            let (found, want) = (describe(schema, &expr.ty), describe(schema, ty));
            let message = format!("`{}` takes {want} here, and this is {found}", name.text);
            let error = Diagnostic::error("E0304", argument.span, message).help(wanted(ty, &want));
            self.out.push(match self.declared.fns.get(name.text.as_str()) {
                Some(declared) => error.also(declared.name.span, "it is declared here"),
                None => error,
            });
        }
        if wrong { None } else { Some(checked) }
    }

    pub(super) fn arity(&mut self, name: &Name, want: usize, found: usize) -> Option<Expr> {
        let values = |n: usize| match n {
            0 => "no value".to_string(),
            1 => "one value".to_string(),
            n => format!("{n} values"),
        };
        let stands = match found {
            0 => "none stands here".to_string(),
            1 => "one stands here".to_string(),
            n => format!("{n} stand here"),
        };
        let message = format!("`{}` takes {}, and {stands}", name.text, values(want));
        let error = Diagnostic::error("E0315", name.span, message);
        self.out.push(match self.declared.fns.get(name.text.as_str()) {
            Some(declared) => {
                let params: Vec<&str> =
                    declared.params.iter().map(|param| param.name.text.as_str()).collect();
                error.also(declared.name.span, "it is declared here").help(format!(
                    "write a value for each: `{}({})`",
                    name.text,
                    params.join(", ")
                ))
            }
            None if want == 0 => error.help(format!("write `{}()`", name.text)),
            None => error.help(format!("write {} between the parentheses", values(want))),
        });
        None
    }
}

/// Whether a value of one type may stand where another is taken. Bounds of collections do not matter here.
fn fits(found: &Ty, want: &Ty) -> bool {
    match (found, want) {
        (Ty::List { element: a, .. }, Ty::List { element: b, .. }) => a == b,
        (Ty::Set { element: a, .. }, Ty::Set { element: b, .. }) => a == b,
        (Ty::Map { entry: a, .. }, Ty::Map { entry: b, .. }) => a == b,
        (Ty::Optional(a), Ty::Optional(b)) => fits(a, b),
        _ => found == want,
    }
}

/// What to do about a value of another type than is wanted.
pub(super) fn wanted(ty: &Ty, called: &str) -> String {
    let example = match ty.present() {
        Ty::Int => "`12`",
        Ty::Decimal => "`0.5`",
        Ty::Money => "`500.00 USD`",
        Ty::Text => "`\"text\"`",
        Ty::Bool => "`true`",
        Ty::Date => "`2026-03-01`",
        Ty::Timestamp => "`context.now`",
        Ty::Duration => "`15m`",
        Ty::TimeOfDay => "`09:00`",
        Ty::Weekday => "`monday`",
        _ => return format!("write {called} there"),
    };
    format!("write {called} there, such as {example}")
}
