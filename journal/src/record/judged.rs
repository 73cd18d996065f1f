//! A decision as it was made: who asked what, what was known, what came of it. It is all that it takes to decide again.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use lictor_evidence::error::EvidenceError;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::Agent;
use lictor_evidence::token::Mode;
use lictor_evidence::{Canonical, Digest};
use lictor_runtime::{Decision, Engine, Scratch};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::held::Held;
use super::outcome::Outcome;
use crate::covering::Covering;
use crate::keeping::Kept;
use crate::plain;

/// How the digest of a request begins, and that of facts, so that no bytes are both.
const REQUEST_LINE: &[u8] = b"lictor recorded request 1\n";
const FACTS_LINE: &[u8] = b"lictor recorded facts 1\n";

/// A decision as it was made. It does not change any more, so what follows from it is made once: whoever makes a record in a hurry has it made before.
#[derive(Clone)]
pub struct Judged(Arc<Inner>);

struct Inner {
    judgement: Judgement,
    written: OnceLock<Written>,
}

/// What follows from a decision as it was made.
#[derive(Debug)]
pub(super) struct Written {
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    request: Digest,
    facts: Digest,
}

/// What a decision was made on, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The action; `?` where the request could not be read as one for an action.
    pub action: String,
    /// Who asked.
    pub agent: Agent,
    /// The bundle that decided.
    pub bundle: Digest,
    /// The facts that were read, answers about the past among them.
    pub facts: Canonical<Vec<Fact>>,
    /// Whether the decision was enforced.
    pub mode: Mode,
    /// What was decided.
    pub outcome: Held,
    /// The request in canonical form, with commitments in the place of what is covered.
    pub request: Canonical<Json>,
    /// The tool that was called, where the request was the call of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Where something was covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<String>,
}

/// A fact that a decision has read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What it was asked with, by name.
    pub args: Json,
    /// Its name; for history the question in the policy's words.
    pub fact: String,
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
        let Kept { action: read, request, facts } = Kept::of(covering, engine, scratch, raw);
        let outcome = Held::from(Outcome::of(decision, covering));
        // What is asked for that no policy declares may be anything.
        let known = read.or_else(|| {
            let declared = engine.bundle().schema.actions.iter().find(|declared| declared.name == action);
            declared.map(|declared| declared.name.as_str())
        });
        Judged::from(Judgement {
            agent,
            action: known.unwrap_or(UNREAD).to_owned(),
            tool: decision.call.as_ref().map(|call| call.tool.clone()),
            withheld: covering.paths().to_vec(),
            bundle: Digest(decision.bundle.0),
            mode,
            outcome,
            request,
            facts,
        })
    }

    /// The same decision, asked for by this agent.
    pub fn of_agent(self, agent: Agent) -> Judged {
        if self.agent == agent { self } else { Judged::from(Judgement { agent, ..Judgement::clone(&self) }) }
    }

    /// Makes what follows from it, so that it need not be made later.
    ///
    /// # Errors
    /// As [`Judged::request_digest`].
    pub fn make_ready(&self) -> Result<(), EvidenceError> {
        self.written().map(drop)
    }

    pub(super) fn written(&self) -> Result<&Written, EvidenceError> {
        let Inner { judgement, written } = &*self.0;
        if let Some(written) = written.get() {
            return Ok(written);
        }
        let Judgement { action, agent, bundle, facts, mode, outcome, request, tool, withheld } = judgement;
        let (facts, outcome, request) = (facts.bytes(), outcome.bytes()?, request.bytes());
        let (tool, withheld) = (tool.as_deref(), withheld.as_slice());
        let rest = Rest { action, agent, bundle, mode, tool, withheld };
        let made = Written {
            bytes: Json::canonical_with(
                &rest,
                &[("facts", facts), ("outcome", outcome), ("request", request)],
            )?,
            request: Digest::under(REQUEST_LINE, request),
            facts: Digest::under(FACTS_LINE, facts),
        };
        Ok(written.get_or_init(|| made))
    }

    /// The fields of the action as they were sent, without those that are covered; none where the request could not be read.
    pub fn params(&self) -> Option<Map<String, Value>> {
        match plain::value(self.request.read().ok()?.member("params")?, &mut |_| Some(Value::Null))? {
            Value::Object(params) => Some(params),
            _ => None,
        }
    }

    /// The digest of the request as it is recorded: what a receipt has of it.
    ///
    /// # Errors
    /// `V0102`; never for what [`Judged::of`] gives.
    pub fn request_digest(&self) -> Result<Digest, EvidenceError> {
        Ok(self.written()?.request)
    }

    /// The digest of the facts as they are recorded.
    ///
    /// # Errors
    /// As [`Judged::request_digest`].
    pub fn facts_digest(&self) -> Result<Digest, EvidenceError> {
        Ok(self.written()?.facts)
    }
}

impl From<Judgement> for Judged {
    fn from(judgement: Judgement) -> Judged {
        Judged(Arc::new(Inner { judgement, written: OnceLock::new() }))
    }
}

impl Deref for Judged {
    type Target = Judgement;

    fn deref(&self) -> &Judgement {
        &self.0.judgement
    }
}

impl PartialEq for Judged {
    fn eq(&self, other: &Judged) -> bool {
        **self == **other
    }
}

impl Eq for Judged {}

impl fmt::Debug for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Judgement::fmt(self, f)
    }
}

impl Serialize for Judged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Judgement::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Judged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Judged, D::Error> {
        Judgement::deserialize(deserializer).map(Judged::from)
    }
}

/// The action of a request that could not be read as one.
pub const UNREAD: &str = "?";

/// What a decision was made on, without the request, the facts and what came of it, whose bytes are known.
#[derive(Serialize)]
struct Rest<'j> {
    action: &'j str,
    agent: &'j Agent,
    bundle: &'j Digest,
    mode: &'j Mode,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'j str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    withheld: &'j [String],
}
