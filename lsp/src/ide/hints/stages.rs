//! When a rule is asked: its stage, where none is written, and what it comes before, where it stands behind that.

use lictor_bundle::program::Stage;
use lictor_grammar::ast::{Item, ItemKind, Name, Rule};

use super::{Hint, Kind, One, Part};

/// The rules so far, each with its stage.
#[derive(Default)]
pub(super) struct Stages<'a> {
    /// The rule of each stage that stands first.
    first: Vec<(usize, &'a Name)>,
}

/// The stage of a rule.
pub(super) struct Order<'a> {
    /// Its place among all stages, from 0.
    stage: usize,
    /// The first rule of the file that stands before it and is asked after it.
    before: Option<&'a Name>,
}

impl<'a> Stages<'a> {
    /// Takes the next item of a file. Nothing for what is no rule, or of a stage that there is not.
    pub fn next(&mut self, item: &'a Item) -> Option<Order<'a>> {
        let ItemKind::Rule(rule) = &item.kind else { return None };
        let name = rule.at.as_ref().map_or(Stage::Policy.name(), |at| &at.text);
        let stage = Stage::ALL.iter().position(|stage| stage.name() == name)?;
        let later = self.first.iter().find(|(other, _)| *other > stage);
        let before = later.map(|(_, name)| *name);
        if !self.first.iter().any(|(other, _)| *other == stage) {
            self.first.push((stage, &rule.name));
        }
        Some(Order { stage, before })
    }
}

impl One<'_> {
    /// Behind the actions of a rule without a stage, or behind the stage of one that is asked before a rule above it.
    pub(super) fn stage(&self, order: Option<Order<'_>>, all: &mut Vec<Hint>) {
        let (ItemKind::Rule(rule), Some(Order { stage, before })) = (&self.item.kind, order) else { return };
        let Some(name) = Stage::ALL.get(stage).map(|stage| stage.name()) else { return };
        let (at, mut label) = match &rule.at {
            None => (head_end(rule), vec![Part::plain(format!(" at {name}"))]),
            Some(_) if before.is_none() => return,
            Some(at) => (at.span, Vec::new()),
        };
        let mut tooltip = format!(
            "Rules are asked stage by stage, and `{name}` is the {} of {}: {}. The first refusal ends it.",
            ordinal(stage + 1),
            Stage::ALL.len(),
            Stage::ALL.map(Stage::name).join(", "),
        );
        if rule.at.is_none() {
            tooltip.insert_str(0, "A rule that names no stage stands at `policy`. ");
        }
        if let Some(other) = before {
            let target = self.analysis.place(other.span).map(|(file, range)| (file.clone(), range));
            label.push(Part::plain(" (before "));
            label.push(Part { text: other.text.clone(), target });
            label.push(Part::plain(")"));
            tooltip
                .push_str(&format!(" So this rule is asked before `{}`, which stands above it.", other.text));
        }
        all.push(Hint { at: self.syntax.range(at).end, kind: Kind::Stage, label, tooltip });
    }
}

/// Where the stage of a rule would stand: behind its actions.
fn head_end(rule: &Rule) -> lictor_grammar::span::Span {
    let last = rule.except.last().or(rule.on.last());
    last.map_or(rule.name.span, |pattern| pattern.span)
}

/// `1st`, `12th`
fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
