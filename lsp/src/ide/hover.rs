//! What is told about the name under the pointer.

use std::ops::Range;

use lictor_grammar::ast::{Control, Expr, ExprKind, Framework, Item, ItemKind, Rule, Standing};
use lictor_grammar::span::Span;
use lictor_report::Lexicon;

use super::completion::legal_effect;
use super::names::{Declared, Kind, Part, Symbol, declaration};
use super::{Analysis, FileName, readers};

/// So many lines of a declaration are shown.
const MOST_LINES: usize = 24;

/// What is told about a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The name it is about.
    pub range: Range<u32>,
    /// What is told, in Markdown.
    pub markdown: String,
}

/// What is known about the name at a place.
pub fn hover(analysis: &Analysis, file: &FileName, offset: u32) -> Option<Hover> {
    let Some((range, found)) = analysis.names().at(file, offset) else {
        return readers::hover(analysis, file, offset);
    };
    let told: Vec<String> = found.symbols.iter().filter_map(|symbol| about(analysis, symbol)).collect();
    if told.is_empty() {
        return None;
    }
    Some(Hover { range: range.clone(), markdown: told.join("\n\n---\n\n") })
}

fn about(analysis: &Analysis, symbol: &Symbol) -> Option<String> {
    if let Some(words) = built_in(symbol) {
        return Some(words);
    }
    if symbol.kind == Kind::Local {
        return local(analysis, symbol);
    }
    let Declared { module, item, part } = declaration(analysis, symbol)?;
    let mut page = Page::default();
    match part {
        Part::Item => {
            page.code(&head(analysis, item));
            page.docs(&item.docs);
            match &item.kind {
                ItemKind::Rule(node) => page.rule(analysis, node),
                ItemKind::Param(node) => page.layers(analysis, &node.name.text),
                _ => {}
            }
        }
        Part::Field(field) => {
            page.code(&format!("{}: {}", field.name.text, flat(analysis, field.ty.span)));
            page.docs(&field.docs);
            let whose = if symbol.kind == Kind::RequestField { "the action" } else { "the record" };
            page.line(&format!("A field of {whose} `{}`.", symbol.of));
        }
        Part::Described(word) => {
            let text = word.text.as_ref().map(|text| format!(" {:?}", text.value)).unwrap_or_default();
            page.code(&format!("{}{text}", word.name.text));
            page.docs(&word.docs);
            page.line(match symbol.kind {
                Kind::Role => "A role: who is asked.",
                _ => "A reason code: what a decision gives as its reason.",
            });
        }
        Part::Control(control) => {
            page.code(&format!("{}.{} {:?}", symbol.of, control.name.text, control.title.value));
            page.docs(&control.docs);
            if let ItemKind::Framework(framework) = &item.kind {
                page.control(framework, control);
            }
        }
        Part::Weight(weight) => {
            page.code(&format!("{} {}", weight.name.text, weight.weight.text));
            page.line(match symbol.kind {
                Kind::Flag => "A flag, and what it adds to the risk.",
                _ => "An amplifier, and what its value is multiplied by.",
            });
        }
        Part::Word(name) => {
            let what = if symbol.kind == Kind::Tier { "A tier of agents" } else { "A value" };
            page.code(&name.text);
            page.docs(&item.docs);
            let all = if symbol.of.is_empty() { String::new() } else { format!(" of `{}`", symbol.of) };
            page.line(&format!("{what}{all}."));
        }
    }
    page.line(&format!("*in `{}`*", module.name));
    Some(page.text)
}

/// What is of the language's own.
fn built_in(symbol: &Symbol) -> Option<String> {
    let words = match (symbol.kind, symbol.name.as_str()) {
        (Kind::Envelope, "agent") => "The agent that wants to act, as the host knows it.",
        (Kind::Envelope, "user") => "The person that the agent acts for, where there is one.",
        (Kind::Envelope, "mandate") => "What the person has allowed the agent to do, and until when.",
        (Kind::Envelope, "context") => "When and where the request is made, as the host says.",
        _ => return None,
    };
    Some(format!("{words}\n\nA part of every request."))
}

/// What is named within an item: the line that names it.
fn local(analysis: &Analysis, symbol: &Symbol) -> Option<String> {
    let names = analysis.names();
    let declared = names.spans(symbol).find(|(_, is_declaration)| *is_declaration)?.0;
    let mut page = Page::default();
    page.code(analysis.line(declared));
    page.line("A name of this item's own.");
    Some(page.text)
}

