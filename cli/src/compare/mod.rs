//! What changed between two bundles, in words, and whether a change can only refuse more or only refuse less.
//!
//! A change is said to tighten where no request, with the same facts and history, can be decided more loosely by it, whatever else the
//! policy says, and to loosen where none can be decided more strictly. That rests on what the compiler has proved of every policy: the worst cause decides, layers and
//! rules only add causes, and a stricter parameter weakens no rule. Everything else is unclear, and left to the reader.

mod pairs;
mod value;
mod params;
mod actions;
mod declared;
mod layers;
mod statements;
mod rules;
mod exceptions;
mod tools;

use lictor_bundle::program::Bundle;

/// What a change is about, in the order in which it is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Area {
    /// What can be asked for, and what happens to it by default.
    Actions,
    /// What requests hold.
    Fields,
    /// What is looked up.
    Facts,
    /// Parameters and their values in layers.
    Parameters,
    /// The score.
    Score,
    /// Categories and tiers, and the layers themselves.
    Layers,
    /// Rules and their exceptions.
    Rules,
    /// Codes and their texts.
    Reasons,
    /// Who is asked.
    People,
    /// What tool calls are.
    Tools,
    /// Calendars and currencies.
    Calendars,
    /// What rules cite.
    Controls,
}

/// What a change does to decisions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// It can only refuse more, or ask more.
    Tightens,
    /// It can only refuse less, or ask less.
    Loosens,
    /// It may do either: that depends on the request, or cannot be told.
    Unclear,
    /// It decides nothing.
    Neither,
}

/// A change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What it is about.
    pub area: Area,
    /// The name of what changed: of a parameter, a rule, an action.
    pub subject: String,
    /// The layer in which it changed, where it is of one.
    pub layer: Option<String>,
    /// What changed, as a sentence without a full stop.
    pub says: String,
    /// What it does.
    pub effect: Effect,
    /// What was there.
    pub before: Vec<String>,
    /// What is there.
    pub after: Vec<String>,
    /// Whether the sentence leaves out what was there and what is.
    pub listed: bool,
}

/// Two bundles.
#[derive(Clone, Copy)]
struct Sides<'a> {
    before: &'a Bundle,
    after: &'a Bundle,
}

/// Everything that changed, by area and name.
pub fn compare(before: &Bundle, after: &Bundle) -> Vec<Change> {
    let sides = Sides { before, after };
    let mut changes = Vec::new();
    actions::compare(sides, &mut changes);
    declared::compare(sides, &mut changes);
    params::compare(sides, &mut changes);
    layers::compare(sides, &mut changes);
    tools::compare(sides, &mut changes);
    changes.sort_by(|left, right| (left.area, &left.subject).cmp(&(right.area, &right.subject)));
    changes
}

impl Change {
    /// A change whose sentence says all.
    fn new(area: Area, subject: &str, says: impl Into<String>, effect: Effect) -> Change {
        Change {
            area,
            subject: subject.to_owned(),
            layer: None,
            says: says.into(),
            effect,
            before: Vec::new(),
            after: Vec::new(),
            listed: false,
        }
    }

    /// The same of a layer.
    fn in_layer(self, layer: &str) -> Change {
        Change { layer: Some(layer.to_owned()), ..self }
    }

    /// With what was there and what is.
    fn of(self, before: impl Into<Option<String>>, after: impl Into<Option<String>>) -> Change {
        let (before, after) = (before.into().into_iter().collect(), after.into().into_iter().collect());
        Change { before, after, ..self }
    }

    /// With lines that the sentence leaves out.
    fn listing(self, before: Vec<String>, after: Vec<String>) -> Change {
        Change { before, after, listed: true, ..self }
    }
}

impl Effect {
    /// How it is called for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Tightens => "tightens",
            Effect::Loosens => "loosens",
            Effect::Unclear => "unclear",
            Effect::Neither => "neither",
        }
    }

    /// What the opposite change does.
    fn reversed(self) -> Effect {
        match self {
            Effect::Tightens => Effect::Loosens,
            Effect::Loosens => Effect::Tightens,
            Effect::Unclear | Effect::Neither => self,
        }
    }

    /// What both changes together do.
    fn and(self, other: Effect) -> Effect {
        match (self, other) {
            (Effect::Neither, effect) | (effect, Effect::Neither) => effect,
            (left, right) if left == right => left,
            _ => Effect::Unclear,
        }
    }

    /// What it does where it stands in a layer that counts, or in one that is only observed.
    fn where_it_counts(self, counts: bool) -> Effect {
        if counts { self } else { Effect::Neither }
    }
}
