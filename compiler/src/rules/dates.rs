//! The dates of a rule. It says something from the beginning of its first day to the end of its last one, in UTC; before and
//! after, it is as if it were not there.

use lictor_bundle::instr::{Comparison, Kind};
use lictor_bundle::schema::{Scalar, Schema, Type};
use lictor_grammar::ast::{self, ExprKind as Written};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::literal;
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, Statement, Ty};

const DAY_MS: i64 = 86_400_000;

/// The statements of a rule, under the condition that this is one of its days.
pub(super) fn within(
    node: &ast::Rule,
    body: Vec<Statement>,
    schema: &Schema,
    out: &mut Vec<Diagnostic>,
) -> Vec<Statement> {
    let from = node.from.as_ref().and_then(|date| Some((first_moment(date)?, date.span)));
    let until = node.until.as_ref().and_then(|date| Some((last_moment(date)?, date.span)));
    if let (Some((from, start)), Some((until, span))) = (from, until)
        && from > until
    {
        out.push(
            Diagnostic::error("E0234", span, "this rule never says anything: it ends before it begins")
                .also(start, "it begins here")
                .help("let the date after `from` be the earlier one, or the same"),
        );
    }
    let from = from.and_then(|(moment, span)| {
        compare(scalar(moment, span), Comparison::LessOrEqual, now(schema, span)?, span)
    });
    let until = until.and_then(|(moment, span)| {
        compare(now(schema, span)?, Comparison::LessOrEqual, scalar(moment, span), span)
    });
    let condition = match (from, until) {
        (None, None) => return body,
        (Some(one), None) | (None, Some(one)) => one,
        (Some(from), Some(until)) => {
            let span = from.span;
            Expr { kind: ExprKind::And(Box::new(from), Box::new(until)), ty: Ty::Bool, span }
        }
    };
    vec![Statement::When(condition, body)]
}

/// When the day of a date literal begins, UTC.
pub(crate) fn first_moment(date: &ast::Expr) -> Option<i64> {
    let Written::Date(text) = &date.kind else { return None };
    literal::date(text).ok()?.checked_mul(DAY_MS)
}

/// The last millisecond of the day of a date literal, UTC.
pub(crate) fn last_moment(date: &ast::Expr) -> Option<i64> {
    first_moment(date)?.checked_add(DAY_MS - 1)
}

/// `context.now`
pub(crate) fn now(schema: &Schema, span: Span) -> Option<Expr> {
    let is_context = |ty: &Type| match ty {
        Type::Record(id) => {
            let record = schema.records.get(usize::from(*id))?;
            (record.name == "Context").then_some(*id)
        }
        _ => None,
    };
    let record = schema.types.iter().find_map(is_context)?;
    let fields = &schema.records.get(usize::from(record))?.fields;
    let field = fields.iter().position(|field| field.name == "now")?;
    let context = Expr { kind: ExprKind::Root("context".to_string()), ty: Ty::Record(record), span };
    let kind = ExprKind::Field(Box::new(context), record, u16::try_from(field).ok()?);
    Some(Expr { kind, ty: Ty::Timestamp, span })
}

pub(crate) fn scalar(moment: i64, span: Span) -> Expr {
    Expr { kind: ExprKind::Scalar(Scalar::Timestamp(moment)), ty: Ty::Timestamp, span }
}

pub(crate) fn compare(left: Expr, op: Comparison, right: Expr, span: Span) -> Option<Expr> {
    let kind = ExprKind::Compare(op, Kind::Int, Box::new(left), Box::new(right));
    Some(Expr { kind, ty: Ty::Bool, span })
}
