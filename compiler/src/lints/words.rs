//! Which words a module uses, by what they stand for. A word is counted where it is meant, not where it is declared.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lictor_grammar::ast::{
    ActionPattern, Expr, ExprKind, Field, FieldInit, History, ItemKind, Layer, Message, MessagePiece, Reason,
    Statement, StatementKind, TestStep, TestStepKind, TypeExpr, Window,
};

use crate::modules::Module;

/// The words that a module uses.
#[derive(Default)]
pub(super) struct Words<'a> {
    /// Bare names in expressions and messages: parts of the request, parameters, locals, values of enums, and what is called.
    pub names: BTreeSet<&'a str>,
    /// Names after a dot, and fields that examples give a value.
    pub fields: BTreeSet<&'a str>,
    /// Types.
    pub types: BTreeSet<&'a str>,
    /// Reason codes that statements give; what tests expect does not count.
    pub codes: BTreeSet<&'a str>,
    /// Roles, tiers, categories and parameters that a line names.
    pub others: BTreeSet<&'a str>,
    /// Actions, as written; a pattern with a star ends in `.` and stands for all that begin so.
    pub actions: BTreeSet<Cow<'a, str>>,
    /// Examples that tests begin with.
    pub examples: BTreeSet<&'a str>,
    /// Frameworks of which rules cite controls.
    pub frameworks: BTreeSet<&'a str>,
    /// Facts that tests state.
    pub stated: BTreeSet<&'a str>,
}

