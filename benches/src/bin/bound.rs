//! What policies cost that were written to be slow, beside what the bound on their steps says: so many steps, each of the time that one
//! takes in the plainest policy there is. `cargo run --release --bin bound`

use std::hint::black_box;
use std::time::Instant;

use lictor_benches::report::kept::keep;
use lictor_benches::slow::{self, Slow};
use lictor_runtime::{Scratch, Verdict};

/// How often everything is measured. The fastest counts: the others have waited for something else.
const PASSES: usize = 41;

fn main() {
    let plain = slow::plain();
    let a_step = nanoseconds(&plain) / plain.steps as f64;
    println!("a step takes {a_step:.2} ns where {} of them are {}\n", plain.steps, plain.name);
    for slow in slow::all() {
        let (taken, bound) = (nanoseconds(&slow), slow.steps as f64 * a_step);
        let Slow { name, steps, .. } = slow;
        println!(
            "{name}: {:.3} ms; at most {steps} steps, {:.3} ms: {:.2} of its bound",
            taken / 1e6,
            bound / 1e6,
            taken / bound
        );
        for (who, time) in [("bound", bound), ("lictor", taken)] {
            keep("bound", name, who, time).expect("what was measured can be kept");
        }
    }
}

/// What a decision takes, in nanoseconds.
fn nanoseconds(Slow { name, engine, request, .. }: &Slow) -> f64 {
    let mut scratch = Scratch::default();
    let mut prepared = engine
        .prepare(&mut scratch, request.as_bytes())
        .unwrap_or_else(|refused| panic!("{name}: {refused:?}"));
    let mut fastest = f64::INFINITY;
    for _ in 0..PASSES {
        let begun = Instant::now();
        let evaluated = black_box(&mut prepared).evaluate(None);
        // Nothing is found, so there was no way to end early.
        assert_eq!(black_box(evaluated.verdict()), Verdict::Allow, "{name}: {}", evaluated.reason_code());
        fastest = fastest.min(begun.elapsed().as_secs_f64() * 1e9);
    }
    fastest
}
