//! Gathers declarations by name and refuses what is declared twice, or where it may not stand.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::civil::LOCAL_TIME;
use lictor_bundle::program::{Mode, UnitKey};
use lictor_commands::reader;
use lictor_grammar::ast::{self, ItemKind, Layer, Name};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::LayerId;
use crate::modules::Module;
use crate::suggest;

/// The parts of every request beside the action's own fields, in their order.
pub(super) const ENVELOPE: [&str; 4] = ["agent", "user", "mandate", "context"];

/// The declarations as written.
#[derive(Default)]
pub(super) struct Collected<'a> {
    pub modules: &'a [Module],
    pub layers: Vec<LayerId>,
    pub records: BTreeMap<&'a str, &'a ast::Record>,
    pub enums: BTreeMap<&'a str, &'a ast::Enum>,
    pub extensions: Vec<&'a ast::Record>,
    /// Actions and events.
    pub actions: BTreeMap<String, &'a ast::Action>,
    /// Which of them are events.
    pub events: BTreeSet<String>,
    pub facts: BTreeMap<&'a str, &'a ast::Fact>,
    pub currencies: BTreeMap<&'a str, &'a ast::Currency>,
    pub params: BTreeMap<&'a str, &'a ast::Param>,
    pub fns: BTreeMap<&'a str, &'a ast::Fn>,
    pub categories: BTreeMap<&'a str, &'a ast::Category>,
    pub calendars: BTreeMap<&'a str, &'a ast::Calendar>,
    pub reasons: BTreeMap<&'a str, &'a ast::Described>,
    pub roles: BTreeMap<&'a str, &'a ast::Described>,
    pub frameworks: BTreeMap<&'a str, &'a ast::Framework>,
    pub tiers: Option<(&'a [Name], Span)>,
    pub escalate: Option<(&'a ast::Escalate, Span)>,
    pub risk: Option<(&'a ast::RiskModel, Span)>,
    /// The fields of what is declared a second time: nobody is told that they are not there.
    pub lost: BTreeSet<String>,
}

pub(super) fn collect<'a>(modules: &'a [Module], diagnostics: &mut Vec<Diagnostic>) -> Collected<'a> {
    let mut found = Collected { modules, ..Collected::default() };
    for source in modules {
        let declares = matches!(source.layer(), None | Some(Layer::Base));
        let layer = source.ast.items.iter().find(|item| matches!(item.kind, ItemKind::Layer(_)));
        let layer = layer.map(|item| item.span);
        for item in &source.ast.items {
            found.item(&item.kind, item.span, diagnostics);
            if !declares {
                base_only(&item.kind, item.span, layer, diagnostics);
            }
        }
    }
    one_meaning(&found, diagnostics);
    found.place_layers(diagnostics);
    found.agree_on_the_base(diagnostics);
    found
}

impl<'a> Collected<'a> {
    fn item(&mut self, kind: &'a ItemKind, span: Span, out: &mut Vec<Diagnostic>) {
        match kind {
            ItemKind::Record(node) => {
                if self.records.contains_key(node.name.text.as_str()) {
                    self.lose(&node.fields);
                }
                insert(&mut self.records, node, "record", out);
            }
            ItemKind::Enum(node) => {
                insert(&mut self.enums, node, "enum", out);
                each_once(&node.values, "value", out);
            }
            ItemKind::Extend(node) => self.extensions.push(node),
            ItemKind::Action(node) => _ = self.action(node, out),
            ItemKind::Event(node) => {
                only_fields(node, out);
                // Of two declarations the first counts.
                if self.action(node, out) {
                    self.events.insert(node.name.text());
                }
            }
            ItemKind::Fact(node) => insert(&mut self.facts, node, "fact", out),
            ItemKind::Currency(node) => insert(&mut self.currencies, node, "currency", out),
            ItemKind::Param(node) => insert(&mut self.params, node, "parameter", out),
            ItemKind::Fn(node) => insert(&mut self.fns, node, "function", out),
            ItemKind::Category(node) => insert(&mut self.categories, node, "category", out),
            ItemKind::Calendar(node) => insert(&mut self.calendars, node, "calendar", out),
            ItemKind::Reasons(entries) => {
                for entry in entries {
                    insert(&mut self.reasons, entry, "reason code", out);
                    reserved_code(entry, out);
                }
            }
            ItemKind::Roles(entries) => {
                for entry in entries {
                    insert(&mut self.roles, entry, "role", out);
                }
            }
            ItemKind::Framework(node) => insert(&mut self.frameworks, node, "framework", out),
            ItemKind::Tiers(names) => {
                once(&mut self.tiers, (names.as_slice(), span), "tiers", out);
                each_once(names, "tier", out);
            }
            ItemKind::Escalate(node) => once(&mut self.escalate, (node, span), "escalate", out),
            ItemKind::RiskModel(node) => once(&mut self.risk, (node, span), "risk model", out),
            _ => {}
        }
    }

