//! What became of small changes of a policy.

use serde_json::{Value, json};

use super::diagnostic::Sources;
use super::{Colour, Paint, plural};
use crate::mutate::{Fate, Mutation};
use lictor_compiler::mutate::Mutant;

/// Each change that no test noticed, and a line that counts.
pub fn mutation(mutation: &Mutation, seed: u64, sources: &Sources, paint: Paint) -> String {
    let mut text = String::new();
    for mutant in mutation.survivors() {
        let place = paint.paint(Colour::Faint, &sources.place(mutant.span));
        let (line, from) = sources.line(mutant.span);
        let changed = changed(&line, from, mutant);
        text.push_str(&format!(
            "{} {} is noticed by no test  {place}\n",
            paint.paint(Colour::Red, "✗"),
            what(mutant)
        ));
        text.push_str(&format!("    {} {}\n", paint.paint(Colour::Faint, "-"), line.trim()));
        text.push_str(&format!("    {} {}\n\n", paint.paint(Colour::Faint, "+"), changed.trim()));
    }
    let noticed = mutation.count(|fate| *fate == Fate::Noticed);
    let refused = mutation.count(|fate| matches!(fate, Fate::Refused(_)));
    let survived = mutation.survivors().count();
    let made = mutation.results.len();
    let colour = if survived == 0 { Colour::Green } else { Colour::Red };
    let survivors = paint.paint(colour, &format!("{survived} by no test"));
    let refusals = format!("{refused} refused by the compiler");
    text.push_str(&format!(
        "{}: {noticed} noticed by tests, {refusals}, {survivors}\n",
        plural(made, "change")
    ));
    if made < mutation.all {
        text.push_str(&format!("{made} of {} were tried, chosen by --seed {seed}\n", mutation.all));
    }
    text
}

/// What a change does, in words.
fn what(mutant: &Mutant) -> String {
    let shown = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match (mutant.kind, mutant.after.as_str()) {
        ("statement", _) => String::from("deleting this statement"),
        (_, "") => format!("deleting `{}`", shown(&mutant.before)),
        (_, after) => format!("`{}` → `{}`", shown(&mutant.before), shown(after)),
    }
}

/// The first line of what is changed, as it reads afterwards.
fn changed(line: &str, from: usize, mutant: &Mutant) -> String {
    let before = line.get(..from).unwrap_or_default();
    let first = mutant.before.lines().next().unwrap_or_default();
    let after = line.get(from + first.len()..).unwrap_or_default();
    format!("{before}{}{after}", mutant.after)
}

/// The same for programs: every change.
pub fn mutation_json(mutation: &Mutation, seed: u64, sources: &Sources) -> Value {
    let list = mutation.results.iter().map(|(mutant, fate)| {
        let (fate, code) = match fate {
            Fate::Noticed => ("noticed", None),
            Fate::Refused(code) => ("refused", Some(code)),
            Fate::Survived => ("survived", None),
        };
        json!({
            "place": sources.place(mutant.span), "kind": mutant.kind, "before": mutant.before, "after": mutant.after,
            "fate": fate, "code": code,
        })
    });
    json!({
        "changes": mutation.all, "tried": mutation.results.len(), "seed": seed,
        "noticed": mutation.count(|fate| *fate == Fate::Noticed),
        "refused": mutation.count(|fate| matches!(fate, Fate::Refused(_))),
        "survived": mutation.survivors().count(), "list": list.collect::<Vec<_>>(),
    })
}
