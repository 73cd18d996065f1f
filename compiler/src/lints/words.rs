//! Which words a module uses, by what they stand for. A word is counted where it is meant, not where it is declared.
//!
//! Words have numbers, so that what an item uses is a list of these, which is kept as long as the item is as it was written, and what
//! a module uses is put together without reading it again.

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_grammar::ast::{
    ActionPattern, Expr, ExprKind, Field, FieldInit, History, ItemKind, Layer, Message, MessagePiece, Name,
    Reason, Statement, StatementKind, TestStep, TestStepKind, TypeExpr, Window,
};

/// What a word stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Use {
    /// A bare name in an expression or a message: a part of the request, a parameter, a local, a value of an enum, what is called.
    Name,
    /// A name after a dot, or a field that an example gives a value.
    Field,
    /// A type.
    Type,
    /// A reason code that a statement gives; what a test expects does not count.
    Code,
    /// A role, tier, category or parameter that a line names.
    Other,
    /// An action, as written; a pattern with a star ends in `.*` and stands for all that begin so.
    Action,
    /// An example that a test begins with.
    Example,
    /// A framework of which a rule cites a control.
    Framework,
    /// A fact that a test states.
    Stated,
}

/// The numbers of words. One that nobody says any more keeps its number: whoever remembers an item may have it.
#[derive(Default)]
pub(crate) struct Dictionary(BTreeMap<Use, BTreeMap<Box<str>, u32>>);

impl Dictionary {
    fn number(&mut self, of: Use, word: &str) -> u32 {
        let next: usize = self.0.values().map(BTreeMap::len).sum();
        let words = self.0.entry(of).or_default();
        if let Some(number) = words.get(word) {
            return *number;
        }
        let number = u32::try_from(next).unwrap_or(u32::MAX);
        words.insert(word.into(), number);
        number
    }

    /// The words that an item uses, in the order of their numbers.
    pub fn words_of(&mut self, item: &ItemKind) -> Arc<[u32]> {
        let mut reader = Reader { dictionary: self, said: Vec::new() };
        reader.item(item);
        sorted(reader.said).into()
    }

    /// The words that these statements use.
    pub(super) fn words_in(&mut self, body: &[Statement]) -> Words<'_> {
        let mut reader = Reader { dictionary: self, said: Vec::new() };
        reader.statements(body);
        let said = reader.said;
        Words::new(self, said)
    }

    /// The numbers of these examples, as tests name them.
    pub(super) fn examples<'w>(&mut self, names: impl Iterator<Item = &'w String>) -> Vec<u32> {
        names.map(|name| self.number(Use::Example, name)).collect()
    }
}

/// The words that something uses.
pub(super) struct Words<'d> {
    dictionary: &'d Dictionary,
    /// Their numbers, sorted.
    said: Vec<u32>,
}

impl<'d> Words<'d> {
    /// Those of these numbers, which may come in any order and more than once.
    pub fn new(dictionary: &'d Dictionary, said: Vec<u32>) -> Words<'d> {
        Words { dictionary, said: sorted(said) }
    }

    /// Whether a word is used so.
    pub fn have(&self, of: Use, word: &str) -> bool {
        self.dictionary.0.get(&of).and_then(|words| words.get(word)).is_some_and(|number| self.said(*number))
    }

    /// Whether one of the patterns names this action.
    pub fn name_action(&self, action: &str) -> bool {
        let patterns = self.dictionary.0.get(&Use::Action).into_iter().flatten();
        patterns.filter(|(_, number)| self.said(**number)).any(|(pattern, _)| {
            match pattern.strip_suffix('*') {
                Some(start) => action.starts_with(start),
                None => **pattern == *action,
            }
        })
    }

    fn said(&self, number: u32) -> bool {
        self.said.binary_search(&number).is_ok()
    }
}

fn sorted(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Reads what is written for the words that it uses.
struct Reader<'d> {
    dictionary: &'d mut Dictionary,
    said: Vec<u32>,
}

impl Reader<'_> {
    fn say(&mut self, of: Use, word: &str) {
        let number = self.dictionary.number(of, word);
        self.said.push(number);
    }

