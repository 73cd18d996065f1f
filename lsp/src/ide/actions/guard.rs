//! Guarding a value that may be missing: what a condition says of a request without it.

use lictor_compiler::typed::Ty;
use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, QuantifierKind, UnaryOp};
use lictor_grammar::span::Span;

use super::answer::Answer;
use super::tree::{self, Happens, Role, Top};
use super::{Action, ActionKind, Asked, place};
use crate::ide::findings::Finding;

/// A value that may be absent.
const MAY_BE_ABSENT: &str = "E0302";

/// How the part of a condition that reads a value can be guarded: it counts as true where the value is missing, or as false. What is
/// stricter comes first.
pub(super) fn guards<'a>(asked: Asked<'a>, finding: &'a Finding) -> Vec<Action<'a>> {
    if finding.code != MAY_BE_ABSENT {
        return Vec::new();
    }
    let Some((top, around)) = tree::found(asked.syntax, &finding.range) else { return Vec::new() };
    let Some(part) = Part::of(asked, top, &around) else { return Vec::new() };
    if let Some(answer) = part.answer.as_ref().filter(|answer| answer.is_asked_again()) {
        let changes = [vec![answer.named(asked)], answer.replaced_everywhere()].concat();
        let change = move || place::rewritten(asked.analysis, top.item, &changes);
        let title = format!("Name what `{}` answers, so that what is asked of it is known", part.shown);
        return vec![Action::new(ActionKind::Fix, title, change).mending(finding).preferred(true)];
    }
    let strict = part.counts_as_strict().map(|(strict, _)| strict);
    let offer = |as_true: bool| {
        let changes = part.guarded(asked, as_true);
        let change = move || place::rewritten(asked.analysis, top.item, &changes);
        let is_preferred = strict == Some(as_true) && top.role != Role::When(Happens::Block);
        Action::new(ActionKind::Fix, part.title(as_true), change).mending(finding).preferred(is_preferred)
    };
    let first = strict.unwrap_or_default();
    vec![offer(first), offer(!first)]
}

/// The smallest part of a condition that is true or false and reads the value.
struct Part<'a> {
    role: Role,
    /// What may be missing, as it is written.
    shown: String,
    /// The same, as it is asked whether it is there.
    path: String,
    /// What gives it that name, where it is an answer.
    answer: Option<Answer<'a>>,
    /// It, and what stands around it within the expression, the outermost first.
    expr: &'a Expr,
    outside: Vec<&'a Expr>,
    /// Whether the part is the value itself.
    is_value: bool,
}

