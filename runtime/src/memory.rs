//! A memory of what was decided, for whoever has no store: a command, a test, a single process.
//!
//! It keeps of each action what it counts for, so its answers are exact to the millisecond. Nothing survives the process.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::civil::add_days;
use lictor_bundle::history::{HistoryKind, HistoryQuery, HistoryState, Window};
use lictor_bundle::zone::Zone;

use crate::clocks::{Clocks, LocalTime};
use crate::decision::{Decision, Verdict};
use crate::engine::Engine;
use crate::history::{Answer, Contribution, Past, Question, Taken};
use crate::scratch::Scratch;

/// Remembers actions and answers what a policy asks of them. It belongs to one bundle: the queries of another are not its own.
#[derive(Default, Debug)]
pub struct MemoryHistory {
    /// What became of each action, in the order in which they came.
    actions: Vec<Progress>,
    /// What counts for each query, by its keys: sorted by time.
    entries: BTreeMap<Place, Vec<Entry>>,
    /// Who knows what clocks show, if anybody does.
    clocks: Option<Box<dyn Clocks>>,
}

/// A query's number, whether its entries only begin its window, and the keys.
type Place = (usize, bool, Vec<u8>);

#[derive(Debug)]
struct Entry {
    at: i64,
    action: usize,
    /// Nothing where it cannot be said whether it counts.
    taken: Option<Taken>,
}

/// What became of an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Progress {
    /// It was not allowed, or was given up.
    Attempted,
    /// It is allowed, and reserved until somebody says how it went.
    Reserved,
    /// It was done.
    Executed,
}

/// An action that is remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Remembered(usize);

/// How an allowed action went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    /// It was done.
    Executed,
    /// It was tried and failed.
    Failed,
    /// It was not tried.
    Released,
}

impl MemoryHistory {
    /// An empty memory that also answers what clocks show.
    pub fn with_clocks(clocks: Box<dyn Clocks>) -> MemoryHistory {
        MemoryHistory { clocks: Some(clocks), ..MemoryHistory::default() }
    }

    /// Remembers the request that was just decided with this scratch: an allowed one as reserved, any other as attempted. Nothing
    /// where the request could not be read, since then nobody knows what it was.
    ///
    /// A request that is decided again after an approval is no new attempt: give its answer to [`MemoryHistory::allow`] instead.
    pub fn record(
        &mut self,
        engine: &Engine,
        scratch: &mut Scratch,
        decision: &Decision,
    ) -> Option<Remembered> {
        let progress = match decision.decision {
            Verdict::Allow => Progress::Reserved,
            Verdict::StepUp | Verdict::Deny => Progress::Attempted,
        };
        self.add(engine, scratch, progress)
    }

    /// Remembers an event that the host reports: it happened, so it counts as executed. See [`Engine::report`] for what is refused.
    pub fn report(
        &mut self,
        engine: &Engine,
        scratch: &mut Scratch,
        event: &[u8],
    ) -> Result<Option<Remembered>, Box<Decision>> {
        engine.report(scratch, event)?;
        Ok(self.add(engine, scratch, Progress::Executed))
    }

    /// Remembers a request or an event that was not decided or reported here. Nothing where it cannot be read.
    pub fn state(
        &mut self,
        engine: &Engine,
        scratch: &mut Scratch,
        request: &[u8],
        state: HistoryState,
    ) -> Option<Remembered> {
        if !engine.recall(scratch, request) {
            return None;
        }
        let progress = match state {
            HistoryState::Attempted => Progress::Attempted,
            HistoryState::Allowed => Progress::Reserved,
            HistoryState::Executed => Progress::Executed,
        };
        self.add(engine, scratch, progress)
    }

    /// An attempted action was approved: it is allowed from now on, and reserved.
    pub fn allow(&mut self, action: Remembered) {
        if let Some(progress @ Progress::Attempted) = self.actions.get_mut(action.0) {
            *progress = Progress::Reserved;
        }
    }

    /// Says how an allowed action went. One that failed or was released counts as attempted only.
    pub fn settle(&mut self, action: Remembered, how: Settled) {
        if let Some(progress @ Progress::Reserved) = self.actions.get_mut(action.0) {
            *progress = match how {
                Settled::Executed => Progress::Executed,
                Settled::Failed | Settled::Released => Progress::Attempted,
            };
        }
    }

