//! The names of an item: what their places say they refer to, and in expressions what the compiler found.

use std::collections::BTreeMap;

use lictor_bundle::schema::Schema;
use lictor_compiler::meaning::{Meaning, What};
use lictor_compiler::modules::Module;
use lictor_compiler::typed::LocalId;
use lictor_grammar::ast::{ActionPattern, History, Item, ItemKind, Name, Path};
use lictor_grammar::span::Span;

use super::symbol::{Kind, Symbol};
use super::{occurrence, past, request};
use crate::ide::Analysis;
use crate::ide::tree::{Class, Node, Visitor, walk};

/// A name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// Where it stands.
    pub span: Span,
    /// What it refers to: several things only where a rule is about several actions that each have a field of the name.
    pub symbols: Vec<Symbol>,
    /// Whether it is declared there.
    pub is_declaration: bool,
}

impl Occurrence {
    /// It refers to these, too.
    pub(super) fn also(&mut self, symbols: Vec<Symbol>) {
        for symbol in symbols {
            if !self.symbols.contains(&symbol) {
                self.symbols.push(symbol);
            }
        }
    }
}

/// What actions and examples declare: what reading an item needs of the others.
#[derive(Default)]
pub struct Requests {
    /// The fields that actions declare, by the actions.
    fields: BTreeMap<String, Vec<String>>,
    /// The actions of the examples.
    examples: BTreeMap<String, String>,
}

impl Requests {
    /// Those of a project.
    pub fn of(modules: &[Module]) -> Requests {
        let mut requests = Requests::default();
        for item in modules.iter().flat_map(|module| &module.ast.items) {
            match &item.kind {
                ItemKind::Action(node) | ItemKind::Event(node) => {
                    let fields = node.fields.iter().map(|field| field.name.text.clone()).collect();
                    requests.fields.insert(node.name.text(), fields);
                }
                ItemKind::Example(node) => {
                    requests.examples.insert(node.name.text.clone(), node.action.text());
                }
                _ => {}
            }
        }
        requests
    }

    /// The action of an example.
    pub fn of_example(&self, name: &str) -> Option<&str> {
        self.examples.get(name).map(String::as_str)
    }

    /// Whether an action declares a field of this name.
    fn has(&self, action: &str, field: &str) -> bool {
        self.fields.get(action).is_some_and(|fields| fields.iter().any(|one| one == field))
    }
}

/// Reads the names of items.
pub struct Reader<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) schema: Option<&'a Schema>,
    pub(super) requests: &'a Requests,
}

