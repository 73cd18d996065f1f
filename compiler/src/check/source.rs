//! Sourced values: their state can always be asked, their value only be read where the state was shown not to be `withheld`.

use lictor_bundle::schema::TypeId;
use lictor_bundle::shape::SourcePart;
use lictor_grammar::ast::{self, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::expr::written_path;
use super::scope::path_of;
use super::{Checker, ty_of};
use crate::suggest;
use crate::typed::{Expr, ExprKind, Ty};

impl Checker<'_, '_> {
    /// A part of a sourced value, which is made of this record and is possibly absent.
    pub(super) fn source(
        &mut self,
        written: &ast::Expr,
        whole: Expr,
        record: TypeId,
        name: &Name,
        span: Span,
    ) -> Option<Expr> {
        let Some(part) = SourcePart::ALL.into_iter().find(|part| part.name() == name.text) else {
            let path = written_path(written).unwrap_or_else(|| "x".to_string());
            let help = suggest::help(
                &name.text,
                SourcePart::ALL.map(SourcePart::name),
                &format!("what is inside its value is read as `{path}.value.{}`", name.text),
            );
            let message = format!("a Sourced value has no field `{}`", name.text);
            self.out.push(Diagnostic::error("E0208", name.span, message).suggested(help));
            return None;
        };
        let optional = matches!(whole.ty, Ty::Optional(_));
        if part == SourcePart::Value && (optional || !self.is_opened(&whole)) {
            self.out.push(closed(written, &whole, optional, span));
            return None;
        }
        let schema = &self.declared.schema;
        let ty = ty_of(schema, schema.source(record)?.part(part));
        let ty = if optional && !matches!(ty, Ty::Optional(_)) { Ty::Optional(Box::new(ty)) } else { ty };
        Some(self.narrowed(Expr { kind: ExprKind::Sourced(part, Box::new(whole)), ty, span }))
    }

    /// What a literal beside a value of this type is meant to be: of a sourced one, what it holds.
    pub(super) fn meant(&self, ty: &Ty) -> Ty {
        let schema = &self.declared.schema;
        let value = match ty {
            Ty::Sourced(record) => schema.source(*record).map(|source| source.part(SourcePart::Value)),
            _ => None,
        };
        value.map_or_else(|| ty.clone(), |value| ty_of(schema, value))
    }

    fn is_opened(&self, whole: &Expr) -> bool {
        path_of(&self.declared.schema, whole).is_some_and(|path| self.scope.is_opened(&path))
    }
}

/// What to say where a value is read and may be withheld.
fn closed(written: &ast::Expr, whole: &Expr, optional: bool, span: Span) -> Diagnostic {
    let Some(path) = written_path(written) else {
        return Diagnostic::error("E0316", span, "this value may be withheld")
            .here("its state was not asked")
            .help("give it a name first, and ask for its state: `let x = …`, then `x.state == verified and x.value …`");
    };
    let present = if optional { format!("{path} is present and ") } else { String::new() };
    let what = if optional { "absent or withheld" } else { "withheld" };
    Diagnostic::error("E0316", span, format!("`{path}.value` may be {what}"))
        .here("its state was not asked, or may still be `withheld`")
        .help(format!(
            "ask first: `{present}{path}.state == verified and …`, or `{present}{path}.state in [verified, stale] and …`"
        ))
        .also(whole.span, "this is a Sourced value")
}
