//! Parameters: their values, how they are written, and which of two is stricter.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME, render_date, render_time_of_day};
use lictor_bundle::form::Form;
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT};

use super::pool::{
    Amount, COUNTRIES, CURRENCIES, Pool, WEEKDAYS, amount_text, decimal_text, length_text, moment_text,
    text_literal,
};
use super::rng::Rng;
use super::types::Type;

/// Which way a parameter is stricter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// `lower`
    Lower,
    /// `higher`
    Higher,
    /// `subset`
    Subset,
    /// `superset`
    Superset,
    /// `true`
    True,
    /// `false`
    False,
    /// `fixed`
    Fixed,
}

/// The value of a parameter.
#[derive(Clone, PartialEq, Debug)]
pub enum Setting {
    /// A number of its smallest units: an Int, billionths, or milliseconds.
    Number(i128),
    /// One amount a currency.
    Amounts(Vec<Amount>),
    /// True or false.
    Flag(bool),
    /// The elements of a set, as they are written.
    Elements(Vec<String>),
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Which way it is stricter.
    pub direction: Direction,
    /// The kinds of layers that may loosen it.
    pub loosen_by: Vec<&'static str>,
    /// Its default.
    pub default: Setting,
    /// The least and the greatest of its numbers, where it has a range.
    pub range: Option<(i128, i128)>,
}

/// The unit in which numbers of a type are drawn: small ones, so that policies and requests meet.
fn unit(ty: &Type) -> i128 {
    match ty {
        Type::Decimal(_) => 100_000_000,
        Type::Duration(_) => 60_000,
        Type::Timestamp => 3_600_000,
        // Small enough that no range of 40,000 of them runs past the end of the day, in whole seconds.
        Type::TimeOfDay => 1_000,
        _ => 1,
    }
}

impl Param {
    /// A random one.
    pub fn random(rng: &mut Rng, pool: &mut Pool, number: usize) -> Param {
        use Direction::{Fixed, Higher, Lower, Subset, Superset};
        let set = |element: Type| Type::Set(Box::new(element), 1, 6);
        let types = [
            Type::Int(false),
            Type::Int(true),
            Type::Decimal(false),
            Type::Money(false),
            Type::Money(false),
            Type::Money(false),
            Type::Duration(false),
            Type::Timestamp,
            Type::Date,
            Type::TimeOfDay,
            Type::Bool,
            set(Type::Text(4096)),
            set(Type::Int(true)),
            set(Type::Country),
            set(Type::Weekday),
            set(Type::Form(Form::Domain)),
            set(Type::Form(Form::Cidr)),
            set(Type::Form(Form::Ip)),
        ];
        let ty = rng.pick(&types).clone();
        let direction = match &ty {
            _ if rng.chance(8) => Fixed,
            Type::Bool => *rng.pick(&[Direction::True, Direction::False]),
            Type::Set(..) => *rng.pick(&[Subset, Superset]),
            _ => *rng.pick(&[Lower, Higher]),
        };
        let ranged = matches!(direction, Lower | Higher) && rng.chance(60);
        let kinds = ["base", "category", "agent", "user"];
        let loosen_by = if ranged && rng.chance(70) {
            kinds.into_iter().filter(|_| rng.chance(40)).collect()
        } else {
            Vec::new()
        };
        let name = format!("p{number}");
        let mut param = Param { name, ty, direction, loosen_by, default: Setting::Flag(false), range: None };
        param.default = param.setting(rng, pool, None);
        if ranged {
            let numbers: Vec<i128> = match &param.default {
                Setting::Number(number) => vec![*number],
                Setting::Amounts(amounts) => amounts.iter().map(|(_, minor)| i128::from(*minor)).collect(),
                Setting::Flag(_) | Setting::Elements(_) => Vec::new(),
            };
            let span = unit(&param.ty) * i128::from(rng.between(1, 40_000));
            let least = numbers.iter().min().copied().unwrap_or_default();
            let greatest = numbers.iter().max().copied().unwrap_or_default();
            let (floor, ceiling) = match param.ty {
                Type::Timestamp => (FIRST_MOMENT, LAST_MOMENT),
                Type::Date => (FIRST_DATE, LAST_DATE),
                Type::TimeOfDay => (0, LAST_TIME / 1_000 * 1_000),
                Type::Duration(_) => (0, i64::MAX / 1_000 * 1_000),
                _ => (0, i64::MAX),
            };
            let high = (greatest + span).min(greatest.max(ceiling.into()));
            param.range = Some(((least - span).max(floor.into()).min(least), high));
        }
        param
    }

