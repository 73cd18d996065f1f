//! How an expression is written in the place of a name, so that it means the same there.

use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use lictor_grammar::span::Span;

use crate::ide::actions::Asked;

/// What stands in brackets of its own, or alone.
const ANYTHING: u8 = 0;
/// What stands before a dot or a bracket.
const BEFORE_DOT: u8 = 11;
/// What nothing takes apart.
const WHOLE: u8 = 12;

/// How tightly an expression holds together: the steps of the grammar, the loosest first.
pub(super) fn level(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::If(..) | ExprKind::Unless(..) => 1,
        ExprKind::Binary(op, ..) => match op {
            BinaryOp::Or => 2,
            BinaryOp::And => 3,
            BinaryOp::Add | BinaryOp::Subtract => 7,
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::WholeDivide => 8,
            _ => 5,
        },
        ExprKind::Unary(UnaryOp::Not, _) => 4,
        ExprKind::In(..) | ExprKind::Is(..) => 5,
        ExprKind::Range(..) => 6,
        ExprKind::Unary(UnaryOp::Negate, _) => 9,
        ExprKind::Otherwise(..) => 10,
        _ => WHOLE,
    }
}

/// What an expression at this place must hold together more tightly than; `around` are those that it stands in, the outermost first.
fn room(asked: Asked<'_>, around: &[&Expr], expr: &Expr) -> u8 {
    let Some(outside) = around.last() else { return ANYTHING };
    match &outside.kind {
        ExprKind::Field(..) => BEFORE_DOT,
        ExprKind::Method(of, ..) | ExprKind::Index(of, _) if std::ptr::eq(of.as_ref(), expr) => BEFORE_DOT,
        _ if is_in_parentheses(asked, expr.span) => ANYTHING,
        _ => match level(outside) {
            // Its parts stand between words, or between brackets.
            WHOLE => ANYTHING,
            _ if matches!(outside.kind, ExprKind::If(..)) => ANYTHING,
            level => level,
        },
    }
}

/// A text in the place of an expression, in parentheses where it would be taken apart.
pub(super) fn in_place(asked: Asked<'_>, around: &[&Expr], expr: &Expr, text: &str, level: u8) -> String {
    if level > room(asked, around, expr) { text.to_owned() } else { format!("({text})") }
}

fn is_in_parentheses(asked: Asked<'_>, span: Span) -> bool {
    let text = asked.analysis.text_of(span.file);
    let (before, after) = (text.get(..span.start as usize), text.get(span.end as usize..));
    before.is_some_and(|before| before.trim_end().ends_with('('))
        && after.is_some_and(|after| after.trim_start().starts_with(')'))
}

/// A text with other texts in these places of it.
pub(super) fn replaced(asked: Asked<'_>, whole: Span, mut changes: Vec<(Span, String)>) -> String {
    let mut text = asked.analysis.text(whole).to_owned();
    changes.sort_by_key(|(span, _)| span.start);
    for (span, new) in changes.iter().rev() {
        let at = |offset: u32| offset.saturating_sub(whole.start) as usize;
        if text.get(at(span.start)..at(span.end)).is_some() {
            text.replace_range(at(span.start)..at(span.end), new);
        }
    }
    text
}