impl<'a> Words<'a> {
    /// The words of one module.
    pub fn of(module: &'a Module) -> Words<'a> {
        let mut words = Words::default();
        words.module(module);
        words
    }

    /// Adds those of a module.
    pub fn module(&mut self, module: &'a Module) {
        module.ast.items.iter().for_each(|item| self.item(&item.kind));
    }

    /// Whether one of the patterns names this action.
    pub fn names_action(&self, action: &str) -> bool {
        self.actions.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => action.starts_with(start),
            None => pattern.as_ref() == action,
        })
    }

    fn item(&mut self, item: &'a ItemKind) {
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
                self.others
                    .extend(node.default.iter().filter_map(|d| d.to.as_ref()).map(|n| n.text.as_str()));
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
                self.others.extend(node.value.to.iter().map(|name| name.text.as_str()));
            }
            ItemKind::Fn(node) => {
                self.declared(&node.params);
                self.ty(&node.result);
                self.expr(&node.body);
            }
            ItemKind::Rule(node) => {
                node.on.iter().for_each(|pattern| self.action(pattern));
                let frameworks = node.cites.iter().filter_map(|path| path.names.first());
                self.frameworks.extend(frameworks.map(|name| name.text.as_str()));
                self.statements(&node.body);
            }
            ItemKind::Normalize(node) => {
                self.actions.insert(node.action.text().into());
                node.when.iter().for_each(|when| self.expr(when));
                for mapping in &node.mappings {
                    self.fields.insert(mapping.field.text.as_str());
                    self.expr(&mapping.source);
                }
            }
            ItemKind::Except(node) => self.expr(&node.when),
            ItemKind::Promise(node) => self.action(&node.action),
            ItemKind::Fixture(steps) => self.steps(steps),
            ItemKind::Example(node) => {
                self.actions.insert(node.action.text().into());
                self.inits(&node.fields);
            }
            ItemKind::Test(node) => self.steps(&node.steps),
            _ => {}
        }
    }

    fn other(&mut self, name: &'a str) {
        self.others.insert(name);
    }

    fn action(&mut self, pattern: &'a ActionPattern) {
        if let ([name], false) = (pattern.names.as_slice(), pattern.wildcard) {
            self.actions.insert(Cow::Borrowed(&name.text));
            return;
        }
        let mut text = pattern.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        if pattern.wildcard {
            text.push_str(if text.is_empty() { "*" } else { ".*" });
        }
        self.actions.insert(text.into());
    }

    fn declared(&mut self, fields: &'a [Field]) {
        fields.iter().for_each(|field| self.ty(&field.ty));
    }

    fn ty(&mut self, ty: &'a TypeExpr) {
        self.types.insert(ty.name.text.as_str());
        ty.args.iter().for_each(|argument| self.ty(argument));
    }

    fn inits(&mut self, inits: &'a [FieldInit]) {
        for init in inits {
            self.fields.extend(init.path.names.iter().map(|name| name.text.as_str()));
            self.expr(&init.value);
        }
    }

    pub(super) fn statements(&mut self, body: &'a [Statement]) {
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
                    self.others.extend(node.to.iter().map(|name| name.text.as_str()));
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

    fn effect(&mut self, condition: Option<&'a Expr>, reason: &'a Reason) {
        condition.into_iter().for_each(|condition| self.expr(condition));
        self.codes.insert(reason.code.text.as_str());
        self.codes.extend(reason.told_as.iter().map(|told_as| told_as.text.as_str()));
        reason.message.iter().for_each(|message| self.message(message));
    }

    fn message(&mut self, message: &'a Message) {
        for piece in &message.pieces {
            let MessagePiece::Path(path) = piece else { continue };
            let mut names = path.names.iter().map(|name| name.text.as_str());
            self.names.extend(names.next());
            self.fields.extend(names);
        }
    }

    fn steps(&mut self, steps: &'a [TestStep]) {
        for step in steps {
            match &step.kind {
                TestStepKind::Given(name, inits) => {
                    self.examples.insert(name.text.as_str());
                    self.inits(inits);
                }
                TestStepKind::Envelope(_, inits) => self.inits(inits),
                TestStepKind::WithFact(name, arguments, value) => {
                    self.stated.insert(name.text.as_str());
                    arguments.iter().for_each(|argument| self.expr(argument));
                    self.expr(value);
                }
                // The rule that asks the question uses what stands in it.
                TestStepKind::WithHistory(_, value) | TestStepKind::WithValue(_, value) => self.expr(value),
                TestStepKind::After(after) => {
                    self.examples.insert(after.example.text.as_str());
                }
                TestStepKind::Cases(field, cases) => {
                    self.fields.extend(field.names.iter().map(|name| name.text.as_str()));
                    cases.iter().for_each(|case| self.expr(&case.value));
                }
                _ => {}
            }
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.names.insert(name);
            }
            ExprKind::Field(of, name) => {
                self.fields.insert(name.text.as_str());
                self.expr(of);
            }
            ExprKind::Call(name, arguments) => {
                self.names.insert(name.text.as_str());
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            ExprKind::Method(of, _, arguments) => {
                self.expr(of);
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Record(fields) => {
                for (name, value) in fields {
                    self.fields.insert(name.text.as_str());
                    self.expr(value);
                }
            }
            ExprKind::As(of, ty) => {
                self.expr(of);
                self.ty(ty);
            }
            ExprKind::Unary(_, of) | ExprKind::Is(of, _) => self.expr(of),
            ExprKind::Binary(_, _, a, b)
            | ExprKind::In(a, b)
            | ExprKind::Index(a, b)
            | ExprKind::Range(a, b, _)
            | ExprKind::Otherwise(a, b)
            | ExprKind::Unless(a, b) => [a, b].into_iter().for_each(|expr| self.expr(expr)),
            ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|expr| self.expr(expr)),
            ExprKind::History(history) => self.history(history),
            ExprKind::Quantifier(quantifier) => {
                self.expr(&quantifier.over);
                self.expr(&quantifier.body);
            }
            _ => {}
        }
    }

    /// What a question about the past names: actions, keys, the field it counts, and the condition on the past action.
    fn history(&mut self, history: &'a History) {
        history.actions.iter().for_each(|pattern| self.action(pattern));
        if let Window::Since(since) = &history.window {
            self.action(&since.action);
        }
        for key in &history.keys {
            let (first, rest) =
                key.names.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
            self.names.extend(first.map(|name| name.text.as_str()));
            self.fields.extend(rest.iter().map(|name| name.text.as_str()));
        }
        history.field.iter().chain(&history.filter).for_each(|expr| self.expr(expr));
    }
}