impl<'a> Reader<'a> {
    /// For the items of a project.
    pub fn new(analysis: &'a Analysis) -> Reader<'a> {
        Reader { analysis, schema: analysis.schema(), requests: analysis.requests() }
    }

    /// The names of an item, in the order of their places.
    pub fn item(&self, module: &Module, item: &Item) -> Vec<Occurrence> {
        let mut found = Vec::new();
        let meanings = self.analysis.meanings(item.span.file);
        found.extend(meanings.iter().filter_map(|meaning| self.meant(item, meaning)));
        let is_meant = |span: Span| meanings.binary_search_by_key(&span, |meaning| meaning.span).is_ok();
        let mut seen = Seen { reader: self, module, item, found: Vec::new(), past: Vec::new() };
        walk(item, &mut seen);
        found.extend(seen.found.into_iter().filter(|one| !is_meant(one.span)));
        // The compiler found which field of the request a key is; it is one of the past action, too.
        for one in seen.past {
            match found.iter_mut().find(|known| known.span == one.span) {
                Some(known) => known.also(one.symbols),
                None => found.push(one),
            }
        }
        match &item.kind {
            ItemKind::Rule(node) => found.extend(node.cites.iter().filter_map(cited)),
            ItemKind::Framework(node) => {
                let controls = node.controls.iter().map(|control| &control.standing);
                let next = controls.chain([&*node.standing]).filter_map(|said| said.superseded_by.as_ref());
                found.extend(next.filter_map(cited));
            }
            _ => {}
        }
        request::read(self, item, &mut found);
        found.sort_by_key(|one| one.span);
        found.dedup_by_key(|one| one.span);
        found
    }

    /// The actions of which a question about the past asks.
    pub(super) fn asked(&self, patterns: &[ActionPattern]) -> Vec<&str> {
        let all = self.requests.fields.keys().map(String::as_str);
        all.filter(|action| patterns.iter().any(|pattern| names(pattern, action))).collect()
    }

    /// What a name's place in the item says.
    fn placed(&self, module: &Module, item: &Item, span: Span, node: Node) -> Option<(Symbol, bool)> {
        let text = self.analysis.text(span);
        let (class, is_declaration) = match node {
            Node::Part => return None,
            Node::Name(class, is_declaration) | Node::Whole(class, is_declaration) => (class, is_declaration),
        };
        let is_whole = matches!(node, Node::Whole(..));
        let plain = |kind| Some(Symbol::new(kind, text));
        let symbol = match class {
            Class::Module if is_whole => plain(Kind::Module),
            Class::Action if is_whole => self.action(text),
            Class::Rule if is_whole => self.only_rule(text),
            _ if is_whole => None,
            Class::Module | Class::Action => None,
            Class::Rule if is_declaration => Some(Symbol::within(Kind::Rule, &module.name, text)),
            Class::Rule => None,
            Class::Control if is_declaration => match &item.kind {
                ItemKind::Framework(node) => Some(Symbol::within(Kind::Control, &node.name.text, text)),
                _ => None,
            },
            Class::Control => None,
            Class::Framework => plain(Kind::Framework),
            Class::Type => plain(Kind::Type),
            Class::Field => self.field(item, text, is_declaration),
            Class::Word => match &item.kind {
                ItemKind::Enum(node) => Some(Symbol::within(Kind::Word, &node.name.text, text)),
                _ => None,
            },
            Class::Function if is_declaration => plain(Kind::Function),
            Class::Fact => plain(Kind::Fact),
            Class::Param => plain(Kind::Param),
            Class::Calendar => plain(Kind::Calendar),
            Class::Exception => plain(Kind::Exception),
            Class::Example => plain(Kind::Example),
            Class::Category => plain(Kind::Category),
            Class::Tier => plain(Kind::Tier),
            Class::Role => plain(Kind::Role),
            Class::Reason => plain(Kind::Reason),
            Class::Flag => plain(Kind::Flag),
            Class::Amplifier => plain(Kind::Amplifier),
            Class::Currency => plain(Kind::Currency),
            Class::Value => self.value(text),
            Class::Function
            | Class::Input
            | Class::Let
            | Class::Member
            | Class::Obligation
            | Class::Stage
            | Class::Weekday
            | Class::Mark => None,
        };
        Some((symbol?, is_declaration))
    }

    /// A field as it is declared, or as one that belongs to the action that the item is about.
    fn field(&self, item: &Item, name: &str, is_declaration: bool) -> Option<Symbol> {
        let of_action = |action: &str| {
            self.requests.has(action, name).then(|| Symbol::within(Kind::RequestField, action, name))
        };
        match &item.kind {
            ItemKind::Record(node) | ItemKind::Extend(node) if is_declaration => {
                Some(Symbol::within(Kind::Field, &node.name.text, name))
            }
            ItemKind::Action(node) | ItemKind::Event(node) => of_action(&node.name.text()),
            ItemKind::Normalize(node) => of_action(&node.action.text()),
            _ => None,
        }
    }

    /// A rule that is named without its module, where there is one of that name.
    fn only_rule(&self, name: &str) -> Option<Symbol> {
        let is_it = |item: &Item| matches!(&item.kind, ItemKind::Rule(node) if node.name.text == name);
        let modules = self.analysis.modules().iter();
        let mut of = modules.flat_map(|module| {
            module.ast.items.iter().filter(|item| is_it(item)).map(|_| module.name.as_str())
        });
        let (first, None) = (of.next()?, of.next()) else { return None };
        Some(Symbol::within(Kind::Rule, first, name))
    }

    fn action(&self, name: &str) -> Option<Symbol> {
        self.requests.fields.contains_key(name).then(|| Symbol::new(Kind::Action, name))
    }

    /// A name that stands for a value where the compiler does not look: a parameter or a calendar, where there is one.
    fn value(&self, name: &str) -> Option<Symbol> {
        let schema = self.schema?;
        if schema.params.iter().any(|param| param.name == name) {
            return Some(Symbol::new(Kind::Param, name));
        }
        let is_calendar = schema.calendars.iter().any(|calendar| calendar.name == name);
        is_calendar.then(|| Symbol::new(Kind::Calendar, name))
    }

    /// What the compiler found that a name in an expression stands for.
    fn meant(&self, item: &Item, meaning: &Meaning) -> Option<Occurrence> {
        let schema = self.schema?;
        let text = self.analysis.text(meaning.span);
        let is_declaration = matches!(meaning.what, What::Binding(_));
        let symbols = match &meaning.what {
            What::Local(id) | What::Binding(id) => vec![local(item, text, *id)],
            What::Root => self.part(item, text),
            What::Field(record, field) => {
                let record = schema.records.get(usize::from(*record))?;
                let field = record.fields.get(usize::from(*field))?;
                vec![Symbol::within(Kind::Field, &record.name, &field.name)]
            }
            What::Param(id) => {
                vec![Symbol::new(Kind::Param, &schema.params.get(usize::from(*id))?.name)]
            }
            What::Value(id, _) => vec![Symbol::word(schema, *id, text)?],
            What::Function => vec![Symbol::new(Kind::Function, text)],
            What::Fact(id) => vec![Symbol::new(Kind::Fact, &schema.facts.get(usize::from(*id))?.name)],
            What::BuiltIn => Vec::new(),
        };
        occurrence(meaning.span, symbols, is_declaration)
    }

    /// The names of `[MODULE.]RULE.LET`, which a test says the value of.
    pub(super) fn let_of_rule(&self, names: &[Name]) -> Vec<Occurrence> {
        let [of @ .., rule, named] = names else { return Vec::new() };
        let module: Vec<&str> = of.iter().map(|name| name.text.as_str()).collect();
        let module = module.join(".");
        let modules = self.analysis.modules().iter().filter(|one| module.is_empty() || one.name == module);
        let items = modules.flat_map(|module| module.ast.items.iter().map(move |item| (module, item)));
        let found = items.into_iter().find(|(_, item)| match &item.kind {
            ItemKind::Rule(node) => node.name.text == rule.text,
            _ => false,
        });
        let Some((module, item)) = found else { return Vec::new() };
        let of_rule =
            occurrence(rule.span, vec![Symbol::within(Kind::Rule, &module.name, &rule.text)], false);
        let meanings = self.analysis.meanings(item.span.file).iter();
        let binding = meanings.filter_map(|meaning| match meaning.what {
            What::Binding(id) if self.analysis.text(meaning.span) == named.text => Some(id),
            _ => None,
        });
        let of_let = binding.map(|id| local(item, &named.text, id)).next();
        let of_let = of_let.and_then(|symbol| occurrence(named.span, vec![symbol], false));
        let of_module = of.first().zip(of.last()).and_then(|(first, last)| {
            occurrence(first.span.to(last.span), vec![Symbol::new(Kind::Module, &module.name)], false)
        });
        of_module.into_iter().chain(of_rule).chain(of_let).collect()
    }

    /// A part of the requests that an item is about.
    pub(super) fn part(&self, item: &Item, name: &str) -> Vec<Symbol> {
        let declaring = self.requests.fields.keys().filter(|action| self.requests.has(action, name));
        let symbols: Vec<Symbol> = declaring
            .filter(|action| is_about(item, action))
            .map(|action| Symbol::within(Kind::RequestField, action, name))
            .collect();
        if symbols.is_empty() { vec![Symbol::new(Kind::Envelope, name)] } else { symbols }
    }
}

/// What is named within an item: a name may be given there twice, one after the other.
fn local(item: &Item, name: &str, id: LocalId) -> Symbol {
    let of = format!("{}:{}", item.span.file.0, item.span.start);
    Symbol::within(Kind::Local, &of, &format!("{name} {}", id.0))
}

/// What a walk over an item has come by.
struct Seen<'r, 'a> {
    reader: &'r Reader<'a>,
    module: &'r Module,
    item: &'r Item,
    found: Vec<Occurrence>,
    past: Vec<Occurrence>,
}

impl Visitor for Seen<'_, '_> {
    fn see(&mut self, span: Span, node: Node) {
        if let Node::Whole(Class::Rule, _) = node
            && let Some((module, rule)) = self.reader.analysis.text(span).rsplit_once('.')
        {
            let ends = |at: usize| span.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            let of_module = Span { end: ends(module.len()), ..span };
            let of_rule = Span { start: ends(module.len() + 1), ..span };
            self.found.extend(occurrence(of_module, vec![Symbol::new(Kind::Module, module)], false));
            let symbol = Symbol::within(Kind::Rule, module, rule);
            self.found.extend(occurrence(of_rule, vec![symbol], false));
            return;
        }
        if let Some((symbol, is_declaration)) = self.reader.placed(self.module, self.item, span, node) {
            self.found.extend(occurrence(span, vec![symbol], is_declaration));
        }
    }

    fn asked(&mut self, question: &History) {
        past::read(self.reader, question, &mut self.past);
    }
}

/// The control that a path cites; its framework is a name of its own.
fn cited(path: &Path) -> Option<Occurrence> {
    let (control, framework) = path.names.split_last()?;
    let framework: Vec<&str> = framework.iter().map(|name| name.text.as_str()).collect();
    let symbol = Symbol::within(Kind::Control, &framework.join("."), &control.text);
    occurrence(control.span, vec![symbol], false)
}

/// Whether an item speaks of the requests of an action.
fn is_about(item: &Item, action: &str) -> bool {
    match &item.kind {
        ItemKind::Rule(node) => {
            node.on.iter().any(|pattern| names(pattern, action))
                && !node.except.iter().any(|pattern| names(pattern, action))
        }
        ItemKind::Action(node) => node.name.text() == action,
        _ => true,
    }
}

fn names(pattern: &ActionPattern, action: &str) -> bool {
    let words: Vec<&str> = pattern.names.iter().map(|name| name.text.as_str()).collect();
    let words = words.join(".");
    if !pattern.wildcard {
        return words == action;
    }
    words.is_empty() || action.strip_prefix(&words).is_some_and(|rest| rest.starts_with('.'))
}
