//! Tool calls, end to end: what a policy makes of them, and what it does with those that it does not know.

mod support;

use lictor_runtime::{Engine, MemoryHistory, Scratch};
use serde_json::{Value, json};
use support::calls::{self, call, came, decided, reason};
use support::outcome;

const POLICY: &str = r##"module base
layer base
IMPORT
roles { boss "The boss" }
escalate to boss
reasons { TOO_MUCH "Too much" NOT_THERE "Nobody to write to there" }
enum Channel { chat, mail }
record Shop { id: String max 64, name: String max 100?, open: Bool? }
record Note { text: String max 100, tags: List<String, min 0, max 3> }
action email.send {
  to: List<Email, max 3>
  body: String?
  notes: List<Note, max 2>?
  channel: Channel
  default allow
}
action pay { amount: Money, shop: Shop, refund: Bool default allow }
action shell.read { command: String max 200, secret_key: secret String max 20? default allow }
action shell.run { command: String max 200 default step_up }
action db.read { table: String max 50 default allow }
action repo.push { repository: String max 20, change: String max 12?, note: Note? default allow }
action db.write { table: String max 50, limit: Int default deny }
normalize "gmail/send_email" as email.send {
  to       = input.to as List<Email, max 3>
  body?    = input.body as String
  notes?   = input.meta.notes as List<Note, max 2>
  channel  = mail
  ignore thread_id, meta.trace
}
normalize "shop/pay" as pay {
  amount = money(input.amount, input.currency)
  shop   = { id: input.shop_id as String max 64, name: input.shop_name as String max 100 }
  refund = false
}
normalize "shop/refund" as pay {
  amount = money_minor(input.order.cents, "EUR")
  shop   = { id: input.order.shop as String max 64, open: true }
  refund = true
}
normalize "bash" as shell.read when input.command.matches(r"(ls|cat)( [a-z./]+)*") {
  command = input.command as String max 200
  secret_key? = input.key as String max 20
}
normalize "bash" as shell.run {
  command = input.command as String max 200
}
normalize "git/push" as repo.push {
  repository = "{input.owner}/{input.repo}"
  change? = "#{input.number}"
  note = { text: "{input.meta.by} -> {input.meta.to}", tags: input.tags as List<String, min 0, max 3> }
  ignore meta.more
}
normalize "db/query" as db.read when input.mode == "read" {
  table = input.table as String max 50
  ignore mode
}
normalize "db/query" as db.write when input.limit > 5 and input.mode != "none" {
  table = input.table as String max 50
  limit = input.limit as Int
  ignore mode
}
param most: Money = 100 USD, 90 EUR
  stricter when lower
rule small on pay { require amount <= most else TOO_MUCH "{amount} at {shop.id}" }
rule home on email.send {
  require all(one in to: one.domain in "example.com") else NOT_THERE
}
"##;

fn engine(import: &str) -> Engine {
    calls::engine(&POLICY.replace("IMPORT", import))
}

