//! What stands where: every declaration by its name, its page and its anchor.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::UnitKey;
use lictor_compiler::modules::Module;
use lictor_compiler::typed::{self, Unit};
use lictor_grammar::ast::{self, Item, ItemKind};
use lictor_grammar::span::Span;
use lictor_report::Lexicon;

use crate::anchor::{anchor, file};
use crate::policy::Policy;
use crate::words::on_one_line;

/// So many actions stand on one page; of more, each domain has a page of its own.
const MOST_ON_A_PAGE: usize = 30;

/// What has a place in the pages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Action,
    Rule,
    Param,
    Reason,
    Role,
    Category,
    Type,
    Fact,
    Function,
    Control,
    Calendar,
    Module,
}

impl Kind {
    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Action => "action",
            Kind::Rule => "rule",
            Kind::Param => "parameter",
            Kind::Reason => "reason code",
            Kind::Role => "role",
            Kind::Category => "category",
            Kind::Type => "type",
            Kind::Fact => "fact",
            Kind::Function => "function",
            Kind::Control => "citation",
            Kind::Calendar => "calendar",
            Kind::Module => "module",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Kind::Param => "param",
            Kind::Reason => "reason",
            Kind::Control => "cite",
            Kind::Function => "fn",
            _ => self.word(),
        }
    }

    fn page(self) -> &'static str {
        match self {
            Kind::Action => "actions.html",
            Kind::Rule => "rules.html",
            Kind::Param => "parameters.html",
            Kind::Reason => "reasons.html",
            Kind::Role | Kind::Category => "people.html",
            Kind::Type => "types.html",
            Kind::Fact | Kind::Function | Kind::Calendar => "facts.html",
            Kind::Control => "citations.html",
            Kind::Module => "index.html",
        }
    }
}

/// A declaration, and the module in which it stands.
#[derive(Clone, Copy)]
pub struct Declared<'p> {
    pub module: &'p Module,
    pub item: &'p Item,
}

/// A policy with a place for everything in it.
pub struct Book<'p> {
    pub policy: &'p Policy<'p>,
    items: BTreeMap<(Kind, String), Declared<'p>>,
    described: BTreeMap<(Kind, &'p str), &'p ast::Described>,
    /// The pages of domains; none where all actions stand on one page.
    domains: BTreeMap<String, String>,
    /// The extensions of records that are part of every request.
    extensions: Vec<&'p ast::Record>,
    /// Whether all of it stands on one page.
    whole: bool,
}