    /// An action or an event; whether it is the first of its name.
    fn action(&mut self, node: &'a ast::Action, out: &mut Vec<Diagnostic>) -> bool {
        let name = node.name.text();
        if let Some(first) = self.actions.get(&name) {
            let what = if self.events.contains(&name) { "event" } else { "action" };
            out.push(twice(what, &name, node.name.span, first.name.span));
            self.lose(&node.fields);
            return false;
        }
        self.actions.insert(name, node);
        true
    }

    fn lose(&mut self, fields: &[ast::Field]) {
        self.lost.extend(fields.iter().map(|field| field.name.text.clone()));
    }

    /// Turns the `layer` line of each module into a key, now that categories and tiers are known.
    fn place_layers(&mut self, out: &mut Vec<Diagnostic>) {
        let ids: BTreeMap<&str, u16> = self.categories.keys().copied().zip(0..).collect();
        for module in self.modules {
            let mut key = UnitKey::Base;
            let layer = module.layer();
            match layer {
                None | Some(Layer::Base) => {}
                Some(Layer::Category(name)) => match ids.get(name.text.as_str()).copied() {
                    Some(id) => key = UnitKey::Category(id),
                    None => {
                        let help = suggest::help(
                            &name.text,
                            self.categories.keys().copied(),
                            "declare it in a base module: `category NAME when CONDITION`",
                        );
                        out.push(
                            Diagnostic::error(
                                "E0212",
                                name.span,
                                format!("there is no category `{}`", name.text),
                            )
                            .suggested(help),
                        );
                    }
                },
                Some(Layer::Agent(name)) => {
                    let tiers = || {
                        self.tiers.iter().flat_map(|(names, _)| names.iter().map(|name| name.text.as_str()))
                    };
                    match position(tiers(), &name.text) {
                        Some(tier) => key = UnitKey::Agent(tier),
                        None => {
                            let help = suggest::help(
                                &name.text,
                                tiers().collect::<Vec<_>>(),
                                "declare the tiers in a base module: `tiers { untrusted, known }`",
                            );
                            let mut error = Diagnostic::error(
                                "E0212",
                                name.span,
                                format!("there is no tier `{}`", name.text),
                            )
                            .suggested(help);
                            if let Some((_, declared)) = &self.tiers {
                                error = error.also(*declared, "the tiers are declared here");
                            }
                            out.push(error);
                        }
                    }
                }
                Some(Layer::User(id)) => key = UnitKey::User(id.value.clone()),
            }
            // A base that is observed is checked as if it counted: whether it does is said once, of all of the policy.
            let mode = match module.observe() {
                Some(_) if key != UnitKey::Base => Mode::Observed,
                _ => Mode::Enforced,
            };
            self.layers.push(LayerId { key, mode });
        }
    }

