//! History: what a decided action counts for, and how a source answers what a policy asks of the past.
//!
//! A query is a fact of the schema that nobody looks up but counts. Where code reads one that was not supplied with the request, the
//! source that the host gave is asked; what it answers is kept with the facts of the decision, so the same answer replays it.

use lictor_bundle::currency::Currency;
use lictor_bundle::history::{HistoryKind, HistoryQuery, HistorySource, Window};
use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::schema::{ActionId, FactId};
use lictor_bundle::zone::Zone;

use crate::arena::Arenas;
use crate::clocks::LocalTime;
use crate::condition;
use crate::encode::Encoder;
use crate::plan::Program;
use crate::scratch::Scratch;
use crate::slot::{Money, Slot};

/// One question about the past, as a request asks it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The query's number in the schema's list.
    pub number: usize,
    /// The query.
    pub query: &'a HistoryQuery,
    /// Its keys, in the canonical encoding: equal keys are equal bytes.
    pub key: &'a [u8],
    /// The request's own time, in milliseconds: the end of the window, which counts.
    pub now: i64,
}

/// What a source answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// For `times` and `distinct`: how many.
    Count(i64),
    /// For `total`: the sum in minor units. In another currency than the query's it says that there are amounts in it, and
    /// refuses with `CURRENCY_MISMATCH` where it is read.
    Total(Currency, i64),
    /// For `latest`: when, in milliseconds; nothing where there was none.
    Latest(Option<i64>),
}

/// Whoever knows what happened before.
pub trait Past {
    /// The answer; nothing where it cannot be given, and then the rule that asks refuses with `FACT_UNAVAILABLE`.
    fn answer(&self, question: Question<'_>) -> Option<Answer>;

    /// What the clock of a zone shows at a moment, in milliseconds; nothing where nobody knows, and then the rule that asks refuses
    /// with `FACT_UNAVAILABLE`.
    fn local_time(&self, at: i64, zone: Zone) -> Option<LocalTime> {
        let _ = (at, zone);
        None
    }
}

/// What a decided action counts for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contribution {
    /// The query's number in the schema's list.
    pub query: usize,
    /// Whether it only begins the query's window (`since latest …`).
    pub begins: bool,
    /// The keys, in the canonical encoding.
    pub key: Vec<u8>,
    /// What is taken from it; a failure where it cannot be said whether it counts.
    pub taken: Result<Taken, Failure>,
}

/// What is taken from a past action.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Taken {
    /// That it was there.
    Presence,
    /// An amount, in minor units.
    Amount(Currency, i64),
    /// A value in the canonical encoding.
    Value(Vec<u8>),
}

/// What the request that the scratch holds counts for, in the order of the queries.
pub(crate) fn contributions(program: &Program, scratch: &mut Scratch, action: ActionId) -> Vec<Contribution> {
    let mut found = Vec::new();
    for (number, query) in program.bundle.schema.history.iter().enumerate() {
        let begin = match &query.window {
            Window::Since { sources, .. } => source_of(sources, action),
            Window::Over(_) | Window::Days { .. } => None,
        };
        let counts = source_of(&query.sources, action);
        for (source, begins) in counts.map(|s| (s, false)).into_iter().chain(begin.map(|s| (s, true))) {
            let taken = match condition::holds(program, scratch, usize::from(source.filter)) {
                Ok(false) => continue,
                Ok(true) => Ok(take(program, scratch, query, source)),
                Err(failure) => Err(failure),
            };
            let key = encoded(program, scratch, query.fact, &source.keys);
            found.push(Contribution { query: number, begins, key, taken });
        }
    }
    found
}

fn source_of(sources: &[HistorySource], action: ActionId) -> Option<&HistorySource> {
    sources.get(sources.binary_search_by_key(&action, |source| source.action).ok()?)
}

fn take(program: &Program, scratch: &Scratch, query: &HistoryQuery, source: &HistorySource) -> Taken {
    let Some(field) = source.field else { return Taken::Presence };
    let slot = scratch.frame.get(usize::from(field)).copied().unwrap_or_default();
    if matches!(query.kind, HistoryKind::Total(_)) {
        let Money { currency, minor } = slot.money();
        return Taken::Amount(currency, minor);
    }
    let mut out = Vec::new();
    if let Some(ty) = program.type_of(source.action, field) {
        let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
        Encoder { program, arenas, out: &mut out }.value(ty, &[slot]);
    }
    Taken::Value(out)
}

/// The keys of a request, as the fact's arguments are encoded.
fn encoded(program: &Program, scratch: &Scratch, fact: FactId, keys: &[Reg]) -> Vec<u8> {
    let mut out = Vec::new();
    let Some(fact) = program.bundle.schema.facts.get(usize::from(fact)) else { return out };
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    let mut encoder = Encoder { program, arenas, out: &mut out };
    for (param, key) in fact.params.iter().zip(keys) {
        let slot = scratch.frame.get(usize::from(*key)).copied().unwrap_or_default();
        encoder.value(param.ty, &[slot]);
    }
    out
}

/// An answer as the slots of the fact's result.
pub(crate) fn slots(answer: Answer) -> ([Slot; 2], usize) {
    match answer {
        Answer::Count(count) => ([Slot::from_int(count), Slot::ZERO], 1),
        Answer::Total(currency, minor) => ([Slot::from_money(Money { currency, minor }), Slot::ZERO], 1),
        Answer::Latest(at) => ([Slot::from_bool(at.is_some()), at.map_or(Slot::ZERO, Slot::from_int)], 2),
    }
}
