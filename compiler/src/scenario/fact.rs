//! `with FACT(args) = value`: what the host is said to have found.

use lictor_bundle::schema::{ActionId, Fact, Field, Type, TypeId};
use lictor_grammar::ast::{Expr, ExprKind, Name, Path};
use lictor_grammar::diagnostic::Diagnostic;
use serde_json::Value;

use super::Scene;
use super::draft::{Argument, Finding};
use super::path::Start;
use crate::suggest;

impl<'a> Scene<'a> {
    /// Reads what a step says about a fact.
    pub fn finding(
        &mut self,
        name: &Name,
        args: &[Expr],
        value: &Expr,
        actions: &[ActionId],
    ) -> Option<Finding> {
        let fact = self.fact(name)?;
        if args.len() != fact.params.len() {
            let params = fact.params.iter().map(|param| param.name.as_str()).collect::<Vec<_>>().join(", ");
            let message =
                format!("`{}` is asked with ({params}), and here are {} values", fact.name, args.len());
            let help = format!("write `with {}({params}) = …`", fact.name);
            self.diagnostics.push(Diagnostic::error("E0509", name.span, message).help(help));
            return None;
        }
        // Both sides are read before either may end this, so that the mistakes of both are told.
        let value = self.value_or_absent(value, fact.result, &fact.name);
        let args = args.iter().zip(&fact.params).map(|(arg, param)| self.argument(arg, param, actions));
        let args = args.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()?;
        Some(Finding { fact: fact.name.clone(), args, value: value.ok()?.unwrap_or(Value::Null) })
    }

    fn fact(&mut self, name: &Name) -> Option<&'a Fact> {
        let found = self.schema.facts.binary_search_by(|fact| fact.name.cmp(&name.text));
        let found = found.ok().and_then(|id| self.schema.facts.get(id));
        if found.is_none() {
            let all = self.schema.facts.iter().map(|fact| fact.name.as_str());
            let help = suggest::help(&name.text, all, "declare it with `fact`");
            let message = format!("there is no fact `{}`", name.text);
            self.diagnostics.push(Diagnostic::error("E0509", name.span, message).suggested(help));
        }
        found
    }

    /// A constant, or a path to whatever the request holds there. A bare word where an enumeration is asked for is its value.
    fn argument(&mut self, arg: &Expr, param: &Field, actions: &[ActionId]) -> Option<(String, Argument)> {
        let enumerated = matches!(self.ty(param.ty), Some(Type::Enum(_)));
        let path = as_path(arg).filter(|path| !enumerated || path.names.len() > 1);
        let Some(path) = path else {
            let value = self.value(arg, param.ty, &param.name).ok()?;
            return Some((param.name.clone(), Argument::Value(value)));
        };
        let place = self.place(&path, Start::Anywhere, actions)?;
        if !self.fits(place.ty, param.ty) {
            let message = format!("`{}` is not what `{}` is asked with", path.text(), param.name);
            let help = "name a field of the type that the fact declares, or write a constant";
            self.diagnostics.push(Diagnostic::error("E0505", arg.span, message).help(help));
            return None;
        }
        Some((param.name.clone(), Argument::Path(place.path)))
    }

    /// Whether values of one type, where they are present, may stand for values of the other; how long a text may be does
    /// not matter here.
    fn fits(&self, given: TypeId, asked: TypeId) -> bool {
        let plain = |ty| match self.ty(ty) {
            Some(Type::Optional(inner)) => self.ty(inner),
            other => other,
        };
        match (plain(given), plain(asked)) {
            (Some(Type::Enum(given)), Some(Type::Enum(asked))) => given == asked,
            (Some(given), Some(asked)) => std::mem::discriminant(&given) == std::mem::discriminant(&asked),
            _ => false,
        }
    }
}

/// `merchant.name` as a path.
pub(super) fn as_path(expr: &Expr) -> Option<Path> {
    match &expr.kind {
        ExprKind::Name(text) => {
            Some(Path { names: vec![Name { text: text.clone(), span: expr.span }], span: expr.span })
        }
        ExprKind::Field(inner, name) => {
            let mut path = as_path(inner)?;
            path.names.push(name.clone());
            Some(Path { names: path.names, span: expr.span })
        }
        _ => None,
    }
}
