//! What happened before, as a policy asks for it and as the store counts it.
//!
//! A job says beforehand what it reads. So an action is first decided as if nothing had happened, which tells what its policy asks; and then with the answers.
//! Whoever asks something else because of an answer is decided once more, with that read as well.

use std::cell::RefCell;
use std::collections::BTreeSet;

use lictor_bundle::civil::add_days;
use lictor_bundle::currency::Currency;
use lictor_bundle::history::{HistoryKind, HistoryQuery, HistoryState, Window};
use lictor_bundle::schema::Schema;
use lictor_bundle::zone::Zone;
use lictor_runtime::{Clocks, Contribution, HistoryAnswer, LocalTime, Past, Question, Taken};
use lictor_store::counter::{self, Counter, Entry, Standing};
use lictor_store::{Reads, View};
use lictor_zones::Zones;

use crate::sources::LONGEST;
use crate::tenant::CounterKey;

/// What a policy asks of the past: the numbers of queries and their keys.
pub(crate) type Wanted = BTreeSet<(usize, Vec<u8>)>;

/// Answers as if nothing had happened, and notes what was asked.
pub(super) struct Rehearsal<'a> {
    pub zones: &'a Zones,
    pub wanted: RefCell<Wanted>,
}

impl Past for Rehearsal<'_> {
    fn answer(&self, question: Question<'_>) -> Option<HistoryAnswer> {
        self.wanted.borrow_mut().insert((question.number, question.key.to_vec()));
        Some(match question.query.kind {
            HistoryKind::Times | HistoryKind::Distinct => HistoryAnswer::Count(0),
            HistoryKind::Total(currency) => HistoryAnswer::Total(currency, 0),
            HistoryKind::Latest => HistoryAnswer::Latest(None),
        })
    }

    fn local_time(&self, at: i64, zone: Zone) -> Option<LocalTime> {
        self.zones.shown(at, zone)
    }
}

/// Answers by what the store counts.
pub(super) struct Counted<'a, 'v> {
    pub view: &'a View<'v>,
    pub counters: &'a Counters<'a>,
    /// What was read.
    pub wanted: &'a Wanted,
    /// What was asked and had not been read.
    pub missing: RefCell<Wanted>,
}

impl Past for Counted<'_, '_> {
    fn answer(&self, question: Question<'_>) -> Option<HistoryAnswer> {
        let asked = (question.number, question.key.to_vec());
        if !self.wanted.contains(&asked) {
            self.missing.borrow_mut().insert(asked);
            return None;
        }
        // What a store may have lost is not counted upon, until an operator has looked.
        if !self.view.head().trusted() {
            return None;
        }
        let stored = self.counters.question(question.query, question.key, question.now)?;
        let currency = match question.query.kind {
            HistoryKind::Total(currency) => currency,
            HistoryKind::Times | HistoryKind::Distinct | HistoryKind::Latest => Currency::NONE,
        };
        Some(match self.view.answer(&stored)? {
            counter::Answer::Count(count) => HistoryAnswer::Count(count),
            counter::Answer::Total(minor) => HistoryAnswer::Total(currency, minor),
            counter::Answer::OtherCurrency(other) => HistoryAnswer::Total(Currency(other), 0),
            counter::Answer::Latest(at) => HistoryAnswer::Latest(at),
        })
    }

    fn local_time(&self, at: i64, zone: Zone) -> Option<LocalTime> {
        self.counters.zones.shown(at, zone)
    }
}

/// What questions of a policy are called in the store.
pub(super) struct Counters<'a> {
    pub schema: &'a Schema,
    pub key: &'a CounterKey,
    pub zones: &'a Zones,
    /// A token whose own reservation does not count.
    pub own: Option<u64>,
    /// The mandate that the agent acts on.
    pub mandate: Option<Counter>,
}

