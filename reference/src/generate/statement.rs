//! Statements and their messages.

use super::condition::Condition;
use super::scope::{Local, Way, Writer};
use super::types::Type;
use super::world::{AMPLIFIERS, FLAGS};

impl Writer<'_> {
    /// Statements one after the other. What one shows is known in those after it.
    pub(super) fn block(&mut self, statements: usize, depth: usize) -> String {
        let (locals, known) = (self.scope.locals.len(), self.scope.known.len());
        let mut text = String::new();
        for _ in 0..statements {
            let line = self.statement(depth);
            text.push_str(&format!("{}{line}\n", "  ".repeat(depth + 1)));
        }
        self.scope.locals.truncate(locals);
        self.scope.known.truncate(known);
        text
    }

    fn statement(&mut self, depth: usize) -> String {
        match self.rng.below(12) {
            0 | 1 if self.scope.named < 12 => {
                let line = self.binding();
                // A block says something besides giving names.
                format!("{line}\n{}{}", "  ".repeat(depth + 1), self.effect())
            }
            2 | 3 if depth < 2 => {
                let condition = self.asked(Way::Up);
                let statements = 1 + self.rng.below(2);
                let body = self.knowing(&condition.yes, |writer| writer.block(statements, depth + 1));
                format!("when {} {{\n{body}{}}}", condition.text, "  ".repeat(depth + 1))
            }
            _ => self.effect(),
        }
    }

    /// A condition of a statement.
    fn asked(&mut self, way: Way) -> Condition {
        self.scope.amounts.clear();
        let depth = 1 + self.rng.below(3);
        self.condition(way, depth)
    }

    /// `let x = E`
    fn binding(&mut self) -> String {
        let way = *self.rng.pick(&[Way::Still, Way::Still, Way::Up, Way::Down]);
        let before = std::mem::take(&mut self.scope.deepest);
        let kind = match self.rng.below(7) {
            0 => Type::Bool,
            1 => Type::Int(true),
            2 => Type::Decimal(true),
            3 | 4 => Type::Money(true),
            5 => Type::Timestamp,
            _ => Type::Duration(true),
        };
        let looked_up = if self.rng.chance(25) {
            // Of any type: a record's fields, or a list's elements, are read by the name.
            let result = self.world.facts[self.rng.below(self.world.facts.len())].result.clone();
            let found = self.look_up(&result.definite().kind(), 1);
            found.map(|(text, absent)| {
                (text, if absent { result.optional() } else { result.definite().clone() })
            })
        } else {
            None
        };
        let path = if self.rng.chance(15) { self.path(|_| true) } else { None };
        let (value, ty, way) = match (looked_up, path) {
            (Some((text, ty)), _) => (text, ty, Way::Still),
            (None, Some(path)) => (path.text, path.ty, Way::Still),
            (None, None) => (self.plain(&kind, way, 2), kind, way),
        };
        let loops = std::mem::replace(&mut self.scope.deepest, before);
        let name = self.fresh();
        if self.is_personal(&value) {
            self.scope.personal.push(name.clone());
        }
        self.scope.locals.push(Local { name: name.clone(), ty, way, loops });
        format!("let {name} = {value}")
    }

    /// A statement with an effect.
    fn effect(&mut self) -> String {
        let mut code = self.rng.pick(&self.world.reasons).0.clone();
        if self.rng.chance(8) {
            let other = &self.rng.pick(&self.world.reasons).0;
            if *other != code {
                code.push_str(&format!(" told as {other}"));
            }
        }
        self.scope.amounts.clear();
        match self.rng.below(13) {
            0 | 1 => {
                let (condition, shown) = self.decided("all", Way::Down);
                let message = self.message(&shown);
                self.scope.known.extend(condition.yes);
                format!("require {} else {code}{message}", condition.text)
            }
            2 | 3 => {
                let (condition, shown) = self.decided("any", Way::Up);
                let message = self.message(&shown);
                self.scope.known.extend(condition.no);
                format!("deny when {} as {code}{message}", condition.text)
            }
            4..=6 => {
                let (when, shown) = self.maybe_decided();
                let to = self.approver();
                format!("step_up{to}{when} as {code}{}", self.message(&shown))
            }
            7 => {
                let flag = *self.rng.pick(&FLAGS);
                format!("flag {flag}{}", self.maybe_decided().0)
            }
            8 => {
                let amplifier = *self.rng.pick(&AMPLIFIERS);
                let points = 1 + self.rng.below(60);
                format!("amplify {amplifier} +{points}{}", self.maybe_decided().0)
            }
            9 => {
                let by = if self.rng.chance(60) {
                    format!(" by {}", self.plain(&Type::Timestamp, Way::Still, 1))
                } else {
                    String::new()
                };
                let by = if self.is_personal(&by) { String::new() } else { by };
                self.scope.amounts.clear();
                let (when, shown) = self.maybe_decided();
                format!("oblige report{by}{when} as {code}{}", self.message(&shown))
            }
            _ => {
                let (when, shown) = self.maybe_decided();
                let points = *self.rng.pick(&[1, 2, 5, 10, 20, 40, 60]);
                format!("risk +{points}{when} as {code}{}", self.message(&shown))
            }
        }
    }

    /// A condition, and the variable that a message may show because it names the element that decided.
    fn decided(&mut self, word: &str, way: Way) -> (Condition, Vec<Local>) {
        if self.rng.chance(20)
            && let Some((text, variable)) = self.quantified(way, 1)
        {
            let shown = if text.starts_with(word) { vec![variable] } else { Vec::new() };
            return (Condition { text, yes: Vec::new(), no: Vec::new() }, shown);
        }
        (self.asked(way), Vec::new())
    }

    /// The same behind `when`, or nothing.
    fn maybe_decided(&mut self) -> (String, Vec<Local>) {
        if self.rng.chance(12) {
            return (String::new(), Vec::new());
        }
        let (condition, shown) = self.decided("any", Way::Up);
        (format!(" when {}", condition.text), shown)
    }

    fn approver(&mut self) -> String {
        let role = self.rng.pick(&self.world.roles).clone();
        let mut text = match self.rng.below(4) {
            0 if self.world.escalates => String::new(),
            1 => " to user".to_owned(),
            _ => format!(" to {role}"),
        };
        if self.rng.chance(20) {
            text.push_str(&format!(" quorum {}", 1 + self.rng.below(3)));
        }
        if self.rng.chance(20) {
            text.push_str(&format!(" within {}m", 1 + self.rng.below(90)));
        }
        if self.rng.chance(15) {
            let ids = ["agent.id", "user.id", "\"u-1\"", "\"u-2\""];
            let some = (0..1 + self.rng.below(3)).map(|_| *self.rng.pick(&ids)).collect::<Vec<_>>();
            text.push_str(&format!(" other than {}", some.join(", ")));
        }
        text
    }

    /// A message that shows some of what may be shown, or none at all.
    fn message(&mut self, shown: &[Local]) -> String {
        if self.rng.chance(45) {
            return String::new();
        }
        self.scope.locals.extend_from_slice(shown);
        let scalar = |ty: &Type| ty.definite().is_scalar();
        let mut text = String::from("said");
        for _ in 0..self.rng.below(3) {
            let params = self.world.params.iter();
            let plain = params.filter(|param| param.ty.is_scalar() && !matches!(param.ty, Type::Money(_)));
            let mut values: Vec<String> = plain.map(|param| param.name.clone()).collect();
            values.extend(self.scope.amounts.iter().cloned());
            let locals = self.scope.locals.iter().filter(|local| scalar(&local.ty));
            values.extend(locals.map(|local| local.name.clone()));
            // A message shows paths of names, and no look-ups.
            let path = self.path(scalar).map(|path| path.text).filter(|path| !path.contains('['));
            let value = if self.rng.chance(50) { path } else { self.rng.pick_any(&values) };
            if let Some(value) = value.filter(|value| !self.is_personal(value)) {
                text.push_str(&format!(" {{{value}}} {{{{x}}}}"));
            }
        }
        let kept = self.scope.locals.len() - shown.len();
        self.scope.locals.truncate(kept);
        format!(" \"{text}\"")
    }
}
