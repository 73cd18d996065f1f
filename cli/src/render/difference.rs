//! What changed between two bundles, for people and for programs.

use lictor_bundle::digest::BundleId;
use lictor_bundle::program::Manifest;
use serde_json::{Value, json};

use super::{Colour, Paint, edition, expires, plural};
use crate::compare::{Area, Change, Effect};

/// A bundle that is compared: what it is called, and what it is.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// Its id.
    pub id: BundleId,
    /// Its manifest.
    pub manifest: &'a Manifest,
}

/// Every change as a sentence that can be read aloud, with what it does before it.
pub fn difference(before: Compared<'_>, after: Compared<'_>, changes: &[Change], paint: Paint) -> String {
    let mut text = String::new();
    for (word, side) in [("from", before), ("to", after)] {
        let name = paint.paint(Colour::Bold, &side.manifest.name);
        text.push_str(&format!("{word:4}  {name}, edition {}\n", edition(side.manifest.release)));
        text.push_str(&format!("      {}\n", paint.paint(Colour::Faint, &side.id.to_string())));
    }
    let mut area = None;
    for change in changes {
        if area.replace(change.area) != Some(change.area) {
            text.push_str(&format!("\n{}\n", paint.paint(Colour::Bold, heading(change.area))));
        }
        text.push_str(&sentence(change, paint));
    }
    text.push('\n');
    text.push_str(&summary(before.id == after.id, changes));
    text
}

fn sentence(change: &Change, paint: Paint) -> String {
    let effect = format!("{:8}", change.effect.name());
    let effect = match change.effect {
        Effect::Tightens => paint.paint(Colour::Green, &effect),
        Effect::Loosens => paint.paint(Colour::Red, &effect),
        Effect::Unclear => paint.paint(Colour::Yellow, &effect),
        Effect::Neither => paint.paint(Colour::Faint, &effect),
    };
    let mut text = format!("  {effect}  {}\n", spoken(change));
    if change.listed {
        for (sign, colour, lines) in [("-", Colour::Red, &change.before), ("+", Colour::Green, &change.after)]
        {
            for line in lines {
                text.push_str(&format!("            {}\n", paint.paint(colour, &format!("{sign} {line}"))));
            }
        }
    }
    text
}

/// The sentence, with what it is about: `max_amount in category travel is 300.00 USD; it was 500.00 USD`.
fn spoken(change: &Change) -> String {
    let layer = change.layer.as_deref().filter(|layer| *layer != "base");
    let place = layer.map_or_else(String::new, |layer| format!("in {layer}, "));
    match change.area {
        // Of these the sentence names what it is about.
        Area::Score if matches!(change.subject.as_str(), "step_up" | "deny") => {
            format!("{place}{}", change.says)
        }
        Area::Layers if change.subject == "users" => change.says.clone(),
        Area::People if change.subject == "escalate" => change.says.clone(),
        Area::Tools if change.subject == "unknown tools" => change.says.clone(),
        Area::Layers if change.layer.is_none() && !change.subject.contains(' ') => {
            format!("{} {}", change.subject, change.says)
        }
        _ => format!("{place}{} {}", change.subject, change.says),
    }
}

fn heading(area: Area) -> &'static str {
    match area {
        Area::Actions => "Actions",
        Area::Fields => "What requests hold",
        Area::Facts => "Facts",
        Area::Parameters => "Parameters",
        Area::Score => "Score",
        Area::Layers => "Layers",
        Area::Rules => "Rules",
        Area::Reasons => "Reason codes",
        Area::People => "Who is asked",
        Area::Tools => "Tools",
        Area::Calendars => "Calendars and currencies",
        Area::Controls => "What is cited",
    }
}

/// `5 changes: 2 tighten, 1 loosens, 1 is unclear, 1 decides nothing`
fn summary(same_bytes: bool, changes: &[Change]) -> String {
    if changes.is_empty() {
        return match same_bytes {
            true => "They are the same\n".to_owned(),
            false => "Nothing that decides has changed, and nothing that a decision says\n".to_owned(),
        };
    }
    let words = [
        (Effect::Tightens, "tightens", "tighten"),
        (Effect::Loosens, "loosens", "loosen"),
        (Effect::Unclear, "is unclear", "are unclear"),
        (Effect::Neither, "decides nothing", "decide nothing"),
    ];
    let parts = words.iter().filter_map(|(effect, one, many)| {
        let count = count(changes, *effect);
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    });
    format!("{}: {}\n", plural(changes.len(), "change"), parts.collect::<Vec<_>>().join(", "))
}

fn count(changes: &[Change], effect: Effect) -> usize {
    changes.iter().filter(|change| change.effect == effect).count()
}

/// The same for programs.
pub fn difference_json(before: Compared<'_>, after: Compared<'_>, changes: &[Change]) -> Value {
    let side = |side: Compared<'_>| {
        json!({
            "name": side.manifest.name, "bundle": side.id.to_string(), "sequence": side.manifest.release.sequence,
            "expires": expires(side.manifest.release),
        })
    };
    let told = changes.iter().map(|change| {
        json!({
            "area": area_name(change.area), "subject": change.subject, "layer": change.layer, "says": spoken(change),
            "effect": change.effect.name(), "before": change.before, "after": change.after,
        })
    });
    json!({
        "from": side(before), "to": side(after), "same": changes.is_empty(),
        "tightens": count(changes, Effect::Tightens), "loosens": count(changes, Effect::Loosens),
        "unclear": count(changes, Effect::Unclear), "neither": count(changes, Effect::Neither),
        "changes": told.collect::<Vec<_>>(),
    })
}

fn area_name(area: Area) -> &'static str {
    match area {
        Area::Actions => "actions",
        Area::Fields => "fields",
        Area::Facts => "facts",
        Area::Parameters => "parameters",
        Area::Score => "score",
        Area::Layers => "layers",
        Area::Rules => "rules",
        Area::Reasons => "reasons",
        Area::People => "people",
        Area::Tools => "tools",
        Area::Calendars => "calendars",
        Area::Controls => "controls",
    }
}
