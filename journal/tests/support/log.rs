//! A log with a record of each kind.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use lictor_evidence::Digest;
use lictor_evidence::keys::Thumbprint;
use lictor_evidence::receipt::{Approval, Approved, Evidence, State};
use lictor_evidence::time::Moment;
use lictor_evidence::token::Mode;
use lictor_journal::record::{
    About, Act, Answered, ApprovalState, Asked, Bundle, Burned, Erased, Observed, Operated, Pending, Refused,
    Released, Settled, Void, VoidReason,
};
use lictor_journal::{Covering, New, Record, Step};
use lictor_runtime::Engine;
use lictor_store::{Job, Options, Reads, Store, TenantId, View, Writes};
use serde_json::json;

use super::{Made, NOW, agent, decide, decided, letter, token};

/// A folder of its own for a test, which goes with it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("lictor-journal-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub const TENANT: &str = "clinic-1";

/// A record and what covered it.
pub struct Written {
    pub record: Record,
    pub covering: Option<Covering>,
}

fn plain(index: usize, step: Step) -> Written {
    Written { record: Record::new(&format!("trace-{index}"), step), covering: None }
}

pub fn about() -> About {
    About { agent: agent().id, action: "letter.send".to_owned() }
}

pub fn approval() -> Approval {
    Approval {
        by: "nurse-2".to_owned(),
        role: "nurse".to_owned(),
        answer: Approved::Approved,
        time: Moment(NOW + 5_000),
        evidence: Evidence::Session,
        key: None,
    }
}

/// A record of each kind, in the order in which they could come.
pub fn one_of_each(engine: &Engine) -> Vec<Written> {
    let made = |pages, key| decide(engine, &letter("2026-03-01T10:00:00Z", pages, json!({})), key);
    let with = |made: Made, record: Record| Written { record, covering: Some(made.covering) };
    let mut written = Vec::new();
    let bundle = Bundle {
        bundle: Digest(engine.id().0),
        name: "clinic".to_owned(),
        sequence: 3,
        signers: vec!["release-1".to_owned()],
        mode: Mode::Enforce,
    };
    written.push(plain(0, Step::Bundle(bundle)));
    let allowed = made(2, 1);
    let record = decided(&allowed, 1);
    written.push(with(allowed, record));
    let again = made(2, 2);
    let burned = Burned {
        of: 1,
        token: token(1),
        by: "checkout-1".to_owned(),
        judged: again.judged.clone(),
        approvals: Vec::new(),
    };
    written.push(with(again, Record::new("trace-2", Step::Burned(Box::new(burned)))));
    let replayed = Refused {
        code: "REPLAY_DETECTED".to_owned(),
        by: "checkout-1".to_owned(),
        of: Some(1),
        token: Some(token(1)),
        about: Some(about()),
        judged: None,
    };
    written.push(plain(3, Step::Refused(Box::new(replayed))));
    let settled = Settled {
        of: 1,
        token: token(1),
        about: about(),
        outcome: State::Executed,
        by: Some("checkout-1".to_owned()),
        amounts: None,
    };
    written.push(plain(4, Step::Settled(settled)));
    let asks = made(12, 5);
    let record = decided(&asks, 5);
    let asked: Vec<Asked> =
        asks.judged.outcome.causes().iter().filter_map(|cause| cause.asks.clone()).collect();
    written.push(with(asks, record));
    let pending = Pending {
        of: 5,
        id: "a-5".to_owned(),
        about: about(),
        subject: Digest::of(b"subject"),
        asks: asked,
        quorum: 1,
        expires: Moment(NOW + 900_000),
    };
    written.push(plain(6, Step::ApprovalAsked(pending)));
    let answered = Answered {
        of: 6,
        id: "a-5".to_owned(),
        about: about(),
        answer: approval(),
        state: ApprovalState::Approved,
        signed: None,
        words: None,
    };
    written.push(plain(7, Step::ApprovalAnswered(answered)));
    let void = Void { of: 6, id: "a-5".to_owned(), about: about(), because: VoidReason::Expired };
    written.push(plain(8, Step::ApprovalVoid(void)));
    let unused = made(2, 9);
    let record = decided(&unused, 9);
    written.push(with(unused, record));
    written.push(plain(10, Step::Released(Released { of: 9, token: token(9), about: about() })));
    let seen = made(3, 11);
    let observed = Observed { by: "checkout-1".to_owned(), code: None, judged: seen.judged.clone() };
    written.push(with(seen, Record::new("trace-11", Step::Observed(Box::new(observed)))));
    let act = Act::SigningKey { purpose: "token".to_owned(), kid: Thumbprint([9; 32]) };
    written.push(plain(12, Step::Operator(Operated { by: "host".to_owned(), act })));
    let entry = written[5].record.entry(TENANT, 5, NOW + 5).unwrap().to_bytes().unwrap();
    let erased = Erased {
        of: 5,
        entry: String::from_utf8(entry).unwrap(),
        by: "admin-1".to_owned(),
        because: "request".to_owned(),
    };
    written.push(plain(13, Step::Erased(erased)));
    written
}

/// Appends one record, and erases another with it where it is a tombstone.
pub struct Append {
    pub written: Written,
    pub now: i64,
    pub keep_opened: bool,
}

impl Job for Append {
    type Answer = ();

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, ()) {
        let mut writes = Writes::none();
        let Written { record, covering } = self.written;
        if let Step::Erased(erased) = &record.step {
            writes.erase(erased.of);
        }
        let new = New {
            tenant: TENANT,
            index: view.next_index(),
            time: view.now(),
            covering: covering.as_ref(),
            keep_opened: self.keep_opened,
        };
        writes.record(record.row(new).unwrap());
        (writes, ())
    }
}

/// Writes these records, one a millisecond.
pub fn append(store: &Store, tenant: TenantId, written: Vec<Written>, keep_opened: bool) {
    for (number, written) in (0..).zip(written) {
        store.submit(tenant, Append { written, now: NOW + number, keep_opened }).wait().unwrap();
    }
}

/// A store in a folder with these records; it is closed.
pub fn store(folder: &Folder, written: Vec<Written>, keep_opened: bool) -> PathBuf {
    let path = folder.file("store.db");
    let store = Store::sqlite(&path, &Options::default()).unwrap();
    let tenant = store.tenant(TENANT).unwrap();
    append(&store, tenant, written, keep_opened);
    path
}