#[test]
fn a_call_becomes_an_action_with_its_fields() {
    let engine = engine("import std.unknown");
    let mail = json!({ "to": ["ann@example.com"], "body": "hello", "thread_id": 7, "meta": { "trace": {} } });
    assert_eq!(came(&engine, "gmail/send_email", mail.clone()), "email.send allow OK");
    // The decision is that of the same action asked for by name, to the digest.
    let asked = json!({ "action": "email.send", "agent": { "id": "a" }, "context": { "now": "2026-03-01T10:00:00Z" },
        "params": { "to": ["ann@example.com"], "body": "hello", "channel": "mail" } });
    let (called, asked) = (decided(&engine, &call("gmail/send_email", mail)), decided(&engine, &asked));
    assert_eq!(called["request_digest"], asked["request_digest"]);
    assert_eq!(called["call"], json!({ "tool": "gmail/send_email", "action": "email.send" }));
    assert!(asked.get("call").is_none());
    for (input, expected) in [
        (json!({ "to": ["ann@example.org"] }), "email.send deny NOT_THERE"),
        (json!({ "to": ["ann@example.com"], "body": null }), "email.send allow OK"),
        (json!({ "to": ["ann@example.com"], "meta": null }), "email.send allow OK"),
        (
            json!({ "to": ["ann@example.com"], "meta": { "notes": [{ "text": "x", "tags": [] }] } }),
            "email.send allow OK",
        ),
        (json!({ "to": ["ann@example.com"], "cc": [] }), "unknown.unclassified step_up DEFAULT_STEP_UP"),
        (
            json!({ "to": ["ann@example.com"], "meta": { "more": 1 } }),
            "unknown.unclassified step_up DEFAULT_STEP_UP",
        ),
        (json!({ "to": [] }), "- deny STRUCTURE_INVALID"),
    ] {
        assert_eq!(came(&engine, "gmail/send_email", input.clone()), expected, "{input}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_in_the_input() {
    let engine = engine("import std.unknown");
    let told = |tool: &str, input: Value| reason(&engine, &call(tool, input));
    let cases = [
        (told("gmail/send_email", json!({ "to": ["ann"] })), "input.to[0]: \"ann\" "),
        (told("gmail/send_email", json!({})), "input.to: is missing"),
        (told("gmail/send_email", json!({ "to": null })), "input.to: is missing"),
        (told("gmail/send_email", json!([])), "input: must be an object"),
        (
            told("gmail/send_email", json!({ "to": ["a@example.com"], "meta": 3 })),
            "input.meta: must be an object",
        ),
        (
            told(
                "gmail/send_email",
                json!({ "to": ["a@example.com"], "meta": { "notes": [{ "text": 1, "tags": [] }] } }),
            ),
            "input.meta.notes[0].text: must be a text",
        ),
        (
            told(
                "gmail/send_email",
                json!({ "to": ["a@example.com"], "meta": { "notes": [{ "text": "1", "tags": [], "x": 1 }] } }),
            ),
            "input.meta.notes[0].x: is not declared",
        ),
        (told("shop/pay", json!({ "amount": "1.001", "currency": "USD", "shop_id": "s" })), "input.amount: "),
        (
            told("shop/pay", json!({ "amount": "1", "currency": "XXQ", "shop_id": "s" })),
            "input.currency: \"XXQ\" is not a currency",
        ),
        (
            told("shop/pay", json!({ "amount": "-1", "currency": "USD", "shop_id": "s" })),
            "input.amount: must not be negative",
        ),
        (told("shop/pay", json!({ "amount": "1", "shop_id": "s" })), "input.currency: is missing"),
        (told("shop/pay", json!({ "currency": "USD", "shop_id": "s" })), "input.amount: is missing"),
        (
            told("shop/refund", json!({ "order": { "cents": 1.5, "shop": "s" } })),
            "input.order.cents: must be a whole number",
        ),
        (told("shop/refund", json!({ "order": "x" })), "input.order: must be an object"),
        (
            told("bash", json!({ "command": "ls", "key": 77_123 })),
            "input.key: is not what the policy declares; it is secret",
        ),
    ];
    for (told, expected) in cases {
        assert!(told.starts_with(expected), "{told}\n{expected}");
    }
    let twice = r#"{"tool":"gmail/send_email","input":{"to":["a@example.com"],"to":["b@example.com"]},"agent":{"id":"a"},"context":{"now":"2026-03-01T10:00:00Z"}}"#;
    let decision = engine.decide_once(twice.as_bytes());
    assert_eq!(decision.reason, "input: has the member \"to\" twice; send it once");
}

#[test]
fn amounts_are_put_together() {
    let engine = engine("import std.unknown");
    let pay = |amount: Value, currency: &str| {
        came(&engine, "shop/pay", json!({ "amount": amount, "currency": currency, "shop_id": "s-1" }))
    };
    assert_eq!(pay(json!("100.00"), "USD"), "pay allow OK");
    assert_eq!(pay(json!(100), "usd"), "pay allow OK");
    assert_eq!(pay(json!(100.01), "USD"), "pay deny TOO_MUCH");
    let told = reason(&engine, &call("shop/refund", json!({ "order": { "cents": 9_001, "shop": "s-2" } })));
    assert_eq!(told, "90.01 EUR at s-2");
    assert_eq!(
        came(&engine, "shop/refund", json!({ "order": { "cents": 9_000, "shop": "s" } })),
        "pay allow OK"
    );
}

#[test]
fn texts_are_put_together() {
    let engine = engine("import std.unknown");
    let meta = json!({ "by": "ann", "to": "bob" });
    let push = |input: Value| call("git/push", input);
    let told = |input: Value| reason(&engine, &push(input));
    let asked = |params: Value| json!({ "action": "repo.push", "agent": { "id": "a" }, "context": { "now": "2026-03-01T10:00:00Z" }, "params": params });
    let same = [
        (
            json!({ "owner": "acme", "repo": "shop", "number": 12, "meta": meta, "tags": [] }),
            json!({ "repository": "acme/shop", "change": "#12", "note": { "text": "ann -> bob", "tags": [] } }),
        ),
        (
            json!({ "owner": 7, "repo": "sh\u{f6}p", "number": "-3", "meta": meta, "tags": [] }),
            json!({ "repository": "7/sh\u{f6}p", "change": "#-3", "note": { "text": "ann -> bob", "tags": [] } }),
        ),
        // What stands beside no other member may have the sign in it.
        (
            json!({ "owner": "a", "repo": "b", "number": "#/#", "meta": { "by": "-", "to": "-", "more": 1 }, "tags": [] }),
            json!({ "repository": "a/b", "change": "##/#", "note": { "text": "- -> -", "tags": [] } }),
        ),
        (
            json!({ "owner": "a", "repo": "b", "meta": meta, "tags": [], "number": null }),
            json!({ "repository": "a/b", "note": { "text": "ann -> bob", "tags": [] } }),
        ),
    ];
    for (input, params) in same {
        let (called, asked) = (decided(&engine, &push(input.clone())), decided(&engine, &asked(params)));
        assert_eq!(outcome(&called), "allow OK", "{input}");
        assert_eq!(called["request_digest"], asked["request_digest"], "{input}");
    }
    for (input, expected) in [
        (json!({ "owner": "a/b", "repo": "c" }), "input.owner: must not have \"/\" in it"),
        (json!({ "owner": "a", "repo": "b/c" }), "input.repo: must not have \"/\" in it"),
        (json!({ "owner": "", "repo": "c" }), "input.owner: must not be empty"),
        (json!({ "repo": "c" }), "input.owner: is missing"),
        (json!({ "owner": "a", "repo": null }), "input.repo: is missing"),
        (json!({ "owner": "a", "repo": true }), "input.repo: must be a text or a whole number, not "),
        (json!({ "owner": 1.5, "repo": "c" }), "input.owner: must be a whole number"),
        (json!({ "owner": "x".repeat(19), "repo": "c" }), "input.owner: makes a text of more than 20 bytes"),
        (json!({ "owner": "x".repeat(18), "repo": "cc" }), "input.repo: makes a text of more than 20 bytes"),
        (json!({ "owner": "a", "repo": "b", "number": "x".repeat(12) }), "input.number: makes a text of"),
        (
            json!({ "owner": "a", "repo": "b", "tags": [], "meta": { "by": "a b", "to": "c" } }),
            "input.meta.by: must not have \" \" in it",
        ),
        (json!({ "owner": "a", "repo": "b", "tags": [], "meta": 3 }), "input.meta: must be an object"),
    ] {
        let told = told(input);
        assert!(told.starts_with(expected), "{told}\n{expected}");
    }
}

#[test]
fn conditions_choose() {
    let engine = engine("import std.unknown");
    let bash = |command: &str| came(&engine, "bash", json!({ "command": command }));
    assert_eq!(bash("ls src/lib"), "shell.read allow OK");
    assert_eq!(bash("ls; rm x"), "shell.run step_up DEFAULT_STEP_UP");
    // What is not of its type makes the condition false, and is told of the one that is left.
    assert!(
        reason(&engine, &call("bash", json!({ "command": 3 }))).starts_with("input.command: must be a text")
    );
    // A bare name is a tool of the host's own, and another server's is another tool.
    assert_eq!(
        came(&engine, "other/bash", json!({ "command": "ls" })),
        "unknown.unclassified step_up DEFAULT_STEP_UP"
    );
    let query = |input: Value| came(&engine, "db/query", input);
    assert_eq!(query(json!({ "mode": "read", "table": "t" })), "db.read allow OK");
    assert_eq!(query(json!({ "mode": "write", "table": "t", "limit": 6 })), "db.write deny DEFAULT_DENY");
    assert_eq!(
        query(json!({ "mode": "write", "table": "t", "limit": 5 })),
        "unknown.unclassified step_up DEFAULT_STEP_UP"
    );
    assert_eq!(
        query(json!({ "mode": "write", "table": "t" })),
        "unknown.unclassified step_up DEFAULT_STEP_UP"
    );
    let both = call("db/query", json!({ "mode": "read", "table": "t", "limit": 6 }));
    assert_eq!(outcome(&decided(&engine, &both)), "deny STRUCTURE_INVALID");
    assert_eq!(reason(&engine, &both), "tool: this call of \"db/query\" is two things at once");
}

#[test]
fn what_nothing_says_anything_of_waits_for_a_person_or_is_refused() {
    let open = engine("import std.unknown");
    let unknown = "unknown.unclassified step_up DEFAULT_STEP_UP";
    assert_eq!(came(&open, "gmail/delete_all", json!({ "really": true })), unknown);
    // Without an input there are no members.
    let mut bare = call("gmail/delete_all", json!({}));
    bare.as_object_mut().unwrap().remove("input");
    assert_eq!(decided(&open, &bare)["call"]["action"], "unknown.unclassified");
    // Another input is another request.
    let digest = |input: Value| decided(&open, &call("x/y", input))["request_digest"].clone();
    assert_ne!(digest(json!({ "a": 1 })), digest(json!({ "a": 2 })));
    let closed = engine("");
    assert_eq!(came(&closed, "gmail/delete_all", json!({})), "- deny UNKNOWN_ACTION");
    assert_eq!(
        reason(&closed, &call("bash", json!({ "command": "ls; ls", "more": 1 }))),
        "input.more: nothing reads this member, and the policy does not declare unknown.unclassified"
    );
}

#[test]
fn a_call_says_nothing_but_its_tool_and_input() {
    let engine = engine("import std.unknown");
    let with = |name: &str, value: Value| {
        let mut request = call("bash", json!({ "command": "ls" }));
        request[name] = value;
        reason(&engine, &request)
    };
    let left = "is what the policy makes of the call of a tool; leave it out";
    assert_eq!(with("action", json!("shell.read")), format!("action: {left}"));
    assert_eq!(with("params", json!({})), format!("params: {left}"));
    assert_eq!(with("tool", json!(3)), "tool: must be a text");
    let alone = json!({ "input": {}, "action": "shell.read", "agent": { "id": "a" }, "context": { "now": "2026-03-01T10:00:00Z" }, "params": { "command": "ls" } });
    assert_eq!(reason(&engine, &alone), "input: is the input of a tool, and no tool is named");
    let unsure = json!({ "tool": "bash", "input": { "command": "ls" }, "agent": {}, "context": { "now": "2026-03-01T10:00:00Z" } });
    assert_eq!(reason(&engine, &unsure), "agent.id: is missing");
}

#[test]
fn both_sides_and_history_take_calls() {
    let engine = engine("import std.unknown");
    let mut scratch = Scratch::default();
    let asked = json!({ "tool": "bash", "input": { "command": "ls" } }).to_string();
    let said = json!({ "agent": { "id": "a" }, "context": { "now": "2026-03-01T10:00:00Z" } }).to_string();
    let decision = engine.decide_asked(&mut scratch, asked.as_bytes(), said.as_bytes(), None);
    assert_eq!(decision.reason_code, "OK");
    assert_eq!(decision.call.as_ref().unwrap().action, "shell.read");
    let whole = engine.decide(&mut scratch, call("bash", json!({ "command": "ls" })).to_string().as_bytes());
    assert_eq!(whole, decision);
    let mut memory = MemoryHistory::default();
    assert!(memory.record(&engine, &mut scratch, &whole).is_some());
    // The host does not name the tool.
    let decision = engine.decide_asked(&mut scratch, said.as_bytes(), asked.as_bytes(), None);
    assert_eq!(decision.reason_code, "STRUCTURE_INVALID");
}
