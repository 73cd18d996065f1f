//! A reviewer: a service that looks at what people are asked, and may refuse it. What it says is data, and there are two things that it can say: no, and nothing.
//!
//! It answers `{"verdict": "deny"}` or `{"verdict": "human"}`, each with a `reason` in words where it likes. Whatever else comes, or comes late, or does not come, is
//! no answer, and no answer changes nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::post::Post;
use super::setup::ReviewerSetup;
use crate::json;
use crate::yaml::SetupError;

/// The most bytes of an answer.
const MAX_BYTES: usize = 4 << 10;
/// The most characters of its reason that are kept.
const MAX_WORDS: usize = 400;
/// How many questions it is asked at a time; others wait, within their time.
const AT_A_TIME: usize = 32;

/// Who is asked before people are.
pub(crate) struct Reviewer {
    post: Post,
    time: Duration,
    /// Whether it is sent what the policy marks `pii`.
    pub pii: bool,
    places: Semaphore,
    /// Whether it did not answer when it was asked last.
    failing: AtomicBool,
}

/// What it may say. That something may happen is not among it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It must not happen.
    Deny,
    /// People decide, as they would have without it.
    Human,
}

/// What it has said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Review {
    /// What follows.
    pub verdict: Verdict,
    /// Why, in its words, which are nobody else's.
    pub words: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    verdict: String,
    reason: Option<String>,
}

impl Reviewer {
    /// Reads what it takes to ask. Nobody is asked yet.
    pub(super) fn open(setup: ReviewerSetup) -> Result<Reviewer, SetupError> {
        let ReviewerSetup { uri, timeout, bearer, ca, pii } = setup;
        Ok(Reviewer {
            post: Post::open(uri, bearer.as_deref(), ca.as_deref())?,
            time: Duration::from_millis(u64::try_from(timeout).unwrap_or_default()),
            pii,
            places: Semaphore::new(AT_A_TIME),
            failing: AtomicBool::new(false),
        })
    }

    /// What it says to a question; nothing where it says nothing that is understood, in time.
    pub async fn ask(&self, question: Vec<u8>) -> Option<Review> {
        let asked = tokio::time::timeout(self.time, self.answer(question)).await;
        let asked = asked.unwrap_or_else(|_| Err("did not answer in time".to_owned()));
        let was_failing = self.failing.swap(asked.is_err(), Ordering::Relaxed);
        match asked {
            // It may repeat what it was told of persons, and its words stand in a record of their own, which does not go with that of the decision.
            Ok(review) if self.pii => Some(Review { words: None, ..review }),
            Ok(review) => Some(review),
            Err(why) => {
                // Told once, until it answers again.
                if !was_failing {
                    tracing::warn!(why, "the reviewer does not answer; people decide without it");
                }
                None
            }
        }
    }

    async fn answer(&self, question: Vec<u8>) -> Result<Review, String> {
        let _place = self.places.acquire().await.map_err(|error| error.to_string())?;
        let (status, body) = self.post.ask(question, MAX_BYTES).await?;
        if status != StatusCode::OK {
            return Err(format!("answered with status {}", status.as_u16()));
        }
        read(&body)
    }
}

/// Reads an answer. What it says is not repeated in what is told of it.
fn read(body: &[u8]) -> Result<Review, String> {
    let none = || "answered with what is no answer".to_owned();
    json::check(body).map_err(|_| none())?;
    let Answer { verdict, reason } = serde_json::from_slice(body).map_err(|_| none())?;
    let verdict = match verdict.as_str() {
        "deny" => Verdict::Deny,
        "human" => Verdict::Human,
        _ => return Err(none()),
    };
    Ok(Review { verdict, words: reason.filter(|words| !words.trim().is_empty()).map(cut) })
}

/// Words, as far as they are kept.
fn cut(words: String) -> String {
    match words.char_indices().nth(MAX_WORDS) {
        Some((at, _)) => format!("{}…", words.split_at(at).0),
        None => words,
    }
}

impl std::fmt::Debug for Reviewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reviewer").field("post", &self.post).field("pii", &self.pii).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_no_or_leaves_it_to_people() {
        let said = |text: &str| read(text.as_bytes()).unwrap();
        assert_eq!(said(r#"{"verdict": "deny"}"#), Review { verdict: Verdict::Deny, words: None });
        let why = said(r#"{"reason": "odd", "verdict": "human"}"#);
        assert_eq!(why, Review { verdict: Verdict::Human, words: Some("odd".to_owned()) });
        let long = said(&format!(r#"{{"verdict": "deny", "reason": "{}"}}"#, "ü".repeat(1_000)));
        assert_eq!(long.words.unwrap(), format!("{}…", "ü".repeat(MAX_WORDS)));
        assert_eq!(said(r#"{"verdict": "deny", "reason": " \n"}"#).words, None);
    }

    #[test]
    fn whatever_else_it_says_is_no_answer() {
        for other in [
            r#"{"verdict": "approve"}"#,
            r#"{"verdict": "allow"}"#,
            r#"{"verdict": "approved", "reason": "fine"}"#,
            r#"{"verdict": "Deny"}"#,
            r#"{"verdict": "deny", "verdict": "human"}"#,
            r#"{"verdict": "human", "verdict": "deny"}"#,
            r#"{"verdict": "deny", "state": "approved"}"#,
            r#"{"verdict": ["deny"]}"#,
            r#"{"verdict": {"deny": null}}"#,
            r#"{"verdict": "deny", "reason": 7}"#,
            r#"{"verdict": "deny"} {"verdict": "human"}"#,
            r#"{"verdict": "deny"#,
            r#""deny""#,
            "deny",
            "[]",
            "{}",
            "null",
            "",
        ] {
            assert!(read(other.as_bytes()).is_err(), "{other}");
        }
        assert!(read(b"{\"verdict\": \"deny\", \"reason\": \"\xff\"}").is_err());
        assert!(read("[".repeat(4_000).as_bytes()).is_err());
    }
}
