//! Fields that are put together of members: lists of them, how many there are, and the digest of a text.

use lictor_bundle::form::Form;
use lictor_bundle::schema::{Type, TypeId};
use lictor_bundle::tools::{EACH, InputPath, Part, Source, written};
use lictor_grammar::ast::{Expr, ExprKind, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::fields::{Fields, describe_type};
use crate::names::input_path;

impl Fields<'_, '_> {
    /// `[input.to as Email, input.cc as List<Email, max 20>, input.guests.each.email as Email]`
    pub(super) fn listed(&mut self, parts: &[Expr], ty: TypeId, span: Span) -> Option<Source> {
        let element = match self.declared.schema.types.get(usize::from(ty)) {
            Some(Type::List { element, .. } | Type::Set { element, .. }) => *element,
            _ => {
                let wanted = describe_type(self.declared, ty);
                return self
                    .another(span, format!("the field is {wanted}, and what stands in brackets is a list"));
            }
        };
        if parts.is_empty() {
            let help = "name what it is put together of: `[input.to as Email]`".to_string();
            self.complain(span, "nothing stands in this list".to_string(), help);
            return None;
        }
        // Each part is looked at, so that all that is wrong is told at once.
        let read: Vec<Option<Part>> = parts.iter().map(|part| self.part(part, element)).collect();
        read.into_iter().collect::<Option<Vec<Part>>>().map(Source::List)
    }

    fn part(&mut self, part: &Expr, element: TypeId) -> Option<Part> {
        let ExprKind::As(of, cast) = &part.kind else {
            if !matches!(part.kind, ExprKind::Error) {
                let help = "write `input.to as Email`, with the type of an element or of a list".to_string();
                let what = "a list is put together of members that are read as a type".to_string();
                self.complain(part.span, what, help);
            }
            return None;
        };
        let Some(path) = input_path(of) else {
            let help = "name a member: `input.to as Email`".to_string();
            self.complain(of.span, "only a member of the input is read as a type".to_string(), help);
            return None;
        };
        if cast.optional {
            let help = "write the type without its `?`".to_string();
            self.complain(cast.span, "what is not there adds nothing to a list, anyway".to_string(), help);
            return None;
        }
        let given = *self.declared.inputs.casts.get(&cast.span)?;
        let schema = &self.declared.schema;
        let each = path.iter().filter(|step| *step == EACH).count();
        let found = match schema.types.get(usize::from(given)) {
            _ if given == element && each <= 1 => Part::One(path, given),
            Some(Type::List { element: of, .. }) if *of == element && each == 0 => Part::All(path, given),
            _ if each > 1 => {
                let help = "read a list that lies in no other, or leave such calls to a person".to_string();
                self.complain(of.span, "`each` may stand once in a path".to_string(), help);
                return None;
            }
            _ => {
                let wanted = describe_type(self.declared, element);
                let given = describe_type(self.declared, given);
                let many = if each == 0 { format!(", or as `List<{wanted}>`") } else { String::new() };
                let message = format!("the elements are `{wanted}`, and this is read as `{given}`");
                self.out.push(
                    Diagnostic::error("E0256", cast.span, message)
                        .help(format!("read it as `{wanted}`{many}")),
                );
                return None;
            }
        };
        Some(found)
    }

    /// `size(input.ids)`, `digest(input.text)`
    pub(super) fn of_one(
        &mut self,
        function: &Name,
        arguments: &[Expr],
        ty: TypeId,
        span: Span,
    ) -> Option<Source> {
        let is_size = function.text == "size";
        let path = match arguments {
            [argument] => input_path(argument),
            _ => None,
        };
        let Some(path) = path else {
            let help = format!("write `{}(input.{})`", function.text, if is_size { "ids" } else { "text" });
            self.complain(span, format!("`{}` is asked about one member of the input", function.text), help);
            return None;
        };
        let wanted = describe_type(self.declared, ty);
        match (is_size, self.declared.schema.types.get(usize::from(ty))) {
            (true, Some(Type::Int { .. })) => Some(Source::Size(path)),
            (false, Some(Type::Form(Form::Digest))) => Some(Source::Digest(path)),
            (true, _) => {
                self.another(span, format!("the field is {wanted}, and this is a number of elements"))
            }
            (false, _) => self.another(span, format!("the field is {wanted}, and this is a digest")),
        }
    }

    /// Says of members that one value is read from that they are not read of each element.
    pub(super) fn each_misplaced(&mut self, paths: &[&InputPath], span: Span) -> bool {
        let Some(path) = paths.iter().find(|path| path.iter().any(|step| step == EACH)) else { return false };
        let help = format!("put a list together: `[input.{} as …]`", written(path));
        self.complain(
            span,
            "`each` stands for all elements of a list, and this is one value".to_string(),
            help,
        );
        true
    }

    fn another(&mut self, span: Span, message: String) -> Option<Source> {
        let error = Diagnostic::error("E0256", span, message);
        self.out.push(error.help("read a member as the type of the field"));
        None
    }
}
