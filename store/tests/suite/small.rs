//! Keys, values, and jobs that do what they must not.

use lictor_store::counter::{Answer, Question, Standing, What, Window};
use lictor_store::{ApiKey, ErrorKind, Reads, Slot, View, Writes};

use crate::Tried;
use crate::support::jobs::{Authorize, Do, counter, new_token, record};

const NOW: i64 = 1_772_359_200_000;

fn run<T: Send + 'static>(
    tried: &Tried,
    reads: Reads,
    what: impl FnOnce(&View<'_>) -> (Writes, T) + Send + 'static,
) -> Result<T, lictor_store::StoreError> {
    tried.store.submit(tried.tenant, Do { now: NOW, reads, what }).wait()
}

fn write(tried: &Tried, what: impl FnOnce(&mut Writes) + Send + 'static) {
    let what = move |_: &View<'_>| {
        let mut writes = Writes::none();
        what(&mut writes);
        (writes, ())
    };
    run(tried, Reads::none(), what).unwrap();
}

pub fn api_keys(tried: &Tried) {
    let key = |n: u8| ApiKey {
        hash: [n; 32],
        name: format!("key {n}"),
        role: "agent".to_owned(),
        principal: "a-1".to_owned(),
        created_at: NOW + i64::from(n),
        expires_at: None,
        revoked_at: None,
        body: vec![n],
    };
    write(tried, move |writes| (1..4).for_each(|n| writes.api_key(key(n))));
    let mut reader = tried.second.reader().unwrap();
    assert_eq!(reader.api_keys(tried.tenant).unwrap(), [key(1), key(2), key(3)]);
    assert_eq!(reader.api_key(&[2; 32]).unwrap(), Some((tried.tenant, key(2))));
    assert_eq!(reader.api_key(&[9; 32]).unwrap(), None);
    let revoked = move || ApiKey { revoked_at: Some(NOW), ..key(2) };
    write(tried, move |writes| writes.api_key(revoked()));
    let seen =
        run(tried, Reads::none().api_key([2; 32]), |view| (Writes::none(), view.api_key(&[2; 32]).cloned()));
    assert_eq!(seen.unwrap(), Some(revoked()));
}

pub fn values_under_names(tried: &Tried) {
    let slot = |value: &[u8], expires_at| Slot { value: value.to_vec(), expires_at };
    write(tried, move |writes| {
        writes.set("nonce/1", slot(b"x", Some(NOW + 10)));
        writes.set("nonce/2", slot(b"y", None));
        writes.set("noncf", slot(b"z", None));
    });
    let see = |now: i64, name: &'static str| {
        let what = move |view: &View<'_>| (Writes::none(), view.slot(name).map(<[u8]>::to_vec));
        tried.second.submit(tried.tenant, Do { now, reads: Reads::none().slot(name), what }).wait().unwrap()
    };
    assert_eq!(see(NOW + 9, "nonce/1"), Some(b"x".to_vec()));
    assert_eq!(see(NOW + 10, "nonce/1"), None);
    assert_eq!(see(NOW, "nonce/3"), None);
    let names = || -> Vec<String> {
        let slots = tried.store.reader().unwrap().slots(tried.tenant, "nonce/").unwrap();
        slots.into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(), ["nonce/1", "nonce/2"]);
    assert_eq!(tried.store.sweep(NOW + 10).unwrap().slots, 1);
    write(tried, move |writes| {
        writes.set("nonce/4", slot(b"4", None));
        writes.unset("nonce/2");
        writes.unset("nonce/never");
    });
    assert_eq!(names(), ["nonce/4"]);
}

pub fn a_refused_job_leaves_nothing(tried: &Tried) {
    // A record, a value, and a token that must not be: all of it, or none.
    let refused = run(tried, Reads::none(), |view| {
        let mut writes = Writes::none();
        writes.record(record(1, b"one"));
        writes.set("left", Slot { value: b"over".to_vec(), expires_at: None });
        let mut token = new_token(view, Vec::new());
        token.index += 1;
        writes.issue(token);
        (writes, ())
    });
    assert_eq!(refused.unwrap_err().kind, ErrorKind::Conflict);
    let mut reader = tried.store.reader().unwrap();
    assert_eq!(reader.head(tried.tenant).unwrap().unwrap().frontier.size(), 0);
    assert_eq!(reader.slots(tried.tenant, "").unwrap(), []);
}