impl Counters<'_> {
    /// Adds what a policy asks, at this time, to what a job reads. What the store cannot be asked is not read, and has no answer.
    pub fn read(&self, reads: Reads, wanted: &Wanted, now: i64) -> Reads {
        let questions = wanted
            .iter()
            .filter_map(|(number, key)| self.question(self.schema.history.get(*number)?, key, now));
        questions.chain(self.uses(now)).fold(reads, Reads::question)
    }

    /// How often the mandate was used: as many tokens were granted on it and not released.
    fn uses(&self, now: i64) -> Option<counter::Question> {
        let after = now.saturating_sub(LONGEST.saturating_mul(1_000));
        Some(counter::Question {
            counter: self.mandate?,
            what: counter::What::Times,
            standing: Standing::Live,
            window: counter::Window::After(after),
            own: self.own,
        })
    }

    /// Whether the mandate was used before, for something else; nothing where there is none, or nobody can say.
    pub fn mandate_used(&self, view: &View<'_>) -> Option<bool> {
        if !view.head().trusted() {
            return None;
        }
        match view.answer(&self.uses(view.now())?)? {
            counter::Answer::Count(count) => Some(count > 0),
            _ => None,
        }
    }

    /// A question as the store is asked it.
    fn question(&self, query: &HistoryQuery, key: &[u8], now: i64) -> Option<counter::Question> {
        let what = match query.kind {
            HistoryKind::Times => counter::What::Times,
            HistoryKind::Total(currency) => counter::What::Total(currency.0),
            HistoryKind::Distinct => counter::What::Distinct,
            HistoryKind::Latest => counter::What::Latest,
        };
        let after = match &query.window {
            Window::Days { days, zone } if *zone != Zone::utc() => self.day_before(*days, *zone, now)?,
            window => window.after(now)?,
        };
        let window = match &query.window {
            Window::Over(_) | Window::Days { .. } => counter::Window::After(after),
            Window::Since { state, .. } => counter::Window::Since {
                begins: self.counter(query, key, true),
                standing: standing(*state),
                after,
            },
        };
        let standing = standing(query.state);
        Some(counter::Question {
            counter: self.counter(query, key, false),
            what,
            standing,
            window,
            own: self.own,
        })
    }

    /// The last moment before so many days of a zone, the last of which is the day of this moment there.
    fn day_before(&self, days: u16, zone: Zone, now: i64) -> Option<i64> {
        let today = self.zones.shown(now, zone)?.date;
        let first = add_days(today, 1 - i64::from(days))?;
        self.zones.day_starts(first, zone)?.checked_sub(1)
    }

    /// A query is called by its words, which stay the same in the next edition of a policy where its number may not.
    fn counter(&self, query: &HistoryQuery, key: &[u8], begins: bool) -> Counter {
        let fact = self.schema.facts.get(usize::from(query.fact));
        let words = fact.map_or(&b""[..], |fact| fact.name.as_bytes());
        let domain: &[u8] = if begins { b"lictor counter begins 1\n" } else { b"lictor counter 1\n" };
        Counter(self.key.digest(domain, &[words, key]))
    }

    /// The same entries, with one for the mandate where it is not among them: people may have been asked on another one.
    pub fn on_mandate(&self, mut entries: Vec<Entry>, at: i64, index: u64) -> Vec<Entry> {
        let missing = self.mandate.filter(|counter| !entries.iter().any(|entry| entry.counter == *counter));
        if let Some(counter) = missing {
            let part = entries.iter().map(|entry| entry.part.saturating_add(1)).max().unwrap_or(0);
            entries.push(Entry { counter, at, index, part, taken: counter::Taken::Presence });
        }
        entries
    }

    /// What an action counts for, from the record of this index on.
    pub fn entries(&self, contributions: &[Contribution], at: i64, index: u64) -> Vec<Entry> {
        let numbered = (0..).zip(contributions);
        let entries = numbered.filter_map(|(part, contribution)| {
            let Contribution { query, begins, key, taken } = contribution;
            let counter = self.counter(self.schema.history.get(*query)?, key, *begins);
            let taken = match taken {
                Ok(Taken::Presence) => counter::Taken::Presence,
                Ok(Taken::Amount(currency, minor)) if *currency != Currency::NONE => {
                    counter::Taken::Amount(currency.0, *minor)
                }
                Ok(Taken::Value(value)) => {
                    counter::Taken::Value(self.key.digest(b"lictor counted value 1\n", &[value]))
                }
                Ok(Taken::Amount(..)) | Err(_) => counter::Taken::Unclear,
            };
            Some(Entry { counter, at, index, part, taken })
        });
        self.on_mandate(entries.collect(), at, index)
    }
}

fn standing(state: HistoryState) -> Standing {
    match state {
        HistoryState::Attempted => Standing::Attempted,
        // What is reserved counts as done, until somebody says otherwise.
        HistoryState::Allowed | HistoryState::Executed => Standing::Live,
    }
}
