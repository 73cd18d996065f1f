//! What happened before, and the answers to what a policy asks of it.

use std::cell::RefCell;

use lictor_bundle::history::{DAY, HistoryKind, HistoryState};
use lictor_bundle::schema::ActionId;
use lictor_compiler::typed::{Expr, History, Program, Window};
use num_traits::ToPrimitive;

use crate::eval::{Evaluator, Situation};
use crate::number::whole;
use crate::read::{self, Request};
use crate::value::{Failure, Value};

/// An action that was decided before.
#[derive(Debug)]
pub struct PastAction {
    request: Request,
    now: i64,
    /// Whether it is allowed: executed, or reserved and neither released nor failed. Any other was only attempted.
    pub allowed: bool,
}

impl PastAction {
    /// The action that this request asked for. `None` where it could not be read, since then nobody knows what it was.
    pub fn read(program: &Program, text: &str, allowed: bool) -> Option<PastAction> {
        let request = read::past(program, text).ok()?;
        let now = now(program, &request)?;
        Some(PastAction { request, now, allowed })
    }

    /// An event that was reported: it happened. `None` where it could not be read.
    pub fn event(program: &Program, text: &str) -> Option<PastAction> {
        let action = PastAction::read(program, text, true)?;
        program.schema.actions[usize::from(action.request.action)].event.then_some(action)
    }

    fn is(&self, state: HistoryState) -> bool {
        match state {
            HistoryState::Attempted => true,
            // What is reserved may yet be done, so it counts as executed as well.
            HistoryState::Allowed | HistoryState::Executed => self.allowed,
        }
    }
}

/// The time of a request.
pub(crate) fn now(program: &Program, request: &Request) -> Option<i64> {
    let context = program.schema.records.iter().find(|record| record.name == "Context")?;
    let at = context.fields.iter().position(|field| field.name == "now")?;
    match request.fields.get(3)? {
        Some(Value::Record(fields)) => match fields.get(at)? {
            Some(Value::Timestamp(now)) => Some(*now),
            _ => None,
        },
        _ => None,
    }
}

/// The answer to a question that a request asks with these keys. The failure is `FactUnavailable` where there is none: of
/// a past action in the window it cannot be said whether it counts, or the answer does not fit.
pub fn answer(
    program: &Program,
    past: &[PastAction],
    history: &History,
    request: &Request,
    keys: &[Value],
) -> Result<Option<Value>, Failure> {
    let until = now(program, request).ok_or(Failure::FactUnavailable)?;
    let query = Query { program, past, keys, until };
    let after = query.after(&history.window)?;
    let counted = query.counted(&history.actions, history.state, after, &history.keys, &history.counts)?;
    let field = |action: &PastAction| -> Result<Value, Failure> {
        let field = history.field.as_ref().ok_or(Failure::FactUnavailable)?;
        query.read(action, field)?.ok_or(Failure::FactUnavailable)
    };
    match history.kind {
        HistoryKind::Times => count(counted.len()),
        HistoryKind::Latest => Ok(counted.iter().map(|action| action.now).max().map(Value::Timestamp)),
        HistoryKind::Distinct => {
            let mut found: Vec<Value> = Vec::new();
            for action in counted {
                let value = field(action)?;
                if !found.contains(&value) {
                    found.push(value);
                }
            }
            count(found.len())
        }
        HistoryKind::Total(currency) => {
            let mut sum = whole(0);
            for action in counted {
                match field(action)? {
                    Value::Money(found, minor) if found == currency => sum += whole(minor),
                    _ => return Err(Failure::CurrencyMismatch),
                }
            }
            let sum = sum.to_integer().to_i64().ok_or(Failure::FactUnavailable)?;
            Ok(Some(Value::Money(currency, sum)))
        }
    }
}

fn count(number: usize) -> Result<Option<Value>, Failure> {
    Ok(Some(Value::Int(i64::try_from(number).expect("nobody remembers that many"))))
}

/// What is the same for all past actions.
struct Query<'a> {
    program: &'a Program,
    past: &'a [PastAction],
    keys: &'a [Value],
    until: i64,
}

impl<'a> Query<'a> {
    /// The time after which actions count.
    fn after(&self, window: &Window) -> Result<i64, Failure> {
        let back = |length: i64| self.until.checked_sub(length).ok_or(Failure::FactUnavailable);
        match window {
            Window::Over(length) => back(*length),
            // Nobody told this evaluator when days begin elsewhere.
            Window::Days(_, zone) if zone.name() != "UTC" => Err(Failure::FactUnavailable),
            Window::Days(days, _) => {
                // The first of the days begins at its midnight, which counts.
                let first = self.until.div_euclid(DAY) - i64::from(*days) + 1;
                Ok(first * DAY - 1)
            }
            Window::Since { state, actions, at_most, keys, counts } => {
                let earliest = back(*at_most)?;
                let begin = self.matching(actions, *state, earliest, keys, counts);
                // Only the latest begins the window; whether an earlier one would does not matter.
                let Some((action, counts)) = begin.into_iter().max_by_key(|(action, _)| action.now) else {
                    return Ok(earliest);
                };
                counts.map_err(|_| Failure::FactUnavailable).map(|()| action.now)
            }
        }
    }

    /// The actions that count.
    fn counted(
        &self,
        actions: &[ActionId],
        state: HistoryState,
        after: i64,
        keys: &[Expr],
        counts: &Expr,
    ) -> Result<Vec<&'a PastAction>, Failure> {
        let matching = self.matching(actions, state, after, keys, counts).into_iter();
        matching
            .map(|(action, counts)| counts.map(|()| action).map_err(|_| Failure::FactUnavailable))
            .collect()
    }

    /// The actions of the window that count, and those of which it cannot be said.
    fn matching(
        &self,
        actions: &[ActionId],
        state: HistoryState,
        after: i64,
        keys: &[Expr],
        counts: &Expr,
    ) -> Vec<(&'a PastAction, Result<(), Failure>)> {
        let mut found = Vec::new();
        for action in self.past {
            let within = after < action.now && action.now <= self.until;
            if !within || !action.is(state) || !actions.contains(&action.request.action) {
                continue;
            }
            let counts = self.read(action, counts).map(|counts| counts == Some(Value::Bool(true)));
            let same_keys = || {
                keys.iter().zip(self.keys).all(|(key, own)| self.read(action, key) == Ok(Some(own.clone())))
            };
            match counts {
                Ok(false) => {}
                Ok(true) if same_keys() => found.push((action, Ok(()))),
                Err(failure) if same_keys() => found.push((action, Err(failure))),
                _ => {}
            }
        }
        found
    }

    /// The value of an expression over a past action, which reads neither parameters nor facts.
    fn read(&self, action: &PastAction, expr: &Expr) -> Result<Option<Value>, Failure> {
        let missing = RefCell::new(None);
        let Query { program, .. } = self;
        let situation =
            Situation { program, request: &action.request, layers: &[], missing: &missing, past: None };
        Evaluator::new(situation).eval(expr)
    }
}
