//! Questions about the past: how often, how much, how many different ones, when last.

use super::pool::{CURRENCIES, length_text};
use super::rule::{actions, common};
use super::scope::{Scope, Way, Writer};
use super::types::Type;
use super::world::Action;

/// What a policy asks to have become of past actions.
const STATES: [&str; 3] = ["attempted", "allowed", "executed"];

impl<'w> Writer<'w> {
    /// A question whose answer has this type, and whether it may be absent. `None` where the past gives no such answer.
    pub(super) fn history(&mut self, kind: &Type) -> Option<(String, bool)> {
        if !self.scope.facts || self.scope.quantifiers > 0 {
            return None;
        }
        let state = *self.rng.pick(&STATES);
        let (on, asked) = self.past_actions(state);
        let past = common(self.world, &asked);
        let (word, field) = match kind {
            Type::Int(_) if self.rng.chance(60) => ("times", None),
            Type::Int(_) => ("distinct", Some(self.field_of(&past, |ty| ty.definite().is_scalar())?)),
            Type::Money(_) => {
                ("total", Some(self.field_of(&past, |ty| matches!(ty.definite(), Type::Money(_)))?))
            }
            Type::Timestamp => ("latest", None),
            _ => return None,
        };
        let of = field.map_or_else(String::new, |field| format!("{field} of "));
        let since = self.rng.chance(20).then(|| self.begin());
        let mut shared = asked;
        shared.extend(since.iter().flat_map(|(_, _, actions)| actions.clone()));
        let per = self.keys(&shared);
        let longest = length_text(1_000 * self.rng.between(1, 8 * 86_400));
        let window = match &since {
            Some((state, begin, _)) => format!("since latest {state} {begin}, at most {longest}"),
            None if self.rng.chance(30) => match 1 + self.rng.below(8) {
                1 => "over 1 day in UTC".to_owned(),
                2 => "over 2 days in \"Europe/Berlin\"".to_owned(),
                days => format!("over {days} days in UTC"),
            },
            None => {
                let lengths: Vec<i64> = self
                    .pool
                    .lengths
                    .iter()
                    .copied()
                    .filter(|length| (1..=400 * 86_400_000).contains(length))
                    .collect();
                format!("over {}", length_text(*self.rng.pick(&lengths)))
            }
        };
        let money = if word == "total" {
            format!(" in {}", CURRENCIES[self.scope.currency].0)
        } else {
            String::new()
        };
        let filter =
            if self.rng.chance(30) { format!(" where {}", self.filter(past)) } else { String::new() };
        let text = format!("{word}({of}{state} {on}{per} {window}{money}{filter})");
        // The words of a question are bounded.
        (text.len() <= 380).then_some((text, word == "latest"))
    }

    /// Past actions, as a question names them and as they are.
    fn past_actions(&mut self, state: &str) -> (String, Vec<&'w Action>) {
        let (on, asked) = self.past_requests();
        // Nobody asked for an event, so that one is executed and nothing else.
        let events: Vec<&Action> = self.world.events.iter().filter(|_| self.rng.chance(30)).collect();
        if events.is_empty() || state != "executed" {
            return (on, asked);
        }
        let names = events.iter().map(|event| event.name.clone());
        if self.rng.chance(50) {
            return (names.collect::<Vec<_>>().join(", "), events);
        }
        let on = std::iter::once(on).chain(names).collect::<Vec<_>>().join(", ");
        (on, [asked, events].concat())
    }

    /// The same of requests alone.
    fn past_requests(&mut self) -> (String, Vec<&'w Action>) {
        match actions(self.rng, self.world) {
            (on, all) if on == "*" => {
                (all.iter().map(|action| action.name.as_str()).collect::<Vec<_>>().join(", "), all)
            }
            some => some,
        }
    }

    /// The actions of which the latest begins a window: one, or a group; and what must have become of it.
    fn begin(&mut self) -> (&'static str, String, Vec<&'w Action>) {
        if let (Some(event), true) = (self.world.events.first(), self.rng.chance(40)) {
            return ("executed", event.name.clone(), vec![event]);
        }
        let state = *self.rng.pick(&STATES);
        let action = self.rng.pick(&self.world.actions);
        match action.name.split_once('.') {
            Some((group, _)) if self.rng.chance(40) => {
                let group = format!("{group}.");
                let within = |action: &&Action| action.name.starts_with(&group);
                (state, format!("{group}*"), self.world.actions.iter().filter(within).collect())
            }
            _ => (state, action.name.clone(), vec![action]),
        }
    }

    /// What both the request and the past actions have, and what has to be the same in them.
    fn keys(&mut self, past: &[&Action]) -> String {
        let shared = common(self.world, past);
        let paths: Vec<String> = self
            .paths()
            .into_iter()
            .filter(|path| path.ty.is_scalar() && path.is_field())
            .filter(|path| {
                let root = path.text.split('.').next().unwrap_or_default();
                let here = self.scope.roots.iter().find(|(name, _)| name == root);
                here.is_some_and(|root| shared.contains(root))
            })
            .map(|path| path.text)
            .collect();
        let mut keys: Vec<String> =
            (0..self.rng.below(3)).filter_map(|_| self.rng.pick_any(&paths)).collect();
        keys.dedup();
        if keys.is_empty() { String::new() } else { format!(" per {}", keys.join(", ")) }
    }

    /// A path of past actions.
    fn field_of(&mut self, past: &[(String, Type)], fits: impl Fn(&Type) -> bool) -> Option<String> {
        self.within_past(past.to_vec(), |writer| writer.fields_only(|ty| fits(ty)).map(|path| path.text))
    }

    /// A condition on a past action.
    fn filter(&mut self, past: Vec<(String, Type)>) -> String {
        self.within_past(past, |writer| writer.condition(Way::Still, 1).text)
    }

    /// Writes something about a past action, which has neither parameters nor facts.
    fn within_past<T>(&mut self, roots: Vec<(String, Type)>, write: impl FnOnce(&mut Self) -> T) -> T {
        let Scope { named, currency, .. } = self.scope;
        let inner = Scope { roots, named, currency, ..Scope::default() };
        let outer = std::mem::replace(&mut self.scope, inner);
        let written = write(self);
        let named = self.scope.named;
        self.scope = Scope { named, ..outer };
        written
    }
}
