//! What the rules say, in words: by layer, and within a layer in the order in which they are asked.

use std::collections::BTreeSet;

use lictor_bundle::civil::render_date;
use lictor_bundle::program::{Mode, Stage};
use lictor_bundle::schema::ActionId;
use lictor_compiler::typed::{Exception, Rule, Unit};
use lictor_grammar::ast;
use maud::{Markup, html};

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::prose;
use crate::words::several;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

/// The rules.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let units: Vec<&Unit> = book.layers().filter(|unit| !unit.rules.is_empty()).collect();
    let count = units.iter().map(|unit| unit.rules.len()).sum::<usize>();
    if count == 0 {
        return None;
    }
    let body = html! {
        h1 { "Rules" }
        p {
            "Rules are asked stage by stage in the order below. None of them can take back what another says: a request is as strict as the strictest word about it. "
            "What a layer says is said on top of the base, to those that the layer is about."
        }
        ul.contents {
            @for unit in &units {
                li {
                    a href={ "#" (layer_anchor(book, unit)) } { (layer_title(book, unit)) }
                    " " span.count { (unit.rules.len()) }
                }
            }
        }
        @for unit in &units {
            section.layer {
                h2 id=(layer_anchor(book, unit)) { (layer_title(book, unit)) }
                @if unit.mode == Mode::Observed {
                    p.note { "This layer is observed: what it would have said is recorded, and counts for nothing." }
                }
                @for stage in Stage::ALL {
                    @let rules: Vec<&Rule> = unit.rules.iter().map(|rule| &**rule).filter(|rule| rule.stage == stage).collect();
                    @if !rules.is_empty() {
                        h3.stage { "Stage " (number(stage)) ": " (stage_title(stage)) }
                        @for rule in rules { (one(book, rule)) }
                    }
                }
            }
        }
    };
    Some(Chapter::new("rules.html", "Rules", Some(count), body))
}

fn layer_title(book: &Book<'_>, unit: &Unit) -> String {
    let name = book.layer(&unit.key);
    let mut letters = name.chars();
    let first: String = letters.next().iter().flat_map(|letter| letter.to_uppercase()).collect();
    let observed = if unit.mode == Mode::Observed { ", observed" } else { "" };
    format!("{first}{}{observed}", letters.as_str())
}

fn layer_anchor(book: &Book<'_>, unit: &Unit) -> String {
    let mode = if unit.mode == Mode::Observed { "observed" } else { "layer" };
    crate::anchor::anchor(mode, &book.layer(&unit.key))
}

/// Which of the thirteen it is, from 1.
fn number(stage: Stage) -> usize {
    Stage::ALL.iter().position(|one| *one == stage).map_or(0, |at| at + 1)
}

/// What a stage asks.
fn stage_title(stage: Stage) -> &'static str {
    match stage {
        Stage::SchemaVersion => "the form of the request",
        Stage::Structure => "what the request holds",
        Stage::Signature => "who signed",
        Stage::Expiry => "is it still valid",
        Stage::Issuance => "when and how it was issued",
        Stage::TimeWindow => "is this the time for it",
        Stage::Scope => "does the mandate cover it",
        Stage::Counterparty => "with whom",
        Stage::Amount => "how much",
        Stage::Replay => "was it seen before",
        Stage::Freshness => "is what it rests on fresh",
        Stage::Policy => "what the policy says",
        Stage::Risk => "the score of the risk",
    }
}

fn one(book: &Book<'_>, rule: &Rule) -> Markup {
    let name = format!("{}.{}", rule.module, rule.name);
    let anchor = book.anchor(Kind::Rule, &name);
    let tests = book.tests_of(&name);
    let written = book.written(rule);
    html! {
        article.item.rule id=(anchor) {
            h4 { code { (rule.name) } " " a.place href={ "#" (anchor) } aria-label="Link to this rule" { "#" } }
            @if let Some((_, declared)) = written { (prose(&declared.item.docs)) }
            @if let Some((node, _)) = written { (book.lines(&lictor_report::rule(node, book))) }
            dl {
                dt { "Concerns" }
                dd { @match written { Some((node, _)) => (concerns(book, node, &rule.actions)), None => (all(book, &rule.actions)) } }
                @if let Some((node, _)) = written {
                    @if let Some(from) = &node.from { dt { "From" } dd { (book.flat(from.span)) } }
                    @if let Some(until) = &node.until { dt { "Until" } dd { (book.flat(until.span)) " (that day included)" } }
                }
                @if !rule.cites.is_empty() {
                    dt { "Cites" }
                    dd { ul.plain { @for id in &rule.cites { li { (cited(book, *id)) } } } }
                }
                @for exception in &rule.exceptions { (lifted(book, exception)) }
                @if book.policy.tests.is_some() {
                    dt { "Tests" }
                    dd {
                        @if tests.is_empty() { span.lack { "no test reaches it" } }
                        @else { a href=(tests_place(book, &name)) { "reached by " (several(tests.len(), "test")) } }
                    }
                }
                dt { "Module" } dd { (book.name(Kind::Module, &rule.module)) }
            }
        }
    }
}

/// Where the tests of a rule stand.
pub fn tests_place(book: &Book<'_>, rule: &str) -> String {
    let anchor = tests_anchor(rule);
    match book.page("tests.html") {
        page if page.starts_with('#') => format!("#{anchor}"),
        page => format!("{page}#{anchor}"),
    }
}

/// The anchor of the tests of a rule.
pub fn tests_anchor(rule: &str) -> String {
    crate::anchor::anchor("tests", rule)
}

/// A citation by its name and title.
fn cited(book: &Book<'_>, id: u16) -> Markup {
    let control = book.policy.program.controls.get(usize::from(id));
    html! { @if let Some(control) = control { (book.name(Kind::Control, &control.id)) " " (control.title) } }
}

/// The actions that a rule names; of a group, how many it stands for.
fn concerns(book: &Book<'_>, node: &ast::Rule, actions: &[ActionId]) -> Markup {
    let is_group = node.on.iter().any(|pattern| pattern.wildcard) || !node.except.is_empty();
    let pattern = |pattern: &ast::ActionPattern| {
        let name = book.flat(pattern.span);
        if pattern.wildcard {
            html! { code { (name) } }
        } else {
            book.name(Kind::Action, &name)
        }
    };
    let list = |patterns: &[ast::ActionPattern]| {
        html! { @for (number, one) in patterns.iter().enumerate() { @if number > 0 { ", " } (pattern(one)) } }
    };
    html! {
        (list(&node.on))
        @if !node.except.is_empty() { " except " (list(&node.except)) }
        @if is_group {
            details { summary { (several(actions.len(), "action")) } (all(book, actions)) }
        }
    }
}

fn all(book: &Book<'_>, actions: &[ActionId]) -> Markup {
    let schema = &book.policy.program.schema;
    let names: BTreeSet<&str> = actions
        .iter()
        .filter_map(|id| schema.actions.get(usize::from(*id)))
        .map(|one| one.name.as_str())
        .collect();
    book.names(Kind::Action, names)
}

/// An exception: whoever reads the rule must see who is let off, by whom, until when.
fn lifted(book: &Book<'_>, exception: &Exception) -> Markup {
    html! {
        dt { "Exception" }
        dd {
            code { (exception.name) } ", until " (render_date(exception.expires.div_euclid(DAY)))
            ", granted by " (exception.granted_by) ": " (exception.because)
            " (" (book.layer(&exception.layer)) @if exception.mode == Mode::Observed { ", observed" } ", where "
            code { (book.flat(exception.when.span)) } ")"
        }
    }
}
