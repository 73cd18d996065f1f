//! The request of workload A: as the JSON that arrives, and as the struct that a service would hold.

use serde::Deserialize;

/// A request. Times are milliseconds since the epoch, amounts minor units of a currency.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct Request<'a> {
    /// What is asked for.
    pub action: &'a str,
    /// Who asks.
    pub agent: Agent<'a>,
    /// For whom.
    pub user: User<'a>,
    /// What the person signed.
    pub mandate: Mandate<'a>,
    /// What the host knows.
    pub context: Context<'a>,
    /// What the action says of itself.
    pub params: Params<'a>,
}

/// The agent.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct Agent<'a> {
    /// Its name.
    pub id: &'a str,
}

/// The person.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct User<'a> {
    /// Their name.
    pub id: &'a str,
}

/// What the agent may do for the person.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct Mandate<'a> {
    /// The actions it is for.
    #[serde(borrow)]
    pub scope: Vec<&'a str>,
    /// The most that one payment may cost.
    pub ceiling: Money<'a>,
    /// When it ends.
    #[serde(deserialize_with = "moment")]
    pub expires_at: i64,
    /// It is good once.
    pub nonce: &'a str,
}

/// What the host knows.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct Context<'a> {
    /// The time.
    #[serde(deserialize_with = "moment")]
    pub now: i64,
    /// Where the request comes from.
    pub ip_country: &'a str,
    /// Whether somebody vouches for the agent.
    pub agent_verified: bool,
    /// Since when it is known.
    #[serde(deserialize_with = "moment")]
    pub agent_since: i64,
    /// Minutes since midnight where the merchant is.
    pub minute_of_day: i64,
    /// Payments asked for in the last hour.
    pub attempts_last_hour: i64,
    /// Spent since midnight.
    pub spent_today: Money<'a>,
    /// Nonces seen lately.
    #[serde(borrow)]
    pub recent_nonces: Vec<&'a str>,
}

/// The payment.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct Params<'a> {
    /// Who is paid.
    pub merchant: Merchant<'a>,
    /// How much.
    pub amount: Money<'a>,
    /// What for.
    #[serde(borrow)]
    pub skus: Vec<&'a str>,
}

/// Who is paid.
#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct Merchant<'a> {
    /// Its name.
    pub id: &'a str,
    /// What it sells.
    pub category: &'a str,
    /// Where it is.
    pub country: &'a str,
}

/// An amount.
#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub struct Money<'a> {
    /// How many of the smallest unit.
    pub minor: i64,
    /// Of which currency.
    pub currency: &'a str,
}

impl<'a> Request<'a> {
    /// Reads a request without copying a text.
    ///
    /// # Errors
    /// It is not JSON, or not this request.
    pub fn read(json: &'a [u8]) -> Result<Request<'a>, serde_json::Error> {
        serde_json::from_slice(json)
    }
}

/// Reads `2026-03-01T10:00:00Z`, the one form that the drawn requests have.
fn moment<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = <&str>::deserialize(deserializer)?;
    parse_moment(text).ok_or_else(|| serde::de::Error::custom("not a time"))
}

fn parse_moment(text: &str) -> Option<i64> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let number = |from: usize, to: usize| -> Option<i64> {
        bytes
            .get(from..to)?
            .iter()
            .try_fold(0, |sum, &byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    if signs.iter().any(|&(at, sign)| bytes[at] != sign) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since the epoch in the proleptic Gregorian calendar, with years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000)
}

/// A moment as it stands in a request.
#[must_use]
pub fn show_moment(millis: i64) -> String {
    let seconds = millis.div_euclid(1000);
    let (days, rest) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) =
        if month < 10 { (year + era * 400, month + 3) } else { (year + era * 400 + 1, month - 9) };
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}