/// How an item begins: all of a short declaration, of a rule or a test its first line.
fn head(analysis: &Analysis, item: &Item) -> String {
    let text = analysis.text(item.span);
    let first = |text: &str| {
        text.lines().next().unwrap_or_default().trim_end().trim_end_matches('{').trim_end().to_owned()
    };
    match &item.kind {
        ItemKind::Rule(_) | ItemKind::Test(_) | ItemKind::Example(_) => first(text),
        _ => {
            let mut lines: Vec<&str> = text.lines().take(MOST_LINES + 1).collect();
            if lines.len() > MOST_LINES {
                lines.truncate(MOST_LINES);
                lines.push("…");
            }
            lines.join("\n")
        }
    }
}

fn flat(analysis: &Analysis, span: Span) -> String {
    analysis.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(line);
    }

    fn code(&mut self, code: &str) {
        self.line(&format!("```lictor\n{code}\n```"));
    }

    fn docs(&mut self, docs: &[String]) {
        if !docs.is_empty() {
            self.line(&docs.join("\n"));
        }
    }

    /// What is known about a control: what it says itself, or else its framework for all.
    fn control(&mut self, framework: &Framework, control: &Control) {
        let (own, general) = (&control.standing, &framework.standing);
        let said = |of: fn(&Standing) -> Option<String>| of(own).or_else(|| of(general));
        let date = |date: &Option<Expr>| match date.as_ref().map(|date| &date.kind) {
            Some(ExprKind::Date(day)) => Some(day.clone()),
            _ => None,
        };
        let mut title = framework.title.value.clone();
        if let Some(edition) = said(|standing| Some(standing.edition.as_ref()?.value.clone())) {
            title.push_str(&format!(", {edition}"));
        }
        self.line(&title);
        if let Some(source) = said(|standing| Some(standing.source.as_ref()?.value.clone())) {
            self.line(&source);
        }
        let mut known = Vec::new();
        if let Some(effect) = said(|standing| Some(standing.effect.as_ref()?.text.clone())) {
            let about = legal_effect(&effect).unwrap_or_default();
            known.push(format!("`{effect}`: {about}"));
        }
        if let Some(place) = said(|standing| Some(standing.jurisdiction.as_ref()?.value.clone())) {
            known.push(format!("Where: {place}."));
        }
        let (from, until) =
            (date(&own.from).or(date(&general.from)), date(&own.until).or(date(&general.until)));
        match (from, until) {
            (Some(from), Some(until)) => known.push(format!("In force from {from} until {until}.")),
            (Some(from), None) => known.push(format!("In force from {from}.")),
            (None, Some(until)) => known.push(format!("In force until {until}.")),
            (None, None) => {}
        }
        if let Some(next) = said(|standing| Some(standing.superseded_by.as_ref()?.text())) {
            known.push(format!("Superseded by `{next}`."));
        }
        let checked = own.checked.as_ref().or(general.checked.as_ref());
        known.push(match checked.and_then(|checked| date(&checked.on)) {
            Some(day) => format!("Verified on {day}."),
            None => String::from("Unverified: nobody has compared it with its source."),
        });
        self.line(&known.join(" "));
    }

    /// Which layers set a parameter, and to what.
    fn layers(&mut self, analysis: &Analysis, name: &str) {
        let modules = analysis.modules().iter().filter(|module| module.in_full);
        let items = modules.flat_map(|module| module.ast.items.iter().map(move |item| (module, item)));
        let set = items.filter_map(|(module, item)| match &item.kind {
            ItemKind::Set(node) if node.name.text == name => {
                Some(format!("- `{}` says `{}`", module.name, flat(analysis, item.span)))
            }
            _ => None,
        });
        let set: Vec<String> = set.collect();
        if !set.is_empty() {
            self.line(&set.join("\n"));
        }
    }

    fn rule(&mut self, analysis: &Analysis, rule: &Rule) {
        let lines = lictor_report::rule(rule, &Words(analysis));
        if !lines.is_empty() {
            self.line(&lictor_report::markdown(&lines).join("\n"));
        }
    }
}

/// The words of a policy, for what a rule does.
struct Words<'a>(&'a Analysis);

impl Words<'_> {
    fn described(&self, kind: Kind, name: &str) -> Option<&str> {
        match declaration(self.0, &Symbol::new(kind, name))?.part {
            Part::Described(word) => Some(word.text.as_ref()?.value.as_str()),
            _ => None,
        }
    }
}

impl Lexicon for Words<'_> {
    fn text(&self, span: Span) -> &str {
        self.0.text(span)
    }

    fn role(&self, name: &str) -> Option<&str> {
        self.described(Kind::Role, name)
    }

    fn reason(&self, code: &str) -> Option<&str> {
        self.described(Kind::Reason, code)
    }
}
