//! Workload B as a table: how long a bundle of many users takes to load, what a user's policy takes in memory, and what a decision costs.
//!
//! `scale [SIZE]...`, by default 10, 1,000, 100,000 and 1,000,000. Before a size is measured, all contestants decide the same requests. Then the
//! same with a rule of their own for each of up to 100,000 users.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lictor_benches::report::kept::keep;
use lictor_benches::scale::draw::{Request, Users, requests};
use lictor_benches::scale::floor::Floor;
use lictor_benches::scale::{Own, lictor};
#[cfg(feature = "peers")]
use lictor_benches::scale::{cedar::Cedar, cel::Cel, rego::Rego};
use lictor_bundle::container::Trust;
use lictor_bundle::program::Release;
use lictor_runtime::{Engine, Prepared, Scratch, Verdict};

/// The system's allocator, with a count of the bytes that are in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is left to the system's allocator, and counting does not touch memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many requests a round decides, and how many rounds the median is of.
const REQUESTS: usize = 100_000;
const ROUNDS: usize = 7;
/// How many requests in memory there are at a time.
const AT_A_TIME: usize = 64;
/// How many policies are replaced.
const REPLACED: usize = 201;
/// Beyond this many users Cedar's entities take more memory than the machine may have.
#[cfg(feature = "peers")]
const CEDAR: usize = 100_000;
/// Beyond this many users their rules take longer to be loaded than anybody would wait for here.
const RULES: usize = 100_000;

fn main() {
    let sizes: Vec<usize> =
        std::env::args().skip(1).map(|size| size.parse().expect("a size is a number")).collect();
    let sizes = if sizes.is_empty() { vec![10, 1_000, 100_000, 1_000_000] } else { sizes };
    lictor::check();
    for users in &sizes {
        println!("{users} users");
        measure(*users);
    }
    for users in sizes.into_iter().filter(|users| *users <= RULES) {
        println!("{users} users with a rule each");
        measure_rules(users);
    }
}

fn measure(users: usize) {
    let engine = load(users, Own::Limit);
    replace(&engine, users);
    let floor = made("scale", "floor", users, || Floor::new(users, Own::Limit));
    #[cfg(feature = "peers")]
    let mut peers = Peers::of(users);

    let mut scratch = Scratch::default();
    for request in requests(users, Own::Limit, Users::Uniform, 20_000, 1) {
        let expected = floor.allows(&request);
        let json = request.json();
        assert_eq!(lictor::allows(&engine, &mut scratch, json.as_bytes()), expected, "lictor: {request:?}");
        #[cfg(feature = "peers")]
        peers.agree(&request, expected);
    }

    for (name, how) in [("zipf", Users::Zipf), ("uniform", Users::Uniform)] {
        let drawn = requests(users, Own::Limit, how, REQUESTS, 2);
        let json: Vec<String> = drawn.iter().map(Request::json).collect();
        let tell = |who: &str, cost: f64| tell(name, users, who, cost);
        tell("floor", each(&drawn, |request| floor.allows(request)));
        tell("lictor-json", each(&json, |json| lictor::allows(&engine, &mut scratch, json.as_bytes())));
        tell("lictor", in_memory(&engine, &json));
        #[cfg(feature = "peers")]
        peers.measure(&drawn, tell);
    }
}

/// What a decision costs where each user has a rule as well.
fn measure_rules(users: usize) {
    let engine = load(users, Own::Rule);
    let floor = made("scale-rules", "floor", users, || Floor::new(users, Own::Rule));
    let mut scratch = Scratch::default();
    for request in requests(users, Own::Rule, Users::Uniform, 20_000, 1) {
        let (expected, json) = (floor.allows(&request), request.json());
        assert_eq!(lictor::allows(&engine, &mut scratch, json.as_bytes()), expected, "lictor: {request:?}");
    }
    let drawn = requests(users, Own::Rule, Users::Zipf, REQUESTS, 2);
    let json: Vec<String> = drawn.iter().map(Request::json).collect();
    let tell = |who: &str, cost: f64| tell("rules", users, who, cost);
    tell("floor", each(&drawn, |request| floor.allows(request)));
    tell("lictor-json", each(&json, |json| lictor::allows(&engine, &mut scratch, json.as_bytes())));
    tell("lictor", in_memory(&engine, &json));
}

/// Verifies and loads the policies of so many users from a signed file.
fn load(users: usize, own: Own) -> Engine {
    let file = lictor::seal(&lictor::bundle(users, own));
    println!("  lictor      file     {:>9} bytes a policy", file.len() / users);
    let table = match own {
        Own::Limit => "scale",
        Own::Rule => "scale-rules",
    };
    made(table, "lictor", users, || lictor::load(&file))
}

/// Tells what a decision costs, and keeps it for the page.
fn tell(what: &str, users: usize, who: &str, cost: f64) {
    println!("  {who:<11} {what:<8} {cost:>9.1} ns a decision");
    keep(&format!("scale-{what}"), &users.to_string(), who, cost).expect("what was measured can be kept");
}

/// The peers, each with all the limits.
#[cfg(feature = "peers")]
struct Peers {
    cel: Cel,
    rego: Rego,
    cedar: Option<Cedar>,
}

#[cfg(feature = "peers")]
impl Peers {
    fn of(users: usize) -> Peers {
        Peers {
            cel: made("scale", "cel", users, || Cel::new(users)),
            rego: made("scale", "regorus", users, || Rego::new(users)),
            cedar: (users <= CEDAR).then(|| made("scale", "cedar", users, || Cedar::new(users))),
        }
    }

