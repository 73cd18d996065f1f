//! A module: what stands in it, kept apart so that a law can change one thing.

use super::param::Setting;
use super::world::World;

/// The layer of a module.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Layer {
    /// No `layer` line.
    Library,
    /// `layer base`
    Base,
    /// `layer category NAME`
    Category(String),
    /// `layer agent NAME`
    Agent(String),
    /// `layer user "ID"`
    User(String),
}

impl Layer {
    /// The kind of layer, as `loosen by` names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Layer::Library | Layer::Base => "base",
            Layer::Category(_) => "category",
            Layer::Agent(_) => "agent",
            Layer::User(_) => "user",
        }
    }
}

/// A module.
#[derive(Clone, Debug)]
pub struct Module {
    /// `p.base`
    pub name: String,
    /// Its file.
    pub path: String,
    /// Its layer.
    pub layer: Layer,
    /// Whether that is only observed.
    pub observed: bool,
    /// Its declarations, as they are written.
    pub declarations: String,
    /// What it sets: the number of a parameter, and its value.
    pub sets: Vec<(usize, Setting)>,
    /// The defaults it sets: of which actions, and what.
    pub defaults: Vec<(String, String)>,
    /// The thresholds of the score that it lowers.
    pub thresholds: Vec<(&'static str, usize)>,
    /// Its rules, as they are written.
    pub rules: Vec<String>,
    /// Its exceptions, as they are written.
    pub exceptions: Vec<String>,
}

impl Module {
    /// One in which nothing stands yet.
    pub fn new(name: String, path: String, layer: Layer) -> Module {
        let (sets, defaults, rules, exceptions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (declarations, thresholds, observed) = (String::new(), Vec::new(), false);
        Module { name, path, layer, observed, declarations, sets, defaults, thresholds, rules, exceptions }
    }

    /// Whether what another module sets stands beside what this one sets, in the same layer and the same unit of it.
    pub fn shares_unit(&self, other: &Module) -> bool {
        let same = other.layer.kind() == self.layer.kind()
            && (other.layer == self.layer || self.layer.kind() == "base");
        same && other.observed == self.observed
    }

    /// Its text.
    pub fn text(&self, world: &World) -> String {
        let mut text = format!("module {}\n", self.name);
        let observe = if self.observed { " observe" } else { "" };
        match &self.layer {
            Layer::Library => {}
            Layer::Base => text.push_str("layer base\n"),
            Layer::Category(name) => text.push_str(&format!("layer category {name}{observe}\n")),
            Layer::Agent(name) => text.push_str(&format!("layer agent {name}{observe}\n")),
            Layer::User(id) => text.push_str(&format!("layer user \"{id}\"{observe}\n")),
        }
        text.push_str(&self.declarations);
        for (number, setting) in &self.sets {
            let param = &world.params[*number];
            text.push_str(&format!("set {} = {}\n", param.name, param.written(setting)));
        }
        for (actions, default) in &self.defaults {
            text.push_str(&format!("set default {actions} = {default}\n"));
        }
        for (word, at) in &self.thresholds {
            text.push_str(&format!("set risk {word} at {at}\n"));
        }
        for rule in &self.rules {
            text.push_str(rule);
        }
        for exception in &self.exceptions {
            text.push_str(exception);
        }
        text
    }
}

/// Everything that is declared once for the whole policy, as it is written.
pub fn declarations(world: &World) -> String {
    let mut text = String::new();
    let mut line = |written: String| {
        text.push_str(&written);
        text.push('\n');
    };
    for (number, (name, values)) in world.enums.iter().enumerate() {
        let word = if Some(number) == world.tiers { "tiers".to_owned() } else { format!("enum {name}") };
        line(format!("{word} {{ {} }}", values.join(", ")));
    }
    let roles: Vec<String> = world.roles.iter().map(|role| format!("  {role} \"people\"")).collect();
    line(format!("roles {{\n{}\n}}", roles.join("\n")));
    line("currency USDX 6".to_owned());
    if world.escalates {
        line(format!("escalate to {} within 15m", world.roles[0]));
    }
    let reason = |(code, words): &(String, String)| {
        if words.is_empty() { format!("  {code}") } else { format!("  {code} \"{words}\"") }
    };
    line(format!("reasons {{\n{}\n}}", world.reasons.iter().map(reason).collect::<Vec<_>>().join("\n")));
    let control = |(name, dates): &(&str, &str)| format!("  {name} \"words\"{dates} verified 2026-01-01");
    let controls: Vec<String> = super::rule::CONTROLS.iter().map(control).collect();
    line(format!("framework law \"Laws\" {{\n{}\n}}", controls.join("\n")));
    let fields = |fields: &[super::types::Field]| {
        let written = fields.iter().map(|field| format!("  {}: {}", field.name, world.written(&field.ty)));
        written.collect::<Vec<_>>().join("\n")
    };
    for (number, (name, declared)) in world.records.iter().enumerate() {
        match world.extensions.get(number) {
            Some(added) if added.is_empty() => {}
            Some(added) => line(format!("extend {name} {{\n{}\n}}", fields(added))),
            None => line(format!("record {name} {{\n{}\n}}", fields(declared))),
        }
    }
    for action in &world.actions {
        let mut body = String::new();
        if !action.fields.is_empty() {
            body.push_str(&format!("{}\n", fields(&action.fields)));
        }
        if !action.flags.is_empty() {
            body.push_str(&format!("  flags {}\n", action.flags.join(", ")));
        }
        if !action.amplifiers.is_empty() {
            let said = action.amplifiers.iter().map(|(name, value)| format!("{name}: {value}"));
            body.push_str(&format!("  amplifiers {{ {} }}\n", said.collect::<Vec<_>>().join(", ")));
        }
        line(format!("action {} {{\n{body}  default {}\n}}", action.name, action.default));
    }
    for event in &world.events {
        line(format!("event {} {{\n{}\n}}", event.name, fields(&event.fields)));
    }
    world.risk_model.iter().for_each(|model| line(model.clone()));
    let listed = |fields: &[super::types::Field]| {
        let written = fields.iter().map(|field| format!("{}: {}", field.name, world.written(&field.ty)));
        written.collect::<Vec<_>>().join(", ")
    };
    for fact in &world.facts {
        line(format!("fact {}({}) -> {}", fact.name, listed(&fact.params), world.written(&fact.result)));
    }
    for param in &world.params {
        let mut written =
            format!("param {}: {} = {}", param.name, world.written(&param.ty), param.written(&param.default));
        if let Some(range) = param.written_range() {
            written.push_str(&format!("\n  range {range}"));
        }
        written.push_str(&match param.direction {
            super::param::Direction::Fixed => "\n  fixed".to_owned(),
            direction => format!("\n  stricter when {}", format!("{direction:?}").to_lowercase()),
        });
        if !param.loosen_by.is_empty() {
            written.push_str(&format!("\n  loosen by {}", param.loosen_by.join(", ")));
        }
        line(written);
    }
    for function in &world.functions {
        let (params, result) = (listed(&function.params), world.written(&function.result));
        line(format!("fn {}({params}) -> {result} = {}", function.name, function.body));
    }
    for (name, condition) in &world.categories {
        line(format!("category {name} when {condition}"));
    }
    text
}
