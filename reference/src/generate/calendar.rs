//! Dates, times of day and days of the week that are computed.

use super::scope::{Way, Writer};
use super::types::Type;

/// The calendars of every policy.
pub const CALENDARS: [&str; 2] = ["short", "long"];
/// Their declarations. The dates that policies and requests have lie around their holidays, and around their ends.
pub const DECLARED: &str = "calendar short = [2026-03-02, 2026-03-07, 2026-02-27] from 2026-02-01 until 2026-03-31\n\
                            calendar long = [2025-12-25, 2026-01-01, 2026-03-03] from 2024-01-01 until 2027-12-31 weekend friday\n";

impl Writer<'_> {
    /// A date: of a moment, or some days or months away from another one.
    pub(super) fn date(&mut self, way: Way, depth: usize) -> String {
        if self.rng.chance(35) {
            return self
                .elsewhere("date", depth)
                .unwrap_or_else(|| format!("date({}, \"UTC\")", self.plain(&Type::Timestamp, way, depth)));
        }
        let from = self.plain(&Type::Date, way, depth);
        if self.rng.chance(25) {
            let count = self.plain(&Type::Int(true), way, depth.saturating_sub(1));
            return format!("add_business_days({from}, {count}, {})", self.rng.pick(&CALENDARS));
        }
        let unit = *self.rng.pick(&["days", "weeks", "months", "years"]);
        let count = *self.rng.pick(&[0, 1, 2, 11, 30, 400]);
        let sign = *self.rng.pick(&["+", "-"]);
        format!("({from} {sign} {count} {unit})")
    }

    /// What a clock shows.
    pub(super) fn clock(&mut self, depth: usize) -> String {
        self.elsewhere("time_of_day", depth).unwrap_or_else(|| {
            format!("time_of_day({}, \"UTC\")", self.plain(&Type::Timestamp, Way::Still, depth))
        })
    }

    /// A day of the week.
    pub(super) fn weekday(&mut self, depth: usize) -> String {
        if self.rng.chance(50) {
            return self.elsewhere("weekday", depth).unwrap_or_else(|| {
                format!("weekday({}, \"UTC\")", self.plain(&Type::Timestamp, Way::Still, depth))
            });
        }
        format!("weekday({})", self.plain(&Type::Date, Way::Still, depth))
    }

    /// How many working days lie between two dates.
    pub(super) fn business_days(&mut self, way: Way, depth: usize) -> String {
        let (early, late) = (self.plain(&Type::Date, way.flip(), depth), self.plain(&Type::Date, way, depth));
        format!("business_days({early}, {late}, {})", self.rng.pick(&CALENDARS))
    }

    /// What a clock shows elsewhere, which the host looks up: about the request alone.
    fn elsewhere(&mut self, word: &str, depth: usize) -> Option<String> {
        if !self.scope.facts || !self.rng.chance(40) {
            return None;
        }
        self.scope.params = false;
        let moment = self.value(&Type::Timestamp, Way::Still, depth.min(1), true);
        let zone = self.value(&Type::TimeZone, Way::Still, 0, true);
        self.scope.params = true;
        Some(format!("{word}({}, {})", moment?, zone?))
    }

    /// How many days lie between two dates.
    pub(super) fn days_between(&mut self, way: Way, depth: usize) -> String {
        let (late, early) = (self.plain(&Type::Date, way, depth), self.plain(&Type::Date, way.flip(), depth));
        format!("({late} - ({early}))")
    }

    /// A range of literals, which may run over midnight, or over part of a week.
    pub(super) fn hours(&mut self, depth: usize) -> String {
        if self.rng.chance(30) {
            let (from, to) = *self.rng.pick(&[("monday", "friday"), ("tuesday", "sunday")]);
            let dots = *self.rng.pick(&["..", "..="]);
            return format!("({} in {from}{dots}{to})", self.weekday(depth));
        }
        let clock = self.plain(&Type::TimeOfDay, Way::Still, depth);
        let (from, to) = *self.rng.pick(&[("09:00", "17:00"), ("22:00", "06:00"), ("00:00:01", "00:00")]);
        let dots = *self.rng.pick(&["..", "..="]);
        format!("({clock} in {from}{dots}{to})")
    }
}