    /// A random value of it, in its range and with no currency that the default lacks.
    pub fn setting(&self, rng: &mut Rng, pool: &mut Pool, default: Option<&Setting>) -> Setting {
        match &self.ty {
            Type::Bool => Setting::Flag(rng.chance(50)),
            Type::Set(element, ..) => {
                let count = 1 + rng.below(4);
                let mut elements: Vec<String> = (0..count)
                    .map(|_| match &**element {
                        Type::Int(_) => pool.int(rng).to_string(),
                        Type::Form(form) => super::form::literal(rng, *form),
                        Type::Country => format!("\"{}\"", rng.pick(&COUNTRIES)),
                        Type::Weekday => (*rng.pick(&WEEKDAYS)).to_owned(),
                        _ => text_literal(&pool.text(rng)),
                    })
                    .collect();
                elements.sort();
                elements.dedup();
                Setting::Elements(elements)
            }
            Type::Money(_) => {
                let all: Vec<usize> = match default {
                    Some(Setting::Amounts(amounts)) => {
                        amounts.iter().map(|(currency, _)| *currency).collect()
                    }
                    _ => (0..CURRENCIES.len()).collect(),
                };
                let mut chosen: Vec<usize> = all
                    .iter()
                    .copied()
                    .filter(|currency| rng.chance(if *currency == 0 { 92 } else { 60 }))
                    .collect();
                if chosen.is_empty() {
                    chosen.push(all[0]);
                }
                let minor = |rng: &mut Rng, pool: &mut Pool| self.clamp(pool.minor(rng).into()) as i64;
                Setting::Amounts(chosen.into_iter().map(|currency| (currency, minor(rng, pool))).collect())
            }
            ty => {
                let number = match ty {
                    Type::Decimal(_) => pool.decimal(rng),
                    Type::Duration(_) => pool.length(rng).into(),
                    Type::Timestamp => pool.moment(rng).into(),
                    Type::Date => pool.date(rng).into(),
                    Type::TimeOfDay => pool.time(rng).into(),
                    _ => pool.int(rng).into(),
                };
                // A policy writes lengths of time in whole seconds.
                let whole = if matches!(ty, Type::Duration(_) | Type::TimeOfDay) { 1_000 } else { 1 };
                Setting::Number(self.clamp(number / whole * whole))
            }
        }
    }

    /// A value at least as strict as this one, where one can be found.
    pub fn stricter(&self, rng: &mut Rng, pool: &mut Pool, than: &Setting) -> Setting {
        let step = unit(&self.ty) * i128::from(rng.between(1, 2_000));
        let moved = |number: i128| match self.direction {
            Direction::Lower => self.clamp(number - step).max(0).min(number),
            Direction::Higher => {
                let last = match self.ty {
                    Type::Date => LAST_DATE,
                    Type::TimeOfDay => LAST_TIME / 1_000 * 1_000,
                    _ => i64::MAX,
                };
                self.clamp((number + step).min(last.into())).max(number)
            }
            _ => number,
        };
        match (than, self.direction) {
            (Setting::Number(number), _) => Setting::Number(moved(*number)),
            (Setting::Amounts(amounts), _) => Setting::Amounts(
                amounts.iter().map(|(currency, minor)| (*currency, moved((*minor).into()) as i64)).collect(),
            ),
            (Setting::Flag(_), direction) => Setting::Flag(direction == Direction::True),
            (Setting::Elements(elements), Direction::Superset) => {
                let Setting::Elements(more) = self.setting(rng, pool, None) else { return than.clone() };
                let mut all = [elements.clone(), more].concat();
                all.sort();
                all.dedup();
                Setting::Elements(all)
            }
            (Setting::Elements(elements), _) => {
                let keep = 1 + rng.below(elements.len());
                Setting::Elements(elements.iter().take(keep).cloned().collect())
            }
        }
    }

    fn clamp(&self, number: i128) -> i128 {
        self.range.map_or(number, |(least, greatest)| number.clamp(least, greatest))
    }

    /// A value as a policy writes it.
    pub fn written(&self, setting: &Setting) -> String {
        match setting {
            Setting::Flag(value) => value.to_string(),
            Setting::Elements(elements) => format!("[{}]", elements.join(", ")),
            Setting::Amounts(amounts) => {
                amounts.iter().map(|amount| amount_text(*amount)).collect::<Vec<_>>().join(", ")
            }
            Setting::Number(number) => self.number(*number),
        }
    }

    fn number(&self, number: i128) -> String {
        match &self.ty {
            Type::Decimal(_) => decimal_text(number),
            Type::Duration(_) => length_text(number as i64),
            Type::Timestamp => moment_text(number as i64),
            Type::Date => render_date(number as i64),
            Type::TimeOfDay => render_time_of_day(number as i64),
            _ => number.to_string(),
        }
    }

    /// Its range as a policy writes it.
    pub fn written_range(&self) -> Option<String> {
        let (least, greatest) = self.range?;
        Some(match &self.default {
            Setting::Amounts(amounts) => {
                let of = |currency: usize| {
                    let [low, high] = [least, greatest].map(|end| amount_text((currency, end as i64)));
                    format!("{low} to {high}")
                };
                amounts.iter().map(|(currency, _)| of(*currency)).collect::<Vec<_>>().join(", ")
            }
            _ => {
                // Ends of a range of time are whole seconds too; the value in between stays in between.
                let second = if matches!(self.ty, Type::Duration(_) | Type::TimeOfDay) { 1_000 } else { 1 };
                let high = (greatest + second - 1) / second * second;
                format!("{} to {}", self.number(least / second * second), self.number(high))
            }
        })
    }
}
