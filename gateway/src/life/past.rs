//! What happened before, as a policy asks for it and as the store counts it.
//!
//! A job says beforehand what it reads. So an action is first decided as if nothing had happened, which tells what its policy asks; and then with the answers.
//! Whoever asks something else because of an answer is decided once more, with that read as well.

use std::cell::RefCell;
use std::collections::BTreeSet;

use lictor_bundle::civil::add_days;
use lictor_bundle::currency::Currency;
use lictor_bundle::history::{HistoryKind, HistoryState, Window};
use lictor_bundle::instr::Failure;
use lictor_bundle::schema::Schema;
use lictor_bundle::zone::Zone;
use lictor_runtime::{Clocks, Contribution, HistoryAnswer, LocalTime, Past, Question, Taken};
use lictor_store::counter::{self, Counter, Entry, Own, Standing};
use lictor_store::{Reads, View};
use lictor_zones::Zones;

use crate::policy::{Counting, Counts};
use crate::sources::LONGEST;
use crate::tenant::{CounterKey, Since};

/// What a step has to read for its policy.
#[derive(Clone, Default)]
pub(crate) struct Wanted {
    /// What the policy asks of the past: the numbers of queries and their keys.
    pub questions: BTreeSet<(usize, Vec<u8>)>,
    /// Whether people are asked, so that it must be known what waits for them already.
    pub people: bool,
}

impl Wanted {
    /// Nothing.
    pub fn new() -> Wanted {
        Wanted::default()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.questions.is_empty() && !self.people
    }

    /// The same and more.
    pub fn extend(&mut self, more: Wanted) {
        self.questions.extend(more.questions);
        self.people |= more.people;
    }
}

/// Answers as if nothing had happened, and notes what was asked.
pub(super) struct Rehearsal<'a> {
    pub zones: &'a Zones,
    pub wanted: RefCell<Wanted>,
}

impl Past for Rehearsal<'_> {
    fn answer(&self, question: Question<'_>) -> Option<HistoryAnswer> {
        self.wanted.borrow_mut().questions.insert((question.number, question.key.to_vec()));
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
    /// Since when it counts.
    pub since: &'a Since,
    /// What was read.
    pub wanted: &'a Wanted,
    /// What was asked and had not been read.
    pub missing: RefCell<Wanted>,
}

impl Past for Counted<'_, '_> {
    fn answer(&self, question: Question<'_>) -> Option<HistoryAnswer> {
        let asked = (question.number, question.key.to_vec());
        if !self.wanted.questions.contains(&asked) {
            self.missing.borrow_mut().questions.insert(asked);
            return None;
        }
        // What a store may have lost is not counted upon, until an operator has looked.
        if !self.view.head().trusted() {
            return None;
        }
        let stored = self.counters.question(question.number, question.key, question.now)?;
        let currency = match question.query.kind {
            HistoryKind::Total(currency) => currency,
            HistoryKind::Times | HistoryKind::Distinct | HistoryKind::Latest => Currency::NONE,
        };
        let answer = self.view.answer(&stored)?;
        if !self.is_known(&question, &stored.window, answer) {
            return None;
        }
        Some(match answer {
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

impl Counted<'_, '_> {
    /// Whether all was counted that lies in a window. What was counted last is known to be the last where nothing since then was not.
    fn is_known(&self, question: &Question<'_>, window: &counter::Window, answer: counter::Answer) -> bool {
        let since = |begins| {
            let counts = self.counters.counting.counts(question.number, begins)?;
            self.since.of(counts)
        };
        let (after, begins) = match window {
            counter::Window::After(after) => (*after, None),
            counter::Window::Since { after, .. } => (*after, Some(since(true))),
        };
        let is_whole = |since: Option<i64>| since.is_some_and(|since| since <= after);
        let is_last = matches!(answer, counter::Answer::Latest(Some(at)) if since(false).is_some_and(|since| since < at));
        begins.is_none_or(is_whole) && (is_whole(since(false)) || is_last)
    }
}

/// What questions of a policy are called in the store.
pub(super) struct Counters<'a> {
    pub schema: &'a Schema,
    pub counting: &'a Counting,
    pub key: &'a CounterKey,
    pub zones: &'a Zones,
    /// Whose own entries do not count.
    pub own: Option<Own>,
    /// The mandate that the agent acts on.
    pub mandate: Option<Counter>,
}

impl Counters<'_> {
    /// Adds what a policy asks, at this time, to what a job reads. What the store cannot be asked is not read, and has no answer.
    pub fn read(&self, reads: Reads, wanted: &Wanted, now: i64) -> Reads {
        let questions = wanted.questions.iter().filter_map(|(number, key)| self.question(*number, key, now));
        questions.chain(self.uses(now)).fold(Since::read(reads), Reads::question)
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
    fn question(&self, number: usize, key: &[u8], now: i64) -> Option<counter::Question> {
        let query = self.schema.history.get(number)?;
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
                begins: self.counter(number, true, key)?,
                standing: standing(*state),
                after,
            },
        };
        let standing = standing(query.state);
        Some(counter::Question {
            counter: self.counter(number, false, key)?,
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

    /// A counter is called by what it counts, and by its keys.
    fn counter(&self, number: usize, begins: bool, key: &[u8]) -> Option<Counter> {
        self.counting.counts(number, begins).map(|counts| self.called(counts, key))
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

    fn called(&self, counts: &Counts, key: &[u8]) -> Counter {
        Counter(self.key.digest(b"lictor counter 2\n", &[counts, key]))
    }

    /// What an action counts for, from the record of this index on. What several questions count alike is counted once.
    pub fn entries(&self, contributions: &[Contribution], at: i64, index: u64) -> Vec<Entry> {
        let mut known = BTreeSet::new();
        let counted = contributions.iter().filter_map(|contribution| {
            let Contribution { query, begins, key, taken } = contribution;
            let counter = self.counter(*query, *begins, key).filter(|counter| known.insert(*counter))?;
            Some((counter, self.taken(taken)))
        });
        let entries = (0..).zip(counted);
        let entries = entries.map(|(part, (counter, taken))| Entry { counter, at, index, part, taken });
        self.on_mandate(entries.collect(), at, index)
    }

    fn taken(&self, taken: &Result<Taken, Failure>) -> counter::Taken {
        match taken {
            Ok(Taken::Presence) => counter::Taken::Presence,
            Ok(Taken::Amount(currency, minor)) if *currency != Currency::NONE => {
                counter::Taken::Amount(currency.0, *minor)
            }
            Ok(Taken::Value(value)) => {
                counter::Taken::Value(self.key.digest(b"lictor counted value 1\n", &[value]))
            }
            Ok(Taken::Amount(..)) | Err(_) => counter::Taken::Unclear,
        }
    }
}

fn standing(state: HistoryState) -> Standing {
    match state {
        HistoryState::Attempted => Standing::Attempted,
        // What is reserved counts as done, until somebody says otherwise.
        HistoryState::Allowed | HistoryState::Executed => Standing::Live,
    }
}
