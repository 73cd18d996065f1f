//! Values of any type: what is read, given by a function or a fact, or chosen.

use lictor_bundle::civil::{render_date, render_time_of_day};

use super::param::Direction;
use super::pool::{
    COUNTRIES, WEEKDAYS, ZONES, amount_text, decimal_text, length_text, moment_text, text_literal,
};
use super::scope::{Way, Writer};
use super::types::{Field, Type};
use super::world::{Fact, Function};

impl Writer<'_> {
    /// A value of a type that is always there. `None` where none can be written: a country, an enumeration's value, a record or a
    /// collection needs something to be read from, unless its place says what type is meant (`wanted`).
    pub(super) fn value(&mut self, kind: &Type, way: Way, depth: usize, wanted: bool) -> Option<String> {
        if depth > 0 && self.rng.chance(35) {
            let made = match kind {
                Type::Bool => Some(self.condition(way, depth - 1).text),
                Type::Int(_) => Some(self.int(way, depth - 1)),
                Type::Decimal(_) => Some(self.decimal(way, depth - 1)),
                Type::Money(_) => Some(self.money(way, depth - 1)),
                Type::Timestamp => Some(self.moment(way, depth - 1)),
                Type::Duration(_) => Some(self.length(way, depth - 1)),
                Type::Date => Some(self.date(way, depth - 1)),
                Type::TimeOfDay => Some(self.clock(depth - 1)),
                Type::Weekday => Some(self.weekday(depth - 1)),
                _ => None,
            };
            if made.is_some() {
                return made;
            }
        }
        for _ in 0..4 {
            let found = match self.rng.below(11) {
                0 => self.local(kind, way),
                1 if way != Way::Still => self.local(kind, Way::Still),
                2 | 3 => self.param(kind, way),
                4 if depth > 0 => self.call(kind, way, depth - 1),
                5 | 10 if depth > 0 => self.fact(kind, way, depth - 1),
                6 if depth > 0 => self.choice(kind, way, depth - 1),
                7 => self.fallback(kind, way, depth),
                8 if wanted || kind.is_scalar() => self.literal(kind, wanted),
                _ => self.path(|ty| ty.kind() == *kind).map(|path| path.text),
            };
            if found.is_some() {
                return found;
            }
        }
        self.path(|ty| ty.kind() == *kind).map(|path| path.text).or_else(|| self.literal(kind, wanted))
    }

    /// A value of a type of which there are literals in any place.
    pub(super) fn plain(&mut self, kind: &Type, way: Way, depth: usize) -> String {
        let value = self.value(kind, way, depth, false);
        value.unwrap_or_else(|| unreachable!("{kind:?} has literals"))
    }

    /// A literal.
    pub(super) fn literal(&mut self, kind: &Type, wanted: bool) -> Option<String> {
        let (rng, pool) = (&mut *self.rng, &mut *self.pool);
        Some(match kind {
            Type::Bool => rng.chance(50).to_string(),
            Type::Int(_) => match pool.int(rng) {
                // Written so, it is an Int even where a Decimal is meant, which could not be as large.
                large if large >= 1_000_000_000_000_000_000 => format!("({large} - 0)"),
                small => small.to_string(),
            },
            Type::Decimal(_) if rng.chance(10) => format!("{}%", 5 * rng.below(50)),
            Type::Decimal(_) => decimal_text(pool.decimal(rng)),
            Type::Money(_) => amount_text((self.scope.currency, pool.minor(rng))),
            Type::Text(_) => text_literal(&pool.text(rng)),
            Type::Timestamp => moment_text(pool.moment(rng)),
            Type::Duration(_) => length_text(pool.length(rng)),
            Type::Date => render_date(pool.date(rng)),
            Type::TimeOfDay => render_time_of_day(pool.time(rng)),
            Type::Weekday if wanted => (*rng.pick(&WEEKDAYS)).to_owned(),
            Type::TimeZone if wanted => format!("\"{}\"", rng.pick(&ZONES)),
            Type::Form(form) if wanted => super::form::literal(rng, *form),
            Type::Country if wanted => format!("\"{}\"", rng.pick(&COUNTRIES)),
            Type::State if wanted => (*rng.pick(&["verified", "inferred", "stale", "withheld"])).to_owned(),
            Type::Enum(number) if wanted => rng.pick(&self.world.enums[*number].1).clone(),
            _ => return None,
        })
    }

    /// A parameter that is not money and moves this way.
    pub(super) fn param(&mut self, kind: &Type, way: Way) -> Option<String> {
        if !self.scope.params {
            return None;
        }
        let fits = |ty: &Type| ty.kind() == *kind && !matches!(ty, Type::Money(_));
        let careless = self.careless();
        let params = self.world.params.iter().filter(|param| fits(&param.ty));
        let fitting: Vec<String> = params
            .filter(|param| careless || moves(param.direction) == way)
            .map(|param| param.name.clone())
            .collect();
        self.rng.pick_any(&fitting)
    }

    /// Whether a parameter is used here without regard to the way in which it moves.
    pub(super) fn careless(&mut self) -> bool {
        self.world.wild && self.rng.chance(20)
    }

    /// A call of a function. What it takes does not move.
    fn call(&mut self, kind: &Type, way: Way, depth: usize) -> Option<String> {
        let room = 3 - self.scope.quantifiers.min(3);
        let world = self.world;
        let fits = |function: &&Function| {
            function.result.kind() == *kind
                && function.way == way
                && function.loops <= room
                && self.scope.params
        };
        let fitting: Vec<&Function> = world.functions.iter().filter(fits).collect();
        let function = self.rng.pick_any(&fitting)?;
        let arguments = self.arguments(&function.params, depth)?;
        self.note_loops(function.loops);
        Some(format!("{}({arguments})", function.name))
    }

    fn arguments(&mut self, params: &[Field], depth: usize) -> Option<String> {
        let arguments: Option<Vec<String>> = params
            .iter()
            .map(|param| {
                if let Type::Optional(_) = param.ty {
                    return self.path(|ty| ty.kind() == param.ty.kind()).map(|path| path.text);
                }
                self.value(&param.ty.kind(), Way::Still, depth.min(1), true)
            })
            .collect();
        arguments.map(|arguments| arguments.join(", "))
    }

    /// What a fact answers; one that may answer nothing is guarded where it stands.
    fn fact(&mut self, kind: &Type, way: Way, depth: usize) -> Option<String> {
        let (text, may_be_absent) = self.look_up(kind, depth)?;
        if !may_be_absent {
            return Some(text);
        }
        let other = self.value(kind, way, depth, true)?;
        Some(format!("({text} otherwise ({other}))"))
    }

    /// A look-up that answers with a value of this type, and whether it may answer nothing.
    pub(super) fn look_up(&mut self, kind: &Type, depth: usize) -> Option<(String, bool)> {
        if !self.scope.facts {
            return None;
        }
        if self.rng.chance(35)
            && let Some(question) = self.history(kind)
        {
            return Some(question);
        }
        let world = self.world;
        let fits = |fact: &&Fact| fact.result.definite().kind() == *kind;
        let fitting: Vec<&Fact> = world.facts.iter().filter(fits).collect();
        let fact = self.rng.pick_any(&fitting)?;
        // Facts are about the request alone.
        self.scope.params = false;
        let arguments = self.arguments(&fact.params, depth);
        self.scope.params = true;
        let arguments = arguments?;
        Some((format!("{}({arguments})", fact.name), matches!(fact.result, Type::Optional(_))))
    }

    /// `if c then a else b`
    fn choice(&mut self, kind: &Type, way: Way, depth: usize) -> Option<String> {
        let condition = self.condition(Way::Still, depth);
        let then = self.knowing(&condition.yes, |writer| writer.value(kind, way, depth, false))?;
        let other = self.knowing(&condition.no, |writer| writer.value(kind, way, depth, false))?;
        Some(format!("(if {} then {then} else {other})", condition.text))
    }

    /// `x otherwise y`
    pub(super) fn fallback(&mut self, kind: &Type, way: Way, depth: usize) -> Option<String> {
        let wanted = kind.clone().optional();
        let path = self.path(|ty| ty.kind() == wanted)?;
        let other = self.value(kind, way, depth.saturating_sub(1), true)?;
        Some(format!("({} otherwise ({other}))", path.text))
    }
}

/// Which way the value of a parameter moves as it gets stricter.
pub(super) fn moves(direction: Direction) -> Way {
    match direction {
        Direction::Lower | Direction::Subset | Direction::False => Way::Down,
        Direction::Higher | Direction::Superset | Direction::True => Way::Up,
        Direction::Fixed => Way::Still,
    }
}
