//! Facts that somebody else answers over HTTP: a question in, an answer with its moment out, within a time that is declared.
//!
//! `POST {"fact": NAME, "args": {…}}` is answered `{"value": VALUE, "as_of": MOMENT}`; or with 404, where there is nothing. An answer is asked for again once it is older than
//! it may be, and not before. Redirects are not followed, and nothing but the question is sent.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use lictor_bundle::time::parse_timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::answer::{Found, Missing, State};
use super::post::Post;
use super::setup::HttpSetup;
use crate::json;
use crate::yaml::SetupError;

/// The most bytes of an answer.
const MAX_BYTES: usize = 64 << 10;
/// The most answers that are kept; all are forgotten where there would be more.
const MAX_KEPT: usize = 10_000;

/// A source that is asked over HTTP.
pub(super) struct Endpoint {
    setup: HttpSetup,
    post: Post,
    /// What was answered, by a digest of the question.
    kept: Mutex<HashMap<[u8; 32], Found>>,
    /// Whether it did not answer when it was asked last.
    failing: AtomicBool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    value: Value,
    as_of: String,
    #[serde(default)]
    state: State,
    confidence: Option<Value>,
}

impl Endpoint {
    /// Reads what it takes to ask. Nobody is asked yet.
    pub fn open(setup: HttpSetup) -> Result<Endpoint, SetupError> {
        let post = Post::open(setup.uri.clone(), setup.bearer.as_deref(), setup.ca.as_deref())?;
        Ok(Endpoint { setup, post, kept: Mutex::default(), failing: AtomicBool::new(false) })
    }

    /// How old an answer may be.
    pub fn max_age(&self) -> i64 {
        self.setup.max_age
    }

    /// Whether it says what was revoked.
    pub fn revokes(&self) -> bool {
        self.setup.revokes
    }

    /// Whether it did not answer when it was asked last.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// What it says to a question, at this moment or a short while ago.
    pub async fn answer(&self, fact: &str, args: &Map<String, Value>, now: i64) -> Result<Found, Missing> {
        let question = serde_json::to_vec(&json!({ "fact": fact, "args": args })).unwrap_or_default();
        // What it is asked with may be secret, and a digest is not kept in its place for long.
        let digest: [u8; 32] = Sha256::digest(&question).into();
        let is_fresh = |found: &&Found| now.saturating_sub(found.as_of) <= self.setup.max_age;
        if let Some(found) = self.kept().get(&digest).filter(is_fresh) {
            return Ok(found.clone());
        }
        let time = Duration::from_millis(u64::try_from(self.setup.timeout).unwrap_or_default());
        let asked = tokio::time::timeout(time, self.ask(question)).await;
        let asked = asked.unwrap_or_else(|_| Err((Missing::Late, "did not answer in time".to_owned())));
        let was_failing = self.failing.swap(asked.is_err(), Ordering::Relaxed);
        match asked {
            Ok(found) => {
                let mut kept = self.kept();
                if kept.len() >= MAX_KEPT {
                    kept.clear();
                }
                kept.insert(digest, found.clone());
                Ok(found)
            }
            Err((missing, why)) => {
                // Told once, until it answers again. The address is ours; the question may be secret.
                if !was_failing {
                    tracing::error!(fact, why, "the source of a fact does not answer");
                }
                Err(missing)
            }
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Found>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, question: Vec<u8>) -> Result<Found, (Missing, String)> {
        let failed = |why: String| (Missing::Failed, why);
        let (status, body) = self.post.ask(question, MAX_BYTES).await.map_err(failed)?;
        match status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(Found::nothing(crate::clock::system())),
            _ => return Err(failed(format!("answered with status {}", status.as_u16()))),
        }
        read(&body).map_err(|why| (Missing::OtherType, why))
    }
}

/// Reads an answer.
fn read(body: &[u8]) -> Result<Found, String> {
    json::check(body)
        .map_err(|wrong| format!("answered with what is no answer: {}: {}", wrong.path, wrong.what))?;
    let answer: Answer =
        serde_json::from_slice(body).map_err(|error| format!("answered with what is no answer: {error}"))?;
    let as_of = parse_timestamp(&answer.as_of)
        .map_err(|_| "answered with an `as_of` that is no moment".to_owned())?;
    let Answer { value, state, confidence, .. } = answer;
    Ok(Found { state, confidence, ..Found::new(value, as_of) })
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("uri", &self.setup.uri).finish_non_exhaustive()
    }
}
