//! Reservations count, and nothing is spent twice.

use lictor_store::counter::{Answer, Entry, Own, Question, Standing, Taken, What, Window};
use lictor_store::{Reads, TokenState, Writes};

use crate::Tried;
use crate::support::jobs::{Ask, Authorize, Do, Settle, USD, counter, record, spent};

const NOW: i64 = 1_772_359_200_000;
const DAY: i64 = 86_400_000;

fn authorize(tried: &Tried, now: i64, minor: i64, budget: i64) -> Option<u64> {
    let job = Authorize { now, counter: counter("budget"), minor, budget, window: DAY };
    tried.store.submit(tried.tenant, job).wait().unwrap()
}

fn ask(tried: &Tried, now: i64, question: Question) -> Option<Answer> {
    tried.store.submit(tried.tenant, Ask { now, question }).wait().unwrap()
}

fn total(tried: &Tried, now: i64) -> Option<Answer> {
    ask(tried, now, spent(counter("budget"), now - DAY))
}

fn settle(tried: &Tried, index: u64, from: TokenState, to: TokenState, minor: Option<i64>) {
    let job = Settle { now: NOW, index, from, to, minor };
    tried.store.submit(tried.tenant, job).wait().unwrap();
}

pub fn a_budget_is_never_overshot(tried: &Tried) {
    // Two gateways, a thread each and many jobs in flight; of 400 payments of 7.00 a budget of 1,000.00 allows 142.
    let spend = |store: &lictor_store::Store, thread: i64| -> usize {
        let jobs = (0..200).map(|n| Authorize {
            now: NOW + n * 10 + thread,
            counter: counter("budget"),
            minor: 700,
            budget: 100_000,
            window: DAY,
        });
        let pending: Vec<_> = jobs.map(|job| store.submit(tried.tenant, job)).collect();
        pending.into_iter().filter_map(|pending| pending.wait().unwrap()).count()
    };
    let allowed: usize = std::thread::scope(|scope| {
        let threads =
            [(&tried.store, 0), (&tried.second, 1)].map(|(store, n)| scope.spawn(move || spend(store, n)));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(allowed, 142);
    assert_eq!(total(tried, NOW + DAY / 2), Some(Answer::Total(142 * 700)));
    // All of it is free again a day later, and all were attempts.
    assert_eq!(total(tried, NOW + 2 * DAY), Some(Answer::Total(0)));
    let attempts =
        Question { what: What::Times, standing: Standing::Attempted, ..spent(counter("budget"), 0) };
    assert_eq!(ask(tried, NOW + 2 * DAY, attempts), Some(Answer::Count(400)));
}

pub fn what_is_released_is_free_again(tried: &Tried) {
    let first = authorize(tried, NOW, 60_000, 100_000).unwrap();
    let second = authorize(tried, NOW + 3_600_000, 30_000, 100_000).unwrap();
    // A reservation stays one when it is burned.
    settle(tried, second, TokenState::Issued, TokenState::Burned, None);
    let later = NOW + 3 * 3_600_000;
    assert_eq!(authorize(tried, later, 20_000, 100_000), None);
    // It is taken from the bucket into which it was put, whenever that is.
    settle(tried, first, TokenState::Issued, TokenState::Released, None);
    assert_eq!(total(tried, later), Some(Answer::Total(30_000)));
    for (after, left) in
        [(NOW - 1, 30_000), (NOW, 30_000), (NOW + 3_600_000 - 1, 30_000), (NOW + 3_600_000, 0)]
    {
        assert_eq!(ask(tried, later, spent(counter("budget"), after)), Some(Answer::Total(left)), "{after}");
    }
    settle(tried, second, TokenState::Burned, TokenState::Failed, None);
    assert_eq!(total(tried, later), Some(Answer::Total(0)));
    let third = authorize(tried, later, 100_000, 100_000).unwrap();
    // An outcome that nobody knows stays counted.
    settle(tried, third, TokenState::Issued, TokenState::Burned, None);
    settle(tried, third, TokenState::Burned, TokenState::Unknown, None);
    assert_eq!(total(tried, later), Some(Answer::Total(100_000)));
}

pub fn a_smaller_amount_is_settled(tried: &Tried) {
    let index = authorize(tried, NOW, 50_000, 100_000).unwrap();
    settle(tried, index, TokenState::Issued, TokenState::Burned, None);
    settle(tried, index, TokenState::Burned, TokenState::Executed, Some(12_345));
    assert_eq!(total(tried, NOW + 7_200_000), Some(Answer::Total(12_345)));
    assert_eq!(total(tried, NOW + 1), Some(Answer::Total(12_345)));
}

pub fn a_job_leaves_out_its_own_reservation(tried: &Tried) {
    let own = authorize(tried, NOW, 50_000, 100_000).unwrap();
    let _other = authorize(tried, NOW + 1, 1_000, 100_000).unwrap();
    let later = NOW + 7_200_000;
    let mut question = Question { own: Some(Own::Token(own)), ..spent(counter("budget"), NOW - 1) };
    assert_eq!(ask(tried, later, question.clone()), Some(Answer::Total(1_000)));
    question.what = What::Times;
    assert_eq!(ask(tried, later, question.clone()), Some(Answer::Count(1)));
    question.what = What::Latest;
    assert_eq!(ask(tried, later, question.clone()), Some(Answer::Latest(Some(NOW + 1))));
    question.window = Window::After(NOW + 1);
    assert_eq!(ask(tried, later, question), Some(Answer::Latest(None)));
}

fn count(tried: &Tried, now: i64, name: &'static str, taken: Taken) {
    let what = move |view: &lictor_store::View<'_>| {
        let mut writes = Writes::none();
        writes.record(record(9, b"event"));
        let entry =
            Entry { counter: counter(name), at: view.now(), index: view.next_index(), part: 0, taken };
        writes.count(entry, Standing::Live);
        (writes, ())
    };
    tried.store.submit(tried.tenant, Do { now, reads: Reads::none(), what }).wait().unwrap();
}

pub fn what_is_unclear_is_not_answered(tried: &Tried) {
    count(tried, NOW, "unclear", Taken::Amount(USD, 5));
    count(tried, NOW + 10, "unclear", Taken::Unclear);
    for what in [What::Times, What::Total(USD), What::Distinct, What::Latest] {
        for now in [NOW + 20, NOW + 7_200_000] {
            let question = Question { what, ..spent(counter("unclear"), NOW - 1) };
            assert_eq!(ask(tried, now, question.clone()), None, "{what:?}");
            let after = Question { window: Window::After(NOW + 10), ..question };
            assert!(ask(tried, now, after).is_some(), "{what:?}");
        }
    }
    // A window that begins with what is unclear has no beginning.
    let window = Window::Since { begins: counter("unclear"), standing: Standing::Live, after: NOW - 1 };
    let question = Question { window, ..spent(counter("nothing"), 0) };
    assert_eq!(ask(tried, NOW + 7_200_000, question), None);
}

pub fn other_currencies_are_told(tried: &Tried) {
    const EUR: u64 = u64::from_be_bytes(*b"EUR\0\0\0\0\0");
    count(tried, NOW, "mixed", Taken::Amount(USD, 5));
    count(tried, NOW + 1, "mixed", Taken::Amount(EUR, 7));
    let asked = |currency, after| {
        ask(
            tried,
            NOW + 7_200_000,
            Question { what: What::Total(currency), ..spent(counter("mixed"), after) },
        )
    };
    assert_eq!(asked(USD, NOW - 1), Some(Answer::OtherCurrency(EUR)));
    assert_eq!(asked(EUR, NOW - 1), Some(Answer::OtherCurrency(USD)));
    assert_eq!(asked(EUR, NOW), Some(Answer::Total(7)));
    assert_eq!(asked(USD, NOW + 1), Some(Answer::Total(0)));
}

pub fn sums_do_not_overflow(tried: &Tried) {
    for n in 0..4 {
        count(tried, NOW + n, "huge", Taken::Amount(USD, i64::MAX));
    }
    count(tried, NOW + 5, "huge", Taken::Amount(USD, i64::MIN));
    let asked = |now, after| ask(tried, now, spent(counter("huge"), after));
    for now in [NOW + 10, NOW + 7_200_000] {
        assert_eq!(asked(now, NOW - 1), None);
        assert_eq!(asked(now, NOW), None);
        assert_eq!(asked(now, NOW + 1), Some(Answer::Total(i64::MAX - 1)));
        assert_eq!(asked(now, NOW + 2), Some(Answer::Total(-1)));
        assert_eq!(asked(now, NOW + 4), Some(Answer::Total(i64::MIN)));
        assert_eq!(asked(now, i64::MIN), None);
    }
}