    fn all<'w>(&mut self, of: Use, names: impl IntoIterator<Item = &'w Name>) {
        names.into_iter().for_each(|name| self.say(of, &name.text));
    }

    fn item(&mut self, item: &ItemKind) {
        match item {
            ItemKind::Layer(line) => {
                if let Layer::Category(name) | Layer::Agent(name) = &line.layer {
                    self.other(&name.text);
                }
            }
            ItemKind::Escalate(node) => self.other(&node.to.text),
            ItemKind::Record(node) | ItemKind::Extend(node) => self.declared(&node.fields),
            ItemKind::Action(node) | ItemKind::Event(node) => {
                self.declared(&node.fields);
                node.amplifiers.iter().for_each(|init| self.expr(&init.value));
                self.all(Use::Other, node.default.iter().filter_map(|default| default.to.as_ref()));
            }
            ItemKind::Fact(node) => {
                self.declared(&node.params);
                self.ty(&node.result);
            }
            ItemKind::Category(node) => self.expr(&node.when),
            ItemKind::Param(node) => self.ty(&node.ty),
            ItemKind::Set(node) => self.other(&node.name.text),
            ItemKind::SetDefault(node) => {
                self.action(&node.action);
                self.all(Use::Other, &node.value.to);
            }
            ItemKind::Fn(node) => {
                self.declared(&node.params);
                self.ty(&node.result);
                self.expr(&node.body);
            }
            ItemKind::Rule(node) => {
                node.on.iter().for_each(|pattern| self.action(pattern));
                self.all(Use::Framework, node.cites.iter().filter_map(|path| path.names.first()));
                self.statements(&node.body);
            }
            ItemKind::Framework(node) => {
                let controls = node.controls.iter().map(|control| &control.standing);
                let next = controls.chain([&*node.standing]).filter_map(|said| said.superseded_by.as_ref());
                self.all(Use::Framework, next.filter_map(|path| path.names.first()));
            }
            ItemKind::Normalize(node) => {
                self.say(Use::Action, &node.action.text());
                node.when.iter().for_each(|when| self.expr(when));
                for mapping in &node.mappings {
                    self.say(Use::Field, &mapping.field.text);
                    self.expr(&mapping.source);
                }
            }
            ItemKind::Except(node) => self.expr(&node.when),
            ItemKind::Promise(node) => {
                self.action(&node.action);
                node.when.iter().for_each(|when| self.expr(when));
            }
            ItemKind::Fixture(steps) => self.steps(steps),
            ItemKind::Example(node) => {
                self.say(Use::Action, &node.action.text());
                self.inits(&node.fields);
            }
            ItemKind::Test(node) => self.steps(&node.steps),
            _ => {}
        }
    }

    fn other(&mut self, name: &str) {
        self.say(Use::Other, name);
    }

    fn action(&mut self, pattern: &ActionPattern) {
        if let ([name], false) = (pattern.names.as_slice(), pattern.wildcard) {
            return self.say(Use::Action, &name.text);
        }
        let mut text = pattern.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        if pattern.wildcard {
            text.push_str(if text.is_empty() { "*" } else { ".*" });
        }
        self.say(Use::Action, &text);
    }

    fn declared(&mut self, fields: &[Field]) {
        fields.iter().for_each(|field| self.ty(&field.ty));
    }

    fn ty(&mut self, ty: &TypeExpr) {
        self.say(Use::Type, &ty.name.text);
        ty.args.iter().for_each(|argument| self.ty(argument));
    }

    fn inits(&mut self, inits: &[FieldInit]) {
        for init in inits {
            self.all(Use::Field, &init.path.names);
            self.expr(&init.value);
        }
    }

    fn statements(&mut self, body: &[Statement]) {
        for statement in body {
            match &statement.kind {
                StatementKind::Let(node) => self.expr(&node.value),
                StatementKind::When(node) => {
                    self.expr(&node.condition);
                    self.statements(&node.body);
                }
                StatementKind::Require(node) => self.effect(Some(&node.condition), &node.reason),
                StatementKind::Deny(node) => self.effect(node.condition.as_ref(), &node.reason),
                StatementKind::StepUp(node) => {
                    self.all(Use::Other, &node.to);
                    node.other_than.iter().for_each(|other| self.expr(other));
                    self.effect(node.condition.as_ref(), &node.reason);
                }
                StatementKind::Risk(node) => self.effect(node.condition.as_ref(), &node.reason),
                StatementKind::Flag(node) => node.condition.iter().for_each(|condition| self.expr(condition)),
                StatementKind::Amplify(node) => {
                    node.condition.iter().for_each(|condition| self.expr(condition));
                }
                StatementKind::Oblige(node) => {
                    node.by.iter().for_each(|by| self.expr(by));
                    self.effect(node.condition.as_ref(), &node.reason);
                }
            }
        }
    }

    fn effect(&mut self, condition: Option<&Expr>, reason: &Reason) {
        condition.into_iter().for_each(|condition| self.expr(condition));
        self.say(Use::Code, &reason.code.text);
        self.all(Use::Code, &reason.told_as);
        reason.message.iter().for_each(|message| self.message(message));
    }

    fn message(&mut self, message: &Message) {
        for piece in &message.pieces {
            let MessagePiece::Path(path) = piece else { continue };
            let mut names = path.names.iter();
            self.all(Use::Name, names.next());
            self.all(Use::Field, names);
        }
    }

    fn steps(&mut self, steps: &[TestStep]) {
        for step in steps {
            match &step.kind {
                TestStepKind::Given(name, inits) => {
                    self.say(Use::Example, &name.text);
                    self.inits(inits);
                }
                TestStepKind::Envelope(_, inits) => self.inits(inits),
                TestStepKind::WithFact(name, arguments, value) => {
                    self.say(Use::Stated, &name.text);
                    arguments.iter().for_each(|argument| self.expr(argument));
                    self.expr(value);
                }
                // The rule that asks the question uses what stands in it.
                TestStepKind::WithHistory(_, value) | TestStepKind::WithValue(_, value) => self.expr(value),
                TestStepKind::After(after) => {
                    self.say(Use::Example, &after.example.text);
                }
                TestStepKind::Cases(field, cases) => {
                    self.all(Use::Field, &field.names);
                    cases.iter().for_each(|case| self.expr(&case.value));
                }
                _ => {}
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.say(Use::Name, name),
            ExprKind::Call(name, _) => self.say(Use::Name, &name.text),
            ExprKind::Field(_, name) => self.say(Use::Field, &name.text),
            ExprKind::Record(fields) => self.all(Use::Field, fields.iter().map(|(name, _)| name)),
            ExprKind::As(_, ty) => self.ty(ty),
            ExprKind::Filled(message) => self.message(message),
            ExprKind::History(history) => self.history(history),
            _ => {}
        }
        expr.children().for_each(|inner| self.expr(inner));
    }

    /// What a question about the past names, beside the field it counts and the condition on the past action: actions and keys.
    fn history(&mut self, history: &History) {
        history.actions.iter().for_each(|pattern| self.action(pattern));
        if let Window::Since(since) = &history.window {
            self.action(&since.action);
        }
        for key in &history.keys {
            let mut names = key.names.iter();
            self.all(Use::Name, names.next());
            self.all(Use::Field, names);
        }
    }
}
