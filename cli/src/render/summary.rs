//! What came of a stream of requests.

use serde_json::{Value, json};

use super::{Colour, Paint, colour, plural, visible};
use crate::command::decide::against::Comparison;
use crate::command::decide::tally::Tally;

/// How many reason codes the summary names.
const CODES: usize = 12;
/// How long the longest bar is.
const BAR: u64 = 24;

/// How many were allowed, held and refused, and why.
pub fn summary(tally: &Tally, paint: Paint) -> String {
    let mut text = String::from("\n");
    let head = format!("{} decided", requests(tally.decided));
    text.push_str(&paint.paint(Colour::Bold, &head));
    if tally.decided > 0 {
        let milliseconds = tally.time.as_secs_f64() * 1_000.0;
        let speed = grouped(tally.per_second() as u64);
        text.push_str(&format!(" in {milliseconds:.1} ms: {speed} a second, parsing their JSON included"));
    }
    text.push('\n');
    if tally.undecided > 0 {
        let words = format!("{} could not be read", plural(tally.undecided as usize, "line"));
        text.push_str(&format!("{}\n", paint.paint(Colour::Red, &words)));
    }
    if tally.decided == 0 {
        return text;
    }
    text.push('\n');
    for (word, decision, count) in [
        ("allowed", "allow", tally.allow),
        ("held", "step_up", tally.step_up),
        ("refused", "deny", tally.deny),
    ] {
        let share = count as f64 * 100.0 / tally.decided as f64;
        let bar = "█".repeat(usize::try_from((count * BAR).div_ceil(tally.decided)).unwrap_or(0));
        let word = paint.paint(colour(decision), &format!("{word:8}"));
        let bar = paint.paint(colour(decision), &bar);
        text.push_str(format!("  {word} {:>9}  {share:>5.1} %  {bar}", grouped(count)).trim_end());
        text.push('\n');
    }
    // An allow has no reason but that nothing objects.
    let codes =
        tally.by_frequency().into_iter().filter(|(_, decision, _)| *decision != "allow").collect::<Vec<_>>();
    if !codes.is_empty() {
        text.push_str("\n  why\n");
    }
    let width = codes.iter().take(CODES).map(|(code, _, _)| code.len()).max().unwrap_or(0);
    for (code, decision, count) in codes.iter().take(CODES) {
        let decision = paint.paint(colour(decision), &format!("{decision:7}"));
        text.push_str(format!("  {decision}  {code:width$}  {:>7}\n", grouped(*count)).as_str());
    }
    if codes.len() > CODES {
        let rest: u64 = codes.iter().skip(CODES).map(|(_, _, count)| count).sum();
        let others = format!("and {} more codes", codes.len() - CODES);
        text.push_str(&format!("  {:7}  {others:width$}  {:>7}\n", "", grouped(rest)));
    }
    text.push_str(&observed(tally, paint));
    text
}

/// What observed layers would have changed; nothing where none applied.
fn observed(tally: &Tally, paint: Paint) -> String {
    if tally.observed == 0 {
        return String::new();
    }
    let differ: u64 = tally.would_differ.values().sum();
    let changed = match differ {
        0 => String::from("no decision"),
        1 => String::from("1 decision"),
        n => format!("{} decisions", grouped(n)),
    };
    let mut text =
        format!("\n  observed layers apply to {}, and would change {changed}\n", requests(tally.observed));
    let width = tally.would_differ.keys().map(String::len).max().unwrap_or(0);
    for (would_be, count) in &tally.would_differ {
        let decision = would_be.split(' ').next().unwrap_or_default();
        let would_be = paint.paint(colour(decision), &format!("{would_be:width$}"));
        text.push_str(&format!("  {would_be}  {:>7}\n", grouped(*count)));
    }
    text
}

/// Which requests are decided otherwise than before.
pub fn changes(comparison: &Comparison, paint: Paint) -> String {
    let changed = match comparison.changed {
        0 => String::from("no decision changed"),
        1 => String::from("1 decision changed"),
        n => format!("{} decisions changed", grouped(n)),
    };
    let head = format!("{changed}, of {} compared", requests(comparison.compared));
    let mut text = format!("\n{}\n", paint.paint(Colour::Bold, &head));
    let number = comparison.changes.last().map_or(0, |change| change.number.to_string().len() + 1);
    let before = comparison
        .changes
        .iter()
        .map(|change| told(&change.before.decision, change.before.reason_code.as_deref()));
    let width = before.clone().map(|(decision, code)| decision.len() + 1 + code.len()).max().unwrap_or(0);
    for (change, (old, old_code)) in comparison.changes.iter().zip(before) {
        let padding = " ".repeat(width.saturating_sub(old.len() + 1 + old_code.len()));
        let number = format!("{:>number$}", format!("#{}", change.number));
        text.push_str(&format!(
            "  {number}  {} {old_code}{padding}  →  {} {}  {}\n",
            paint.paint(colour(&old), &old),
            paint.paint(colour(&change.decision), &change.decision),
            change.reason_code,
            paint.paint(Colour::Faint, &visible(&change.reason)),
        ));
    }
    let more = comparison.changed - comparison.changes.len() as u64;
    if more > 0 {
        text.push_str(&format!("  and {} more\n", grouped(more)));
    }
    text
}

/// The same for programs, as one line.
pub fn summary_json(tally: &Tally, comparison: Option<&Comparison>) -> Value {
    let codes = tally.by_frequency();
    let codes = codes
        .iter()
        .map(|(code, decision, count)| json!({ "code": code, "decision": decision, "count": count }));
    let mut value = json!({
        "requests": tally.decided, "undecided": tally.undecided, "allow": tally.allow, "step_up": tally.step_up,
        "deny": tally.deny, "reason_codes": codes.collect::<Vec<_>>(),
        "per_second": tally.per_second() as u64,
    });
    if let (1.., Some(object)) = (tally.observed, value.as_object_mut()) {
        let would_differ = json!({ "requests": tally.observed, "would_differ": tally.would_differ });
        object.insert(String::from("observed"), would_differ);
    }
    if let (Some(comparison), Some(object)) = (comparison, value.as_object_mut()) {
        let changes = comparison.changes.iter().map(|change| {
            json!({
                "request": change.number,
                "before": { "decision": change.before.decision, "reason_code": change.before.reason_code },
                "now": { "decision": change.decision, "reason_code": change.reason_code, "reason": change.reason },
            })
        });
        object.insert(String::from("changed"), comparison.changed.into());
        object.insert(String::from("changes"), changes.collect());
    }
    value
}

fn told(decision: &str, code: Option<&str>) -> (String, String) {
    (visible(decision), code.map(visible).unwrap_or_default())
}

fn requests(n: u64) -> String {
    format!("{} request{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// `1,000`
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