    /// The base is observed in all of its modules, or in none: nobody should read `layer base` over rules that do not count.
    fn agree_on_the_base(&self, out: &mut Vec<Diagnostic>) {
        let base = || self.modules.iter().filter_map(|module| Some((module.says_base()?, module.observe())));
        let observed = base().find_map(|(_, observe)| observe);
        let counting = base().find(|(_, observe)| observe.is_none());
        if let Some((observe, (counts, _))) = observed.zip(counting) {
            out.push(
                Diagnostic::error("E0460", observe, "the base is observed here, and counts in another module")
                    .also(counts, "here it counts")
                    .help("the base counts as a whole: write `layer base observe` in each of its modules, or in none; to try a part of a policy, put it into `layer category NAME observe`, `layer agent TIER observe` or `layer user \"ID\" observe`"),
            );
        }
    }
}

fn position<'a>(names: impl Iterator<Item = &'a str>, name: &str) -> Option<u16> {
    names.into_iter().position(|candidate| candidate == name).and_then(|found| u16::try_from(found).ok())
}

/// What is declared under one name.
trait Named {
    fn name(&self) -> &Name;
}

macro_rules! named {
    ($($node:ident),*) => { $(impl Named for ast::$node { fn name(&self) -> &Name { &self.name } })* };
}

named!(Currency, Record, Enum, Fact, Param, Fn, Category, Calendar, Described, Framework);

fn insert<'a, T: Named>(
    map: &mut BTreeMap<&'a str, &'a T>,
    node: &'a T,
    what: &str,
    out: &mut Vec<Diagnostic>,
) {
    let name = node.name();
    match map.get(name.text.as_str()) {
        Some(first) => out.push(twice(what, &name.text, name.span, first.name().span)),
        None => {
            map.insert(&name.text, node);
        }
    }
}

fn once<T>(slot: &mut Option<(T, Span)>, value: (T, Span), what: &str, out: &mut Vec<Diagnostic>) {
    match slot {
        Some((_, first)) => out.push(twice(what, what, value.1, *first)),
        None => *slot = Some(value),
    }
}

/// Refuses a word that stands twice in a list of them.
fn each_once(names: &[Name], what: &str, out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(&name.text, name.span) {
            out.push(twice(what, &name.text, name.span, first));
        }
    }
}

fn twice(what: &str, name: &str, span: Span, first: Span) -> Diagnostic {
    let message = if what == name {
        format!("`{what}` is said twice")
    } else {
        format!("the {what} `{name}` is declared twice")
    };
    Diagnostic::error("E0205", span, message).also(first, "the first stands here").help("keep one of them")
}

/// Declarations shape every layer, so they stand in the base or in a library.
fn base_only(kind: &ItemKind, span: Span, layer: Option<Span>, out: &mut Vec<Diagnostic>) {
    let what = match kind {
        ItemKind::Action(_) => "action",
        ItemKind::Event(_) => "event",
        ItemKind::Record(_) => "record",
        ItemKind::Enum(_) => "enum",
        ItemKind::Extend(_) => "extend",
        ItemKind::Fact(_) => "fact",
        ItemKind::Currency(_) => "currency",
        ItemKind::Param(_) => "param",
        ItemKind::Category(_) => "category",
        ItemKind::Calendar(_) => "calendar",
        ItemKind::Tiers(_) => "tiers",
        ItemKind::RiskModel(_) => "risk model",
        ItemKind::Escalate(_) => "escalate",
        ItemKind::Fixture(_) => "fixture",
        ItemKind::Framework(_) => "framework",
        ItemKind::Normalize(_) => "normalize",
        _ => return,
    };
    let span = Span { end: span.start + what.len() as u32, ..span };
    let mut error =
        Diagnostic::error("E0214", span, format!("`{what}` can only stand in a base module or a library"))
            .help("move it to a base module; this layer can use it from there");
    if let Some(layer) = layer {
        error = error.also(layer, "this module belongs to another layer");
    }
    out.push(error);
}

