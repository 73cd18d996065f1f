//! The controls that a bundle's rules cite.

use lictor_bundle::program::{Control, LegalEffect, Manifest, Rule};
use lictor_bundle::time::render_timestamp;
use serde_json::{Value, json};

/// The ids of the controls that a rule cites.
pub fn cited(rule: &Rule, manifest: &Manifest) -> Vec<String> {
    let controls = rule.cites.iter().filter_map(|cited| manifest.controls.get(usize::from(*cited)));
    controls.map(|control| control.id.clone()).collect()
}

/// `Logical access is restricted (SOC 2, 2017), CC6.1, contract in US, from 2018-12-15, verified 2026-01-20`
pub fn control_text(control: &Control) -> String {
    let mut text = format!("{} ({}", control.title, control.framework);
    if let Some(edition) = &control.edition {
        text.push_str(&format!(", {edition}"));
    }
    text.push(')');
    if let Some(source) = &control.source {
        text.push_str(&format!(", {source}"));
    }
    match (control.effect.map(LegalEffect::name), &control.jurisdiction) {
        (Some(effect), Some(place)) => text.push_str(&format!(", {effect} in {place}")),
        (Some(effect), None) => text.push_str(&format!(", {effect}")),
        (None, Some(place)) => text.push_str(&format!(", in {place}")),
        (None, None) => {}
    }
    for (word, moment) in [("from", control.from), ("until", control.until)] {
        if let Some(moment) = moment {
            text.push_str(&format!(", {word} {}", day(moment)));
        }
    }
    if let Some(next) = &control.superseded_by {
        text.push_str(&format!(", superseded by {next}"));
    }
    match control.verified {
        Some(moment) => text.push_str(&format!(", verified {}", day(moment))),
        None => text.push_str(", unverified"),
    }
    text
}

/// The same for programs.
pub fn control_json(control: &Control) -> Value {
    json!({
        "id": control.id, "framework": control.framework, "title": control.title, "source": control.source,
        "edition": control.edition, "effect": control.effect.map(LegalEffect::name),
        "jurisdiction": control.jurisdiction, "superseded_by": control.superseded_by,
        "from": control.from.map(day), "until": control.until.map(day), "verified": control.verified.map(day),
    })
}

/// The day of a moment, UTC.
fn day(moment: i64) -> String {
    let time = render_timestamp(moment);
    time.split_once('T').map_or(time.clone(), |(day, _)| day.to_owned())
}