pub fn what_was_not_declared_is_not_seen(tried: &Tried) {
    write(tried, |writes| writes.set("name", Slot { value: b"value".to_vec(), expires_at: None }));
    let window = Window::After(0);
    let question =
        Question { counter: counter("x"), what: What::Times, standing: Standing::Live, window, own: None };
    let looks: [fn(&View<'_>, &Question) -> bool; 4] = [
        |view, _| view.slot("name").is_some(),
        |view, _| view.token(0).is_some(),
        |view, question| view.answer(question).is_some(),
        // As many as can be.
        |view, _| view.pending("a-1") < u64::MAX,
    ];
    for look in looks {
        let question = question.clone();
        let seen = run(tried, Reads::none(), move |view| {
            assert!(!look(view, &question));
            let mut writes = Writes::none();
            writes.record(record(1, b"never"));
            (writes, ())
        });
        assert_eq!(seen.unwrap_err().kind, ErrorKind::Undeclared);
    }
    let declared = Reads::none().question(question.clone());
    let seen = run(tried, declared, move |view| (Writes::none(), view.answer(&question)));
    assert_eq!(seen, Ok(Some(Answer::Count(0))));
    assert_eq!(tried.store.reader().unwrap().head(tried.tenant).unwrap().unwrap().frontier.size(), 0);
}

pub fn a_job_that_breaks_harms_nobody(tried: &Tried) {
    let job = |n: u64| {
        let what = move |view: &View<'_>| {
            assert!(n % 3 != 1, "this job breaks on purpose");
            let mut writes = Writes::none();
            writes.record(record(1, b"whole"));
            (writes, view.next_index())
        };
        tried.store.submit(tried.tenant, Do { now: NOW, reads: Reads::none(), what })
    };
    let pending: Vec<_> = (0..30).map(job).collect();
    let answers: Vec<_> = pending.into_iter().map(|pending| pending.wait()).collect();
    let broken =
        answers.iter().filter(|answer| answer.as_ref().is_err_and(|error| error.kind == ErrorKind::Broken));
    assert_eq!(broken.count(), 10);
    assert!(answers.iter().filter_map(|answer| answer.as_ref().ok()).copied().eq(0..20));
}

pub fn tenants_are_apart(tried: &Tried) {
    let other = tried.store.tenant("other").unwrap();
    assert_ne!(other, tried.tenant);
    let pay = |tenant, n| {
        let job =
            Authorize { now: NOW + n, counter: counter("same"), minor: 60, budget: 100, window: 1_000_000 };
        tried.store.submit(tenant, job)
    };
    let pending: Vec<_> = (0..10).map(|n| pay(if n % 2 == 0 { tried.tenant } else { other }, n)).collect();
    let allowed: Vec<_> = pending.into_iter().map(|pending| pending.wait().unwrap()).collect();
    assert_eq!(allowed[..2], [Some(0), Some(0)]);
    assert!(allowed[2..].iter().all(Option::is_none));
    let mut reader = tried.store.reader().unwrap();
    assert_eq!(reader.tenants().unwrap(), [(tried.tenant, "acme".to_owned()), (other, "other".to_owned())]);
    for tenant in [tried.tenant, other] {
        assert_eq!(reader.head(tenant).unwrap().unwrap().frontier.size(), 5);
        assert_eq!(reader.leaves(tenant, 0..100).unwrap().len(), 5);
    }
    let nowhere = lictor_store::TenantId(99);
    assert_eq!(pay(nowhere, 99).wait().unwrap_err().kind, ErrorKind::Conflict);
    assert_eq!(reader.head(nowhere).unwrap(), None);
}
