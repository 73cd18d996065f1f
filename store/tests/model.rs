//! Counters are held against the memory of history that the runtime has: whatever happened, in whatever order, both answer the same. The
//! translation here is the one that a gateway makes.

mod support;

use lictor_bundle::history::{HistoryKind, HistoryQuery, HistoryState, Window as Back};
use lictor_bundle::time::render_timestamp;
use lictor_compiler::project::{Project, SourceFile};
use lictor_ledger::Hash;
use lictor_runtime::{Contribution, Engine, HistoryAnswer, MemoryHistory, Past, Scratch, Settled};
use lictor_store::counter::{Answer, Counter, Entry, Question, Standing, Taken, What, Window};
use lictor_store::{Options, Reads, Store, TenantId, Token, TokenState, View, Writes};
use proptest::prelude::*;
use support::Folder;
use support::jobs::{Ask, Do, Settle, new_token, record};

const NOW: i64 = 1_772_359_200_000;
const HOUR: i64 = 3_600_000;

fn counter(query: usize, begins: bool, key: &[u8]) -> Counter {
    let digest = Hash::leaf(&[&[query as u8, u8::from(begins)], key].concat());
    Counter(digest.0[..16].try_into().unwrap())
}

fn standing(state: HistoryState) -> Standing {
    match state {
        HistoryState::Attempted => Standing::Attempted,
        HistoryState::Allowed | HistoryState::Executed => Standing::Live,
    }
}

fn entry(contribution: Contribution, at: i64, index: u64, part: usize) -> Entry {
    let Contribution { query, begins, key, taken } = contribution;
    let taken = match taken {
        Ok(lictor_runtime::Taken::Presence) => Taken::Presence,
        Ok(lictor_runtime::Taken::Amount(currency, minor)) => Taken::Amount(currency.0, minor),
        Ok(lictor_runtime::Taken::Value(value)) => {
            Taken::Value(Hash::leaf(&value).0[..16].try_into().unwrap())
        }
        Err(_) => Taken::Unclear,
    };
    Entry { counter: counter(query, begins, &key), at, index, part: part as u16, taken }
}

fn question(number: usize, query: &HistoryQuery, key: &[u8], now: i64) -> Question {
    let what = match query.kind {
        HistoryKind::Times => What::Times,
        HistoryKind::Total(currency) => What::Total(currency.0),
        HistoryKind::Distinct => What::Distinct,
        HistoryKind::Latest => What::Latest,
    };
    let after = query.window.after(now).unwrap();
    let window = match &query.window {
        Back::Over(_) | Back::Days { .. } => Window::After(after),
        Back::Since { state, .. } => {
            Window::Since { begins: counter(number, true, key), standing: standing(*state), after }
        }
    };
    Question {
        counter: counter(number, false, key),
        what,
        standing: standing(query.state),
        window,
        own: None,
    }
}

fn same(model: Option<HistoryAnswer>, found: Option<Answer>, query: &HistoryQuery) -> bool {
    match (model, found) {
        (None, None) => true,
        (Some(HistoryAnswer::Count(model)), Some(Answer::Count(found))) => model == found,
        (Some(HistoryAnswer::Latest(model)), Some(Answer::Latest(found))) => model == found,
        (Some(HistoryAnswer::Total(currency, model)), Some(Answer::Total(found))) => {
            model == found && query.kind == HistoryKind::Total(currency)
        }
        // Which of the others it is does not matter: either refuses.
        (Some(HistoryAnswer::Total(currency, _)), Some(Answer::OtherCurrency(_))) => {
            query.kind != HistoryKind::Total(currency)
        }
        _ => false,
    }
}

/// A step: something happens, something is settled, or all questions are asked.
#[derive(Clone, Debug)]
enum Step {
    Act { action: u8, which: u8, amount: i64, euros: bool, at: i64, state: u8 },
    Settle { which: prop::sample::Index, how: u8 },
    Ask { at: i64 },
}

/// Moments that lie close together, around the edges of minutes, hours and days, or anywhere.
fn moment() -> impl Strategy<Value = i64> {
    let near = (-3i64..4).prop_map(|n| n);
    let scale = prop::sample::select(vec![0, 60_000, HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR]);
    (scale, -3i64..4, near, any::<bool>(), 0i64..48 * HOUR).prop_map(|(scale, times, near, far, anywhere)| {
        NOW + if far { anywhere } else { scale * times + near }
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0u8..4, 0u8..3, 1i64..50_000, prop::bool::weighted(0.1), moment(), 0u8..4).prop_map(
            |(action, which, amount, euros, at, state)| Step::Act { action, which, amount, euros, at, state }
        ),
        3 => (any::<prop::sample::Index>(), 0u8..3).prop_map(|(which, how)| Step::Settle { which, how }),
        3 => moment().prop_map(|at| Step::Ask { at }),
    ]
}

