//! What `conformance/vectors.json` holds, as `conformance/README.md` says it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the form.
pub const VERSION: u32 = 1;

/// The whole file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    pub about: String,
    pub version: u32,
    /// Keys that everybody has: nothing that they sign is worth anything outside of tests.
    pub test_keys: Vec<TestKey>,
    /// Bundles by name, in base64.
    pub bundles: BTreeMap<String, String>,
    /// Texts by name: sets of keys, histories of keys, checkpoints, keys of witnesses.
    pub documents: BTreeMap<String, String>,
    pub vectors: Vec<Vector>,
}

/// A key, private part and all.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestKey {
    pub name: String,
    /// What it signs here.
    pub signs: String,
    /// The 32 bytes of the private key, in hexadecimal.
    pub seed: String,
    /// The public key as a PEM file.
    pub public_key: String,
}

/// One question, and its one answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Vector {
    pub name: String,
    pub why: String,
    #[serde(flatten)]
    pub ask: Ask,
    pub expect: Expect,
}

/// What is asked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    /// Whether a bundle is taken.
    Load {
        bundle: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        keys: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trusted: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_sequence: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        now: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_steps: Option<u64>,
    },
    /// What is decided.
    Decide {
        bundle: String,
        request: Bytes,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Bytes>,
    },
    /// Which facts deciding needs.
    FactsNeeded {
        bundle: String,
        request: Bytes,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Bytes>,
    },
    /// Whether a token is good here and now.
    Token {
        token: String,
        jwks: String,
        issuer: String,
        audience: String,
        scope: String,
        mode: String,
        now: i64,
        skew: u32,
    },
    /// Whether a receipt is genuine.
    Receipt {
        receipt: Bytes,
        history: String,
        root: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        anchors: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        witnesses: Vec<String>,
    },
    /// Whether a history of keys is the root's.
    History { history: String, root: String },
}

/// What is to come of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `OK` or a code; of a decision the verdict and its code; of a receipt `genuine`, or which check fails, or the code of what it was to be held against.
    pub outcome: String,
    /// A decision, a list of facts or the report on a genuine receipt, to the byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What a good token or a genuine receipt says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<Value>,
}

/// Bytes: as a text, in base64, or as texts that are repeated.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Bytes {
    Text(String),
    Base64 { base64: String },
    Repeated { repeated: Vec<(String, usize)> },
}

impl Bytes {
    /// These bytes, in the first form that holds them.
    pub fn of(bytes: &[u8]) -> Bytes {
        match std::str::from_utf8(bytes) {
            Ok(text) => Bytes::Text(text.to_owned()),
            Err(_) => Bytes::Base64 { base64: base64(bytes) },
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Bytes::Text(text) => text.clone().into_bytes(),
            Bytes::Base64 { base64 } => unbase64(base64),
            Bytes::Repeated { repeated } => {
                repeated.iter().map(|(text, times)| text.repeat(*times)).collect::<String>().into_bytes()
            }
        }
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Bytes {
        Bytes::Text(text.to_owned())
    }
}

pub fn base64(bytes: &[u8]) -> String {
    use base64ct::Encoding;
    base64ct::Base64::encode_string(bytes)
}

pub fn unbase64(text: &str) -> Vec<u8> {
    use base64ct::Encoding;
    base64ct::Base64::decode_vec(text).unwrap()
}
