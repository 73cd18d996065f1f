//! Moments as documents write them: RFC 3339 in UTC, to the millisecond, in one form.

use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, TimeError, parse_timestamp, render_timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment, in milliseconds since 1970 UTC. Written like `2026-03-01T10:00:00Z` or `2026-03-01T10:00:00.250Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Moment(pub i64);

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&render_timestamp(self.0))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = render_timestamp(self.0);
        if (FIRST_MOMENT..=LAST_MOMENT).contains(&self.0) {
            return serializer.serialize_str(&text);
        }
        Err(serde::ser::Error::custom(format!("the time {text} {}", TimeError::Malformed)))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment =
            parse_timestamp(&text).map_err(|error| de::Error::custom(format!("{text:?} {error}")))?;
        if render_timestamp(moment) != text {
            return Err(de::Error::custom(format!(
                "{text:?} is not written as {}",
                render_timestamp(moment)
            )));
        }
        Ok(Moment(moment))
    }
}
