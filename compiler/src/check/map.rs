//! Maps: looking a key up, and asking whether it is there.

use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::{Checker, describe, ty_of};
use crate::typed::{Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    /// `map[key]`, which may be absent; so may the map.
    pub(super) fn look_up(&mut self, of: &ast::Expr, key: &ast::Expr, span: Span) -> Option<Expr> {
        let map = self.expr(of, None);
        // What is no map has no keys that could be of the wrong type.
        let is_map = map.as_ref().is_none_or(|map| matches!(map.ty.present(), Ty::Map { .. }));
        let key = if is_map { self.key(key) } else { self.expr(key, None) };
        self.entry(map?, key?, span).map(|entry| self.narrowed(entry))
    }

    /// `key in map`
    pub(super) fn in_map(&mut self, item: &ast::Expr, map: Expr, span: Span) -> Option<Expr> {
        let key = self.key(item)?;
        let entry = self.entry(map, key, span)?;
        Some(Expr { kind: ExprKind::Present(Box::new(entry)), ty: Ty::Bool, span })
    }

    fn entry(&mut self, map: Expr, key: Expr, span: Span) -> Option<Expr> {
        let schema = &self.declared.schema;
        let Ty::Map { entry, .. } = *map.ty.present() else {
            let what = describe(schema, map.ty.present());
            let help = match map.ty.present() {
                Ty::List { .. } | Ty::Set { .. } => {
                    "ask about its elements: `x in xs`, `any(x in xs: …)`, `all(x in xs: …)`"
                }
                Ty::Record(_) => "a field is read with a dot: `merchant.name`",
                _ => "remove the brackets and what stands between them",
            };
            let message = format!("only a Map is looked up with `[ ]`, and this is {what}");
            self.out.push(Diagnostic::error("E0304", map.span, message).help(help));
            return None;
        };
        let (_, value) = schema.entry(entry)?;
        let ty = Ty::Optional(Box::new(ty_of(schema, value)));
        Some(Expr { kind: ExprKind::Lookup(Box::new(map), Box::new(key)), ty, span })
    }

    fn key(&mut self, written: &ast::Expr) -> Option<Expr> {
        let key = self.definite(written, Some(&Ty::Text))?;
        if key.ty == Ty::Text {
            return Some(key);
        }
        let what = describe(&self.declared.schema, &key.ty);
        self.out.push(
            Diagnostic::error(
                "E0304",
                key.span,
                format!("the keys of a Map are Strings, and this is {what}"),
            )
            .help("look it up with a String: a field, or a text in quotes"),
        );
        None
    }
}