fn request(action: u8, which: u8, amount: i64, euros: bool, at: i64) -> String {
    let currency = if euros { "EUR" } else { "USD" };
    let amount =
        format!(r#"{{ "amount": "{}.{:02}", "currency": "{currency}" }}"#, amount / 100, amount % 100);
    let (action, params) = match action {
        0 => ("payment.charge", format!(r#"{{ "shop": "s-{which}", "amount": {amount} }}"#)),
        1 => ("payment.refund", format!(r#"{{ "amount": {amount} }}"#)),
        2 => ("call.start", format!(r#"{{ "debt": "d-{which}" }}"#)),
        _ => ("identity.prove", "{}".to_owned()),
    };
    let now = render_timestamp(at);
    format!(
        r#"{{ "action": "{action}", "agent": {{ "id": "a-1" }}, "context": {{ "now": "{now}" }}, "params": {params} }}"#
    )
}

/// Does the steps on both, without waiting in between, so that a batch holds several; compares the answers afterwards.
fn compare(store: &Store, tenant: TenantId, mut steps: Vec<Step>) {
    // A job's time never lies before that of another before it, so questions are asked in the order of their times.
    let moment = |step: &Step| if let Step::Ask { at } = step { Some(*at) } else { None };
    let mut times: Vec<i64> = steps.iter().filter_map(moment).collect();
    times.sort_unstable_by(|one, other| other.cmp(one));
    for step in &mut steps {
        if let Step::Ask { at } = step {
            *at = times.pop().unwrap();
        }
    }
    let bytes = include_bytes!("../../tests/policies/history.lictor").to_vec();
    let files = vec![SourceFile { path: "history.lictor".to_owned(), bytes }];
    let bundle = lictor_compiler::compile(&Project { name: "past".to_owned(), files, ..Project::default() })
        .bundle
        .unwrap();
    let queries = bundle.schema.history.clone();
    let engine = Engine::from_bundle(bundle).unwrap();
    let mut scratch = Scratch::default();
    let mut memory = MemoryHistory::default();
    let (mut reserved, mut keys) = (Vec::new(), Vec::new());
    let (mut asks, mut acts, mut moved) = (Vec::new(), Vec::new(), Vec::new());
    let mut index = 0u64;
    for step in steps {
        match step {
            Step::Act { action, which, amount, euros, at, state } => {
                let bytes = request(action, which, amount, euros, at);
                let remembered = match state {
                    0 => HistoryState::Attempted,
                    3 => HistoryState::Executed,
                    _ => HistoryState::Allowed,
                };
                let kept = memory.state(&engine, &mut scratch, bytes.as_bytes(), remembered).unwrap();
                let (at, contributions) = engine.contributions(&mut scratch).unwrap();
                keys.extend(contributions.iter().map(|found| (found.query, found.key.clone())));
                let entries: Vec<Entry> =
                    (0..).zip(contributions).map(|(part, one)| entry(one, at, index, part)).collect();
                let what = move |view: &View<'_>| {
                    assert_eq!(view.next_index(), index);
                    let mut writes = Writes::none();
                    writes.record(record(1, b"act"));
                    match remembered {
                        HistoryState::Allowed => {
                            writes.issue(Token { expires_at: i64::MAX, ..new_token(view, entries) });
                        }
                        state => entries.into_iter().for_each(|entry| writes.count(entry, standing(state))),
                    }
                    (writes, ())
                };
                acts.push(store.submit(tenant, Do { now: 0, reads: Reads::none(), what }));
                if remembered == HistoryState::Allowed {
                    reserved.push((kept, index, TokenState::Issued));
                }
                index += 1;
            }
            Step::Settle { which, how } if !reserved.is_empty() => {
                let place = which.index(reserved.len());
                let (kept, token, from) = &mut reserved[place];
                let to = match (*from, how) {
                    (TokenState::Issued, 0) => TokenState::Released,
                    (TokenState::Issued, _) => TokenState::Burned,
                    (_, 0) => TokenState::Failed,
                    (_, 1) => TokenState::Executed,
                    (_, _) => TokenState::Unknown,
                };
                match to {
                    TokenState::Released => memory.settle(*kept, Settled::Released),
                    TokenState::Failed => memory.settle(*kept, Settled::Failed),
                    TokenState::Executed => memory.settle(*kept, Settled::Executed),
                    _ => {}
                }
                let job = Settle { now: 0, index: *token, from: *from, to, minor: None };
                moved.push(store.submit(tenant, job));
                index += 1;
                *from = to;
                if to != TokenState::Burned {
                    reserved.swap_remove(place);
                }
            }
            Step::Settle { .. } => {}
            Step::Ask { at } => {
                keys.sort();
                keys.dedup();
                for (number, key) in &keys {
                    let query = &queries[*number];
                    let model =
                        memory.answer(lictor_runtime::Question { number: *number, query, key, now: at });
                    let asked = question(*number, query, key, at);
                    let told = (model, query.clone(), asked.clone(), at);
                    asks.push((told, store.submit(tenant, Ask { now: at, question: asked })));
                }
            }
        }
    }
    acts.into_iter().for_each(|pending| pending.wait().unwrap());
    moved.into_iter().for_each(|pending| assert_eq!(pending.wait(), Ok(true)));
    for ((model, query, asked, at), pending) in asks {
        let found = pending.wait().unwrap();
        assert!(same(model, found, &query), "{model:?} {found:?} at {at}: {asked:?}");
    }
}

/// So many runs, each on a tenant of its own.
fn run(store: &Store, cases: u32) {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let tenants = std::cell::Cell::new(0);
    let steps = prop::collection::vec(step(), 1..60);
    let outcome = runner.run(&steps, |steps| {
        tenants.set(tenants.get() + 1);
        let tenant = store.tenant(&format!("t-{}", tenants.get())).unwrap();
        compare(store, tenant, steps);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn memory_answers_as_the_model() {
    run(&Store::memory().unwrap(), 150);
}

#[test]
fn sqlite_answers_as_the_model() {
    let folder = Folder::new("model");
    run(&Store::sqlite(&folder.file("store.db"), &Options::default()).unwrap(), 60);
}

#[test]
fn postgres_answers_as_the_model() {
    let Some(cluster) = support::cluster::shared() else { return };
    run(&Store::postgres(&cluster.database("model"), &Options::default()).unwrap(), 30);
}
