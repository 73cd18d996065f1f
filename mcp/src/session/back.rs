//! What a request of the modern era brings back of ours: what its client has shown, and what came of that.

use super::ask::OURS;
use super::seal::BEGIN;
use super::{Collect, Session, Vote};
use crate::form;
use crate::refusal::Refusal;
use crate::tree::Tree;

impl Session {
    /// Takes out of a request what it brings back of ours: what it is to be decided with.
    pub(super) fn taken_back(
        &self,
        message: &mut Tree,
        digest: &str,
        now: i64,
    ) -> Result<Option<Collect>, Refusal> {
        let Some(params) = message.get_mut("params") else { return Ok(None) };
        let is_ours = |state: &&str| state.starts_with(BEGIN);
        let Some(state) = params.get("requestState").and_then(Tree::text).filter(is_ours) else {
            return Ok(None);
        };
        let stale = |why: &str| Refusal::new("STATE_INVALID", format!("{why}; call again without it"));
        let state = self
            .terms
            .seal
            .open(state)
            .ok_or_else(|| stale("the requestState is not one that was given here"))?;
        let text = |name: &str| state.get(name).and_then(Tree::text);
        if text("digest") != Some(digest) {
            return Err(stale("the requestState is of another call"));
        }
        if text("until").and_then(|until| until.parse::<i64>().ok()).is_none_or(|until| until <= now) {
            return Err(stale("the requestState is too old"));
        }
        let answered = params.get("inputResponses").and_then(|answers| answers.get(OURS));
        let vote = match text("form") {
            // To open a link is not to vote.
            None => form::accepted(answered).map(|_| None).ok_or_else(unopened)?,
            Some(version) => {
                let vote = form::answer(answered).zip(version.parse().ok());
                let vote = vote.map(|(approves, version)| Vote { approves, version });
                Some(vote.ok_or_else(|| left(text("link").unwrap_or_default()))?)
            }
        };
        params.remove("requestState");
        params.remove("inputResponses");
        let Tree::Object(members) = params else { return Ok(None) };
        // What the server had given the client to keep goes back to it.
        for (kept, name) in [("state", "requestState"), ("responses", "inputResponses")] {
            if let Some(value) = state.get(kept) {
                members.push((name.to_owned(), value.clone()));
            }
        }
        Ok(text("approval").map(|approval| Collect { approval: approval.to_owned(), vote }))
    }
}

/// Nobody wanted to see the link: the call ends, and people may approve it all the same for the next one.
pub(super) fn unopened() -> Refusal {
    Refusal::new("APPROVAL_DECLINED", "the page on which a person could approve it was not opened")
}

/// The person at this machine has chosen neither: it still waits.
pub(super) fn left(link: &str) -> Refusal {
    let reason = "the person at this machine has neither approved nor denied it";
    Refusal { link: Some(link.to_owned()), ..Refusal::new("APPROVAL_PENDING", reason) }
}
