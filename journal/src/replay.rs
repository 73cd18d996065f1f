//! Deciding again what a record says was decided: with the same request, the same facts, the same answers about the past and the same bundle, it must come to
//! the same, byte for byte.
//!
//! What is covered in a record can be decided on again only where somebody opens it, with the record's key and the value. Otherwise something else stands in for it: a text that no
//! request had. Where the decision comes to the same nevertheless, the covered value made no difference that this one does not make; where it does not, nothing
//! is known. Both are told as attested: the gateway's word stands for what cannot be seen.

use std::collections::BTreeMap;

use lictor_evidence::commitment::RecordKey;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::json::Json;
use lictor_runtime::{Engine, Past, Scratch};
use serde_json::{Value, json};

use crate::body::Body;
use crate::covering::Covering;
use crate::plain;
use crate::record::{Asking, Judged, Judgement};

/// What deciding again came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Replayed {
    /// The same, byte for byte, with all that was decided on.
    Same,
    /// Something is covered, and with a stand-in for it the decision is the same.
    Alike,
    /// It rests on what is covered, and nobody opened it.
    Attested,
    /// Something else.
    Differs {
        /// The first member that is not the same, as `outcome.causes[0].code`.
        at: String,
        /// What the record says.
        recorded: String,
        /// What it comes to.
        found: String,
    },
}

/// Decides again the decision of a record, where its step made one.
///
/// # Errors
/// `V0102` where the record cannot be written; never for one that was read.
pub fn replay(
    engine: &Engine,
    scratch: &mut Scratch,
    body: &Body,
    secret: Option<&[u8; 32]>,
    past: Option<&dyn Past>,
) -> Result<Option<Replayed>, EvidenceError> {
    let Some(judged) = body.record.step.judged() else { return Ok(None) };
    let open = Open::of(body, secret)?;
    let mut missing = false;
    let mut given = |commitment: &str| {
        open.value(commitment, 0).or_else(|| {
            missing = true;
            Some(stand_in(commitment))
        })
    };
    let (request, facts) = match asked(judged, &mut given) {
        Some(asked) => asked,
        None => return Ok(Some(Replayed::Attested)),
    };
    // What could not be read as a request is covered as a whole.
    if !request.is_object() {
        return Ok(Some(Replayed::Attested));
    }
    let [request, facts] = [&request, &facts].map(|value| value.to_string().into_bytes());
    let decision = engine.decide_again(scratch, &request, &facts, past);

    let key = secret.filter(|_| !missing).copied().unwrap_or_default();
    let mut covering = Covering::new(RecordKey::new(key));
    let asking =
        Asking { agent: judged.agent.clone(), action: &judged.action, raw: &request, mode: judged.mode };
    let again = Judged::of(asking, engine, scratch, &decision, &mut covering);
    let again = Judgement { tool: judged.tool.clone(), ..Judgement::clone(&again) };
    Ok(Some(if missing {
        let [recorded, found] =
            [&**judged, &again].map(|judged| Json::of(&judged.outcome).map(|json| blank(&json)));
        if recorded? == found? { Replayed::Alike } else { Replayed::Attested }
    } else {
        let (recorded, found) = (Json::of(judged)?, Json::of(&again)?);
        match difference(&recorded, &found) {
            None => Replayed::Same,
            Some((at, recorded, found)) => Replayed::Differs { at, recorded, found },
        }
    }))
}

/// A text that stands in for what is covered: the same for the same, short enough for most fields, and none that a request had.
fn stand_in(commitment: &str) -> Value {
    let digits = commitment.rsplit(':').next().unwrap_or_default();
    Value::from(digits.get(..16).unwrap_or(digits))
}

/// What opens a record.
struct Open(BTreeMap<String, Json>);

impl Open {
    fn of(body: &Body, secret: Option<&[u8; 32]>) -> Result<Open, EvidenceError> {
        let Some(secret) = secret else { return Ok(Open(BTreeMap::new())) };
        let key = RecordKey::new(*secret);
        let mut by_commitment = BTreeMap::new();
        for (path, value) in &body.opened {
            let commitment = key.field(path).commit(&value.canonical()?);
            by_commitment.insert(commitment.to_string(), value.clone());
        }
        Ok(Open(by_commitment))
    }

    /// The value of a commitment, and of those within it.
    fn value(&self, commitment: &str, depth: u8) -> Option<Value> {
        let json = self.0.get(commitment).filter(|_| depth < 32)?;
        plain::value(json, &mut |inner| self.value(inner, depth + 1))
    }
}

/// The request and the facts of a decision, as they are decided on.
fn asked(judged: &Judged, covered: &mut dyn FnMut(&str) -> Option<Value>) -> Option<(Value, Value)> {
    let request = plain::value(&judged.request.read().ok()?, covered)?;
    let recorded = judged.facts.read().ok()?;
    let mut facts = Vec::with_capacity(recorded.len());
    for fact in &recorded {
        let (args, value) = (plain::value(&fact.args, covered)?, plain::value(&fact.value, covered)?);
        facts.push(json!({ "fact": fact.fact, "args": args, "value": value }));
    }
    Some((request, Value::Array(facts)))
}

/// The same with all commitments made equal: those of a stand-in are others.
fn blank(json: &Json) -> Json {
    match json {
        Json::Object(members) if plain::is_committed(members) => Json::Text(String::new()),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, member)| (name.clone(), blank(member))).collect())
        }
        Json::List(list) => Json::List(list.iter().map(blank).collect()),
        other => other.clone(),
    }
}

/// The first place at which two values are not the same, and what stands there in each.
fn difference(left: &Json, right: &Json) -> Option<(String, String, String)> {
    if left == right {
        return None;
    }
    let below = |step: String, (at, left, right): (String, String, String)| {
        let dot = if at.is_empty() || at.starts_with('[') { "" } else { "." };
        Some((format!("{step}{dot}{at}"), left, right))
    };
    match (left, right) {
        (Json::Object(left), Json::Object(right)) => {
            let names: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            names.into_iter().find_map(|name| {
                let found = match (left.get(name), right.get(name)) {
                    (Some(left), Some(right)) => difference(left, right)?,
                    (left, right) => (String::new(), shown(left), shown(right)),
                };
                below(name.clone(), found)
            })
        }
        (Json::List(left), Json::List(right)) => (0..left.len().max(right.len())).find_map(|at| {
            let found = match (left.get(at), right.get(at)) {
                (Some(left), Some(right)) => difference(left, right)?,
                (left, right) => (String::new(), shown(left), shown(right)),
            };
            below(format!("[{at}]"), found)
        }),
        (left, right) => Some((String::new(), shown(Some(left)), shown(Some(right)))),
    }
}

/// The most of a value that is shown.
const SHOWN: usize = 120;

fn shown(json: Option<&Json>) -> String {
    let Some(json) = json else { return "nothing".to_owned() };
    let text = json.canonical().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}
