//! Conditions and the connectives, and what each shows about the values it looks at.

use super::compare::ScalarKind;
use super::scope::{KEYS, Known, Local, Way, Writer};
use super::types::Type;

/// A condition as it is written, and what is known where it holds and where it does not.
#[derive(Clone, Debug)]
pub struct Condition {
    /// It, with brackets where it needs them.
    pub text: String,
    /// What is known where it holds.
    pub yes: Vec<Known>,
    /// What is known where it does not.
    pub no: Vec<Known>,
}

/// A condition that shows nothing.
pub(super) fn silent(text: impl Into<String>) -> Condition {
    Condition { text: text.into(), yes: Vec::new(), no: Vec::new() }
}

impl Writer<'_> {
    /// A condition that moves this way: up is from false to true.
    pub(super) fn condition(&mut self, way: Way, depth: usize) -> Condition {
        if depth == 0 {
            return self.simple(way, 0);
        }
        let next = depth - 1;
        match self.rng.below(13) {
            0 | 1 => {
                let left = self.condition(way, next);
                let right = self.knowing(&left.yes, |writer| writer.condition(way, next));
                let text = format!("({} and {})", left.text, right.text);
                Condition { text, yes: [left.yes, right.yes].concat(), no: Vec::new() }
            }
            2 | 3 => {
                let left = self.condition(way, next);
                let right = self.knowing(&left.no, |writer| writer.condition(way, next));
                let text = format!("({} or {})", left.text, right.text);
                Condition { text, yes: Vec::new(), no: [left.no, right.no].concat() }
            }
            4 => {
                let inner = self.condition(way.flip(), next);
                Condition { text: format!("not ({})", inner.text), yes: inner.no, no: inner.yes }
            }
            5 => {
                let left = self.condition(way, next);
                let right = self.knowing(&left.yes, |writer| writer.condition(way.flip(), next));
                let text = format!("({} unless {})", left.text, right.text);
                Condition { text, yes: [left.yes, right.no].concat(), no: Vec::new() }
            }
            6 => {
                let asked = self.condition(Way::Still, next);
                let then = self.knowing(&asked.yes, |writer| writer.condition(way, next));
                let other = self.knowing(&asked.no, |writer| writer.condition(way, next));
                silent(format!("(if {} then {} else {})", asked.text, then.text, other.text))
            }
            7 => match self.presence() {
                // The commonest guard: what may be absent is asked for, then read.
                Some(guard) if !guard.yes.is_empty() => {
                    let rest = self.knowing(&guard.yes, |writer| writer.condition(way, next));
                    let text = format!("({} and {})", guard.text, rest.text);
                    Condition { text, yes: [guard.yes, rest.yes].concat(), no: Vec::new() }
                }
                other => other.unwrap_or_else(|| self.simple(way, next)),
            },
            8 | 9 => {
                self.quantified(way, next).map_or_else(|| self.simple(way, next), |(text, _)| silent(text))
            }
            _ => self.simple(way, next),
        }
    }

    /// A condition without connectives.
    fn simple(&mut self, way: Way, depth: usize) -> Condition {
        match self.rng.below(15) {
            0 => self.presence().unwrap_or_else(|| self.ordered(way, depth)),
            1 => self.value(&Type::Bool, way, depth, true).map_or_else(|| silent("true"), silent),
            2 => self.equality(depth),
            3 => self.membership(way, depth).unwrap_or_else(|| self.ordered(way, depth)),
            4 => self.listed(depth),
            5 => self.range(way, depth),
            6 => self.text_question(depth),
            7 => silent(self.hours(depth)),
            8 | 9 => self.form_question(depth),
            _ => self.ordered(way, depth),
        }
    }

    /// `x is present`, `xs is not empty` and their opposites.
    pub(super) fn presence(&mut self) -> Option<Condition> {
        if self.rng.chance(25)
            && let Some(asked) = self.state()
        {
            return Some(asked);
        }
        if self.rng.chance(15)
            && let Some(asked) = self.has_key()
        {
            return Some(asked);
        }
        if self.rng.chance(75) {
            let path = self.path(|ty| matches!(ty, Type::Optional(_)))?.text;
            let known = vec![Known::Present(path.clone())];
            let absent = self.rng.chance(35);
            let text = format!("{path} is {}", if absent { "absent" } else { "present" });
            let (yes, no) = if absent { (Vec::new(), known) } else { (known, Vec::new()) };
            return Some(Condition { text, yes, no });
        }
        let path = self.path(|ty| ty.element().is_some())?.text;
        let known = vec![Known::Filled(path.clone())];
        let empty = self.rng.chance(40);
        let text = format!("{path} is {}empty", if empty { "" } else { "not " });
        let (yes, no) = if empty { (Vec::new(), known) } else { (known, Vec::new()) };
        Some(Condition { text, yes, no })
    }

    /// A question about the state of a sourced value, most of which show that it can be read.
    fn state(&mut self) -> Option<Condition> {
        let path = self.path(|ty| matches!(ty, Type::Sourced(_)))?.text;
        let known = vec![Known::Opened(path.clone())];
        let state = format!("{path}.state");
        let (text, yes, no) = match self.rng.below(8) {
            0 | 1 => (format!("{state} == verified"), known, Vec::new()),
            2 => (format!("inferred == {state}"), known, Vec::new()),
            3 => (format!("{state} != withheld"), known, Vec::new()),
            4 => (format!("{state} == withheld"), Vec::new(), known),
            5 => (format!("{state} in [verified, stale]"), known, Vec::new()),
            6 => (format!("({state} == stale or {state} == verified)"), known, Vec::new()),
            _ => (format!("{state} in [withheld, inferred]"), Vec::new(), known),
        };
        Some(Condition { text, yes, no })
    }

    /// Whether a map has a key.
    fn has_key(&mut self) -> Option<Condition> {
        let path = self.path(|ty| matches!(ty, Type::Map(..)))?.text;
        if self.rng.chance(30) {
            let key = self.plain(&Type::Text(0), Way::Still, 1);
            return Some(silent(format!("({key}) in {path}")));
        }
        let key = self.rng.pick::<&str>(&KEYS);
        let yes = vec![Known::Present(format!("{path}[\"{key}\"]"))];
        Some(Condition { text: format!("\"{key}\" in {path}"), yes, no: Vec::new() })
    }

    /// `all` or `any`, and the name of its variable with its type. Where the collection is a parameter it moves, and only `any`
    /// moves with it.
    pub(super) fn quantified(&mut self, way: Way, depth: usize) -> Option<(String, Local)> {
        if self.scope.quantifiers >= 3 {
            return None;
        }
        let word = *self.rng.pick(&["all", "any"]);
        let moving = if word == "any" && self.rng.chance(20) { way } else { Way::Still };
        let (text, element) = self.collection(moving)?;
        let body_way = if moving == Way::Still { way } else { Way::Still };
        let (variable, body) = self.inside(element, |writer| writer.condition(body_way, depth).text);
        Some((format!("{word}({} in {text}: {body})", variable.name), variable))
    }

    /// `count(x in xs: P)`
    pub(super) fn count(&mut self, way: Way, depth: usize) -> Option<String> {
        if self.scope.quantifiers >= 3 {
            return None;
        }
        let (text, element) = self.collection(Way::Still)?;
        let (variable, body) = self.inside(element, |writer| writer.condition(way, depth).text);
        Some(format!("count({} in {text}: {body})", variable.name))
    }

    /// `sum(x in xs: E)`
    pub(super) fn sum(&mut self, kind: &Type, way: Way, depth: usize) -> Option<String> {
        if self.scope.quantifiers >= 3 {
            return None;
        }
        let (text, element) = self.collection(Way::Still)?;
        let (variable, body) = self.inside(element, |writer| writer.plain(kind, way, depth.min(1)));
        Some(format!("sum({} in {text}: {body})", variable.name))
    }

    /// Writes what is asked of each element.
    fn inside(&mut self, element: Type, write: impl FnOnce(&mut Self) -> String) -> (Local, String) {
        self.note_loops(1);
        let variable = Local { name: self.fresh(), ty: element, way: Way::Still, loops: 0 };
        self.scope.locals.push(variable.clone());
        self.scope.quantifiers += 1;
        let body = write(self);
        self.scope.quantifiers -= 1;
        self.scope.locals.retain(|local| local.name != variable.name);
        (variable, body)
    }

    /// A list or a set that moves this way, and the type of its elements.
    pub(super) fn collection(&mut self, way: Way) -> Option<(String, Type)> {
        if way == Way::Still {
            let path = self.path(|ty| ty.element().is_some())?;
            return Some((path.text.clone(), path.ty.element()?.clone()));
        }
        let sets: Vec<Type> = [ScalarKind::Text, ScalarKind::Int, ScalarKind::Country]
            .into_iter()
            .map(|element| Type::Set(Box::new(element.of_set()), 1, 6))
            .collect();
        let set = self.rng.pick(&sets).clone();
        Some((self.param(&set, way)?, set.element()?.clone()))
    }
}
