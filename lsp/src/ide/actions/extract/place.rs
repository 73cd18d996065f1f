//! A place where a condition stands, and what stands there when it is a function.

use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, MessagePiece};
use lictor_grammar::keywords::Keyword;
use lictor_grammar::span::Span;

use super::inputs::{Input, Why, inputs};
use crate::ide::actions::{Asked, tree};

/// A condition that can be replaced by a call.
pub(super) struct Place<'a> {
    pub top: tree::Top<'a>,
    pub expr: &'a Expr,
    pub inputs: Vec<Input>,
}

impl<'a> Place<'a> {
    /// # Errors
    ///
    /// It would not mean the same, or no function can say it.
    pub fn of(asked: Asked<'a>, top: tree::Top<'a>, expr: &'a Expr) -> Result<Place<'a>, Why> {
        let inputs = inputs(asked, expr)?;
        let place = Place { top, expr, inputs };
        if place.is_relied_on(asked) {
            return Err("what stands around it relies on its having asked whether something is there");
        }
        match place.shown(asked) {
            Some(why) => Err(why),
            None => Ok(place),
        }
    }

    /// Whether something else in the item knows from this condition that a value is there: nothing else there asks whether it is.
    fn is_relied_on(&self, asked: Asked<'_>) -> bool {
        // Who knows that there is a `user.id` knows that there is a `user`.
        let asks = |text: &str| {
            let mut asked = self.inputs.iter().filter(|input| input.is_asked).map(|input| &input.text);
            asked.any(|input| {
                input.strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        tree::tops(self.top.item).into_iter().any(|top| {
            let mut reads = Vec::new();
            self.reads_outside(asked, top.expr, &mut reads);
            reads.iter().enumerate().any(|(at, (text, is_known))| {
                let before = reads.get(..at).unwrap_or_default();
                let is_asked_there = before.iter().any(|(other, is_known)| other == text && !is_known);
                *is_known && asks(text) && !is_asked_there
            })
        })
    }

    /// The paths in an expression, but for those in this place, and whether they are known to be there.
    fn reads_outside(&self, asked: Asked<'_>, expr: &Expr, reads: &mut Vec<(String, bool)>) {
        if std::ptr::eq(expr, self.expr) {
            return;
        }
        expr.children().for_each(|child| self.reads_outside(asked, child, reads));
        if let Some(meaning) = asked.meaning(expr).filter(|_| tree::is_path(expr)) {
            let text = asked.analysis.text(expr.span).split_whitespace().collect();
            reads.push((text, meaning.is_known));
        }
    }

    /// What its statement's message shows that only the condition tells.
    fn shown(&self, asked: Asked<'_>) -> Option<Why> {
        let message = self.top.statement.and_then(tree::reason)?.message.as_ref()?;
        let variables = tree::variables(self.expr);
        let params = asked.analysis.schema().map(|schema| schema.params.as_slice()).unwrap_or_default();
        let computes = tree::any(self.expr, &|expr| {
            matches!(
                expr.kind,
                ExprKind::Call(..)
                    | ExprKind::Binary(
                        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide,
                        ..
                    )
            )
        });
        message.pieces.iter().find_map(|piece| {
            let MessagePiece::Path(path) = piece else { return None };
            let name = path.names.first()?.text.as_str();
            let is_read =
                || tree::any(self.expr, &|expr| matches!(&expr.kind, ExprKind::Name(read) if read == name));
            if variables.contains(&name) {
                return Some("a message shows an element that it goes through");
            }
            // A parameter is shown in the currency that the condition computes.
            let is_computed = computes && params.iter().any(|param| param.name == name) && is_read();
            is_computed.then_some("a message shows a parameter as this condition computes with it")
        })
    }

    /// The declaration of the function.
    pub fn function(&self, asked: Asked<'_>, name: &str) -> String {
        let takes: Vec<String> =
            self.inputs.iter().map(|input| format!("{}: {}", input.name, input.ty)).collect();
        let mut body = asked.analysis.text(self.expr.span).to_owned();
        let mut reads: Vec<(Span, &str)> = self
            .inputs
            .iter()
            .flat_map(|input| input.spans.iter().map(|span| (*span, input.name.as_str())))
            .collect();
        reads.sort();
        for (span, name) in reads.into_iter().rev() {
            let at = |offset: u32| offset.saturating_sub(self.expr.span.start) as usize;
            if body.get(at(span.start)..at(span.end)).is_some() {
                body.replace_range(at(span.start)..at(span.end), name);
            }
        }
        // A comment ends with its line, and what begins in column 1 begins an item.
        let body = body.replace("\r\n", "\n").replace('\n', "\n  ");
        format!("fn {name}({}) -> Bool = {body}", takes.join(", "))
    }

    /// A call of the function.
    pub fn call(&self, asked: Asked<'_>, name: &str) -> String {
        let given = |input: &Input| {
            input.spans.first().map(|span| asked.analysis.text(*span)).unwrap_or_default().to_owned()
        };
        format!("{name}({})", self.inputs.iter().map(given).collect::<Vec<_>>().join(", "))
    }

    /// The place that a call takes: with parentheses around it that group it and nothing else, since a call needs none.
    pub fn whole(&self, asked: Asked<'_>) -> Span {
        let item = self.top.item.span;
        let text = asked.analysis.text(item);
        let at = |offset: u32| offset.saturating_sub(item.start) as usize;
        let mut span = self.expr.span;
        loop {
            let before = text.get(..at(span.start)).unwrap_or_default().trim_end();
            let after = text.get(at(span.end)..).unwrap_or_default();
            let blanks = after.len() - after.trim_start().len();
            let (Some(outside), true) = (before.strip_suffix('('), after.trim_start().starts_with(')'))
            else {
                return span;
            };
            let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let word = outside.trim_end();
            let word = word.get(word.trim_end_matches(is_word).len()..).unwrap_or_default();
            // `size(…)` is a call, `not (…)` and `= (…)` are not.
            if !word.is_empty() && Keyword::from_text(word).is_none() {
                return span;
            }
            let length = |text: &str| u32::try_from(text.len()).unwrap_or_default();
            span.start = item.start + length(outside);
            span.end += u32::try_from(blanks).unwrap_or_default() + 1;
        }
    }
}
