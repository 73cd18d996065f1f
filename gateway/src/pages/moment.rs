//! Moments and lengths of time, as people read them.

use lictor_bundle::time::render_timestamp;
use maud::{Markup, html};

/// A moment to the second: `2026-03-01 10:00:00 UTC`.
pub(super) fn moment(at: i64) -> Markup {
    let (day, time) = parts(at);
    html! { time datetime=(render_timestamp(at)) { (day) " " (time) " UTC" } }
}

/// The time of a moment, within its day.
pub(super) fn time(at: i64) -> Markup {
    html! { time datetime=(render_timestamp(at)) { (parts(at).1) } }
}

/// The day of a moment.
pub(super) fn day(at: i64) -> String {
    parts(at).0
}

fn parts(at: i64) -> (String, String) {
    // To the second, also where it has a fraction.
    let text = render_timestamp(at.div_euclid(1_000).saturating_mul(1_000));
    let text = text.trim_end_matches('Z');
    text.split_once('T')
        .map_or_else(|| (text.to_owned(), String::new()), |(day, time)| (day.to_owned(), time.to_owned()))
}

/// A length of time in its largest unit: `12 minutes`.
pub(super) fn length(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1_000;
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60)];
    let (unit, length) = units.into_iter().find(|(_, length)| seconds >= 2 * length).unwrap_or(("second", 1));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_at_a_glance() {
        assert_eq!(
            moment(1_772_359_200_250).into_string(),
            "<time datetime=\"2026-03-01T10:00:00.250Z\">2026-03-01 10:00:00 UTC</time>"
        );
        for (length_of, shown) in [
            (-5, "0 seconds"),
            (1_000, "1 second"),
            (119_000, "119 seconds"),
            (120_000, "2 minutes"),
            (7_199_000, "119 minutes"),
            (7_200_000, "2 hours"),
            (172_800_000, "2 days"),
        ] {
            assert_eq!(length(length_of), shown);
        }
    }
}
