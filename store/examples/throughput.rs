//! How many actions a store takes in a second: `cargo run --release -p lictor-store --example throughput -- [postgres URL]`.
//!
//! At 64 jobs at a time it authorizes (a record, a token, a reservation in a counter of 256, or in one hot counter), burns and settles, and beside it
//! writes the bare bytes of the same records in groups of as many, each group one commit: what the store adds is the difference.

use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use lictor_ledger::Hash;
use lictor_store::counter::{Answer, Counter, Entry, Question, Standing, Taken, What, Window};
use lictor_store::{Job, NewRecord, Options, Reads, Store, TenantId, Token, TokenState, View, Writes};

const CONCURRENT: usize = 64;
const BODY: usize = 700;
const NOW: i64 = 1_772_359_200_000;
const USD: u64 = u64::from_be_bytes(*b"USD\0\0\0\0\0");

fn record(kind: u16, n: u64) -> NewRecord {
    let mut body = vec![b'x'; BODY];
    body.splice(..8, n.to_be_bytes());
    NewRecord {
        leaf: Hash::leaf(&body),
        kind,
        agent: format!("agent-{}", n % 256),
        action: "payment.charge".to_owned(),
        decision: 1,
        cites: String::new(),
        secret: Some([7; 32]),
        body,
    }
}

struct Authorize {
    n: u64,
    hot: bool,
}

impl Authorize {
    fn question(&self, now: i64) -> Question {
        let mut counter = [0; 16];
        if !self.hot {
            counter[15] = (self.n % 256) as u8;
            counter[0] = 1;
        }
        let window = Window::After(now - 86_400_000);
        Question {
            counter: Counter(counter),
            what: What::Total(USD),
            standing: Standing::Live,
            window,
            own: None,
        }
    }
}

impl Job for Authorize {
    type Answer = u64;

    fn now(&self) -> i64 {
        // Ten thousand actions a second.
        NOW + self.n as i64 / 10
    }

    fn reads(&self, now: i64) -> Reads {
        Reads::none().question(self.question(now))
    }

    fn run(self, view: &View<'_>) -> (Writes, u64) {
        let question = self.question(view.now());
        let Some(Answer::Total(_)) = view.answer(&question) else { return (Writes::none(), u64::MAX) };
        let mut writes = Writes::none();
        let index = view.next_index();
        writes.record(record(1, self.n));
        let taken = Taken::Amount(USD, 1_999);
        let entry = Entry { counter: question.counter, at: view.now(), index, part: 0, taken };
        writes.issue(Token {
            index,
            id: [1; 16],
            state: TokenState::Issued,
            generation: view.head().generation,
            expires_at: view.now() + 120_000,
            due_at: Some(view.now() + 125_000),
            burned_by: None,
            action: index,
            entries: vec![entry],
            body: vec![b't'; 200],
        });
        (writes, index)
    }
}

struct Advance {
    n: u64,
    index: u64,
    from: TokenState,
    to: TokenState,
}

impl Job for Advance {
    type Answer = u64;

    fn now(&self) -> i64 {
        NOW + self.n as i64 / 10
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().token(self.index)
    }

    fn run(self, view: &View<'_>) -> (Writes, u64) {
        let mut writes = Writes::none();
        let Some(token) = view.token(self.index) else { return (writes, u64::MAX) };
        writes.record(record(2, self.n));
        let due_at = (self.to == TokenState::Burned).then_some(view.now() + 60_000);
        writes.advance(
            self.from,
            Token { state: self.to, due_at, burned_by: Some("shop".to_owned()), ..token.clone() },
        );
        (writes, self.index)
    }
}

/// Keeps so many jobs waiting; says how long all took, the longest of a hundred, and the answers.
fn run<J: Job<Answer = u64>>(
    store: &Store,
    tenant: TenantId,
    jobs: impl Iterator<Item = J>,
) -> (Duration, Vec<u64>, Vec<Duration>) {
    let mut waiting = VecDeque::new();
    let (mut answers, mut times) = (Vec::new(), Vec::new());
    let start = Instant::now();
    let mut take = |waiting: &mut VecDeque<(Instant, lictor_store::Pending<u64>)>| {
        if let Some((since, pending)) = waiting.pop_front() {
            answers.push(pending.wait().expect("the store answers"));
            times.push(since.elapsed());
        }
    };
    for job in jobs {
        if waiting.len() >= CONCURRENT {
            take(&mut waiting);
        }
        waiting.push_back((Instant::now(), store.submit(tenant, job)));
    }
    while !waiting.is_empty() {
        take(&mut waiting);
    }
    (start.elapsed(), answers, times)
}

fn told(what: &str, count: usize, took: Duration, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 1_000).copied().unwrap_or_default();
    let rate = count as f64 / took.as_secs_f64();
    println!("{what:<34} {rate:>9.0}/s   p50 {:>9.2?}   p99 {:>9.2?}", at(500), at(990));
}

/// The same bytes in one table, without anything else: rows of a record and a token in groups, each a commit.
fn bare(path: &Path, count: usize) -> Duration {
    let connection = rusqlite::Connection::open(path).expect("a file for the bare rows");
    let set = "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA wal_autocheckpoint = 4096;
        CREATE TABLE bare (key INTEGER PRIMARY KEY, body BLOB NOT NULL)";
    connection.execute_batch(set).expect("a table for the bare rows");
    let body = vec![b'x'; BODY + 450];
    let start = Instant::now();
    for group in 0..count / CONCURRENT {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begin");
        for n in 0..CONCURRENT {
            let mut insert = connection.prepare_cached("INSERT INTO bare VALUES (?, ?)").expect("prepare");
            insert.execute(((group * CONCURRENT + n) as i64, &body)).expect("insert");
        }
        connection.execute_batch("COMMIT").expect("commit");
    }
    start.elapsed()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder = std::env::temp_dir().join(format!("lictor-throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder to write in");
    let count = 40_000usize;
    let store = match args.get(1) {
        Some(url) => Store::postgres(url, &Options::default()),
        None => Store::sqlite(
            &folder.join("store.db"),
            &Options { anchor: Some(folder.join("anchor")), ..Options::default() },
        ),
    };
    let store = store.unwrap_or_else(|error| panic!("{error}"));
    let tenant = store.tenant("bench").expect("a tenant");
    if args.is_empty() {
        let took = bare(&folder.join("bare.db"), count);
        told("bare rows, groups of 64", count, took, Vec::new());
    }
    let count = count as u64;
    let (took, issued, times) = run(&store, tenant, (0..count).map(|n| Authorize { n, hot: false }));
    told("authorize, 256 counters", issued.len(), took, times);
    let advance = |from, to, first: u64| {
        let issued = issued.clone();
        issued.into_iter().zip(first..).map(move |(index, n)| Advance { n, index, from, to })
    };
    let (took, answers, times) = run(&store, tenant, advance(TokenState::Issued, TokenState::Burned, count));
    told("burn", answers.len(), took, times);
    let (took, answers, times) =
        run(&store, tenant, advance(TokenState::Burned, TokenState::Executed, 2 * count));
    told("settle", answers.len(), took, times);
    let hot = (3 * count..3 * count + count / 2).map(|n| Authorize { n, hot: true });
    let (took, answers, times) = run(&store, tenant, hot);
    told("authorize, one hot counter", answers.len(), took, times);
    drop(store);
    let _ = std::fs::remove_dir_all(&folder);
}