/// Nothing is decided of an event, so it has nothing that weighs in a decision.
fn only_fields(node: &ast::Action, out: &mut Vec<Diagnostic>) {
    let said = [
        ("flags", node.flags.first().map(|flag| flag.span)),
        ("amplifiers", node.amplifiers.first().map(|init| init.path.span)),
        ("default", node.default.as_ref().map(|default| default.span)),
        ("unbound", node.unbound.first().map(|unbound| unbound.field.span)),
    ];
    for (word, span) in said {
        if let Some(span) = span {
            let message = format!("the event `{}` has no `{word}`", node.name.text());
            let help = "an event is reported, and nothing is decided about it: leave this out, or declare an `action`";
            out.push(Diagnostic::error("E0245", span, message).help(help));
        }
    }
}

/// The codes that the engine itself gives.
pub const ENGINE_CODES: [&str; 12] = [
    "OK",
    "DEFAULT_STEP_UP",
    "DEFAULT_DENY",
    "RISK_STEP_UP",
    "RISK_DENY",
    "EVALUATION_ERROR",
    "FACT_UNAVAILABLE",
    "UNKNOWN_ACTION",
    "STRUCTURE_INVALID",
    "USER_REQUIRED",
    "CURRENCY_MISMATCH",
    "EMPTY_COLLECTION",
];

fn reserved_code(entry: &ast::Described, out: &mut Vec<Diagnostic>) {
    let name = &entry.name;
    if ENGINE_CODES.contains(&name.text.as_str()) {
        out.push(
            Diagnostic::error("E0215", name.span, format!("`{}` is a code of the engine itself", name.text))
                .help("choose another code, so that a reader can tell who said it"),
        );
    } else if !name.text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
        let upper = name.text.to_ascii_uppercase();
        out.push(
            Diagnostic::error(
                "E0216",
                name.span,
                format!("the reason code `{}` is not in capitals", name.text),
            )
            .help(format!("write `{upper}`"))
            .fix(name.span, upper),
        );
    }
}

/// What the language itself offers to be called.
const BUILT_IN: [&str; 7] =
    ["size", "date", "time_of_day", "weekday", "business_days", "add_business_days", LOCAL_TIME];

/// A name that may stand in an expression has one meaning.
fn one_meaning(found: &Collected<'_>, out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for root in ENVELOPE {
        seen.insert(root, ("part of every request", Span::default()));
    }
    let params = found.params.iter().map(|(name, d)| (*name, "a parameter", d.name.span));
    let fns = found.fns.iter().map(|(name, d)| (*name, "a function", d.name.span));
    let facts = found.facts.iter().map(|(name, d)| (*name, "a fact", d.name.span));
    for (name, what, span) in fns.clone().chain(facts.clone()) {
        if BUILT_IN.contains(&name) || reader(name).is_some() {
            let message = format!("`{name}` has two meanings: {what}, and one of the language itself");
            out.push(Diagnostic::error("E0206", span, message).help("give it another name"));
        }
    }
    for (name, what, span) in params.chain(fns).chain(facts) {
        if let Some((other, place)) = seen.insert(name, (what, span)) {
            let diagnostic =
                Diagnostic::error("E0206", span, format!("`{name}` has two meanings: {what}, and {other}"));
            let diagnostic = if place == Span::default() {
                diagnostic
            } else {
                diagnostic.also(place, "the other stands here")
            };
            out.push(diagnostic.help("give one of them another name"));
        }
    }
    for action in found.actions.values() {
        for field in &action.fields {
            if let Some((what, place)) = seen.get(field.name.text.as_str()) {
                let message = format!(
                    "`{}` has two meanings: a field of `{}`, and {what}",
                    field.name.text,
                    action.name.text()
                );
                let diagnostic = Diagnostic::error("E0206", field.name.span, message);
                let diagnostic = if *place == Span::default() {
                    diagnostic
                } else {
                    diagnostic.also(*place, "the other stands here")
                };
                out.push(diagnostic.help("give one of them another name"));
            }
        }
    }
}
