//! Lives of tokens under load in a process of their own, a line for each step that was acknowledged, and what must be true of the store
//! afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::jobs::{Ask, Authorize, Burn, Burned, Settle, counter, spent};
use lictor_ledger::Frontier;
use lictor_store::counter::Answer;
use lictor_store::{Options, Reader, Store, StoreError, TenantId, TokenState};

pub const NOW: i64 = 1_772_359_200_000;
pub const WINDOW: i64 = 86_400_000;
/// Where the child works: `sqlite PATH ANCHOR` or `postgres URL`.
const CHILD: &str = "LICTOR_STORE_TEST_CHILD";

pub fn open(place: &str) -> Result<Store, StoreError> {
    match place.split_once(' ').unwrap() {
        ("sqlite", path) => {
            let path = std::path::Path::new(path);
            let anchor = Some(path.with_extension("anchor"));
            Store::sqlite(path, &Options { anchor, ..Options::default() })
        }
        (_, url) => Store::postgres(url, &Options::default()),
    }
}

/// What another process runs until it is killed: lives of tokens on several threads, a line for each step that was acknowledged.
pub fn child() {
    let Ok(place) = std::env::var(CHILD) else { return };
    let store = open(&place).unwrap();
    let tenant = store.tenant("acme").unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8u64 {
            let store = &store;
            scope.spawn(move || {
                for n in 0.. {
                    live(store, tenant, n * 8 + thread);
                }
            });
        }
    });
}

/// One action: authorized, and then burned, settled or released. A line is written whole and at once.
fn live(store: &Store, tenant: TenantId, n: u64) {
    let say = |what: &str, index: u64| {
        let line = format!("ack {what} {index}\n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    };
    let now = NOW + n as i64;
    let pay = Authorize {
        now,
        counter: counter("killed"),
        minor: 1 + n as i64 % 7,
        budget: i64::MAX,
        window: WINDOW,
    };
    // Where the store does not answer nothing is acknowledged, and the next one is tried.
    let Ok(Some(index)) = store.submit(tenant, pay).wait() else {
        return std::thread::sleep(Duration::from_millis(5));
    };
    say("issued", index);
    if n.is_multiple_of(5) {
        let release = Settle { now, index, from: TokenState::Issued, to: TokenState::Released, minor: None };
        if store.submit(tenant, release).wait() == Ok(true) {
            say("released", index);
        }
        return;
    }
    if store.submit(tenant, Burn { now, index, key: None }).wait() != Ok(Burned::Now) {
        return;
    }
    say("burned", index);
    if !n.is_multiple_of(3) {
        let (to, said) = if n.is_multiple_of(2) {
            (TokenState::Executed, "executed")
        } else {
            (TokenState::Failed, "failed")
        };
        let settle = Settle { now, index, from: TokenState::Burned, to, minor: None };
        if store.submit(tenant, settle).wait() == Ok(true) {
            say(said, index);
        }
    }
}

/// Lines of a child, as they come.
pub struct Load {
    child: Child,
    lines: Arc<Mutex<Vec<(String, u64)>>>,
    reader: std::thread::JoinHandle<()>,
}

impl Load {
    pub fn start(place: &str, set: &[(&str, &std::ffi::OsStr)]) -> Load {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--nocapture", "--test-threads", "1"])
            .env(CHILD, place)
            .envs(set.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (out, to) = (child.stdout.take().unwrap(), Arc::clone(&lines));
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(out).lines() {
                // A line that the kill cut off was not yet an acknowledgement.
                let line = line.unwrap_or_default();
                let mut words = line.split(' ');
                if words.next() == Some("ack")
                    && let (Some(what), Some(Ok(index))) = (words.next(), words.next().map(str::parse))
                {
                    to.lock().unwrap().push((what.to_owned(), index));
                }
            }
        });
        Load { child, lines, reader }
    }

    pub fn wait_for(&self, many: usize) {
        let start = std::time::Instant::now();
        while self.lines.lock().unwrap().len() < many {
            assert!(start.elapsed() < Duration::from_secs(60), "the child does nothing");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// `kill -9`, and all that had been acknowledged by then.
    pub fn kill(mut self) -> Vec<(String, u64)> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reader.join().unwrap();
        std::mem::take(&mut self.lines.lock().unwrap())
    }
}

/// A file may be cut off in the middle of a line; a number that was cut off would look like another.
pub fn whole(acknowledged: &mut Vec<(String, u64)>) {
    acknowledged.pop();
}

/// Looks at all that is kept, and holds it against what was acknowledged.
pub fn check(store: &Store, tenant: TenantId, acknowledged: &[(String, u64)]) {
    let mut reader: Reader = store.reader().unwrap();
    let head = reader.head(tenant).unwrap().unwrap();
    let size = head.frontier.size();
    // The log has no gaps, and its head is that of its leaves.
    let leaves = reader.leaves(tenant, 0..u64::MAX).unwrap();
    assert_eq!(leaves.len() as u64, size);
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.append(leaf).unwrap();
    }
    assert_eq!(frontier, head.frontier);
    // No effect without its record, no record without its effect, and none twice.
    let records = reader.records(tenant, 0..size, &Default::default(), false, usize::MAX).unwrap();
    let (mut burns, mut settled, mut issued) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    for record in records {
        let index = u64::from_be_bytes(record.body.unwrap_or_default().try_into().unwrap_or([0xff; 8]));
        match record.kind {
            1 => drop(issued.insert(record.index, index as i64)),
            2 => assert!(burns.insert(index), "token {index} burned twice"),
            4 => assert!(settled.insert(index), "token {index} was settled twice"),
            _ => {}
        }
    }
    let mut live = 0;
    let mut states = BTreeMap::new();
    for (index, minor) in &issued {
        let token = reader.token(tenant, *index).unwrap().unwrap();
        assert_eq!(burns.contains(index), !matches!(token.state, TokenState::Issued | TokenState::Released));
        assert_eq!(settled.contains(index), !matches!(token.state, TokenState::Issued | TokenState::Burned));
        live += if token.state.counts() { *minor } else { 0 };
        states.insert(*index, token.state);
    }
    for (what, index) in acknowledged {
        let state = states.get(index).unwrap_or_else(|| panic!("token {index} is lost"));
        let there = match what.as_str() {
            "issued" => true,
            "released" => *state == TokenState::Released,
            "burned" => burns.contains(index),
            "executed" => *state == TokenState::Executed,
            _ => *state == TokenState::Failed,
        };
        assert!(there, "token {index} was {what}, and is {state:?}");
    }
    // Counters are what the tokens say, by buckets and by single entries.
    for (now, after) in [(NOW + WINDOW, NOW - 1), (NOW + 86_399_999, NOW - 1)] {
        let ask = Ask { now, question: spent(counter("killed"), after) };
        assert_eq!(store.submit(tenant, ask).wait(), Ok(Some(Answer::Total(live))));
    }
}
