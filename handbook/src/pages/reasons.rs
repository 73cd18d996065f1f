//! The reason codes: what whoever asked is told, and which rules say it.

use std::collections::BTreeMap;

use lictor_bundle::schema::ReasonId;
use lictor_compiler::typed::{Fires, Rule, Statement};
use maud::html;

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::inline;

/// The reason codes.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let reasons = &book.policy.program.schema.reasons;
    let declared: Vec<_> = (0..)
        .zip(reasons)
        .filter(|(_, reason)| book.described(Kind::Reason, &reason.name).is_some())
        .collect();
    if declared.is_empty() {
        return None;
    }
    let said = said(book);
    let body = html! {
        h1 { "Reason codes" }
        p { "Every decision names one. The message is what whoever asked may read; values in braces are those of the request." }
        div.wide { table.reasons {
            thead { tr { th { "Code" } th { "Message" } th { "Said by" } } }
            tbody {
                @for (id, reason) in &declared {
                    tr id=(book.anchor(Kind::Reason, &reason.name)) {
                        td { code { (reason.name) } }
                        td {
                            (reason.text)
                            @if let Some(word) = book.described(Kind::Reason, &reason.name) {
                                @if !word.docs.is_empty() { br; span.aside { (inline(&word.docs.join(" "))) } }
                            }
                        }
                        td {
                            @match said.get(id) {
                                Some(rules) => (book.names(Kind::Rule, rules.iter().map(String::as_str))),
                                None => span.lack { "no rule" },
                            }
                        }
                    }
                }
            }
        } }
    };
    Some(Chapter::new("reasons.html", "Reason codes", Some(declared.len()), body))
}

/// The names of the rules that say each code, those that tell it instead of another included.
fn said(book: &Book<'_>) -> BTreeMap<ReasonId, Vec<String>> {
    let mut said: BTreeMap<ReasonId, Vec<String>> = BTreeMap::new();
    for rule in book.layers().flat_map(|unit| &unit.rules) {
        for fires in effects(rule) {
            for code in fires.reason.into_iter().chain(fires.told_as) {
                let rules = said.entry(code).or_default();
                let name = format!("{}.{}", rule.module, rule.name);
                if !rules.contains(&name) {
                    rules.push(name);
                }
            }
        }
    }
    said
}

/// What a rule does, wherever in it.
fn effects(rule: &Rule) -> Vec<&Fires> {
    fn within<'r>(body: &'r [Statement], into: &mut Vec<&'r Fires>) {
        for statement in body {
            match statement {
                Statement::Let(..) => {}
                Statement::When(_, inner) => within(inner, into),
                Statement::Effect(fires) => into.push(fires),
            }
        }
    }
    let mut found = Vec::new();
    within(&rule.body, &mut found);
    found
}
