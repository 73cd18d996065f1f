//! Rules, their statements, and the steps of tests.

use lictor_grammar::ast::*;

use super::{Class, Node, Walker};

impl Walker<'_> {
    pub(super) fn rule(&mut self, rule: &Rule) {
        self.declared(&rule.name, Class::Rule);
        rule.on.iter().chain(&rule.except).for_each(|pattern| self.action_pattern(pattern));
        self.names(rule.at.as_slice(), Class::Stage);
        rule.cites.iter().for_each(|path| self.cited(path));
        self.exprs(rule.from.iter().chain(&rule.until));
        self.body(&rule.body);
    }

    /// What a `let` names is known to the statements after it, in its own braces.
    fn body(&mut self, body: &[Statement]) {
        let known = self.locals.len();
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            self.part(first.span.to(last.span));
        }
        for statement in body {
            self.part(statement.span);
            self.statement(&statement.kind);
        }
        self.locals.truncate(known);
    }

    fn statement(&mut self, statement: &StatementKind) {
        match statement {
            StatementKind::Let(named) => {
                self.declared(&named.name, Class::Let);
                self.expr(&named.value);
                self.locals.push((named.name.text.clone(), Class::Let));
            }
            StatementKind::When(when) => {
                self.expr(&when.condition);
                self.body(&when.body);
            }
            StatementKind::Require(require) => {
                self.expr(&require.condition);
                self.reason(&require.reason);
            }
            StatementKind::Deny(deny) => {
                self.exprs(deny.condition.as_slice());
                self.reason(&deny.reason);
            }
            StatementKind::StepUp(step_up) => {
                self.exprs(step_up.condition.iter().chain(&step_up.within).chain(&step_up.other_than));
                self.names(step_up.to.as_slice(), Class::Role);
                self.reason(&step_up.reason);
            }
            StatementKind::Risk(risk) => {
                self.exprs(risk.condition.as_slice());
                self.reason(&risk.reason);
            }
            StatementKind::Flag(flag) => {
                self.name(&flag.name, Class::Flag);
                self.exprs(flag.condition.as_slice());
            }
            StatementKind::Amplify(amplify) => {
                self.name(&amplify.name, Class::Amplifier);
                self.exprs(amplify.condition.as_slice());
            }
            StatementKind::Oblige(oblige) => {
                self.name(&oblige.name, Class::Obligation);
                self.exprs(oblige.by.iter().chain(&oblige.condition));
                self.reason(&oblige.reason);
            }
        }
    }

    fn reason(&mut self, reason: &Reason) {
        self.name(&reason.code, Class::Reason);
        self.names(reason.told_as.as_slice(), Class::Reason);
        let Some(message) = &reason.message else { return };
        self.part(message.span);
        self.shown(message);
    }

    /// The paths that a text shows.
    pub(super) fn shown(&mut self, message: &Message) {
        for piece in &message.pieces {
            if let MessagePiece::Path(path) = piece {
                self.part(path.span);
                let class = self.class(path.names.first().map_or("", |name| name.text.as_str()));
                self.field_path(path, class);
            }
        }
    }

    pub(super) fn steps(&mut self, steps: &[TestStep]) {
        for step in steps {
            self.part(step.span);
            match &step.kind {
                TestStepKind::Given(example, changes) => {
                    self.name(example, Class::Example);
                    self.inits(changes);
                }
                TestStepKind::GivenTool(tool, members) => {
                    self.part(tool.span);
                    self.inits(members);
                }
                TestStepKind::Envelope(_, members) => self.inits(members),
                TestStepKind::At(moment) => self.expr(moment),
                TestStepKind::WithFact(fact, arguments, value) => {
                    self.name(fact, Class::Fact);
                    self.exprs(arguments.iter().chain([value]));
                }
                TestStepKind::WithHistory(asked, value) => self.exprs([asked, value]),
                TestStepKind::WithValue(path, value) => {
                    self.path(path, Class::Value, false);
                    self.expr(value);
                }
                TestStepKind::After(after) => {
                    self.name(&after.example, Class::Example);
                    self.expr(&after.over);
                }
                TestStepKind::Cases(path, cases) => {
                    self.field_path(path, Class::Field);
                    for case in cases {
                        self.part(case.span);
                        self.expr(&case.value);
                        self.outcome(&case.outcome);
                    }
                }
                TestStepKind::Expect(outcome) | TestStepKind::ExpectObserved(outcome) => {
                    self.outcome(outcome)
                }
                TestStepKind::ExpectObliged(said) => {
                    if let Some(said) = said {
                        self.part(said.span);
                        self.names(std::slice::from_ref(&said.name), Class::Obligation);
                        self.exprs(said.by.as_slice());
                    }
                }
            }
        }
    }

    fn outcome(&mut self, outcome: &Outcome) {
        self.part(outcome.span);
        self.names(outcome.code.as_slice(), Class::Reason);
        self.names(outcome.to.as_slice(), Class::Role);
    }

    /// What a name that stands for a value is, so far as the item tells.
    pub(super) fn class(&self, name: &str) -> Class {
        let local = self.locals.iter().rev().find(|(known, _)| known == name);
        local.map_or(Class::Value, |(_, class)| *class)
    }

    pub(super) fn value(&mut self, span: lictor_grammar::span::Span, name: &str) {
        let class = self.class(name);
        self.see.see(span, Node::Name(class, false));
    }
}
