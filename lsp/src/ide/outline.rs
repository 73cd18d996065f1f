//! The outline of a policy: its items, what they declare, and what is declared inside them.

use std::ops::Range;

use lictor_grammar::ast::{
    Action, ActionPattern, Described, Field, Item, ItemKind, Layer, Name, Rule, Statement, StatementKind,
    Text,
};
use lictor_grammar::span::Span;

use super::Syntax;

/// What a thing in the outline is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// `module`, `layer`
    Module,
    /// `tiers`, `roles`, `reasons`, an `enum`: what holds words.
    Words,
    /// One of these words.
    Word,
    /// `record`, `extend`
    Record,
    /// A field of a record, an action or an event.
    Field,
    /// `action`, `normalize`
    Action,
    /// `event`
    Event,
    /// `fact`
    Fact,
    /// `category`
    Category,
    /// `param`, `set`
    Param,
    /// `calendar`, `currency`, `escalate`, `risk model`
    Constant,
    /// `fn`
    Function,
    /// `rule`
    Rule,
    /// A `let` of a rule.
    Let,
    /// `promise`, `except`
    Promise,
    /// `framework`
    Framework,
    /// A control of a framework.
    Control,
    /// `fixture`, `example`
    Example,
    /// `test`
    Test,
}

/// A thing in the outline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub sort: Sort,
    /// A few words more about it.
    pub detail: String,
    /// The whole of it.
    pub range: Range<u32>,
    /// Its name within the whole.
    pub selection: Range<u32>,
    /// What is declared in it.
    pub children: Vec<Symbol>,
}

/// The outline of a policy. Lines that declare nothing, such as imports, are not in it.
pub fn outline(syntax: &Syntax) -> Vec<Symbol> {
    let reader = Reader { syntax };
    syntax.items().filter_map(|item| reader.item(item)).collect()
}

/// Whether the letters of `query` stand in a name in this order, whatever their case.
pub fn matches(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .all(|c| letters.any(|letter| letter == c))
}

struct Reader<'s> {
    syntax: &'s Syntax,
}

