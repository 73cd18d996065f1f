//! What the questions of a policy count, whatever they ask of it.
//!
//! A counter is called by what it counts: which actions, by which keys, which of them count and what is taken from each. How far back a question looks, whether it asks for what
//! was attempted or for what happened, and in which currency, is no part of that: a limit of seven days and one of six are read from the same counter.

use lictor_bundle::disassemble::{lines, slots};
use lictor_bundle::history::{HistoryKind, HistoryQuery, HistorySource, Window};
use lictor_bundle::program::Bundle;
use sha2::{Digest, Sha256};

/// What a counter counts, in one digest: the same in every bundle that counts the same.
pub(crate) type Counts = [u8; 16];

/// What the questions of a bundle count, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    queries: Vec<Query>,
    /// All of it, sorted, each once.
    all: Vec<Counts>,
}

#[derive(Debug)]
struct Query {
    counts: Counts,
    /// What begins its window, where something does.
    begins: Option<Counts>,
}

impl Counting {
    /// What the questions of this bundle count.
    pub fn of(bundle: &Bundle) -> Counting {
        let queries: Vec<Query> = bundle.schema.history.iter().map(|query| read(bundle, query)).collect();
        let mut all: Vec<Counts> =
            queries.iter().flat_map(|query| [Some(query.counts), query.begins]).flatten().collect();
        all.sort_unstable();
        all.dedup();
        Counting { queries, all }
    }

    /// What a question counts, or what begins its window.
    pub fn counts(&self, number: usize, begins: bool) -> Option<&Counts> {
        let query = self.queries.get(number)?;
        if begins { query.begins.as_ref() } else { Some(&query.counts) }
    }

    /// All that is counted.
    pub fn all(&self) -> &[Counts] {
        &self.all
    }
}

fn read(bundle: &Bundle, query: &HistoryQuery) -> Query {
    let fact = bundle.schema.facts.get(usize::from(query.fact));
    let words = fact.map_or("", |fact| fact.name.as_str());
    let keys: Vec<&str> =
        fact.map_or(&[][..], |fact| &fact.params).iter().map(|key| key.name.as_str()).collect();
    let (field, actions) = counted(words, query.kind.takes_field());
    let taken = match query.kind {
        HistoryKind::Times | HistoryKind::Latest => "presence",
        HistoryKind::Total(_) => "amount",
        HistoryKind::Distinct => "value",
    };
    let begins = match &query.window {
        Window::Since { sources, .. } => Some(digest(bundle, "presence", "", began(words), &keys, sources)),
        Window::Over(_) | Window::Days { .. } => None,
    };
    Query { counts: digest(bundle, taken, field, actions, &keys, &query.sources), begins }
}

/// The field and the actions in the words of a question: `total(FIELD of STATE ACTIONS per …`.
fn counted(words: &str, takes_field: bool) -> (&str, &str) {
    let inside = words.split_once('(').map_or(words, |(_, inside)| inside);
    let (field, rest) =
        if takes_field { inside.split_once(" of ").unwrap_or(("", inside)) } else { ("", inside) };
    (field, actions(rest))
}

/// The action that begins a window: `… since latest STATE ACTION, at most …`.
fn began(words: &str) -> &str {
    words
        .split_once(" since latest ")
        .map_or("", |(_, rest)| actions(rest.split_once(", at most ").map_or(rest, |(first, _)| first)))
}

/// What stands between the state and what follows the actions. A star stands as it is written: an action that a later policy declares could not happen before.
fn actions(text: &str) -> &str {
    let end = [" per ", " over ", " since latest "].iter().filter_map(|next| text.find(next)).min();
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    text.split_once(' ').map_or(text, |(_, actions)| actions)
}

fn digest(
    bundle: &Bundle,
    taken: &str,
    field: &str,
    actions: &str,
    keys: &[&str],
    sources: &[HistorySource],
) -> Counts {
    let mut digest = Sha256::new_with_prefix(b"lictor counts 1\n");
    let mut put = |part: &str| {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    };
    [taken, field, actions].into_iter().for_each(&mut put);
    put(&keys.join("\n"));
    // Which of them count is said by code, which says the same in every bundle: words could stay while a function that they name changes.
    let mut filters: Vec<String> = sources.iter().map(|source| filter(bundle, source)).collect();
    filters.sort_unstable();
    filters.dedup();
    filters.iter().for_each(|filter| put(filter));
    let mut counts = Counts::default();
    counts.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
    counts
}

fn filter(bundle: &Bundle, source: &HistorySource) -> String {
    let slots = slots(&bundle.schema, source.action);
    lines(&bundle.schema, &bundle.condition_code, source.filter, &slots, None).join("\n")
}
