//! Which edition a bundle is.

use lictor_bundle::civil::render_date;
use lictor_bundle::program::Release;
use lictor_bundle::time::render_timestamp;

const DAY: i64 = 86_400_000;

/// In words: `12, until the end of 2027-03-31 UTC`.
pub fn edition(release: Release) -> String {
    let number = match release.sequence {
        0 => String::from("not numbered"),
        sequence => sequence.to_string(),
    };
    match release.expires {
        None => format!("{number}, does not expire"),
        Some(expires) => format!("{number}, until {}", last_moment(expires)),
    }
}

/// The last moment at which a bundle may be loaded, for programs.
pub fn expires(release: Release) -> Option<String> {
    release.expires.map(render_timestamp)
}

/// The last moment of something, in words: the day, where it is the end of one.
pub fn last_moment(moment: i64) -> String {
    if (moment + 1).rem_euclid(DAY) == 0 {
        format!("the end of {} UTC", render_date(moment.div_euclid(DAY)))
    } else {
        render_timestamp(moment)
    }
}
