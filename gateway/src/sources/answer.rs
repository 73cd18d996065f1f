//! What a source answers, and what of it a policy may rely on.

use lictor_bundle::time::render_timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::policy::Shape;

/// How far the clock of a source may be ahead of ours, in milliseconds.
const AHEAD: i64 = 60_000;

/// What was found.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Found {
    /// The answer; nothing where it was looked up and there is none.
    pub value: Option<Value>,
    /// Of when it is, in milliseconds.
    pub as_of: i64,
    /// How far whoever answers vouches for it.
    pub state: State,
    /// How sure they are, where they say so: a number from 0 to 1.
    pub confidence: Option<Value>,
}

/// How far whoever answers vouches for an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// They know it.
    #[default]
    Verified,
    /// They believe it.
    Inferred,
    /// They do not give it.
    Withheld,
}

/// Why a fact is not known. A rule that needs it refuses then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Missing {
    /// No source is named for it.
    NoSource,
    /// The source is asked with something else than the policy asks with.
    OtherKey,
    /// The source has nothing, and a fact of this type is always something.
    Nothing,
    /// The answer is older than it may be, or dated later than now.
    Stale,
    /// The answer is not of the type that the policy declares, or is no answer.
    OtherType,
    /// The source did not answer in time.
    Late,
    /// The source was not reached, or could not answer.
    Failed,
}

impl Missing {
    /// All of them.
    pub const ALL: [Missing; 7] = [
        Missing::NoSource,
        Missing::OtherKey,
        Missing::Nothing,
        Missing::Stale,
        Missing::OtherType,
        Missing::Late,
        Missing::Failed,
    ];

    /// How it is counted.
    pub fn name(self) -> &'static str {
        match self {
            Missing::NoSource => "no_source",
            Missing::OtherKey => "other_key",
            Missing::Nothing => "nothing",
            Missing::Stale => "stale",
            Missing::OtherType => "other_type",
            Missing::Late => "late",
            Missing::Failed => "failed",
        }
    }
}

impl Found {
    pub fn new(value: Value, as_of: i64) -> Found {
        Found { value: Some(value), as_of, state: State::Verified, confidence: None }
    }

    /// That there is none.
    pub fn nothing(as_of: i64) -> Found {
        Found { value: None, as_of, state: State::Verified, confidence: None }
    }

    /// It as the fact's value. What is too old is told as `stale` where the type has a place for that, and is not known elsewhere.
    pub fn value(self, shape: &Shape, max_age: i64, now: i64) -> Result<Value, Missing> {
        let Found { value, as_of, state, confidence } = self;
        if as_of > now.saturating_add(AHEAD) {
            return Err(Missing::Stale);
        }
        let is_fresh = now.saturating_sub(as_of) <= max_age;
        match (state, shape.sourced) {
            (State::Verified, _) => {}
            // Only a sourced value has a place for what nobody vouches for.
            (State::Inferred | State::Withheld, false) => return Err(Missing::Nothing),
            _ if !is_fresh => return Err(Missing::Stale),
            (State::Withheld, true) => return Ok(json!({ "state": "withheld" })),
            (State::Inferred, true) => {
                let told = json!({ "state": "inferred", "value": value.ok_or(Missing::Nothing)? });
                return Ok(with(told, confidence));
            }
        }
        match value {
            None | Some(Value::Null) if !shape.optional => Err(Missing::Nothing),
            _ if !is_fresh && !shape.sourced => Err(Missing::Stale),
            // That there is nothing was true once, and has no place for how long ago.
            None | Some(Value::Null) if !is_fresh => Err(Missing::Stale),
            None | Some(Value::Null) => Ok(Value::Null),
            Some(value) if shape.sourced => {
                let state = if is_fresh { "verified" } else { "stale" };
                let told = json!({ "state": state, "value": value, "verified_at": render_timestamp(as_of) });
                Ok(with(told, confidence))
            }
            Some(value) => Ok(value),
        }
    }
}

/// A sourced value with how sure its source is.
fn with(mut told: Value, confidence: Option<Value>) -> Value {
    if let (Some(told), Some(confidence)) = (told.as_object_mut(), confidence) {
        told.insert("confidence".to_owned(), confidence);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Shape = Shape { params: Vec::new(), sourced: false, optional: false, secret: false };
    const SOURCED: Shape = Shape { params: Vec::new(), sourced: true, optional: true, secret: false };

    fn told(found: Found, shape: &Shape, now: i64) -> Result<Value, Missing> {
        found.value(shape, 1_000, now)
    }

    #[test]
    fn what_is_fresh_is_told_as_it_is_or_as_verified() {
        let found = Found::new(json!(7), 5_000);
        assert_eq!(told(found.clone(), &PLAIN, 6_000), Ok(json!(7)));
        let verified = json!({ "state": "verified", "value": 7, "verified_at": "1970-01-01T00:00:05Z" });
        assert_eq!(told(found, &SOURCED, 6_000), Ok(verified));
    }

    #[test]
    fn what_is_too_old_is_stale_or_not_known() {
        let found = Found::new(json!(7), 5_000);
        assert_eq!(told(found.clone(), &PLAIN, 6_001), Err(Missing::Stale));
        let stale = json!({ "state": "stale", "value": 7, "verified_at": "1970-01-01T00:00:05Z" });
        assert_eq!(told(found, &SOURCED, 6_001), Ok(stale));
        assert_eq!(told(Found::nothing(5_000), &SOURCED, 6_001), Err(Missing::Stale));
    }

    #[test]
    fn what_is_not_there_is_null_only_where_the_policy_has_a_place_for_it() {
        assert_eq!(told(Found::nothing(5_000), &PLAIN, 5_000), Err(Missing::Nothing));
        assert_eq!(told(Found::new(Value::Null, 5_000), &PLAIN, 5_000), Err(Missing::Nothing));
        assert_eq!(told(Found::nothing(5_000), &SOURCED, 5_000), Ok(Value::Null));
    }

    #[test]
    fn what_nobody_vouches_for_is_known_only_where_the_policy_has_a_place_for_it() {
        let inferred =
            Found { state: State::Inferred, confidence: Some(json!("0.8")), ..Found::new(json!(7), 5_000) };
        let shown = json!({ "state": "inferred", "value": 7, "confidence": "0.8" });
        assert_eq!(told(inferred.clone(), &SOURCED, 5_000), Ok(shown));
        assert_eq!(told(inferred.clone(), &SOURCED, 6_001), Err(Missing::Stale));
        assert_eq!(told(inferred, &PLAIN, 5_000), Err(Missing::Nothing));
        let withheld = Found { state: State::Withheld, ..Found::nothing(5_000) };
        assert_eq!(told(withheld.clone(), &SOURCED, 5_000), Ok(json!({ "state": "withheld" })));
        assert_eq!(told(withheld, &PLAIN, 5_000), Err(Missing::Nothing));
    }

    #[test]
    fn what_is_dated_later_than_now_is_not_taken() {
        assert!(told(Found::new(json!(7), 65_000), &PLAIN, 5_000).is_ok());
        assert_eq!(told(Found::new(json!(7), 65_001), &PLAIN, 5_000), Err(Missing::Stale));
        assert_eq!(told(Found::new(json!(7), 65_001), &SOURCED, 5_000), Err(Missing::Stale));
    }
}
