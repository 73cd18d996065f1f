//! A set of trusted keys, for people and for programs.

use std::path::Path;

use lictor_bundle::keyset::{KeySet, Purpose, TrustedKey};
use lictor_bundle::time::render_timestamp;
use serde_json::{Value, json};

use crate::render::{Colour, Paint, last_moment};

/// Each key with its limits, and how many must sign.
pub fn text(set: &KeySet, paint: Paint) -> String {
    let mut text = String::new();
    for key in set.keys() {
        let name = paint.paint(Colour::Bold, &key.name);
        text.push_str(&format!("{name}  {}\n", key.key.id()));
        text.push_str(&format!("  {}\n", limits(key, paint)));
    }
    text.push_str(&match set.threshold() {
        1 => "One of them is enough to sign a bundle\n".to_owned(),
        threshold => format!("{threshold} of them must sign a bundle\n"),
    });
    let lasting = set.lasting();
    if lasting < usize::from(set.threshold()) {
        let warning =
            format!("Only {lasting} of them can go on signing bundles: add a key before the next edition\n");
        text.push_str(&paint.paint(Colour::Yellow, &warning));
    }
    text
}

/// What a key signs, and from when until when: `signs bundles, from number 40 on`
fn limits(key: &TrustedKey, paint: Paint) -> String {
    let mut parts = vec![match key.purpose {
        Purpose::Bundle => "signs bundles".to_owned(),
        Purpose::UserLayer => "signs changes to the policies of users".to_owned(),
    }];
    match (key.from_sequence, key.until_sequence) {
        (0, None) => {}
        (0, Some(until)) => parts.push(format!("up to number {until}")),
        (from, None) => parts.push(format!("from number {from} on")),
        (from, Some(until)) => parts.push(format!("from number {from} to {until}")),
    }
    parts.extend(key.from.map(|from| format!("from {} on", render_timestamp(from))));
    parts.extend(key.until.map(|until| format!("until {}", last_moment(until))));
    parts.extend(key.revoked_from.map(|from| {
        let revoked = match from {
            0 => "REVOKED".to_owned(),
            from => format!("REVOKED from number {from} on"),
        };
        paint.paint(Colour::Red, &revoked)
    }));
    parts.join(", ")
}

/// The same for programs.
pub fn json(file: &Path, set: &KeySet) -> Value {
    let keys = set.keys().iter().map(|key| {
        json!({
            "name": key.name, "key_id": key.key.id().to_string(), "purpose": key.purpose.name(),
            "from_sequence": key.from_sequence, "until_sequence": key.until_sequence,
            "from": key.from.map(render_timestamp), "until": key.until.map(render_timestamp),
            "revoked_from_sequence": key.revoked_from,
        })
    });
    json!({
        "file": file.display().to_string(), "threshold": set.threshold(), "lasting": set.lasting(),
        "keys": keys.collect::<Vec<_>>(),
    })
}
