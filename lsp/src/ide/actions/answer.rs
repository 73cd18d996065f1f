//! An answer that may be missing. What was asked is known of a name, and not of a question that is put again: so the answer gets a name.

use lictor_compiler::meaning::What;
use lictor_grammar::ast::{Expr, ExprKind, HistoryKind, Statement};
use lictor_grammar::span::Span;

use super::tree::Top;
use super::{Asked, extract};

/// What a fact answers, or the past, in a statement.
pub(super) struct Answer<'a> {
    /// The name that it gets.
    pub name: String,
    question: &'a Expr,
    statement: &'a Statement,
    /// Where else the statement asks the same.
    again: Vec<Span>,
}

impl<'a> Answer<'a> {
    /// The answer to a question of a statement, with what stands around the question; none where it is asked for each element of a list.
    pub fn of(asked: Asked<'a>, top: Top<'a>, around: &[&'a Expr]) -> Option<Answer<'a>> {
        let (question, outside) = around.split_last()?;
        let called = match &question.kind {
            ExprKind::Call(name, _) => {
                let meaning = asked.meaning(question)?;
                matches!(meaning.what, What::Fact(_)).then(|| format!("{}_answer", name.text))?
            }
            ExprKind::History(node) if node.kind == HistoryKind::Latest => String::from("last"),
            _ => return None,
        };
        if outside.iter().any(|outside| matches!(outside.kind, ExprKind::Quantifier(_))) {
            return None;
        }
        let name = extract::free_name(asked, &called)?;
        let mut again = Vec::new();
        same(asked, top.expr, question, &mut again);
        Some(Answer { name, question, statement: top.statement?, again })
    }

    /// Whether the statement asks it elsewhere, too.
    pub fn is_asked_again(&self) -> bool {
        !self.again.is_empty()
    }

    /// A `let` with the name, above the statement.
    pub fn named(&self, asked: Asked<'_>) -> (Span, String) {
        let Span { start, file, .. } = self.statement.span;
        let before = asked.analysis.text_of(file).get(..start as usize).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let indent = if line.trim().is_empty() { line } else { "  " };
        let text = asked.analysis.text(self.question.span);
        (Span { end: start, ..self.statement.span }, format!("let {} = {text}\n{indent}", self.name))
    }

    /// The name in the place of the question.
    pub fn replaced(&self) -> (Span, String) {
        (self.question.span, self.name.clone())
    }

    /// The name in the place of the question everywhere in the statement, in the order of the text.
    pub fn replaced_everywhere(&self) -> Vec<(Span, String)> {
        let mut spans = self.again.clone();
        spans.push(self.question.span);
        spans.sort();
        spans.into_iter().map(|span| (span, self.name.clone())).collect()
    }
}

/// The places of a question, other than this one, in an expression.
fn same(asked: Asked<'_>, expr: &Expr, question: &Expr, found: &mut Vec<Span>) {
    let words = |expr: &Expr| asked.analysis.text(expr.span).split_whitespace().collect::<String>();
    if expr.span != question.span && expr.span.start < expr.span.end && words(expr) == words(question) {
        found.push(expr.span);
        return;
    }
    expr.children().for_each(|child| same(asked, child, question, found));
}
