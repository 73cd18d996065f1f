//! What may be read at a place of a rule, and what is known there.

use super::pool::Pool;
use super::rng::Rng;
use super::types::Type;
use super::world::World;

/// Keys of maps; policies look the first two up.
pub const KEYS: [&str; 5] = ["k1", "a.b", "é", "k2", "K1"];

/// What entries of maps and sourced values are made of; no field of a record is called so.
const PARTS: [&str; 5] = ["key", "value", "state", "verified_at", "confidence"];

/// Which way a value moves when parameters get stricter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// It stays.
    Still,
    /// Up, or from false to true, or to a larger set.
    Up,
    /// The other way.
    Down,
}

impl Way {
    /// The other way.
    pub fn flip(self) -> Way {
        match self {
            Way::Still => Way::Still,
            Way::Up => Way::Down,
            Way::Down => Way::Up,
        }
    }
}

/// What a test has shown about a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Known {
    /// It is present.
    Present(String),
    /// It is a collection with an element.
    Filled(String),
    /// It is a sourced value that is not withheld.
    Opened(String),
}

/// A name that a rule gives.
#[derive(Clone, Debug)]
pub struct Local {
    /// The name.
    pub name: String,
    /// The type of its value.
    pub ty: Type,
    /// Which way that moves.
    pub way: Way,
    /// How deep loops stand in one another in it.
    pub loops: usize,
}

/// A path that may be read.
#[derive(Clone, Debug)]
pub struct Path {
    /// It, as it is written.
    pub text: String,
    /// The type of its value here, bounds and all.
    pub ty: Type,
}

impl Path {
    /// Whether it goes through fields of records and nothing else.
    pub(super) fn is_field(&self) -> bool {
        !self.text.contains('[') && !self.text.split('.').any(|step| PARTS.contains(&step))
    }
}

/// Writes what stands in a rule, a function or a condition.
pub struct Writer<'w> {
    pub(super) rng: &'w mut Rng,
    pub(super) world: &'w World,
    pub(super) pool: &'w mut Pool,
    pub(super) scope: Scope,
}

/// What names mean at a place.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The members of the request.
    pub roots: Vec<(String, Type)>,
    /// What the rule gave names to.
    pub locals: Vec<Local>,
    /// The names whose values are made of `user.id`, which is about a person and shown to nobody.
    pub personal: Vec<String>,
    /// What was shown.
    pub known: Vec<Known>,
    /// Whether parameters may be read; a category's condition reads none.
    pub params: bool,
    /// Whether facts may be asked for; neither a category's condition nor a function does.
    pub facts: bool,
    /// How many quantifiers stand around this place.
    pub quantifiers: usize,
    /// The deepest that loops stood in one another.
    pub deepest: usize,
    /// How many names were given.
    pub named: usize,
    /// The currency of amounts that meet; two constants of two currencies are a mistake.
    pub currency: usize,
    /// The money parameters that the condition being written uses.
    pub amounts: Vec<String>,
}

impl Writer<'_> {
    /// A name that is used for nothing else in this rule.
    pub(super) fn fresh(&mut self) -> String {
        self.scope.named += 1;
        format!("v{}", self.scope.named)
    }

    /// Whether what is written here is made of `user.id`.
    pub(super) fn is_personal(&self, written: &str) -> bool {
        let mut words = written.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|word| word == "user" || self.scope.personal.iter().any(|name| name == word))
    }

    /// Writes something where more is known.
    pub(super) fn knowing<T>(&mut self, known: &[Known], write: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.known.len();
        self.scope.known.extend_from_slice(known);
        let written = write(self);
        self.scope.known.truncate(before);
        written
    }

    fn is_present(&self, path: &str) -> bool {
        self.scope.known.iter().any(|known| match known {
            Known::Present(other) | Known::Filled(other) => {
                other == path || other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']))
            }
            Known::Opened(_) => false,
        })
    }

    /// All paths that may be read here and do not move.
    pub(super) fn paths(&self) -> Vec<Path> {
        let mut paths = Vec::new();
        for (name, ty) in &self.scope.roots {
            self.paths_below(name.clone(), ty.clone(), 0, &mut paths);
        }
        for local in self.scope.locals.iter().filter(|local| local.way == Way::Still && local.loops == 0) {
            self.paths_below(local.name.clone(), local.ty.clone(), 0, &mut paths);
        }
        paths
    }

    fn paths_below(&self, text: String, ty: Type, depth: usize, into: &mut Vec<Path>) {
        let ty = if self.is_present(&text) { ty.definite().clone() } else { ty };
        if let (Type::Record(record), true) = (ty.definite(), depth < 3) {
            for field in &self.world.records[*record].1 {
                let absent = matches!(ty, Type::Optional(_));
                let inner = if absent { field.ty.clone().optional() } else { field.ty.clone() };
                self.paths_below(format!("{text}.{}", field.name), inner, depth + 1, into);
            }
        }
        match (ty.definite(), depth < 3) {
            (Type::Entry(value), true) => {
                self.paths_below(format!("{text}.key"), Type::Text(20), depth + 1, into);
                self.paths_below(format!("{text}.value"), (**value).clone(), depth + 1, into);
            }
            (Type::Map(entry, ..), true) => {
                for key in KEYS.iter().take(2) {
                    let Type::Entry(value) = &**entry else { continue };
                    let value = value.as_ref().clone().optional();
                    self.paths_below(format!("{text}[\"{key}\"]"), value, depth + 1, into);
                }
            }
            (Type::Sourced(value), true) => {
                let absent = matches!(ty, Type::Optional(_));
                let state = if absent { Type::State.optional() } else { Type::State };
                self.paths_below(format!("{text}.state"), state, depth + 1, into);
                for (name, part) in [("verified_at", Type::Timestamp), ("confidence", Type::Decimal(false))] {
                    self.paths_below(format!("{text}.{name}"), part.optional(), depth + 1, into);
                }
                if !absent && self.scope.known.contains(&Known::Opened(text.clone())) {
                    self.paths_below(format!("{text}.value"), (**value).clone(), depth + 1, into);
                }
            }
            _ => {}
        }
        into.push(Path { text, ty });
    }

    /// A path to a value for which this holds.
    pub(super) fn path(&mut self, fits: impl Fn(&Type) -> bool) -> Option<Path> {
        let fitting: Vec<Path> = self.paths().into_iter().filter(|path| fits(&path.ty)).collect();
        self.rng.pick_any(&fitting)
    }

    /// A path of nothing but fields of records, which alone are counted in the past.
    pub(super) fn fields_only(&mut self, fits: impl Fn(&Type) -> bool) -> Option<Path> {
        let mut fitting = self.paths();
        fitting.retain(|path| fits(&path.ty) && path.is_field());
        self.rng.pick_any(&fitting)
    }

    /// A local of this type that moves this way.
    pub(super) fn local(&mut self, kind: &Type, way: Way) -> Option<String> {
        let room = 3 - self.scope.quantifiers.min(3);
        let fitting: Vec<Local> = self
            .scope
            .locals
            .iter()
            .filter(|local| local.ty.kind() == *kind && local.way == way && local.loops <= room)
            .cloned()
            .collect();
        let local = self.rng.pick_any(&fitting)?;
        self.note_loops(local.loops);
        Some(local.name)
    }

    /// Notes that so many loops stand in one another here.
    pub(super) fn note_loops(&mut self, loops: usize) {
        self.scope.deepest = self.scope.deepest.max(self.scope.quantifiers + loops);
    }
}
