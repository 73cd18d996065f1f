//! The constants that occur in a policy, and where requests take their values from: those constants, and their neighbours.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME};
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, parse_timestamp, render_timestamp};

use super::rng::Rng;

/// Currencies in use, and how many decimals they have.
pub const CURRENCIES: [(&str, u32); 5] = [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("USDX", 6)];
/// Countries in use.
pub const COUNTRIES: [&str; 4] = ["US", "DE", "JP", "ZA"];
/// Days of the week, as they are written.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Time zones in use.
pub const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"];
/// An amount: its currency's number in [`CURRENCIES`], and minor units.
pub type Amount = (usize, i64);

/// Constants, by type.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Whole numbers.
    pub ints: Vec<i64>,
    /// Billionths.
    pub decimals: Vec<i128>,
    /// Minor units of whatever currency.
    pub minors: Vec<i64>,
    /// Texts.
    pub texts: Vec<String>,
    /// Texts that only a request can hold: a policy does not write what cannot be seen.
    pub unseen: Vec<String>,
    /// Moments, in milliseconds.
    pub moments: Vec<i64>,
    /// Lengths of time, in milliseconds.
    pub lengths: Vec<i64>,
    /// Days, counted from 1970-01-01.
    pub dates: Vec<i64>,
    /// Times of day, in milliseconds; a policy writes whole seconds.
    pub times: Vec<i64>,
}

impl Pool {
    /// What any policy could have in it. Of some, numbers at the ends of what fits, and texts that are hard to show.
    pub fn new(rng: &mut Rng) -> Pool {
        let now = parse_timestamp("2026-03-01T10:00:00Z").unwrap_or_default();
        let day = 86_400_000;
        let mut pool = Pool {
            ints: vec![0, 1, 2, 3, 5, 7, 10, 100],
            decimals: vec![0, 500_000_000, 1_000_000_000, 1_250_000_000, 2_500_000_000, 333_333_333],
            minors: vec![0, 1, 50, 99, 100, 500, 1_005, 5_000, 50_000],
            texts: ["", "a", "ab", "m-1", "m-2", "kiosk", "Ünï", "pay.charge"].map(str::to_owned).to_vec(),
            unseen: Vec::new(),
            moments: vec![now, now + 1, now - day, now + day, now - 7 * day],
            lengths: vec![0, 1_000, 60_000, 900_000, 3_600_000, day, 7 * day],
            // 2026-03-01 is day 20513; beside it lie the ends of months, of a leap February, and of a year.
            dates: vec![20_513, 20_512, 20_514, 20_543, 19_782, 19_781, 20_453, 20_454],
            times: vec![0, 36_000_000, 32_400_000, 61_200_000, 79_200_000, 86_399_000],
        };
        if rng.chance(15) {
            pool.ints.extend([i64::MAX, i64::MAX / 2, 4_611_686_018_427_387_904]);
            pool.minors.extend([i64::MAX, i64::MAX / 3]);
            pool.moments.extend([FIRST_MOMENT, LAST_MOMENT]);
            pool.dates.extend([FIRST_DATE, LAST_DATE]);
            pool.lengths.extend([i64::MAX / 1_000 * 1_000, i64::MAX / 3_000 * 1_000]);
            pool.decimals.extend([999_999_999_999_999_999_999_999_999, 1]);
        }
        if rng.chance(20) {
            pool.texts.extend(["tab\tline\n", "brace { \" \\"].map(str::to_owned));
            pool.unseen.extend(["bell\u{7}", "\u{202e}txt", "a\u{200b}b"].map(str::to_owned));
        }
        pool
    }

    /// A number for a policy's text, remembered for requests.
    pub fn int(&mut self, rng: &mut Rng) -> i64 {
        if rng.chance(25) {
            self.ints.push(rng.between(0, 40));
        }
        *rng.pick(&self.ints)
    }

    /// The same for decimals.
    pub fn decimal(&mut self, rng: &mut Rng) -> i128 {
        if rng.chance(25) {
            self.decimals.push(i128::from(rng.between(0, 4_000)) * 1_000_000);
        }
        *rng.pick(&self.decimals)
    }

    /// The same for minor units.
    pub fn minor(&mut self, rng: &mut Rng) -> i64 {
        if rng.chance(25) {
            self.minors.push(rng.between(0, 60_000));
        }
        *rng.pick(&self.minors)
    }

    /// The same for moments.
    pub fn moment(&mut self, rng: &mut Rng) -> i64 {
        *rng.pick(&self.moments)
    }

    /// The same for days.
    pub fn date(&mut self, rng: &mut Rng) -> i64 {
        if rng.chance(25) {
            self.dates.push(rng.between(20_400, 20_800));
        }
        *rng.pick(&self.dates)
    }

    /// The same for times of day, in whole seconds.
    pub fn time(&mut self, rng: &mut Rng) -> i64 {
        if rng.chance(25) {
            self.times.push(rng.between(0, LAST_TIME / 1_000) * 1_000);
        }
        *rng.pick(&self.times)
    }

    /// The same for lengths of time, in whole seconds, since a policy writes them so.
    pub fn length(&mut self, rng: &mut Rng) -> i64 {
        if rng.chance(25) {
            self.lengths.push(rng.between(0, 7_200) * 1_000);
        }
        *rng.pick(&self.lengths)
    }

    /// A text.
    pub fn text(&mut self, rng: &mut Rng) -> String {
        if rng.chance(10) {
            self.texts.push(format!("s{}", rng.below(20)));
        }
        rng.pick(&self.texts).clone()
    }

    /// One of these numbers, or one that is next to it.
    pub fn near(rng: &mut Rng, numbers: &[i64]) -> i64 {
        let number = *rng.pick(numbers);
        match rng.below(6) {
            0 => number.saturating_add(1),
            1 => number.saturating_sub(1),
            _ => number,
        }
    }
}

/// An amount as a policy writes it.
pub fn amount_text((currency, minor): Amount) -> String {
    let (code, decimals) = CURRENCIES[currency];
    format!("{} {code}", plain_amount(minor, decimals))
}

/// Minor units in whole units, with all decimals.
pub fn plain_amount(minor: i64, decimals: u32) -> String {
    let scale = 10u64.pow(decimals);
    let (units, rest) = (minor.unsigned_abs() / scale, minor.unsigned_abs() % scale);
    let sign = if minor < 0 { "-" } else { "" };
    if decimals == 0 {
        format!("{sign}{units}")
    } else {
        format!("{sign}{units}.{rest:0width$}", width = decimals as usize)
    }
}

/// A decimal as a policy writes it, with a point, so that nobody takes it for a whole number.
pub fn decimal_text(billionths: i128) -> String {
    let text = render_decimal(billionths);
    if text.contains('.') { text } else { format!("{text}.0") }
}

/// A moment as a policy writes it.
pub fn moment_text(moment: i64) -> String {
    render_timestamp(moment)
}

/// A length of time as a policy writes it: whole seconds.
pub fn length_text(length: i64) -> String {
    match length / 1_000 {
        seconds if seconds != 0 && seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        seconds if seconds != 0 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

/// A text as a policy writes it.
pub fn text_literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}
