//! Requests for approval.

use lictor_store::counter::{Answer, Entry, Own, Question, Standing, Taken, What};
use lictor_store::{Approval, ApprovalState, ErrorKind, Reads, StoreError, Token, View, Writes};

use crate::Tried;
use crate::support::jobs::{Ask, Do, USD, asked, counter, new_token, record, spent, voted};

const NOW: i64 = 1_772_359_200_000;
const SUBJECT: [u8; 32] = [4; 32];

/// Asks for approval unless the same is asked already, or was refused a short while ago; says which request it is.
fn request(tried: &Tried, now: i64, quorum: u16) -> Result<u64, StoreError> {
    let what = move |view: &View<'_>| {
        let mut writes = Writes::none();
        let cools = |kept: &Approval| kept.cools_until.is_some_and(|until| until > view.now());
        if let Some(kept) =
            view.subject(&SUBJECT).filter(|kept| kept.state == ApprovalState::Pending || cools(kept))
        {
            return (writes, kept.index);
        }
        writes.record(record(5, b"asked"));
        let taken = Taken::Amount(USD, 500);
        let entry =
            Entry { counter: counter("asked"), at: view.now(), index: view.next_index(), part: 0, taken };
        let approval = asked(view, SUBJECT, quorum, vec![entry]);
        let index = approval.index;
        writes.approval(approval);
        (writes, index)
    };
    tried.store.submit(tried.tenant, Do { now, reads: Reads::none().subject(SUBJECT), what }).wait()
}

fn vote(tried: &Tried, now: i64, index: u64, person: &'static str, approves: bool) -> Result<(), StoreError> {
    change(tried, now, index, move |view, kept| voted(view, kept, person, approves))
}

/// Writes what a function makes of a request.
fn change(
    tried: &Tried,
    now: i64,
    index: u64,
    change: impl FnOnce(&View<'_>, &Approval) -> Approval + Send + 'static,
) -> Result<(), StoreError> {
    let what = move |view: &View<'_>| {
        let mut writes = Writes::none();
        writes.record(record(6, b"changed"));
        writes.approval(change(view, view.approval(index).unwrap()));
        (writes, ())
    };
    tried.store.submit(tried.tenant, Do { now, reads: Reads::none().approval(index), what }).wait()
}

fn kept(tried: &Tried, index: u64) -> Approval {
    tried.store.reader().unwrap().approval(tried.tenant, index).unwrap().unwrap()
}

pub fn equal_requests_are_one(tried: &Tried) {
    let reads = || Reads::none().subject(SUBJECT);
    let jobs = (0..50).map(|_| {
        let what = |view: &View<'_>| {
            let mut writes = Writes::none();
            if let Some(kept) = view.subject(&SUBJECT) {
                return (writes, kept.index);
            }
            writes.record(record(5, b"asked"));
            writes.approval(asked(view, SUBJECT, 1, Vec::new()));
            (writes, view.next_index())
        };
        tried.store.submit(tried.tenant, Do { now: NOW, reads: reads(), what })
    });
    let pending: Vec<_> = jobs.collect();
    let indices: Vec<u64> = pending.into_iter().map(|pending| pending.wait().unwrap()).collect();
    assert_eq!(indices, [0; 50]);
    let found = tried.store.reader().unwrap().approvals(tried.tenant, ApprovalState::Pending, 10).unwrap();
    assert_eq!(found.len(), 1);
}

pub fn a_quorum_of_persons(tried: &Tried) {
    let index = request(tried, NOW, 2).unwrap();
    vote(tried, NOW + 1, index, "ann", true).unwrap();
    assert_eq!(kept(tried, index).state, ApprovalState::Pending);
    // One person has one voice, whatever they press.
    let twice = vote(tried, NOW + 2, index, "ann", true).unwrap_err();
    assert!(twice.message.contains("votes twice"), "{twice}");
    // A job that takes one for a quorum is refused.
    let early = change(tried, NOW + 2, index, |_, kept| Approval {
        version: kept.version + 1,
        state: ApprovalState::Approved,
        ..kept.clone()
    });
    assert_eq!(early.unwrap_err().kind, ErrorKind::Conflict);
    vote(tried, NOW + 3, index, "bob", true).unwrap();
    let found = kept(tried, index);
    assert_eq!((found.state, found.version, found.approving()), (ApprovalState::Approved, 2, 2));
    assert_eq!(found.votes[1].person, "bob");
    // What is decided is decided.
    assert_eq!(vote(tried, NOW + 4, index, "eve", false).unwrap_err().kind, ErrorKind::Conflict);
}

