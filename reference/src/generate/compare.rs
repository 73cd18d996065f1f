//! Comparisons, ranges, membership, and what is asked of texts.

use super::condition::{Condition, silent};
use super::pool::{CURRENCIES, amount_text};
use super::scope::{Way, Writer};
use super::types::Type;

/// Types of which a parameter holds sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScalarKind {
    Text,
    Int,
    Country,
}

impl ScalarKind {
    /// The type as the declarations of sets have it.
    pub fn of_set(self) -> Type {
        match self {
            ScalarKind::Text => Type::Text(4096),
            ScalarKind::Int => Type::Int(true),
            ScalarKind::Country => Type::Country,
        }
    }
}

/// Types of which values lie in ranges; and, last, the other one that has an order.
const ORDERED: [Type; 9] = [
    Type::Int(true),
    Type::Decimal(true),
    Type::Money(true),
    Type::Money(true),
    Type::Timestamp,
    Type::Duration(true),
    Type::Date,
    Type::TimeOfDay,
    Type::Text(0),
];

impl Writer<'_> {
    /// `a < b` and its kin.
    pub(super) fn ordered(&mut self, way: Way, depth: usize) -> Condition {
        let kind = self.rng.pick(&ORDERED).clone();
        let op = *self.rng.pick(&["<", "<=", ">", ">="]);
        // Of `a < b`, a larger b makes it truer and a larger a less so.
        let (left_way, right_way) = if op.starts_with('<') { (way.flip(), way) } else { (way, way.flip()) };
        let other =
            if kind == Type::Decimal(true) && self.rng.chance(30) { Type::Int(true) } else { kind.clone() };
        if matches!(kind, Type::Money(_)) && self.rng.chance(65) {
            let on_left = self.rng.chance(30);
            if let Some(open) = self.open_money(if on_left { left_way } else { right_way }) {
                let amount = self.plain(&kind, Way::Still, depth);
                return silent(if on_left {
                    format!("{open} {op} {amount}")
                } else {
                    format!("{amount} {op} {open}")
                });
            }
        }
        let (left, right) = (self.plain(&kind, left_way, depth), self.plain(&other, right_way, depth));
        silent(format!("({left}) {op} ({right})"))
    }

    /// `a == b`, of values that do not move.
    pub(super) fn equality(&mut self, depth: usize) -> Condition {
        let op = *self.rng.pick(&["==", "!="]);
        let path = self.path(|ty| ty.is_scalar() && *ty != Type::Bool);
        let Some(path) = path else { return self.ordered(Way::Still, depth) };
        let tier = matches!(path.ty, Type::Enum(number) if Some(number) == self.world.tiers);
        let op = if tier && self.rng.chance(50) { *self.rng.pick(&["<", ">="]) } else { op };
        match self.value(&path.ty.kind(), Way::Still, depth, true) {
            Some(other) => silent(format!("{} {op} {other}", path.text)),
            None => silent("false"),
        }
    }

    /// `x in xs`
    pub(super) fn membership(&mut self, way: Way, depth: usize) -> Option<Condition> {
        let not = self.rng.chance(25);
        let (text, element) = self.collection(if not { way.flip() } else { way })?;
        if !element.is_scalar() {
            return None;
        }
        let item = self.value(&element.kind(), Way::Still, depth, true)?;
        Some(silent(format!("(({item}) {}in {text})", if not { "not " } else { "" })))
    }

    /// `x in [a, b]`: of constants, or of values that are computed.
    pub(super) fn listed(&mut self, depth: usize) -> Condition {
        let path = self.path(|ty| ty.is_scalar() && *ty != Type::Bool);
        let Some(path) = path else { return silent("true") };
        let kind = path.ty.kind();
        let constants = self.rng.chance(70);
        let count = 1 + self.rng.below(4);
        let elements: Vec<String> = (0..count)
            .filter_map(|_| match &kind {
                // The elements need not be of one currency.
                Type::Money(_) if constants => {
                    let minor = self.pool.minor(self.rng);
                    Some(amount_text((self.rng.below(CURRENCIES.len()), minor)))
                }
                kind if constants => self.literal(kind, true),
                kind => self.value(kind, Way::Still, depth, true),
            })
            .collect();
        silent(format!("{} in [{}]", path.text, elements.join(", ")))
    }

    /// `x in a..b`
    pub(super) fn range(&mut self, way: Way, depth: usize) -> Condition {
        let kind = self.rng.pick(&ORDERED[..8]).clone();
        let dots = *self.rng.pick(&["..", "..="]);
        let item = self.plain(&kind, Way::Still, depth);
        let low = self.end(&kind, way.flip(), depth);
        let high = self.end(&kind, way, depth);
        silent(format!("(({item}) in ({low}){dots}({high}))"))
    }

    /// One end of a range: a parameter, or something that the compiler does not take for a constant, since it refuses a range of
    /// constants in which nothing lies.
    fn end(&mut self, kind: &Type, way: Way, depth: usize) -> String {
        let open = match kind {
            Type::Money(_) if self.rng.chance(40) => self.open_money(way),
            _ => None,
        };
        open.unwrap_or_else(|| {
            let end = self.plain(kind, way, depth);
            let nothing = match kind {
                Type::Int(_) => "0",
                Type::Decimal(_) => "0.0",
                Type::Money(_) => return format!("{end} * 1"),
                Type::Date => return format!("{end} + 0 days"),
                // There is nothing to add to a time of day; what is asked of a condition is no constant.
                Type::TimeOfDay => return format!("(if true then {end} else 00:00)"),
                _ => "0s",
            };
            format!("{end} + {nothing}")
        })
    }

    /// `s.starts_with(t)` and its kin.
    pub(super) fn text_question(&mut self, depth: usize) -> Condition {
        let text = self.path(|ty| matches!(ty, Type::Text(_)));
        let Some(text) = text else { return silent("false") };
        let lower = if self.rng.chance(20) { ".lower_ascii()" } else { "" };
        let text = format!("{}{lower}", text.text);
        if self.rng.chance(30) {
            return self.matching(&text);
        }
        let question = *self.rng.pick(&["starts_with", "ends_with", "contains"]);
        let part = self.plain(&Type::Text(0), Way::Still, depth);
        silent(format!("{text}.{question}({part})"))
    }
}
