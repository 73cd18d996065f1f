//! Expressions. Their height is bounded by the parser, so the walk may recurse.

use lictor_grammar::ast::*;

use super::{Class, Walker};

impl Walker<'_> {
    pub(super) fn exprs<'e>(&mut self, all: impl IntoIterator<Item = &'e Expr>) {
        all.into_iter().for_each(|expr| self.expr(expr));
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        self.part(expr.span);
        match &expr.kind {
            ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Percent(_)
            | ExprKind::Duration(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Date(_)
            | ExprKind::TimeOfDay(_)
            | ExprKind::String(_)
            | ExprKind::Pattern(_)
            | ExprKind::Absent
            | ExprKind::Error => {}
            ExprKind::Filled(message) => self.shown(message),
            ExprKind::Quantity(_, unit) => self.name(unit, Class::Currency),
            ExprKind::Name(name) => self.value(expr.span, name),
            ExprKind::List(elements) => self.exprs(elements),
            ExprKind::Record(members) => {
                for (name, value) in members {
                    self.part(name.span.to(value.span));
                    self.name(name, Class::Field);
                    self.expr(value);
                }
            }
            ExprKind::Field(of, field) => {
                self.expr(of);
                self.name(field, self.members);
            }
            ExprKind::Call(function, arguments) => {
                self.name(function, Class::Function);
                self.exprs(arguments);
            }
            ExprKind::Method(of, method, arguments) => {
                self.expr(of);
                self.name(method, Class::Function);
                self.exprs(arguments);
            }
            ExprKind::Quantifier(quantifier) => {
                self.declared(&quantifier.variable, Class::Input);
                self.expr(&quantifier.over);
                self.locals.push((quantifier.variable.text.clone(), Class::Input));
                self.expr(&quantifier.body);
                self.locals.pop();
            }
            ExprKind::History(history) => self.history(history),
            ExprKind::Unary(_, of) | ExprKind::Is(of, _) => self.expr(of),
            ExprKind::Binary(_, _, a, b)
            | ExprKind::In(a, b)
            | ExprKind::Range(a, b, _)
            | ExprKind::Index(a, b)
            | ExprKind::Otherwise(a, b)
            | ExprKind::Unless(a, b) => self.exprs([a.as_ref(), b.as_ref()]),
            ExprKind::If(condition, then, otherwise) => {
                self.exprs([condition.as_ref(), then.as_ref(), otherwise.as_ref()]);
            }
            ExprKind::As(of, ty) => {
                self.expr(of);
                self.ty(ty);
            }
        }
    }

    fn history(&mut self, history: &History) {
        self.see.asked(history);
        self.exprs(history.field.as_slice());
        history.actions.iter().for_each(|pattern| self.action_pattern(pattern));
        history.keys.iter().for_each(|key| self.field_path(key, Class::Value));
        match &history.window {
            Window::Over(duration) => self.expr(duration),
            Window::Days { span, .. } => self.part(*span),
            Window::Since(since) => {
                self.part(since.span);
                self.action_pattern(&since.action);
                self.expr(&since.at_most);
            }
        }
        self.names(history.currency.as_slice(), Class::Currency);
        self.exprs(history.filter.as_slice());
    }
}
