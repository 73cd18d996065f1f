//! Flags and amplifiers: which there are, and what they count for in the score.

use std::collections::BTreeSet;

use lictor_bundle::decimal::SCALE;
use lictor_bundle::schema::Weight;
use lictor_grammar::ast::{self, ItemKind, Name, Statement, StatementKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::collect::Collected;
use crate::suggest;

/// The greatest weight.
const MAX_WEIGHT: i128 = 100 * SCALE;

/// Flags and amplifiers, each sorted by name. Where the risk model names them, those are all there are; where it does not,
/// whatever is used is known and counts for nothing.
pub(super) fn weights(collected: &Collected<'_>, out: &mut Vec<Diagnostic>) -> (Vec<Weight>, Vec<Weight>) {
    let used = Used::of(collected);
    let model = collected.risk.map(|(model, _)| model);
    (
        table(model.and_then(|model| model.flags.as_ref()), &used.flags, "flag", "flags", "E0231", out),
        table(
            model.and_then(|model| model.amplifiers.as_ref()),
            &used.amplifiers,
            "amplifier",
            "amplifiers",
            "E0232",
            out,
        ),
    )
}

fn table(
    declared: Option<&(Vec<ast::Weight>, Span)>,
    used: &[&Name],
    what: &str,
    clause: &str,
    code: &'static str,
    out: &mut Vec<Diagnostic>,
) -> Vec<Weight> {
    let Some((declared, _)) = declared else {
        let names: BTreeSet<&str> = used.iter().map(|name| name.text.as_str()).collect();
        return names.into_iter().map(|name| Weight { name: name.to_string(), weight: 0 }).collect();
    };
    let mut weights: Vec<Weight> = Vec::with_capacity(declared.len());
    for entry in declared {
        let name = &entry.name;
        if let Some(first) =
            declared.iter().find(|other| other.name.text == name.text && other.name.span != name.span)
            && weights.iter().any(|known| known.name == name.text)
        {
            out.push(
                Diagnostic::error(
                    "E0205",
                    name.span,
                    format!("the {what} `{}` is declared twice", name.text),
                )
                .also(first.name.span, "the first stands here")
                .help("keep one of them"),
            );
            continue;
        }
        weights.push(Weight { name: name.text.clone(), weight: weight(&entry.weight, out) });
    }
    weights.sort_by(|a, b| a.name.cmp(&b.name));
    for name in used {
        let known = || weights.iter().map(|weight| weight.name.as_str());
        if !known().any(|known| known == name.text) {
            let otherwise =
                format!("give it a weight in the base: `risk model {{ {clause} {{ {} 10 }} }}`", name.text);
            let help = suggest::help(&name.text, known().collect::<Vec<_>>(), &otherwise);
            out.push(
                Diagnostic::error(code, name.span, format!("the risk model names no {what} `{}`", name.text))
                    .suggested(help),
            );
        }
    }
    weights
}

fn weight(written: &ast::Number, out: &mut Vec<Diagnostic>) -> i128 {
    match lictor_grammar::literal::decimal(&written.text) {
        Ok(weight) if weight <= MAX_WEIGHT => weight,
        _ => {
            out.push(
                Diagnostic::error("E0230", written.span, "a weight is a number from 0 to 100")
                    .help("a flag adds its weight to the score; an amplifier of 50 adds 50 times its weight"),
            );
            0
        }
    }
}

/// The flags and amplifiers that actions and statements name.
#[derive(Default)]
struct Used<'a> {
    flags: Vec<&'a Name>,
    amplifiers: Vec<&'a Name>,
}

impl<'a> Used<'a> {
    fn of(collected: &Collected<'a>) -> Used<'a> {
        let mut used = Used::default();
        for action in collected.actions.values() {
            used.flags.extend(&action.flags);
            used.amplifiers.extend(action.amplifiers.iter().filter_map(|entry| entry.path.names.first()));
        }
        for item in collected.modules.iter().flat_map(|module| &module.ast.items) {
            if let ItemKind::Rule(rule) = &item.kind {
                used.statements(&rule.body);
            }
        }
        used
    }

    fn statements(&mut self, body: &'a [Statement]) {
        for statement in body {
            match &statement.kind {
                StatementKind::When(when) => self.statements(&when.body),
                StatementKind::Flag(node) => self.flags.push(&node.name),
                StatementKind::Amplify(node) => self.amplifiers.push(&node.name),
                _ => {}
            }
        }
    }
}
