//! Workload C: decides a stream of requests on one core and on two, and says how that compares with deciding one request again and
//! again. `cargo run --release --bin stream -- 200000`

use std::hint::black_box;
use std::time::Instant;

use lictor_benches::payment::lists::Lists;
use lictor_benches::payment::request::Request;
use lictor_benches::payment::{floor, lictor, stream};
use lictor_benches::report::kept::keep;
use lictor_runtime::{Engine, Scratch};

/// How often everything is measured; the median counts.
const PASSES: usize = 9;
/// How many requests of the stream are decided again and again, and how often in a row: that is how workload A is measured.
const LINES: usize = 200;
const AGAIN: usize = 500;

fn main() {
    let requests =
        std::env::args().nth(1).map_or(200_000, |count| count.parse().expect("a number of requests"));
    let engine = lictor::engine();
    println!("{requests} requests, the median of {PASSES} passes; a pass measures everything in turn");
    for (name, stream) in [
        ("the five of workload A in turn", stream::five_in_turn(requests)),
        ("random ones", stream::random(requests, 7)),
    ] {
        agree(&engine, &stream);
        let mut times = [[0.0; PASSES]; 3];
        for pass in 0..PASSES {
            times[0][pass] = hot(&engine, &stream) * requests as f64;
            times[1][pass] = seconds(|| drop(black_box(stream::decide(&engine, black_box(&stream), 1))));
            times[2][pass] = seconds(|| drop(black_box(stream::decide(&engine, black_box(&stream), 2))));
        }
        let [hot, one, two] = times.map(|mut times| {
            times.sort_unstable_by(f64::total_cmp);
            times[PASSES / 2]
        });
        for (who, time) in [("lictor-again", hot), ("lictor-one-core", one), ("lictor-two-cores", two)] {
            keep("stream", name, who, time * 1e9 / requests as f64).expect("what was measured can be kept");
        }
        let a_second = |time: f64| requests as f64 / time;
        println!("\n{name}, {} MB", stream.len() / 1_000_000);
        println!("  one again and again {:>9.0} a second", a_second(hot));
        println!("  one core           {:>9.0} a second, {:.0} % of that", a_second(one), 100.0 * hot / one);
        println!("  two cores          {:>9.0} a second, {:.2} times one core", a_second(two), one / two);
    }
}

/// What a decision takes where it is made again and again, over the first requests of the stream.
fn hot(engine: &Engine, stream: &[u8]) -> f64 {
    let mut scratch = Scratch::default();
    let lines: Vec<&[u8]> = stream.split(|byte| *byte == b'\n').take(LINES).collect();
    let all = seconds(|| {
        for line in &lines {
            for _ in 0..AGAIN {
                black_box(lictor::decide(engine, &mut scratch, black_box(line)));
            }
        }
    });
    all / (lines.len() * AGAIN) as f64
}

/// Nothing is timed before the stream was decided as hand-written Rust decides it, whatever the number of cores.
fn agree(engine: &Engine, stream: &[u8]) {
    let (lists, mut expected) = (Lists::new(), Vec::new());
    for line in stream.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        stream::write(floor::decide(&lists, &Request::read(line).expect("it can be read")), &mut expected);
    }
    for cores in [1, 2] {
        assert!(
            stream::decide(engine, stream, cores).concat() == expected,
            "other decisions on {cores} cores"
        );
    }
}

fn seconds(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