impl<'a> Part<'a> {
    fn of(asked: Asked<'a>, top: Top<'a>, around: &[&'a Expr]) -> Option<Part<'a>> {
        let value = *around.last()?;
        let answer = Answer::of(asked, top, around);
        let name = tree::root(value).filter(|_| tree::is_path(value));
        if name.is_none() && answer.is_none() {
            return None;
        }
        let is_condition = |at: usize| match at.checked_sub(1).and_then(|outside| around.get(outside)) {
            Some(outside) => takes_condition(outside, around.get(at).copied()),
            None => top.role != Role::Value,
        };
        let at = (0..around.len()).rev().find(|at| is_condition(*at))?;
        let (outside, inside) = around.split_at(at);
        let (expr, within) = inside.split_first()?;
        let is_value = within.is_empty();
        if is_value && asked.meaning(value).is_none_or(|meaning| *meaning.ty.present() != Ty::Bool) {
            return None;
        }
        // What a `sum` goes through is not known outside of it.
        let names_it = |expr: &&&Expr| matches!(&expr.kind, ExprKind::Quantifier(node) if Some(node.variable.text.as_str()) == name);
        if inside.iter().any(|expr| names_it(&expr)) {
            return None;
        }
        let shown = asked.analysis.text(value.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let path = answer.as_ref().map_or(&shown, |answer| &answer.name).clone();
        Some(Part { role: top.role, shown, path, answer, expr, outside: outside.to_vec(), is_value })
    }

    /// What the part must count as for the whole to be as strict as it can be, and whether the whole then is, whatever the rest says.
    /// Nothing where it is not known which of the two is stricter.
    fn counts_as_strict(&self) -> Option<(bool, bool)> {
        let whole = match self.role {
            Role::Require => Some((false, true)),
            Role::When(_) => Some((true, true)),
            Role::Value => None,
        }?;
        let inside = self.outside.iter().skip(1).chain([&self.expr]);
        self.outside.iter().zip(inside).try_fold(whole, |(strict, alone), (outside, inside)| {
            match &outside.kind {
                ExprKind::Binary(BinaryOp::And, ..) => Some((strict, alone && !strict)),
                ExprKind::Binary(BinaryOp::Or, ..) => Some((strict, alone && strict)),
                ExprKind::Unary(UnaryOp::Not, _) => Some((!strict, alone)),
                ExprKind::Unless(left, _) => Some((strict == is(left, inside), alone && !strict)),
                ExprKind::Quantifier(node) if is(&node.body, inside) => match node.kind {
                    QuantifierKind::All => Some((strict, alone && !strict)),
                    QuantifierKind::Any => Some((strict, alone && strict)),
                    QuantifierKind::Count | QuantifierKind::Sum => None,
                },
                _ => None,
            }
        })
    }

    fn title(&self, as_true: bool) -> String {
        let path = &self.shown;
        let Some((strict, alone)) = self.counts_as_strict() else {
            return format!("Where `{path}` is missing: count this as {as_true}");
        };
        let happens = match self.role {
            Role::Require | Role::When(Happens::Deny) => "refuse",
            Role::When(Happens::StepUp) => "ask",
            Role::When(Happens::Risk) => "add the points",
            Role::When(Happens::Flag) => "raise the flag",
            Role::When(Happens::Amplify) => "raise the amplifier",
            Role::When(Happens::Oblige) => "oblige",
            Role::When(Happens::Block) => "go into this block",
            Role::Value => "count it",
        };
        let not = if strict == as_true { "" } else { "do not " };
        let rest = if alone { "" } else { ", unless the rest of the condition decides otherwise" };
        format!("Where `{path}` is missing: {not}{happens}{rest}")
    }

    /// What is put in around the part.
    fn guarded(&self, asked: Asked<'_>, as_true: bool) -> Vec<(Span, String)> {
        let Span { start, end, .. } = self.expr.span;
        let before = Span { start, end: start, ..self.expr.span };
        let after = Span { start: end, end, ..self.expr.span };
        let path = &self.path;
        if self.is_value {
            return vec![(after, format!(" otherwise {as_true}"))];
        }
        let guard = if as_true { format!("{path} is absent or ") } else { format!("{path} is present and ") };
        let needs_own = matches!(self.expr.kind, ExprKind::If(..));
        let is_apart = self.outside.last().is_none_or(|outside| match &outside.kind {
            ExprKind::Binary(BinaryOp::And, ..) => !as_true,
            ExprKind::Unary(..) => false,
            // `a unless b` is no operand of an operator.
            _ => true,
        }) || self.is_in_parentheses(asked);
        let (open, close) = if is_apart { ("", "") } else { ("(", ")") };
        let (inner_open, inner_close) = if needs_own { ("(", ")") } else { ("", "") };
        let (before, after) =
            ((before, format!("{open}{guard}{inner_open}")), (after, format!("{inner_close}{close}")));
        match &self.answer {
            Some(answer) => vec![answer.named(asked), before, answer.replaced(), after],
            None => vec![before, after],
        }
    }

    fn is_in_parentheses(&self, asked: Asked<'_>) -> bool {
        let text = asked.syntax.text().as_str();
        let range = asked.syntax.range(self.expr.span);
        let (before, after) = (text.get(..range.start as usize), text.get(range.end as usize..));
        before.is_some_and(|before| before.trim_end().ends_with('('))
            && after.is_some_and(|after| after.trim_start().starts_with(')'))
    }
}

/// Whether something in an expression is a condition there.
fn takes_condition(outside: &Expr, inside: Option<&Expr>) -> bool {
    let Some(inside) = inside else { return false };
    match &outside.kind {
        ExprKind::Binary(BinaryOp::And | BinaryOp::Or, ..)
        | ExprKind::Unary(UnaryOp::Not, _)
        | ExprKind::Unless(..) => true,
        ExprKind::If(condition, ..) => is(condition, inside),
        ExprKind::Quantifier(node) => node.kind != QuantifierKind::Sum && is(&node.body, inside),
        _ => false,
    }
}

fn is(one: &Expr, other: &Expr) -> bool {
    std::ptr::eq(one, other)
}
