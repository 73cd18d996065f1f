//! Names and fields: what a word means here, and whether the value is known to be present.

use lictor_bundle::schema::{Enum, Scalar};
use lictor_grammar::ast::{self, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::expr::written_path;
use super::literal::scalar;
use super::scope::path_of;
use super::{Checker, Place, describe, habits, ty_of};
use crate::ids;
use crate::meaning::What;
use crate::suggest;
use crate::typed::{Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    pub(super) fn name(&mut self, text: &str, want: Option<&Ty>, span: Span) -> Option<Expr> {
        let schema = &self.declared.schema;
        if let Some(local) = self.scope.locals.iter().rev().find(|local| local.name == text) {
            let (id, ty) = (local.id, local.ty.clone());
            return Some(self.named(span, What::Local(id), Expr { kind: ExprKind::Local(id), ty, span }));
        }
        if let Some((_, ty)) = self.scope.roots.common.iter().find(|(name, _)| name == text) {
            let ty = ty_of(schema, *ty);
            let kind = ExprKind::Root(text.to_string());
            return Some(self.named(span, What::Root, Expr { kind, ty, span }));
        }
        if let Ok(id) = schema.params.binary_search_by(|param| param.name.as_str().cmp(text)) {
            return Some(self.param(id, span));
        }
        if let Some(Ty::Enum(id)) = want
            && let Some(found) = schema.enums.get(usize::from(*id))
            && let Some(value) = found.values.iter().position(|value| value == text)
        {
            let value = ids::number(value);
            self.means(span, What::Value(*id, value), &Ty::Enum(*id));
            return Some(scalar(Scalar::Enum(*id, value), Ty::Enum(*id), span));
        }
        if let Some(weekday) = self.weekday(text, want, span) {
            return Some(weekday);
        }
        self.unknown(text, want, span);
        None
    }

    fn unknown(&mut self, text: &str, want: Option<&Ty>, span: Span) {
        if self.sought(text, want) {
            return;
        }
        let schema = &self.declared.schema;
        if let Some((_, lacking)) = self.scope.roots.partial.iter().find(|(name, _)| name == text) {
            self.out.push(
                Diagnostic::error("E0207", span, format!("not every action that this is about has `{text}`"))
                    .here(format!("`{lacking}` has no such field, or one of another type"))
                    .help("name fewer actions, or write a rule for each"),
            );
            return;
        }
        let lost = self.scope.lost.iter().any(|name| name == text);
        if lost || self.declared.params.contains_key(text) || self.declared.lost.contains(text) {
            // Its declaration was wrong, and that was reported there.
            return;
        }
        let mut known: Vec<&str> = self.scope.locals.iter().map(|local| local.name.as_str()).collect();
        known.extend(self.scope.roots.common.iter().map(|(name, _)| name.as_str()));
        known.extend(schema.params.iter().map(|param| param.name.as_str()));
        if let Some(Ty::Enum(id)) = want {
            known.extend(
                schema.enums.get(usize::from(*id)).iter().flat_map(|e| e.values.iter().map(String::as_str)),
            );
        }
        known.extend(super::calendar::weekday_words(want));
        known.extend(["true", "false"]);
        // Which actions a category is about follows from the fields that it names; and where a rule is about several, the word that was
        // meant is told first, and next which of them has no such field.
        known.extend(self.scope.roots.partial.iter().map(|(name, _)| name.as_str()));
        let error = Diagnostic::error("E0207", span, format!("there is no `{text}` here"));
        let called =
            self.declared.fns.contains_key(text) || schema.facts.iter().any(|fact| fact.name == text);
        let word_of = schema.enums.iter().find(|declared| declared.values.iter().any(|value| value == text));
        let values = match want {
            Some(Ty::Enum(id)) => schema.enums.get(usize::from(*id)).map(values_of),
            _ => None,
        };
        let error = match (habits::name(text), suggest::nearest(text, known)) {
            _ if called => error.help(format!("it is called with values: `{text}(…)`")),
            (None, None) if word_of.is_some() => {
                let name = word_of.map(|declared| declared.name.as_str()).unwrap_or_default();
                error.help(format!("`{text}` is a word of `{name}`: compare it with a value of that type"))
            }
            (Some(help), _) if self.scope.place != Place::Call => error.help(help),
            (Some(_), _) => error.help(self.scope.place.reads()),
            (None, Some(near)) => error.did_you_mean(near),
            (None, None) if want == Some(&Ty::Bool) && ["yes", "Yes", "YES", "on"].contains(&text) => {
                error.help("write `true`").fix(span, "true")
            }
            (None, None) if want == Some(&Ty::Bool) && ["no", "No", "NO", "off"].contains(&text) => {
                error.help("write `false`").fix(span, "false")
            }
            (None, None) if values.is_some() => error.help(values.unwrap_or_default()),
            (None, None) if want == Some(&Ty::Text) => {
                error.help(format!("a text stands between quotes: `\"{text}\"`"))
            }
            (None, None) if text.chars().all(|c| c.is_ascii_uppercase() || c == '_') => error.help(
                "a country or another text stands in quotes; a reason code stands after `as` or `else`",
            ),
            (None, None) => error.help(self.scope.place.reads()),
        };
        self.out.push(error);
    }

    pub(super) fn field(&mut self, of: &ast::Expr, name: &Name, span: Span) -> Option<Expr> {
        if self.sought_of(&name.text, of) {
            return None;
        }
        // What is meant is looked for where the name before the dot is one of elsewhere, or of a type: nothing else is slowed down by it.
        if let ast::ExprKind::Name(root) = &of.kind
            && (habits::name(root).is_some() || root.starts_with(char::is_uppercase))
            && self.shapeless(of)
            && let Some(error) = self.led_to(of, name, span)
        {
            self.out.push(error);
            return None;
        }
        let of_expr = self.expr(of, None)?;
        let schema = &self.declared.schema;
        let optional = matches!(of_expr.ty, Ty::Optional(_));
        let record = match *of_expr.ty.present() {
            Ty::Record(id) => id,
            Ty::Form(form) => return self.part(of_expr, form, optional, name, span),
            Ty::Sourced(record) => return self.source(of, of_expr, record, name, span),
            ref other => return self.no_field(name, &other.clone()),
        };
        let fields = schema.records.get(usize::from(record)).map(|r| r.fields.as_slice()).unwrap_or_default();
        let Some(index) = fields.iter().position(|field| field.name == name.text) else {
            if self.declared.lost.contains(&name.text) {
                return None;
            }
            if let Some(error) = self.led_to(of, name, span) {
                self.out.push(error);
                return None;
            }
            let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            let help = suggest::help(&name.text, known, "a record has the fields it is declared with");
            let whose = expr_name(of).unwrap_or_else(|| describe(schema, &of_expr.ty));
            let error =
                Diagnostic::error("E0208", name.span, format!("{whose} has no field `{}`", name.text));
            let declared =
                schema.records.get(usize::from(record)).and_then(|r| self.declared.places.get(&r.name));
            self.out.push(match declared {
                Some(place) => error.also(*place, "its fields are declared here").suggested(help),
                None => error.suggested(help),
            });
            return None;
        };
        let ty = fields.get(index).map_or(Ty::Bool, |field| ty_of(schema, field.ty));
        let ty = if optional && !matches!(ty, Ty::Optional(_)) { Ty::Optional(Box::new(ty)) } else { ty };
        let index = ids::number(index);
        let kind = ExprKind::Field(Box::new(of_expr), record, index);
        Some(self.named(name.span, What::Field(record, index), Expr { kind, ty, span }))
    }

    fn no_field(&mut self, name: &Name, ty: &Ty) -> Option<Expr> {
        let found = describe(&self.declared.schema, ty);
        let help = match ty {
            _ if habits::field(&name.text).is_some() => habits::field(&name.text).unwrap_or_default(),
            Ty::List { .. } | Ty::Set { .. } | Ty::Map { .. } => {
                "ask of its elements: `any(x in xs: …)`, `all(x in xs: …)`, `sum(x in xs: …)`"
            }
            Ty::Money => "compare it with an amount, `5 USD`; what is in another currency is refused",
            Ty::Timestamp => {
                "ask what a clock shows: `date(t, \"UTC\")`, `time_of_day(t, \"UTC\")`, `weekday(t, \"UTC\")`"
            }
            _ => "remove the dot and the name after it",
        };
        self.out.push(Diagnostic::error("E0208", name.span, format!("{found} has no fields")).help(help));
        None
    }

    /// The value itself, where it is known to be present here.
    pub(super) fn narrowed(&self, expr: Expr) -> Expr {
        let Ty::Optional(inner) = &expr.ty else { return expr };
        match path_of(&self.declared.schema, &expr) {
            Some(path) if self.scope.is_present(&path) => {
                let (ty, span) = (inner.as_ref().clone(), expr.span);
                Expr { kind: ExprKind::Known(Box::new(expr)), ty, span }
            }
            _ => expr,
        }
    }

    fn param(&mut self, id: usize, span: Span) -> Expr {
        let schema = &self.declared.schema;
        let ty = schema.params.get(id).map_or(Ty::Bool, |param| ty_of(schema, param.ty));
        let id = ids::number(id);
        self.means(span, What::Param(id), &ty);
        let kind = if ty == Ty::Money {
            ExprKind::MoneyParam(id, Box::new(super::money::nothing(span)))
        } else {
            ExprKind::Param(id)
        };
        Expr { kind, ty, span }
    }

    /// Whether a word means nothing in this scope but may be a value of an enum: its type comes from the other side.
    pub fn shapeless(&self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::String(_) | ast::ExprKind::Number(_) => true,
            ast::ExprKind::Name(text) => {
                !self.scope.locals.iter().any(|local| local.name == *text)
                    && !self.scope.roots.common.iter().any(|(name, _)| name == text)
                    && !self.declared.schema.params.iter().any(|param| param.name == *text)
            }
            _ => false,
        }
    }
}

/// What an enum has, where somebody wrote something else.
fn values_of(declared: &Enum) -> String {
    let values: Vec<String> = declared.values.iter().map(|value| format!("`{value}`")).collect();
    match values.split_last() {
        Some((last, others)) if values.len() <= suggest::MOST_LISTED && !others.is_empty() => {
            format!("the values of `{}` are {} and {last}", declared.name, others.join(", "))
        }
        _ => format!("write one of the values of `{}`", declared.name),
    }
}

fn expr_name(written: &ast::Expr) -> Option<String> {
    written_path(written).map(|path| format!("`{path}`"))
}
