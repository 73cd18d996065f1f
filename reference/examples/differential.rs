//! Random policies under both evaluators, for as long as one likes.
//!
//! `cargo run --release -p lictor-reference --example differential -- --seconds 60 --seed 1`
//!
//! `--seed N` begins at that seed, `--only` looks at no other, `--laws` tries the laws too, and `--laws-only` nothing else. Ends with status 1 at the first
//! difference, told with its seed, the least of the policy that shows it, and the request.

#[path = "../tests/suite/pair.rs"]
mod pair;
#[path = "../tests/suite/traced.rs"]
mod traced;
#[path = "../tests/suite/shrink.rs"]
mod shrink;
#[path = "../tests/suite/case.rs"]
mod case;
#[path = "../tests/suite/observed.rs"]
mod observed;
#[path = "../tests/suite/laws.rs"]
mod laws;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use case::Case;

/// How many requests each policy is asked.
const REQUESTS: usize = 60;

/// How many requests decide whether a changed policy keeps a law.
const TRIALS: usize = 100;

/// What was done so far.
#[derive(Default)]
struct Counts {
    policies: u64,
    refused: BTreeMap<String, u64>,
    wild: u64,
    decisions: u64,
    streamed: u64,
    laws: laws::Tried,
    codes: BTreeMap<String, u64>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let after =
        |name: &str| arguments.iter().position(|argument| argument == name).map(|at| arguments.get(at + 1));
    let number = |name: &str, default: u64| match after(name) {
        None => default,
        Some(value) => {
            value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} takes a number"))
        }
    };
    let (seconds, first) = (number("--seconds", 60), number("--seed", 1));
    let only = after("--only").is_some();
    let only_laws = after("--laws-only").is_some();
    let what = What { comparing: !only_laws, laws: only_laws || after("--laws").is_some() };
    // A panic of the reference is a difference, and told as one.
    std::panic::set_hook(Box::new(|_| {}));
    let (start, mut told) = (Instant::now(), Instant::now());
    let mut counts = Counts::default();
    for seed in first.. {
        if let Err(difference) = try_seed(seed, what, &mut counts) {
            println!("{difference}\n");
            show(&counts, start.elapsed());
            return ExitCode::FAILURE;
        }
        if only || start.elapsed() >= Duration::from_secs(seconds) {
            break;
        }
        if told.elapsed() >= Duration::from_secs(10) {
            told = Instant::now();
            eprintln!(
                "seed {seed}: {} decisions of {} policies agree, {} trials of the laws",
                counts.decisions,
                counts.policies,
                counts.laws.decided()
            );
        }
    }
    show(&counts, start.elapsed());
    ExitCode::SUCCESS
}

/// What is tried of each policy.
#[derive(Clone, Copy)]
struct What {
    /// Whether both evaluators decide the same.
    comparing: bool,
    /// Whether the laws hold.
    laws: bool,
}

fn try_seed(seed: u64, what: What, counts: &mut Counts) -> Result<(), String> {
    counts.policies += 1;
    let mut case = match Case::new(seed) {
        Ok(case) => case,
        Err(refused) => {
            *counts.refused.entry(refused.told.chars().take(90).collect()).or_default() += 1;
            return refused.by_loader().map_or(Ok(()), |told| Err(format!("seed {seed}\n{told}")));
        }
    };
    for _ in 0..if what.comparing { REQUESTS } else { 0 } {
        let code = case.agree()?;
        counts.decisions += 1;
        *counts.codes.entry(code).or_default() += 1;
    }
    if what.comparing
        && !case.pair.program.history.is_empty()
        && let Ok(mut again) = Case::new(seed)
    {
        counts.streamed += case::stream(&mut again, REQUESTS)? as u64;
    }
    if what.laws {
        counts.laws.add(laws::hold(&mut case, TRIALS)?);
        if let Ok(mut wild) = Case::wild(seed) {
            counts.wild += 1;
            counts.laws.add(laws::parameters_only_tighten(&mut wild, TRIALS)?);
        }
    }
    Ok(())
}

fn show(counts: &Counts, elapsed: Duration) {
    println!("{:.0} s", elapsed.as_secs_f64());
    let refused: u64 = counts.refused.values().sum();
    println!("{} policies, {refused} of them refused by the compiler: {:?}", counts.policies, counts.refused);
    println!("{} decisions compared: {:?}", counts.decisions, counts.codes);
    println!("{} decisions compared where each remembers those before", counts.streamed);
    let laws = &counts.laws;
    let (decided, wild) = (laws.decided(), counts.wild);
    println!(
        "{decided} trials of the laws, {wild} policies without regard to polarity; {} of what is observed",
        laws.observed
    );
    let all = [
        ("a rule was added", &laws.rules),
        ("a layer was added", &laws.layers),
        ("several of both", &laws.several),
        ("a stricter value", &laws.values),
    ];
    for (what, law) in all {
        let laws::Trials { changed, decided, refused, tightened } = law;
        println!(
            "  {what}: {changed} policies, {decided} requests, {refused} not allowed before, {tightened} stricter now"
        );
    }
}