    fn add(&mut self, engine: &Engine, scratch: &mut Scratch, progress: Progress) -> Option<Remembered> {
        let (now, contributions) = engine.contributions(scratch)?;
        let action = self.actions.len();
        self.actions.push(progress);
        for Contribution { query, begins, key, taken } in contributions {
            let entries = self.entries.entry((query, begins, key)).or_default();
            // Requests mostly come in the order of their times; one that does not finds its place.
            let place = entries.partition_point(|entry| entry.at <= now);
            entries.insert(place, Entry { at: now, action, taken: taken.ok() });
        }
        Some(Remembered(action))
    }

    /// What is in a state, lies after `after` and not after `until`, and has these keys.
    fn window(
        &self,
        place: &Place,
        state: HistoryState,
        after: i64,
        until: i64,
    ) -> impl DoubleEndedIterator<Item = &Entry> {
        let entries = self.entries.get(place).map_or(&[][..], Vec::as_slice);
        let start = entries.partition_point(|entry| entry.at <= after);
        let end = entries.partition_point(|entry| entry.at <= until).max(start);
        entries.get(start..end).unwrap_or(&[]).iter().filter(move |entry| {
            let progress = self.actions.get(entry.action);
            match state {
                HistoryState::Attempted => true,
                HistoryState::Allowed | HistoryState::Executed => {
                    progress.is_some_and(|progress| *progress != Progress::Attempted)
                }
            }
        })
    }

    /// The last moment before so many days of a zone, the last of which is the day of this moment there.
    fn day_before(&self, days: u16, zone: Zone, now: i64) -> Option<i64> {
        let clocks = self.clocks.as_ref()?;
        let today = clocks.shown(now, zone)?.date;
        let first = add_days(today, 1 - i64::from(days))?;
        clocks.day_starts(first, zone)?.checked_sub(1)
    }

    /// The time after which actions count for a question.
    fn after(&self, query: &HistoryQuery, number: usize, key: &[u8], now: i64) -> Option<i64> {
        let after = match &query.window {
            Window::Days { days, zone } if *zone != Zone::utc() => self.day_before(*days, *zone, now)?,
            window => window.after(now)?,
        };
        let Window::Since { state, .. } = &query.window else { return Some(after) };
        let begin = self.window(&(number, true, key.to_vec()), *state, after, now).next_back();
        match begin {
            None => Some(after),
            Some(Entry { taken: None, .. }) => None,
            Some(entry) => Some(entry.at),
        }
    }
}

impl Past for MemoryHistory {
    fn local_time(&self, at: i64, zone: Zone) -> Option<LocalTime> {
        self.clocks.as_ref()?.shown(at, zone)
    }

    fn answer(&self, question: Question<'_>) -> Option<Answer> {
        let Question { number, query, key, now } = question;
        let after = self.after(query, number, key, now)?;
        let place = (number, false, key.to_vec());
        let window = || self.window(&place, query.state, after, now);
        // Where one cannot be told to count or not, neither can all of them.
        if window().any(|entry| entry.taken.is_none()) {
            return None;
        }
        let taken = || window().filter_map(|entry| entry.taken.as_ref());
        match query.kind {
            HistoryKind::Times => i64::try_from(window().count()).ok().map(Answer::Count),
            HistoryKind::Latest => Some(Answer::Latest(window().next_back().map(|entry| entry.at))),
            HistoryKind::Distinct => {
                let values: BTreeSet<&Taken> = taken().collect();
                i64::try_from(values.len()).ok().map(Answer::Count)
            }
            HistoryKind::Total(currency) => {
                let mut sum = 0i128;
                for amount in taken() {
                    match amount {
                        Taken::Amount(other, minor) if *other != currency => {
                            return Some(Answer::Total(*other, *minor));
                        }
                        Taken::Amount(_, minor) => sum += i128::from(*minor),
                        Taken::Presence | Taken::Value(_) => return None,
                    }
                }
                i64::try_from(sum).ok().map(|sum| Answer::Total(currency, sum))
            }
        }
    }
}
