//! `with times(…) = value`: the answer of a question about the past. It must be one that a rule asks, in the same words.

use lictor_bundle::history::HistoryKind;
use lictor_bundle::schema::ActionId;
use lictor_grammar::ast::{Expr, ExprKind, Name, Path};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;
use serde_json::Value;

use super::Scene;
use super::draft::{Argument, Finding};
use super::path::Start;
use crate::history;

/// How many of a policy's questions are compared with one that nobody asks.
const COMPARED: usize = 50;
/// How many of them are told, where none is near.
const TOLD: usize = 3;

impl Scene<'_> {
    /// A question in the words in which the policy names it; nothing where something is wrong with it, which is told.
    pub fn words_of(&mut self, question: &Expr) -> Option<String> {
        let ExprKind::History(asked) = &question.kind else { return None };
        let text = self.resolver.files.texts.text(question.span.file);
        history::words_of(asked, text, self.schema, &mut self.diagnostics)
    }

    /// The answer of a question. Its keys are what the request says.
    pub fn answer(&mut self, words: &str, at: Span, value: &Expr, actions: &[ActionId]) -> Option<Finding> {
        let kind = self.resolver.declared.terms.all.get(words).map(|term| term.kind);
        let facts = &self.schema.facts;
        let fact = facts.binary_search_by(|fact| fact.name.as_str().cmp(words));
        let (Some(kind), Some(fact)) = (kind, fact.ok().and_then(|id| facts.get(id))) else {
            let message = "no rule asks this of the past".to_owned();
            let help = self.asked_instead(words);
            self.diagnostics.push(Diagnostic::error("E0520", at, message).help(help));
            return None;
        };
        let value_span = value.span;
        let value = self.value_or_absent(value, fact.result, &fact.name).ok()?.unwrap_or(Value::Null);
        if let HistoryKind::Total(currency) = kind
            && value["currency"] != currency.to_string()
        {
            let message = format!("this total is in {currency}, and the answer is in another currency");
            let help = format!("write an amount in {currency}");
            self.diagnostics.push(Diagnostic::error("E0521", value_span, message).help(help));
            return None;
        }
        let args = fact.params.iter().map(|key| {
            let names = key.name.split('.').map(|name| Name { text: name.to_owned(), span: at });
            let place = self.place(&Path { names: names.collect(), span: at }, Start::Anywhere, actions)?;
            Some((key.name.clone(), Argument::Path(place.path)))
        });
        let args = args.collect::<Option<Vec<_>>>()?;
        Some(Finding { fact: words.to_owned(), args, value })
    }

    /// What to ask instead: the nearest question of the policy, or some of them.
    fn asked_instead(&self, words: &str) -> String {
        let kind = |words: &str| words.split('(').next().map(str::to_owned);
        let terms = || self.resolver.declared.terms.all.keys().map(String::as_str);
        let alike = terms().filter(|asked| kind(asked) == kind(words)).take(COMPARED);
        let near = alike.map(|asked| (strsim::osa_distance(asked, words), asked)).min();
        if let Some((distance, asked)) = near
            && distance <= words.chars().count() / 3
        {
            return format!("did you mean `{asked}`?");
        }
        let some: Vec<String> = terms().take(TOLD).map(|asked| format!("`{asked}`")).collect();
        match terms().count() {
            0 => "no rule asks anything of the past; leave the line out".to_owned(),
            all if all <= TOLD => format!("rules ask {}", some.join(", ")),
            _ => format!("write it as the rule does that asks it: {}, …", some.join(", ")),
        }
    }
}
