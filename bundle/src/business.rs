//! Working days of a calendar, counted without going through the days one by one.

use crate::civil::weekday_of;
use crate::schema::Calendar;

impl Calendar {
    /// How many working days lie after the first day and not after the second; negative where the second is the earlier one. None where
    /// one of them is not a day that the calendar knows of.
    pub fn between(&self, after: i64, until: i64) -> Option<i64> {
        if !self.knows(after) || !self.knows(until) {
            return None;
        }
        Some(self.count(until) - self.count(after))
    }

    /// The working day that is the n-th after this one; for 0 the day itself. None where n is negative, or the calendar does not reach so far.
    pub fn later(&self, day: i64, n: i64) -> Option<i64> {
        if n < 0 || !self.knows(day) {
            return None;
        }
        let wanted = self.count(day).checked_add(n)?;
        if n == 0 {
            return Some(day);
        }
        if self.count(self.until) < wanted {
            return None;
        }
        // The first day up to which there are so many: halving what is left finds it.
        let (mut low, mut high) = (day, self.until);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.count(middle) >= wanted {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Some(low)
    }

    fn knows(&self, day: i64) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// The working days from the first one of the calendar up to this one, which counts.
    fn count(&self, day: i64) -> i64 {
        let days = day - self.from + 1;
        let (weeks, rest) = (days / 7, days % 7);
        let first = weekday_of(self.from);
        let of_the_rest = |weekday: i64| i64::from((weekday - first).rem_euclid(7) < rest);
        let free: i64 = self.weekend.iter().map(|weekday| weeks + of_the_rest(*weekday)).sum();
        let holidays = self.holidays.partition_point(|holiday| *holiday <= day);
        days - free - i64::try_from(holidays).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::parse_date;

    #[test]
    fn the_count_is_that_of_going_through_the_days() {
        let date = |text: &str| parse_date(text).unwrap();
        let calendar = Calendar {
            name: "test".to_owned(),
            from: date("2026-03-04"),
            until: date("2026-07-15"),
            weekend: vec![4, 6],
            holidays: vec![date("2026-03-04"), date("2026-04-06"), date("2026-07-15")],
        };
        let works =
            |day: i64| !calendar.weekend.contains(&weekday_of(day)) && !calendar.holidays.contains(&day);
        for after in calendar.from..=calendar.until {
            let mut count = 0;
            for until in after..=calendar.until {
                count += i64::from(until > after && works(until));
                assert_eq!(calendar.between(after, until), Some(count));
                assert_eq!(calendar.between(until, after), Some(-count));
                if until > after && works(until) {
                    assert_eq!(calendar.later(after, count), Some(until));
                }
            }
            assert_eq!(calendar.later(after, count + 1), None);
        }
        assert_eq!(calendar.between(calendar.from - 1, calendar.from), None);
        assert_eq!(calendar.between(calendar.from, calendar.until + 1), None);
        assert_eq!(calendar.later(calendar.from, -1), None);
        assert_eq!(calendar.later(calendar.from, i64::MAX), None);
        assert_eq!(calendar.later(calendar.from, 0), Some(calendar.from));
    }
}
