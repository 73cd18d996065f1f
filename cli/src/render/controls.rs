//! The controls that a bundle's rules cite.

use lictor_bundle::program::{Control, Manifest, Rule};
use lictor_bundle::time::render_timestamp;
use serde_json::{Value, json};

/// The ids of the controls that a rule cites.
pub fn cited(rule: &Rule, manifest: &Manifest) -> Vec<String> {
    let controls = rule.cites.iter().filter_map(|cited| manifest.controls.get(usize::from(*cited)));
    controls.map(|control| control.id.clone()).collect()
}

/// `Logical access is restricted (SOC 2), from 2018-12-15, verified 2026-01-20`
pub fn control_text(control: &Control) -> String {
    let mut text = format!("{} ({})", control.title, control.framework);
    if let Some(source) = &control.source {
        text.push_str(&format!(", {source}"));
    }
    let dates = [("from", control.from), ("until", control.until), ("verified", control.verified)];
    for (word, moment) in dates {
        if let Some(moment) = moment {
            text.push_str(&format!(", {word} {}", day(moment)));
        }
    }
    if control.verified.is_none() {
        text.push_str(", unverified");
    }
    text
}

/// The same for programs.
pub fn control_json(control: &Control) -> Value {
    json!({
        "id": control.id, "framework": control.framework, "title": control.title, "source": control.source,
        "from": control.from.map(day), "until": control.until.map(day), "verified": control.verified.map(day),
    })
}

/// The day of a moment, UTC.
fn day(moment: i64) -> String {
    let time = render_timestamp(moment);
    time.split_once('T').map_or(time.clone(), |(day, _)| day.to_owned())
}
