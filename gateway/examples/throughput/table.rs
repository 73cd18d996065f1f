//! What was measured, for people.

use std::time::Duration;

use crate::client::CLIENTS;
use crate::measure::{Measured, What, Who};

/// What is told, under which name, what of whom it is held against, and the least share of that which is asked.
type Line = (What, &'static str, (What, Who), Option<f64>);

/// All that is told.
const LINES: [Line; 6] = [
    (What::Evaluation, "evaluation", (What::Evaluation, Who::Empty), Some(0.8)),
    (What::Evaluation, "  beside the bare library", (What::Evaluation, Who::Bare), None),
    (What::Authorize, "authorize", (What::Authorize, Who::Bare), Some(0.7)),
    (What::Validate, "validate", (What::Validate, Who::Bare), Some(0.7)),
    (What::Counted, "authorize, a counter each", (What::Authorize, Who::Bare), None),
    (What::Hot, "authorize, one hot counter", (What::Authorize, Who::Bare), None),
];

/// A time in milliseconds.
pub fn time(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// Prints it; a share that is less than asked, and a time that is more, are marked.
pub fn print(all: &Measured, fsync: Duration) {
    let longest = fsync * 4 + Duration::from_millis(5);
    println!("{CLIENTS} clients; the longest that a p99 may be is {}", time(longest));
    println!(
        "{:<28} {:>9} {:>10} {:>10} {:>9}   {:>9} {:>10} {:>9}   {:>6}  {:>6}",
        "", "a second", "p50", "p99", "server", "bare", "p99", "server", "share", "asked"
    );
    for (what, name, (beside, whose), asked) in LINES {
        let (Some(found), Some(bare)) = (all.middle(what, Who::Gateway), all.middle(beside, whose)) else {
            continue;
        };
        let share = found.rate / bare.rate;
        let durable = what != What::Evaluation;
        let mark = |missed: bool| if missed { '!' } else { ' ' };
        println!(
            "{name:<28} {:>9.0} {:>10} {:>9}{} {:>6.0} µs   {:>9.0} {:>10} {:>6.0} µs   {:>5.0} %{} {}",
            found.rate,
            time(found.p50),
            time(found.p99),
            mark(durable && found.p99 > longest),
            found.cost,
            bare.rate,
            time(bare.p99),
            bare.cost,
            share * 100.0,
            mark(asked.is_some_and(|asked| share < asked)),
            asked.map_or(String::new(), |asked| format!("{:>4.0} %", asked * 100.0)),
        );
    }
}
