//! Events, end to end: the host reports them, nobody asks for them, and rules ask whether they happened.

mod support;

use lictor_runtime::{Engine, MemoryHistory, Scratch};
use serde_json::{Value, json};
use support::{decide, engine, outcome};

const POLICY: &str = r#"module base
layer base
reasons { NOT_PROVED "Nobody proved who they are" TOO_MANY "Too many since the last proof" }
action pay { amount: Money default allow }
event auth.proved { method: String max 20 }
rule everything on * {
  deny when context.now < 2020-01-01T00:00:00Z as NOT_PROVED
}
rule proved on pay {
  require latest(executed auth.proved per agent.id over 10m where method != "paper") is present else NOT_PROVED
  deny when times(attempted pay per agent.id since latest executed auth.proved, at most 90d) >= 2 as TOO_MANY
}
"#;

/// A policy in which users have rules of their own, so that a request must say whose it is.
const USER: &str =
    "module one\nlayer user \"u-1\"\nrule none on pay { deny when amount > 900 USD as TOO_MANY }\n";

fn proof(at: &str, method: &str) -> Value {
    json!({ "event": "auth.proved", "agent": { "id": "a-1" }, "context": { "now": at }, "params": { "method": method } })
}

fn pay(at: &str) -> Value {
    json!({ "action": "pay", "agent": { "id": "a-1" }, "context": { "now": at },
            "params": { "amount": { "amount": "5.00", "currency": "USD" } } })
}

struct House {
    engine: Engine,
    scratch: Scratch,
    memory: MemoryHistory,
}

impl House {
    fn new(modules: &[&str]) -> House {
        House { engine: engine(modules), scratch: Scratch::default(), memory: MemoryHistory::default() }
    }

    /// The code of a refusal, or nothing where the event was taken.
    fn report(&mut self, event: &Value) -> Option<String> {
        let bytes = event.to_string();
        let taken = self.memory.report(&self.engine, &mut self.scratch, bytes.as_bytes());
        taken.err().map(|refusal| format!("{} {}", refusal.reason_code, refusal.reason))
    }

    fn act(&mut self, request: &Value) -> String {
        let bytes = request.to_string();
        let decision = self.engine.decide_with_history(&mut self.scratch, bytes.as_bytes(), &self.memory);
        self.memory.record(&self.engine, &mut self.scratch, &decision);
        decision.reason_code.to_string()
    }
}

#[test]
fn what_was_reported_has_happened() {
    let mut house = House::new(&[POLICY]);
    assert_eq!(house.act(&pay("2026-03-01T10:00:00Z")), "NOT_PROVED");
    assert_eq!(house.report(&proof("2026-03-01T10:00:00Z", "paper")), None);
    assert_eq!(house.act(&pay("2026-03-01T10:00:00Z")), "NOT_PROVED");
    assert_eq!(house.report(&proof("2026-03-01T10:00:01Z", "passkey")), None);
    assert_eq!(house.act(&pay("2026-03-01T10:00:01Z")), "OK");
    assert_eq!(house.act(&pay("2026-03-01T10:00:02Z")), "OK");
    assert_eq!(house.act(&pay("2026-03-01T10:00:03Z")), "OK");
    assert_eq!(house.act(&pay("2026-03-01T10:00:04Z")), "TOO_MANY");
    assert_eq!(house.report(&proof("2026-03-01T10:00:04Z", "passkey")), None);
    assert_eq!(house.act(&pay("2026-03-01T10:10:03.999Z")), "OK");
    assert_eq!(house.act(&pay("2026-03-01T10:10:04Z")), "NOT_PROVED");
}

