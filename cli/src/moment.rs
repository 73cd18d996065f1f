//! Moments on the command line: a day, or a day with its time and offset.

use lictor_bundle::civil::parse_date;
use lictor_bundle::time::parse_timestamp;

const DAY: i64 = 86_400_000;

/// Reads the first moment of a day in UTC, or a moment: what begins then.
pub fn beginning(text: &str) -> Result<i64, String> {
    moment(text, 0)
}

/// Reads the last moment of a day in UTC, or a moment: what ends then.
pub fn end(text: &str) -> Result<i64, String> {
    moment(text, DAY - 1)
}

fn moment(text: &str, within_day: i64) -> Result<i64, String> {
    if let Ok(days) = parse_date(text) {
        return Ok(days * DAY + within_day);
    }
    parse_timestamp(text).map_err(|error| format!("it {error}, and not a day such as 2027-03-31"))
}