pub fn a_refusal_cools_down(tried: &Tried) {
    let index = request(tried, NOW, 1).unwrap();
    vote(tried, NOW + 1, index, "ann", false).unwrap();
    assert_eq!(kept(tried, index).state, ApprovalState::Denied);
    assert_eq!(request(tried, NOW + 600_000, 1), Ok(index));
    let next = request(tried, NOW + 600_001, 1).unwrap();
    assert_ne!(next, index);
    assert_eq!(kept(tried, next).state, ApprovalState::Pending);
}

pub fn an_approval_is_used_once(tried: &Tried) {
    let index = request(tried, NOW, 1).unwrap();
    let collect = move || {
        let what = move |view: &View<'_>| {
            let mut writes = Writes::none();
            let kept = view.approval(index).unwrap();
            writes.record(record(1, b"allowed"));
            writes.approval(Approval {
                version: kept.version + 1,
                state: ApprovalState::Used,
                ..kept.clone()
            });
            // The action is the one that was counted when it was asked for.
            writes.issue(Token { action: index, ..new_token(view, kept.entries.clone()) });
            (writes, view.next_index())
        };
        tried.second.submit(tried.tenant, Do { now: NOW + 9, reads: Reads::none().approval(index), what })
    };
    assert_eq!(collect().wait().unwrap_err().kind, ErrorKind::Conflict);
    vote(tried, NOW + 1, index, "ann", true).unwrap();
    let asks = |what, standing, own| {
        let question = Question { what, standing, own, ..spent(counter("asked"), NOW - 1) };
        tried.store.submit(tried.tenant, Ask { now: NOW + 7_200_000, question }).wait().unwrap()
    };
    let counts = |what, standing| asks(what, standing, None);
    // An attempt until then, but not where it is decided again itself, and one reservation afterwards.
    for (what, without) in [
        (What::Times, Answer::Count(0)),
        (What::Total(USD), Answer::Total(0)),
        (What::Distinct, Answer::Count(0)),
        (What::Latest, Answer::Latest(None)),
    ] {
        assert_eq!(asks(what, Standing::Attempted, Some(Own::Approval(index))), Some(without));
    }
    assert_eq!(counts(What::Times, Standing::Attempted), Some(Answer::Count(1)));
    assert_eq!(counts(What::Total(USD), Standing::Live), Some(Answer::Total(0)));
    let pending: Vec<_> = (0..20).map(|_| collect()).collect();
    let issued: Vec<u64> = pending.into_iter().filter_map(|pending| pending.wait().ok()).collect();
    assert_eq!(issued.len(), 1);
    assert_eq!(counts(What::Times, Standing::Attempted), Some(Answer::Count(1)));
    assert_eq!(counts(What::Total(USD), Standing::Live), Some(Answer::Total(500)));
    let token = tried.store.reader().unwrap().token(tried.tenant, issued[0]).unwrap().unwrap();
    assert_eq!((token.action, token.entries.len()), (index, 1));
}

pub fn pending_requests_are_counted(tried: &Tried) {
    let ask = |subject: u8, agent: &'static str| {
        let what = move |view: &View<'_>| {
            let mut writes = Writes::none();
            // At most two of an agent, and three of all.
            if view.pending(agent) >= 2 || view.pending_at_all() >= 3 {
                return (writes, false);
            }
            writes.record(record(5, b"asked"));
            writes
                .approval(Approval { agent: agent.to_owned(), ..asked(view, [subject; 32], 1, Vec::new()) });
            (writes, true)
        };
        let reads = Reads::none().pending(agent).pending_at_all();
        tried.store.submit(tried.tenant, Do { now: NOW, reads, what })
    };
    let pending: Vec<_> = (0..5).map(|n| ask(n, "a-1")).chain((5..8).map(|n| ask(n, "a-2"))).collect();
    let asked: Vec<bool> = pending.into_iter().map(|pending| pending.wait().unwrap()).collect();
    assert_eq!(asked, [true, true, false, false, false, true, false, false]);
    vote(tried, NOW, 0, "ann", false).unwrap();
    assert_eq!(ask(9, "a-1").wait(), Ok(true));
    assert_eq!(ask(10, "a-1").wait(), Ok(false));
}
