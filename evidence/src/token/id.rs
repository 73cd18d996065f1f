//! What a token is called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::base64url;
use crate::json::MAX_INTEGER;

/// The name of a token, `jti` (RFC 7519, section 4.1.7): nobody can guess it, and it says where in the log the token was issued.
///
/// Written as 22 signs of base64url, a dot and the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TokenId {
    /// 128 random bits.
    pub random: [u8; 16],
    /// The index of the record of its issue: at most 2^53 − 1.
    pub index: u64,
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", base64url::Shown(&self.random), self.index)
    }
}

impl FromStr for TokenId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<TokenId, &'static str> {
        let parts = text.split_once('.').and_then(|(random, index)| {
            let index = index.parse().ok().filter(|index| *index <= MAX_INTEGER.unsigned_abs())?;
            Some(TokenId { random: base64url::decode_array(random)?, index })
        });
        // `+1` and `01` are numbers, too.
        parts
            .filter(|id| id.to_string() == text)
            .ok_or("the id of a token is 22 signs of base64url, a dot and a number")
    }
}

impl Serialize for TokenId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TokenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TokenId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_form() {
        let id = TokenId { random: *b"0123456789abcdef", index: 4_711 };
        assert_eq!(id.to_string(), "MDEyMzQ1Njc4OWFiY2RlZg.4711");
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in [
            "",
            ".",
            "MDEyMzQ1Njc4OWFiY2RlZg",
            "MDEyMzQ1Njc4OWFiY2RlZg.",
            "MDEyMzQ1Njc4OWFiY2RlZg.04711",
            "MDEyMzQ1Njc4OWFiY2RlZg.+4711",
            "MDEyMzQ1Njc4OWFiY2RlZh.4711",
            "MDEyMzQ1Njc4OWFiY2RlZg==.4711",
            "MDEyMzQ1Njc4OWFiY2Rl.4711",
            "MDEyMzQ1Njc4OWFiY2RlZg.9007199254740992",
            "MDEyMzQ1Njc4OWFiY2RlZg.4711.",
        ] {
            assert!(text.parse::<TokenId>().is_err(), "{text}");
        }
    }
}