#[test]
fn nobody_asks_for_an_event() {
    let engine = engine(&[POLICY]);
    let refused = |request: Value| {
        let decision = decide(&engine, &request);
        format!("{}: {}", outcome(&decision), decision["reason"].as_str().unwrap())
    };
    let mut asked = proof("2026-03-01T10:00:00Z", "passkey");
    assert_eq!(
        refused(asked.clone()),
        "deny STRUCTURE_INVALID: event: is reported, and never decided; a request names an action"
    );
    let members = asked.as_object_mut().unwrap();
    let name = members.remove("event").unwrap();
    members.insert("action".to_owned(), name);
    assert_eq!(
        refused(asked.clone()),
        "deny UNKNOWN_ACTION: action: \"auth.proved\" is an event: it is reported, and never asked for"
    );
    asked["event"] = json!("auth.proved");
    assert!(refused(asked).starts_with("deny "));
}

#[test]
fn a_report_is_read_as_strictly_as_a_request() {
    let mut house = House::new(&[POLICY]);
    let good = proof("2026-03-01T10:00:00Z", "passkey");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut event = good.clone();
        change(&mut event);
        event
    };
    let cases = [
        (
            with(&|event| event["event"] = json!("auth.prooved")),
            "UNKNOWN_ACTION event: \"auth.prooved\" is not an event that the policy declares",
        ),
        (
            with(&|event| event["event"] = json!("pay")),
            "UNKNOWN_ACTION event: \"pay\" is an action: it is asked for, and not reported",
        ),
        (
            with(&|event| event["params"]["method"] = json!(3)),
            "STRUCTURE_INVALID params.method: must be a text, not a number",
        ),
        (
            with(&|event| event["params"]["more"] = json!(3)),
            "STRUCTURE_INVALID params.more: is not declared; declared here is method",
        ),
        (with(&|event| event["agent"] = json!({})), "STRUCTURE_INVALID agent.id: is missing"),
        (
            with(&|event| event["action"] = json!("pay")),
            "STRUCTURE_INVALID action: is asked for; what is reported is an event",
        ),
        (pay("2026-03-01T10:00:00Z"), "STRUCTURE_INVALID action: is asked for; what is reported is an event"),
        (json!({ "agent": { "id": "a-1" } }), "STRUCTURE_INVALID event: is missing"),
    ];
    for (event, refusal) in cases {
        assert_eq!(house.report(&event).as_deref(), Some(refusal), "{event}");
    }
    assert_eq!(house.act(&pay("2026-03-01T10:00:00Z")), "NOT_PROVED");
}

#[test]
fn an_event_need_not_be_about_a_user() {
    let mut house = House::new(&[POLICY, USER]);
    assert_eq!(house.act(&pay("2026-03-01T10:00:00Z")), "USER_REQUIRED");
    assert_eq!(house.report(&proof("2026-03-01T10:00:00Z", "passkey")), None);
}

#[test]
fn a_bundle_in_which_something_is_decided_about_an_event_is_refused() {
    let compiled = support::compiled(&[POLICY]);
    let bundle = compiled.bundle.unwrap();
    let event = bundle.schema.actions.iter().position(|action| action.event).unwrap();
    let refused = |change: &dyn Fn(&mut lictor_bundle::program::Bundle)| {
        let mut bundle = bundle.clone();
        change(&mut bundle);
        Engine::from_bundle(bundle).unwrap_err().message
    };
    assert!(Engine::from_bundle(bundle.clone()).is_ok());
    let asked = bundle.schema.actions.iter().position(|action| !action.event).unwrap();
    let told = refused(&|bundle| bundle.schema.actions[asked].event = true);
    assert!(told.contains("it is an event, and has"), "{told}");
    let told = refused(&|bundle| {
        bundle.schema.actions[asked].event = true;
        bundle.schema.actions[asked].default = lictor_bundle::schema::Disposition::Deny;
    });
    assert!(told.contains("is an event, which is never decided"), "{told}");
    let told = refused(&|bundle| {
        let default = (u16::try_from(event).unwrap(), lictor_bundle::schema::Disposition::Allow);
        bundle.units[0].defaults.insert(0, default);
    });
    assert!(told.contains("is an event, which is never decided"), "{told}");
}
