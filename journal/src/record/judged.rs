//! A decision as it was made: who asked what, what was known, what came of it. It is all that it takes to decide again.

use lictor_evidence::Digest;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::Agent;
use lictor_evidence::token::Mode;
use lictor_runtime::{Decision, Engine, Scratch};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::outcome::Outcome;
use crate::covering::Covering;
use crate::plain;

/// How the digest of a request begins, and that of facts, so that no bytes are both.
const REQUEST_LINE: &[u8] = b"lictor recorded request 1\n";
const FACTS_LINE: &[u8] = b"lictor recorded facts 1\n";

/// A decision as it was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// Who asked.
    pub agent: Agent,
    /// The action; `?` where the request could not be read as one for an action.
    pub action: String,
    /// The tool that was called, where the request was the call of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The request in canonical form, with commitments in the place of what is covered.
    pub request: Json,
    /// The facts that were read, answers about the past among them.
    pub facts: Vec<Fact>,
    /// Where something was covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<String>,
    /// The bundle that decided.
    pub bundle: Digest,
    /// Whether the decision was enforced.
    pub mode: Mode,
    /// What was decided.
    pub outcome: Outcome,
}

/// A fact that a decision has read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its name; for history the question in the policy's words.
    pub fact: String,
    /// What it was asked with, by name.
    pub args: Json,
    /// What was answered.
    pub value: Json,
}

/// Who asked, and how much it counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asking<'a> {
    /// Who asked.
    pub agent: Agent,
    /// The action that was asked for, as far as it could be read.
    pub action: &'a str,
    /// The bytes of the request, which are covered as a whole where they are no request.
    pub raw: &'a [u8],
    /// Whether decisions are enforced.
    pub mode: Mode,
}

impl Judged {
    /// What a record says of the decision that was made last with this scratch.
    pub fn of(
        asking: Asking<'_>,
        engine: &Engine,
        scratch: &Scratch,
        decision: &Decision,
        covering: &mut Covering,
    ) -> Judged {
        let Asking { agent, action, raw, mode } = asking;
        let (request, facts) = covering.request(engine, scratch, raw);
        let outcome = Outcome::of(decision, covering);
        // What is asked for that no policy declares may be anything.
        let known = request.member("action").and_then(Json::text).or_else(|| {
            let declared = engine.bundle().schema.actions.iter().find(|declared| declared.name == action);
            declared.map(|declared| declared.name.as_str())
        });
        Judged {
            agent,
            action: known.unwrap_or(UNREAD).to_owned(),
            tool: decision.call.as_ref().map(|call| call.tool.clone()),
            withheld: covering.paths().to_vec(),
            bundle: Digest(decision.bundle.0),
            mode,
            outcome,
            request,
            facts,
        }
    }

    /// The fields of the action as they were sent, without those that are covered; none where the request could not be read.
    pub fn params(&self) -> Option<Map<String, Value>> {
        match plain::value(self.request.member("params")?, &mut |_| Some(Value::Null))? {
            Value::Object(params) => Some(params),
            _ => None,
        }
    }

    /// The digest of the request as it is recorded: what a receipt has of it.
    ///
    /// # Errors
    /// `V0102`; never for what [`Judged::of`] gives.
    pub fn request_digest(&self) -> Result<Digest, EvidenceError> {
        digest(REQUEST_LINE, &self.request)
    }

    /// The digest of the facts as they are recorded.
    ///
    /// # Errors
    /// As [`Judged::request_digest`].
    pub fn facts_digest(&self) -> Result<Digest, EvidenceError> {
        digest(FACTS_LINE, &self.facts)
    }
}

/// The action of a request that could not be read as one.
pub const UNREAD: &str = "?";

fn digest(line: &[u8], said: &impl Serialize) -> Result<Digest, EvidenceError> {
    let mut bytes = line.to_vec();
    bytes.extend(Json::canonical_of(said)?);
    Ok(Digest::of(&bytes))
}
