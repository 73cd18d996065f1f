//! Numbers, amounts and times that are computed.

use super::scope::{Way, Writer};
use super::types::Type;
use super::value::moves;

const INT: Type = Type::Int(true);
const DECIMAL: Type = Type::Decimal(true);
const MONEY: Type = Type::Money(true);
const LENGTH: Type = Type::Duration(true);

impl Writer<'_> {
    /// A whole number.
    pub(super) fn int(&mut self, way: Way, depth: usize) -> String {
        let (same, back) = (way, way.flip());
        match self.rng.below(11) {
            8 => self.days_between(way, depth),
            9 => self.business_days(way, depth),
            0 => format!("({} + {})", self.plain(&INT, same, depth), self.plain(&INT, same, depth)),
            1 => format!("({} - {})", self.plain(&INT, same, depth), self.plain(&INT, back, depth)),
            2 if way == Way::Still => {
                format!("({} * {})", self.plain(&INT, way, depth), self.plain(&INT, way, depth))
            }
            2 => format!("({} * {})", self.plain(&INT, way, depth), self.rng.below(4)),
            3 if way == Way::Still => {
                format!("({} div {})", self.plain(&INT, way, depth), self.plain(&INT, way, depth))
            }
            3 => format!("({} div {})", self.plain(&INT, way, depth), 1 + self.rng.below(5)),
            4 => format!("-({})", self.plain(&INT, back, depth)),
            5 => match self.collection(way) {
                Some((text, _)) => format!("size({text})"),
                None => self.plain(&INT, way, depth),
            },
            6 => self.count(way, depth).unwrap_or_else(|| self.plain(&INT, way, 0)),
            7 => self.sum(&INT, way, depth).unwrap_or_else(|| self.plain(&INT, way, 0)),
            _ => self.plain(&INT, way, depth),
        }
    }

    /// A number with decimals.
    pub(super) fn decimal(&mut self, way: Way, depth: usize) -> String {
        let (same, back) = (way, way.flip());
        let other = if self.rng.chance(25) { INT } else { DECIMAL };
        match self.rng.below(9) {
            0 => format!("({} + {})", self.plain(&DECIMAL, same, depth), self.plain(&other, same, depth)),
            1 => format!("({} - {})", self.plain(&other, same, depth), self.plain(&DECIMAL, back, depth)),
            2 if way == Way::Still => {
                format!("({} * {})", self.plain(&DECIMAL, way, depth), self.plain(&other, way, depth))
            }
            2 => format!("({} * 1.5)", self.plain(&DECIMAL, way, depth)),
            3 if way == Way::Still => {
                format!("({} / {})", self.plain(&other, way, depth), self.plain(&DECIMAL, way, depth))
            }
            3 => format!("({} / 3)", self.plain(&other, way, depth)),
            4 => format!("-({})", self.plain(&DECIMAL, back, depth)),
            5 if way == Way::Still => {
                format!("({} / {})", self.plain(&INT, way, depth), self.plain(&INT, way, depth))
            }
            6 if way == Way::Still => {
                format!("({} / {})", self.plain(&MONEY, way, depth), self.plain(&MONEY, way, depth))
            }
            7 => self.sum(&DECIMAL, way, depth).unwrap_or_else(|| self.plain(&DECIMAL, way, 0)),
            _ => self.plain(&DECIMAL, way, depth),
        }
    }

    /// An amount whose currency is that of the request, or of the rule's constants.
    pub(super) fn money(&mut self, way: Way, depth: usize) -> String {
        let (same, back) = (way, way.flip());
        let factor = if self.rng.chance(40) { INT } else { DECIMAL };
        match self.rng.below(9) {
            0 => format!("({} + {})", self.plain(&MONEY, same, depth), self.plain(&MONEY, same, depth)),
            1 => format!("({} - {})", self.plain(&MONEY, same, depth), self.plain(&MONEY, back, depth)),
            2 if way == Way::Still => {
                format!("({} * {})", self.plain(&MONEY, way, depth), self.plain(&factor, way, depth))
            }
            2 => format!("({} * 2)", self.plain(&MONEY, way, depth)),
            3 if way == Way::Still => {
                format!("({} / {})", self.plain(&MONEY, way, depth), self.plain(&factor, way, depth))
            }
            3 => format!("({} / 1.5)", self.plain(&MONEY, way, depth)),
            4 => self.sum(&MONEY, way, depth).unwrap_or_else(|| self.plain(&MONEY, way, 0)),
            5 => match self.open_money(way) {
                Some(open) => format!("({} + {open})", self.plain(&MONEY, Way::Still, depth)),
                None => self.plain(&MONEY, way, depth),
            },
            6 => format!("-({})", self.plain(&MONEY, back, depth)),
            _ => self.plain(&MONEY, way, depth),
        }
    }

    /// A point in time.
    pub(super) fn moment(&mut self, way: Way, depth: usize) -> String {
        match self.rng.below(4) {
            0 => format!(
                "({} + {})",
                self.plain(&Type::Timestamp, way, depth),
                self.plain(&LENGTH, way, depth)
            ),
            1 => {
                format!(
                    "({} - {})",
                    self.plain(&Type::Timestamp, way, depth),
                    self.plain(&LENGTH, way.flip(), depth)
                )
            }
            _ => self.plain(&Type::Timestamp, way, depth),
        }
    }

    /// A length of time.
    pub(super) fn length(&mut self, way: Way, depth: usize) -> String {
        let (same, back) = (way, way.flip());
        match self.rng.below(8) {
            0 => format!("({} + {})", self.plain(&LENGTH, same, depth), self.plain(&LENGTH, same, depth)),
            1 => format!("({} - {})", self.plain(&LENGTH, same, depth), self.plain(&LENGTH, back, depth)),
            2 | 3 => {
                let later = self.plain(&Type::Timestamp, same, depth);
                format!("({later} - {})", self.plain(&Type::Timestamp, back, depth))
            }
            4 if way == Way::Still => {
                format!("({} * {})", self.plain(&LENGTH, way, depth), self.plain(&INT, way, depth))
            }
            4 => format!("({} * 3)", self.plain(&LENGTH, way, depth)),
            5 => format!("-({})", self.plain(&LENGTH, back, depth)),
            6 => self.sum(&LENGTH, way, depth).unwrap_or_else(|| self.plain(&LENGTH, way, 0)),
            _ => self.plain(&LENGTH, way, depth),
        }
    }

    /// A money parameter, or something made of one, that moves this way and waits for an amount to take its currency from.
    pub(super) fn open_money(&mut self, way: Way) -> Option<String> {
        if !self.scope.params {
            return None;
        }
        let careless = self.careless();
        let money = self.world.params.iter().filter(|param| matches!(param.ty, Type::Money(_)));
        let fitting: Vec<String> = money
            .filter(|param| careless || moves(param.direction) == way)
            .map(|param| param.name.clone())
            .collect();
        let name = self.rng.pick_any(&fitting)?;
        self.scope.amounts.push(name.clone());
        Some(match self.rng.below(8) {
            0 => format!("({name} * 1.5)"),
            1 => format!("({name} / 2)"),
            2 => {
                let condition = self.condition(Way::Still, 0).text;
                match self.open_money(way) {
                    Some(other) => format!("(if {condition} then {name} else {other})"),
                    None => name,
                }
            }
            _ => name,
        })
    }
}
