//! Makes one decision of workload A over and over and says what it took, without peers and statistics: for a profiler, and to count
//! instructions. `repeat REQUEST START WHO COUNT`, as in `repeat "deny at the first rule" memory lictor 100000`.
//!
//! Under `valgrind --tool=callgrind` the difference between two counts is what the decisions cost, whatever else the machine does.

use std::hint::black_box;
use std::time::Instant;

use lictor_benches::payment::{draw, floor, lictor, lists::Lists, request::Request};
use lictor_runtime::Scratch;

/// The fastest of so many rounds is the one that was disturbed least.
const ROUNDS: u32 = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [request, start, who, count] = &arguments[..] else { panic!("repeat REQUEST START WHO COUNT") };
    let count: u32 = count.parse().expect("COUNT is a number");
    let five = draw::five();
    let (_, json) = five.iter().find(|(name, _)| name == request).expect("REQUEST is one of the five");
    let json = json.as_bytes();
    let read = |json| Request::read(json).expect("it can be read");
    let (engine, mut scratch, lists) = (lictor::engine(), Scratch::default(), Lists::new());
    let nanoseconds = match (start.as_str(), who.as_str()) {
        ("memory", "floor") => {
            let request = read(json);
            fastest(count, || floor::decide(&lists, black_box(&request)))
        }
        ("memory", "lictor") => {
            let mut prepared = engine.prepare(&mut scratch, json).expect("it can be read");
            fastest(count, || lictor::evaluate(black_box(&mut prepared)))
        }
        ("bytes", "floor") => fastest(count, || floor::decide(&lists, &read(black_box(json)))),
        ("bytes", "lictor") => fastest(count, || lictor::decide(&engine, &mut scratch, black_box(json))),
        ("bytes", "lictor-whole") => fastest(count, || engine.decide(&mut scratch, black_box(json))),
        ("bytes", "lictor-digests") => {
            let mut prepared = engine.prepare(&mut scratch, json).expect("it can be read");
            let mut evaluated = prepared.evaluate(None);
            fastest(count, || black_box(&mut evaluated).digests())
        }
        _ => panic!(
            "START is memory or bytes, WHO is floor, lictor or (from bytes) lictor-whole or lictor-digests"
        ),
    };
    println!("{start}/{request}/{who}: {nanoseconds:.1} ns");
}

/// How long a decision took in the fastest round.
fn fastest<T>(count: u32, mut decide: impl FnMut() -> T) -> f64 {
    let mut round = || {
        let begun = Instant::now();
        (0..count).for_each(|_| drop(black_box(decide())));
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(count)
    };
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}
