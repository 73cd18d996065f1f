//! Items and statements.

use lictor_grammar::ast::{
    Disposition, DispositionKind, Expr, Item, ItemKind, ParamValue, Rule, Statement, StatementKind,
};

use super::edit::Editor;

impl Editor<'_> {
    /// Everything in an item that may be changed.
    pub fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Action(action) => {
                for amplifier in &action.amplifiers {
                    self.expr(&amplifier.value);
                }
                if let Some(default) = &action.default {
                    self.disposition(default);
                }
            }
            ItemKind::Category(category) => self.condition(&category.when),
            ItemKind::Param(param) => self.values(&param.values),
            ItemKind::Set(set) => self.values(&set.values),
            ItemKind::SetDefault(set) => self.disposition(&set.value),
            ItemKind::RiskModel(model) => {
                let weights = model.flags.iter().chain(&model.amplifiers).flat_map(|(weights, _)| weights);
                for weight in weights {
                    self.number(&weight.weight);
                }
                for threshold in model.step_up_at.iter().chain(&model.deny_at) {
                    self.number(threshold);
                }
            }
            ItemKind::Fn(function) => self.expr(&function.body),
            ItemKind::Rule(rule) => self.rule(rule),
            _ => {}
        }
    }

    fn values(&mut self, values: &[ParamValue]) {
        for value in values {
            if let ParamValue::Expr(value) = value {
                self.expr(value);
            }
        }
    }

    fn disposition(&mut self, disposition: &Disposition) {
        let other = match disposition.kind {
            DispositionKind::Allow => "deny",
            DispositionKind::StepUp | DispositionKind::Deny => "allow",
        };
        self.replace("default", disposition.span, other);
    }

    fn rule(&mut self, rule: &Rule) {
        self.within(Some(&rule.name.text));
        for date in rule.from.iter().chain(&rule.until) {
            self.constant(date);
        }
        self.statements(&rule.body);
        self.within(None);
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Let(one) => {
                    self.expr(&one.value);
                    continue;
                }
                StatementKind::When(when) => {
                    self.condition(&when.condition);
                    self.statements(&when.body);
                    continue;
                }
                StatementKind::Require(require) => self.condition(&require.condition),
                StatementKind::Deny(deny) => deny.condition.iter().for_each(|when| self.condition(when)),
                StatementKind::StepUp(step) => step.condition.iter().for_each(|when| self.condition(when)),
                StatementKind::Risk(risk) => {
                    self.number(&risk.points);
                    risk.condition.iter().for_each(|when| self.condition(when));
                }
                StatementKind::Flag(flag) => flag.condition.iter().for_each(|when| self.condition(when)),
                StatementKind::Amplify(amplify) => {
                    self.number(&amplify.points);
                    amplify.condition.iter().for_each(|when| self.condition(when));
                }
                StatementKind::Oblige(oblige) => {
                    if let Some(by) = &oblige.by {
                        self.expr(by);
                        // A condition that stands before it may hold a name that is called so.
                        let before = oblige.condition.as_ref().map(|when| when.span.end);
                        let from = before.filter(|end| *end <= by.span.start);
                        self.moment(from.unwrap_or(oblige.name.span.end), by);
                    }
                    oblige.condition.iter().for_each(|when| self.condition(when));
                }
            }
            self.replace("statement", statement.span, "");
        }
    }

    /// The moment of an obligation, with the `by` before it: without them the caller has all the time there is.
    fn moment(&mut self, from: u32, by: &Expr) {
        if let Some(word) = self.find(from, by.span.start, by.span, "by") {
            self.replace("moment", word.to(by.span), "");
        }
    }
}