impl Reader<'_> {
    #[rustfmt::skip] // A table is read by its columns.
    fn item(&self, item: &Item) -> Option<Symbol> {
        let named = |sort, name: &Name, detail: &str, children| {
            self.symbol(sort, name.text.clone(), detail.to_owned(), item.span, name.span, children)
        };
        let whole = |sort, name: &str, children| {
            let keyword = Span { end: item.span.start, ..item.span };
            self.symbol(sort, name.to_owned(), String::new(), item.span, keyword, children)
        };
        Some(match &item.kind {
            ItemKind::Module(path) => self.symbol(Sort::Module, path.text(), "module".into(), item.span, path.span, Vec::new()),
            ItemKind::Layer(line) => whole(Sort::Module, &layer(&line.layer), Vec::new()),
            ItemKind::Import(_) | ItemKind::Use(_) => return None,
            ItemKind::Tiers(names) => whole(Sort::Words, "tiers", self.words(names)),
            ItemKind::Roles(roles) => whole(Sort::Words, "roles", self.described(roles)),
            ItemKind::Reasons(codes) => whole(Sort::Words, "reasons", self.described(codes)),
            ItemKind::Escalate(to) => named(Sort::Constant, &to.to, "escalate to", Vec::new()),
            ItemKind::Currency(currency) => named(Sort::Constant, &currency.name, "currency", Vec::new()),
            ItemKind::Enum(words) => named(Sort::Words, &words.name, "enum", self.words(&words.values)),
            ItemKind::Record(record) => named(Sort::Record, &record.name, "record", self.fields(&record.fields)),
            ItemKind::Extend(record) => named(Sort::Record, &record.name, "extend", self.fields(&record.fields)),
            ItemKind::Action(action) => self.action(Sort::Action, "action", item, action),
            ItemKind::Event(event) => self.action(Sort::Event, "event", item, event),
            ItemKind::Normalize(tool) => self.text(Sort::Action, item, &tool.tool, format!("normalize as {}", tool.action.text())),
            ItemKind::Fact(fact) => named(Sort::Fact, &fact.name, "fact", Vec::new()),
            ItemKind::Category(category) => named(Sort::Category, &category.name, "category", Vec::new()),
            ItemKind::Param(param) => named(Sort::Param, &param.name, &format!("param: {}", param.ty.name.text), Vec::new()),
            ItemKind::Calendar(calendar) => named(Sort::Constant, &calendar.name, "calendar", Vec::new()),
            ItemKind::Set(set) => named(Sort::Param, &set.name, "set", Vec::new()),
            ItemKind::SetDefault(set) => self.symbol(Sort::Param, pattern(&set.action), "set default".into(), item.span, set.action.span, Vec::new()),
            ItemKind::SetThreshold(_) => whole(Sort::Param, "set risk", Vec::new()),
            ItemKind::RiskModel(_) => whole(Sort::Constant, "risk model", Vec::new()),
            ItemKind::Fn(function) => named(Sort::Function, &function.name, &format!("fn -> {}", function.result.name.text), Vec::new()),
            ItemKind::Rule(rule) => named(Sort::Rule, &rule.name, &on(rule), self.lets(&rule.body)),
            ItemKind::Promise(promise) => self.symbol(Sort::Promise, pattern(&promise.action), "promise".into(), item.span, promise.action.span, Vec::new()),
            ItemKind::Except(except) => named(Sort::Promise, &except.name, &format!("except to {}", except.rule.text()), Vec::new()),
            ItemKind::Framework(framework) => {
                let control = |control: &lictor_grammar::ast::Control| {
                    let title = control.title.value.clone();
                    self.symbol(Sort::Control, control.name.text.clone(), title, control.name.span, control.name.span, Vec::new())
                };
                named(Sort::Framework, &framework.name, &framework.title.value, framework.controls.iter().map(control).collect())
            }
            ItemKind::Fixture(_) => whole(Sort::Example, "fixture", Vec::new()),
            ItemKind::Example(example) => named(Sort::Example, &example.name, &format!("example of {}", example.action.text()), Vec::new()),
            ItemKind::Test(test) => self.text(Sort::Test, item, &test.name, String::from("test")),
        })
    }

    fn symbol(
        &self,
        sort: Sort,
        name: String,
        detail: String,
        whole: Span,
        selection: Span,
        children: Vec<Symbol>,
    ) -> Symbol {
        let (range, selection) = (self.syntax.range(whole), self.syntax.range(selection));
        // Editors refuse an outline with a nameless thing in it.
        let name = if name.trim().is_empty() { String::from("…") } else { name };
        Symbol { name, sort, detail, range, selection, children }
    }

    fn text(&self, sort: Sort, item: &Item, text: &Text, detail: String) -> Symbol {
        self.symbol(sort, text.value.clone(), detail, item.span, text.span, Vec::new())
    }

    fn action(&self, sort: Sort, word: &str, item: &Item, action: &Action) -> Symbol {
        let fields = self.fields(&action.fields);
        self.symbol(sort, action.name.text(), word.to_owned(), item.span, action.name.span, fields)
    }

    fn words(&self, names: &[Name]) -> Vec<Symbol> {
        let word = |name: &Name| {
            self.symbol(Sort::Word, name.text.clone(), String::new(), name.span, name.span, Vec::new())
        };
        names.iter().map(word).collect()
    }

    fn described(&self, words: &[Described]) -> Vec<Symbol> {
        let word = |word: &Described| {
            let whole = word.text.as_ref().map_or(word.name.span, |text| word.name.span.to(text.span));
            let detail = word.text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
            self.symbol(Sort::Word, word.name.text.clone(), detail, whole, word.name.span, Vec::new())
        };
        words.iter().map(word).collect()
    }

    fn fields(&self, fields: &[Field]) -> Vec<Symbol> {
        let field = |field: &Field| {
            let whole = field.name.span.to(field.ty.span);
            let ty = self.syntax.text().slice(self.syntax.range(field.ty.span)).to_owned();
            self.symbol(Sort::Field, field.name.text.clone(), ty, whole, field.name.span, Vec::new())
        };
        fields.iter().map(field).collect()
    }

    fn lets(&self, body: &[Statement]) -> Vec<Symbol> {
        let one = |statement: &Statement| match &statement.kind {
            StatementKind::Let(named) => {
                let name = &named.name;
                vec![self.symbol(
                    Sort::Let,
                    name.text.clone(),
                    String::from("let"),
                    statement.span,
                    name.span,
                    Vec::new(),
                )]
            }
            StatementKind::When(when) => self.lets(&when.body),
            _ => Vec::new(),
        };
        body.iter().flat_map(one).collect()
    }
}

fn layer(layer: &Layer) -> String {
    match layer {
        Layer::Base => String::from("layer base"),
        Layer::Category(name) => format!("layer category {}", name.text),
        Layer::Agent(name) => format!("layer agent {}", name.text),
        Layer::User(text) => format!("layer user \"{}\"", text.value),
    }
}

fn on(rule: &Rule) -> String {
    format!("on {}", rule.on.iter().map(pattern).collect::<Vec<_>>().join(", "))
}

/// `payment.*`
fn pattern(pattern: &ActionPattern) -> String {
    let star = pattern.wildcard.then_some("*");
    pattern.names.iter().map(|name| name.text.as_str()).chain(star).collect::<Vec<_>>().join(".")
}
