//! A policy, decisions by it, and records of them.
#![allow(dead_code, reason = "each suite uses a part")]

pub mod log;

use lictor_bundle::program::Bundle;
use lictor_bundle::time::parse_timestamp;
use lictor_compiler::project::{Project, SourceFile};
use lictor_evidence::commitment::RecordKey;
use lictor_evidence::receipt::{Agent, Authenticated, State};
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Mode, TokenId};
use lictor_journal::record::{Asking, Decided, Evaluated, Issued, Judged};
use lictor_journal::{Covering, Record, Step};
use lictor_runtime::{Decision, Engine, Scratch};
use lictor_zones::Zones;
use serde_json::{Value, json};

/// 2026-03-01T10:00:00Z
pub const NOW: i64 = 1_772_359_200_000;

pub fn bundle() -> Bundle {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let files = vec![
        file("clinic.lictor", include_str!("clinic.lictor")),
        file("floors.lictor", include_str!("floors.lictor")),
    ];
    let compiled =
        lictor_compiler::compile(&Project { name: "clinic".to_owned(), files, ..Project::default() });
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    compiled.bundle.unwrap()
}

pub fn engine() -> Engine {
    Engine::from_bundle(bundle()).unwrap()
}

/// A letter of this many pages, at this moment, with whatever else is said of it.
pub fn letter(now: &str, pages: i64, more: Value) -> Vec<u8> {
    let mut params = json!({
        "to": ["Ada@Example.org", "bob@example.org"], "first": "ada@example.org", "desk": "d-1",
        "badge": { "number": "B-77-SECRET", "floor": 4 }, "pages": pages, "notes": { "Zürich": 9_007_199_254_740_993_i64, "$int": 1 },
    });
    for (name, value) in more.as_object().unwrap() {
        params[name] = value.clone();
    }
    let about = params.get("about").cloned();
    let mut facts = vec![
        json!({ "fact": "unsubscribed", "args": { "address": "ada@example.org" }, "value": false }),
        json!({ "fact": "badge_lost", "args": { "number": "B-77-SECRET" }, "value": false }),
        json!({ "fact": "times(allowed letter.send per user.id over 1h)", "args": { "user.id": "u-ada" }, "value": 2 }),
        json!({ "fact": "times(attempted letter.send per agent.id over 1 day in UTC)", "args": { "agent.id": "writer-7" }, "value": 5 }),
    ];
    if let Some(person) = about {
        facts.push(json!({ "fact": "doctor_of", "args": { "person": person }, "value": "Dr. Grey" }));
    }
    let request = json!({
        "action": "letter.send", "agent": { "id": "writer-7" }, "user": { "id": "u-ada" },
        "context": { "now": now }, "params": params, "facts": facts,
    });
    request.to_string().into_bytes()
}

/// What came, read: nothing of it is secret.
pub fn reading(user: &str, pages: i64) -> Vec<u8> {
    let facts = json!([
        { "fact": "times(allowed letter.read per user.id over 1h)", "args": { "user.id": user }, "value": 2 },
        { "fact": "times(allowed letter.read per agent.id over 1 day in UTC)", "args": { "agent.id": "writer-7" }, "value": 5 },
    ]);
    let request = json!({
        "action": "letter.read", "agent": { "id": "writer-7" }, "user": { "id": user },
        "context": { "now": "2026-03-01T10:00:00Z" }, "params": { "box": "b-1", "pages": pages }, "facts": facts,
    });
    request.to_string().into_bytes()
}

/// A decision and what is recorded of it.
pub struct Made {
    pub decision: Decision,
    pub covering: Covering,
    pub judged: Judged,
}

pub fn decide(engine: &Engine, request: &[u8], key: u8) -> Made {
    let mut scratch = Scratch::default();
    let decision = engine.decide_with_history(&mut scratch, request, &Zones::default());
    let mut covering = Covering::new(RecordKey::new([key; 32]));
    let asking = Asking { agent: agent(), action: "letter.send", raw: request, mode: Mode::Enforce };
    let judged = Judged::of(asking, engine, &scratch, &decision, &mut covering);
    let is_request = request.len() > 100;
    assert_eq!(judged.withheld == ["request"], !is_request, "{}", decision.reason);
    Made { decision, covering, judged }
}

pub fn agent() -> Agent {
    Agent { id: "writer-7".to_owned(), authenticated: Authenticated::ApiKey, key: None }
}

pub fn token(index: u64) -> TokenId {
    TokenId { random: [7; 16], index }
}

/// The record of a decision, with a token where it allows.
pub fn decided(made: &Made, index: u64) -> Record {
    let allowed = made.decision.decision == lictor_runtime::Verdict::Allow;
    let token = allowed.then(|| Issued { id: token(index), expires: Moment(NOW + 120_000), envelope: None });
    let step = Decided {
        judged: made.judged.clone(),
        token,
        approval: None,
        approvals: Vec::new(),
        evaluated: None,
    };
    Record::new(&format!("trace-{index}"), Step::Decided(Box::new(step)))
}

/// The record of an evaluation: no token, and spent where it allows.
pub fn evaluated(made: &Made, index: u64) -> Record {
    let mut record = decided(made, index);
    if let Step::Decided(step) = &mut record.step {
        let outcome = step.token.take().map(|_| State::Unknown);
        step.evaluated = Some(Evaluated { by: "checkout-1".to_owned(), outcome });
    }
    record
}

pub fn moment(text: &str) -> i64 {
    parse_timestamp(text).unwrap()
}
