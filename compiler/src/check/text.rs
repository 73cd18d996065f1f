//! Questions to texts, and what is taken from them: methods, and the parts of URLs and mail addresses.

use std::sync::Arc;

use lictor_bundle::form::{Form, Part};
use lictor_bundle::instr::TextOp;
use lictor_bundle::schema::Scalar;
use lictor_grammar::ast::{self, Name};
use lictor_grammar::diagnostic::{Diagnostic, Suggestion};
use lictor_grammar::span::Span;

use super::literal::scalar;
use super::{Checker, describe, habits};
use crate::pattern;
use crate::suggest;
use crate::typed::{Expr, ExprKind, Ty};

const QUESTIONS: [(&str, TextOp); 3] =
    [("starts_with", TextOp::StartsWith), ("ends_with", TextOp::EndsWith), ("contains", TextOp::Contains)];

impl Checker<'_, '_> {
    pub(super) fn method(
        &mut self,
        of: &ast::Expr,
        name: &Name,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Expr> {
        match name.text.as_str() {
            "lower_ascii" => {
                let [] = arguments else { return self.arity(name, 0, arguments.len()) };
                let text = self.text(of)?;
                return Some(Expr { kind: ExprKind::LowerAscii(Box::new(text)), ty: Ty::Text, span });
            }
            "matches" => {
                let [written] = arguments else { return self.arity(name, 1, arguments.len()) };
                return self.matches(of, written, span);
            }
            _ => {}
        }
        let Some((_, op)) = QUESTIONS.iter().find(|(method, _)| *method == name.text) else {
            if self.sought_of(&name.text, of) {
                return None;
            }
            let known = QUESTIONS.iter().map(|(method, _)| *method).chain(["matches", "lower_ascii"]);
            let error = Diagnostic::error("E0207", name.span, format!("there is no `.{}( )`", name.text));
            let root = match &of.kind {
                ast::ExprKind::Name(root) if self.shapeless(of) => habits::name(root),
                _ => None,
            };
            let habit = root.map(|help| (help, None)).or_else(|| habits::method(&name.text));
            self.out.push(match (habit, suggest::nearest(&name.text, known)) {
                (Some(habit), _) => habits::told(error, habit),
                (None, Some(near)) => error.did_you_mean(near),
                (None, None) => error.help(
                    "texts can be asked `starts_with`, `ends_with`, `contains`, `matches`, and give `lower_ascii()`",
                ),
            });
            return None;
        };
        let [part] = arguments else { return self.arity(name, 1, arguments.len()) };
        let text = self.text(of);
        let part = self.text(part);
        let kind = ExprKind::Text(*op, Box::new(text?), Box::new(part?));
        Some(Expr { kind, ty: Ty::Bool, span })
    }

    fn matches(&mut self, of: &ast::Expr, written: &ast::Expr, span: Span) -> Option<Expr> {
        let text = self.text(of);
        let ast::ExprKind::Pattern(source) = &written.kind else {
            if !matches!(written.kind, ast::ExprKind::Error) {
                let message = "`matches` takes a pattern that stands right here";
                let error = Diagnostic::error("E0354", written.span, message);
                self.out.push(match &written.kind {
                    // A text in which nothing is escaped is the same as a pattern.
                    ast::ExprKind::String(text) if !text.contains(['"', '\\', '\n', '\t']) => {
                        let mended = format!("r\"{}\"", text);
                        error
                            .help(format!("a pattern has an `r` before its quotes: `{mended}`"))
                            .fix(written.span, mended)
                    }
                    _ => error.help("write it out, with an `r` before its quotes: `r\"[a-z]+\"`"),
                });
            }
            return None;
        };
        let pattern = pattern::compile(source, written.span, self.out);
        let part = scalar(Scalar::Pattern(Arc::new(pattern?)), Ty::Pattern, written.span);
        let kind = ExprKind::Text(TextOp::Matches, Box::new(text?), Box::new(part));
        Some(Expr { kind, ty: Ty::Bool, span })
    }

    fn text(&mut self, written: &ast::Expr) -> Option<Expr> {
        let expr = self.definite(written, Some(&Ty::Text))?;
        if expr.ty == Ty::Text {
            return Some(expr);
        }
        let what = describe(&self.declared.schema, &expr.ty);
        let help = match expr.ty {
            Ty::Form(Form::Domain) => "ask whether it is a domain or below one: `… in \"example.com\"`",
            Ty::Form(Form::Ip | Form::Cidr) => "ask whether it is in a network: `… in \"192.0.2.0/24\"`",
            Ty::Form(Form::Url) => {
                "ask about a part of it: `….host in \"example.com\"`, `….path.starts_with(\"/\")`"
            }
            Ty::Form(Form::Email) => "ask about a part of it: `….domain in \"example.com\"`, `….local`",
            Ty::List { .. } | Ty::Set { .. } | Ty::Map { .. } => {
                "what a list, a set or a map holds is asked by `in`: `x in xs`"
            }
            _ => "only texts are asked what they start with or contain",
        };
        self.out.push(
            Diagnostic::error("E0304", written.span, format!("this is {what}, not a String")).help(help),
        );
        None
    }

    /// A part of a URL or a mail address. `whole` has the form, and is possibly absent.
    pub(super) fn part(
        &mut self,
        whole: Expr,
        form: Form,
        optional: bool,
        name: &Name,
        span: Span,
    ) -> Option<Expr> {
        let mut parts = Part::ALL.into_iter().filter(|part| part.of() == form);
        let Some(part) = parts.find(|part| part.name() == name.text) else {
            let known: Vec<&str> =
                Part::ALL.into_iter().filter(|part| part.of() == form).map(Part::name).collect();
            let what = describe(&self.declared.schema, &Ty::Form(form));
            let (help, message) = if known.is_empty() {
                ("remove the dot and the name after it".into(), format!("{what} has no fields"))
            } else {
                let list = known.join("` and `");
                let help = Suggestion::new(suggest::nearest(&name.text, known), format!("it has `{list}`"));
                (help, format!("{what} has no field `{}`", name.text))
            };
            self.out.push(Diagnostic::error("E0208", name.span, message).suggested(help));
            return None;
        };
        let ty = part.result().map_or(Ty::Text, Ty::Form);
        let ty = if optional { Ty::Optional(Box::new(ty)) } else { ty };
        Some(self.narrowed(Expr { kind: ExprKind::Part(part, Box::new(whole)), ty, span }))
    }
}