    fn agree(&mut self, request: &Request, expected: bool) {
        assert_eq!(self.cel.allows(request), expected, "cel: {request:?}");
        assert_eq!(self.rego.allows(request), expected, "regorus: {request:?}");
        let cedar = self.cedar.as_ref().map(|cedar| cedar.allows(request));
        assert_eq!(cedar.unwrap_or(expected), expected, "cedar: {request:?}");
    }

    fn measure(&mut self, drawn: &[Request], tell: impl Fn(&str, f64)) {
        tell("cel", each(drawn, |request| self.cel.allows(request)));
        tell("regorus", each(drawn, |request| self.rego.allows(request)));
        if let Some(cedar) = &self.cedar {
            tell("cedar", each(drawn, |request| cedar.allows(request)));
        }
    }
}

/// Replaces the policy of one user after the other, by files that are signed and verified, and tells how long one takes. Each is applied
/// a few times, of which the fastest counts: the slowest replacement is to be told, and not when the machine did something else.
fn replace(engine: &Engine, users: usize) {
    let (mut engine, trust) = (engine.clone(), [lictor::key().verifying_key()]);
    let mut times: Vec<Duration> = (0..REPLACED)
        .map(|round| {
            let number = round * 7_919 % users;
            let unit = lictor::unit(&engine, number, round as i64);
            let release = Release { sequence: engine.release().sequence + 1, expires: None };
            let change = engine.change(vec![unit], release).expect("it can be put in place");
            let file = change.seal(engine.bundle(), &[lictor::key()]).expect("it fits into a file");
            let apply = || {
                let start = Instant::now();
                let next = engine.apply(&file, Trust::Keys(&trust)).expect("it is sound");
                (start.elapsed(), next)
            };
            let applied = [apply(), apply(), apply()];
            let fastest = applied.iter().map(|(elapsed, _)| *elapsed).min().unwrap_or_default();
            let [(_, next), ..] = applied;
            engine = next;
            fastest
        })
        .collect();
    times.sort_unstable();
    for (who, name, time) in
        [("lictor", "median", times[times.len() / 2]), ("lictor-worst", "slowest", times[times.len() - 1])]
    {
        println!("  lictor      replace  {:>9.3} ms a policy, {name} of {REPLACED}", milliseconds(time));
        keep("scale-replace", &users.to_string(), who, time.as_nanos() as f64)
            .expect("what was measured can be kept");
    }
}

/// Makes something, tells how long that took and what it takes in memory, and keeps both for the tables that begin so.
fn made<T>(table: &str, who: &str, users: usize, make: impl Fn() -> T) -> T {
    let mut times = Vec::new();
    let before = IN_USE.load(Ordering::Relaxed);
    let mut thing = None;
    for _ in 0..if users > 10_000 { 3 } else { 9 } {
        drop(thing.take());
        let start = Instant::now();
        thing = Some(make());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let bytes = IN_USE.load(Ordering::Relaxed).saturating_sub(before) / users;
    let median = times[times.len() / 2];
    println!("  {who:<11} load     {:>9.3} ms, {bytes} bytes a policy", milliseconds(median));
    for (what, took) in [("load", median.as_nanos() as f64), ("memory", bytes as f64)] {
        keep(&format!("{table}-{what}"), &users.to_string(), who, took)
            .expect("what was measured can be kept");
    }
    thing.expect("it was made")
}

/// What one of these costs, in nanoseconds.
fn each<T>(all: &[T], mut decide: impl FnMut(&T) -> bool) -> f64 {
    median(all.len(), || all.iter().filter(|one| decide(one)).count())
}

/// The same for requests that were read before. Each needs memory of its own, so a few are read at a time, which is not timed: of ten thousand
/// the memory would be far from the processor, and that is no matter of users.
fn in_memory(engine: &Engine, json: &[String]) -> f64 {
    let mut scratches: Vec<Scratch> = (0..AT_A_TIME).map(|_| Scratch::default()).collect();
    let mut round = || {
        let (mut elapsed, mut allowed) = (Duration::ZERO, 0);
        for json in json.chunks(AT_A_TIME) {
            let pairs = scratches.iter_mut().zip(json);
            let mut prepared: Vec<Prepared<'_>> = pairs
                .map(|(scratch, json)| {
                    engine.prepare(scratch, json.as_bytes()).unwrap_or_else(|_| panic!("{json}"))
                })
                .collect();
            let start = Instant::now();
            allowed += prepared.iter_mut().map(is_allowed).filter(|allowed| *allowed).count();
            elapsed += start.elapsed();
        }
        assert!(allowed > 0);
        elapsed.as_nanos() as f64 / json.len() as f64
    };
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| round()).collect();
    rounds.sort_unstable_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn is_allowed(request: &mut Prepared<'_>) -> bool {
    request.evaluate(None).verdict() == Verdict::Allow
}

/// The median over the rounds of what each of so many decisions costs, where `round` makes all of them and counts those that allow.
fn median(decisions: usize, mut round: impl FnMut() -> usize) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let allowed = round();
            let elapsed = start.elapsed();
            assert!(allowed > 0);
            elapsed.as_nanos() as f64 / decisions as f64
        })
        .collect();
    rounds.sort_unstable_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