impl<'p> Book<'p> {
    /// A book about a policy; `whole` where all of it stands on one page.
    pub fn new(policy: &'p Policy<'p>, whole: bool) -> Book<'p> {
        let (mut items, mut described) = (BTreeMap::new(), BTreeMap::new());
        let mut extensions = Vec::new();
        let rules = policy.program.units.iter().flat_map(|unit| &unit.rules);
        let rules: BTreeSet<String> = rules.map(|rule| format!("{}.{}", rule.module, rule.name)).collect();
        for module in policy.modules {
            for item in &module.ast.items {
                let of = Declared { module, item };
                // A rule that is not in force stands on no page.
                let counts = |(kind, name): &(Kind, String)| *kind != Kind::Rule || rules.contains(name);
                for (kind, name) in named(module, item).into_iter().filter(counts) {
                    items.entry((kind, name)).or_insert(of);
                }
                if let ItemKind::Extend(node) = &item.kind {
                    extensions.push(node);
                }
                let (kind, words) = match &item.kind {
                    ItemKind::Reasons(words) => (Kind::Reason, words),
                    ItemKind::Roles(words) => (Kind::Role, words),
                    _ => continue,
                };
                for word in words {
                    described.entry((kind, word.name.text.as_str())).or_insert(word);
                }
            }
        }
        for module in policy.modules {
            if let Some(item) = module.ast.items.first() {
                items.insert((Kind::Module, module.name.clone()), Declared { module, item });
            }
        }
        let mut book = Book { policy, items, described, domains: BTreeMap::new(), extensions, whole };
        let actions = &policy.program.schema.actions;
        if actions.len() > MOST_ON_A_PAGE {
            let names: BTreeSet<&str> = actions.iter().map(|action| domain(&action.name)).collect();
            let mut taken: BTreeSet<String> = BTreeSet::new();
            for (number, name) in names.into_iter().enumerate() {
                let plain = file("actions", name, None);
                let page = if taken.contains(&plain) { file("actions", name, Some(number)) } else { plain };
                taken.insert(page.clone());
                book.domains.insert(name.to_owned(), page);
            }
        }
        book
    }

    /// The pages of domains, by the domain; none where all actions stand on one page.
    pub fn domains(&self) -> impl Iterator<Item = (&str, &str)> {
        self.domains.iter().map(|(domain, page)| (domain.as_str(), page.as_str()))
    }

    /// Where something is declared.
    pub fn declared(&self, kind: Kind, name: &str) -> Option<Declared<'p>> {
        self.items.get(&(kind, name.to_owned())).copied()
    }

    /// A role or a reason code as it is declared.
    pub fn described(&self, kind: Kind, name: &str) -> Option<&'p ast::Described> {
        self.described.get(&(kind, name)).copied()
    }

    /// Everything of a kind, by name.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = (&str, Declared<'p>)> {
        let of_kind = self.items.iter().filter(move |((found, _), _)| *found == kind);
        of_kind.map(|((_, name), declared)| (name.as_str(), *declared))
    }

    /// Everything that has a place, by name.
    pub fn everything(&self) -> impl Iterator<Item = (Kind, &str)> {
        self.items.keys().map(|(kind, name)| (*kind, name.as_str()))
    }

    /// What modules add to the record that is part of every request.
    pub fn extensions(&self) -> &[&'p ast::Record] {
        &self.extensions
    }

    /// Where something stands.
    pub fn anchor(&self, kind: Kind, name: &str) -> String {
        anchor(kind.prefix(), name)
    }

    /// A reference to something that has a place.
    pub fn href(&self, kind: Kind, name: &str) -> Option<String> {
        self.items.get(&(kind, name.to_owned()))?;
        let anchor = self.anchor(kind, name);
        if self.whole {
            return Some(format!("#{anchor}"));
        }
        let domain = match kind {
            Kind::Action => self.domains.get(domain(name)).map(String::as_str),
            _ => None,
        };
        Some(format!("{}#{anchor}", domain.unwrap_or(kind.page())))
    }

    /// A reference to a page.
    pub fn page(&self, page: &str) -> String {
        match self.whole {
            true => format!("#page.{}", page.trim_end_matches(".html")),
            false => page.to_owned(),
        }
    }

    /// A rule as it is written.
    pub fn written(&self, rule: &typed::Rule) -> Option<(&'p ast::Rule, Declared<'p>)> {
        let declared = self.declared(Kind::Rule, &format!("{}.{}", rule.module, rule.name))?;
        match &declared.item.kind {
            ItemKind::Rule(node) => Some((node, declared)),
            _ => None,
        }
    }

    /// A part of the policy as it is written, on one line.
    pub fn flat(&self, span: Span) -> String {
        on_one_line(self.text(span))
    }

    /// The layers, the base first.
    pub fn layers(&self) -> impl Iterator<Item = &'p Unit> {
        self.policy.program.units.iter()
    }

    /// What a layer is called.
    pub fn layer(&self, key: &UnitKey) -> String {
        lictor_report::layer(key, self.policy.program)
    }

    /// The names of the tests that reach a rule, each once, with how many of its rows do.
    pub fn tests_of(&self, rule: &str) -> Vec<(&'p str, usize)> {
        let mut found: Vec<(&str, usize)> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let Some(tests) = self.policy.tests else { return found };
        for (number, tried) in tests.tried.iter().enumerate() {
            if !tests.reached.is_reached(rule, number) {
                continue;
            }
            let name = tried.case.name.as_str();
            let at = *places.entry(name).or_insert(found.len());
            match found.get_mut(at) {
                Some((_, count)) => *count += 1,
                None => found.push((name, 1)),
            }
        }
        found
    }
}

impl Lexicon for Book<'_> {
    fn text(&self, span: Span) -> &str {
        let source = self.policy.sources.get(span.file.0 as usize);
        let text = source.and_then(|source| source.bytes.get(span.start as usize..span.end as usize));
        text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    fn role(&self, name: &str) -> Option<&str> {
        Some(self.described(Kind::Role, name)?.text.as_ref()?.value.as_str())
    }

    fn reason(&self, code: &str) -> Option<&str> {
        Some(self.described(Kind::Reason, code)?.text.as_ref()?.value.as_str())
    }
}

/// The first part of the name of an action.
pub fn domain(action: &str) -> &str {
    action.split_once('.').map_or(action, |(domain, _)| domain)
}

/// What an item declares that has a place.
fn named(module: &Module, item: &Item) -> Vec<(Kind, String)> {
    match &item.kind {
        ItemKind::Action(node) | ItemKind::Event(node) => vec![(Kind::Action, node.name.text())],
        ItemKind::Rule(node) => vec![(Kind::Rule, format!("{}.{}", module.name, node.name.text))],
        ItemKind::Param(node) => vec![(Kind::Param, node.name.text.clone())],
        ItemKind::Enum(node) => vec![(Kind::Type, node.name.text.clone())],
        ItemKind::Record(node) => vec![(Kind::Type, node.name.text.clone())],
        ItemKind::Fact(node) => vec![(Kind::Fact, node.name.text.clone())],
        ItemKind::Fn(node) => vec![(Kind::Function, node.name.text.clone())],
        ItemKind::Category(node) => vec![(Kind::Category, node.name.text.clone())],
        ItemKind::Calendar(node) => vec![(Kind::Calendar, node.name.text.clone())],
        ItemKind::Reasons(words) => words.iter().map(|word| (Kind::Reason, word.name.text.clone())).collect(),
        ItemKind::Roles(words) => words.iter().map(|word| (Kind::Role, word.name.text.clone())).collect(),
        ItemKind::Framework(node) => {
            let control =
                |control: &ast::Control| (Kind::Control, format!("{}.{}", node.name.text, control.name.text));
            node.controls.iter().map(control).collect()
        }
        _ => Vec::new(),
    }
}
