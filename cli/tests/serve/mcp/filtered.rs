//! `lictor mcp --filter`: a tool is left out of the list where the policy proves that no call of it could be allowed, and only there.

use serde_json::{Value, json};

use super::SERVER;
use crate::common::Dir;

const POLICY: &str = r#"module desk
layer base

import std.unknown

roles { boss "Whoever runs the desk" }
escalate to boss within 15m

reasons {
  NEVER "It never happens"
  ASK   "Somebody looks at it"
}

enum Kind { paper, money, safe }

action desk.use {
  kind: Kind
  name: String max 40?
  amount: Int?
  default allow
}
action desk.page { text: String max 40 default allow }
action desk.closed { text: String max 40 default deny }
action desk.asked { text: String max 40 default step_up to boss }
action desk.barred { text: String max 40 default allow }
action desk.looked_at { text: String max 40 default allow }
action desk.spared { text: String max 40 default allow }
action desk.many { texts: List<String max 40, max 9, min 0> default allow }
action desk.many_barred { texts: List<String max 40, max 9, min 0> default allow }
action desk.reset { text: String max 40 default allow }

set default desk.reset = deny

normalize "desk/page" as desk.page { text = input.text as String max 40 }
normalize "desk/closed" as desk.closed { text = input.text as String max 40 }
normalize "desk/asked" as desk.asked { text = input.text as String max 40 }
normalize "desk/barred" as desk.barred { text = input.text as String max 40 }
normalize "desk/looked_at" as desk.looked_at { text = input.text as String max 40 }
normalize "desk/spared" as desk.spared { text = input.text as String max 40 }
normalize "desk/many" as desk.many { texts = input.texts as List<String max 40, max 9, min 0> }
normalize "desk/many_barred" as desk.many_barred { texts = input.texts as List<String max 40, max 9, min 0> }
normalize "desk/reset" as desk.reset { text = input.text as String max 40 }
normalize "desk/either" as desk.closed when input.text == "closed" { text = input.text as String max 40 }
normalize "desk/either" as desk.page { text = input.text as String max 40 }
normalize "desk/neither" as desk.closed when input.text == "closed" { text = input.text as String max 40 }
normalize "desk/neither" as desk.barred { text = input.text as String max 40 }

normalize "desk/safe" as desk.use { kind = safe name? = input.text as String max 40 }
normalize "desk/money" as desk.use { kind = money amount? = input.amount as Int }
normalize "desk/nameless" as desk.use { kind = money }
normalize "desk/named" as desk.use { kind = paper name = "draft.txt" }
normalize "desk/named_so" as desk.use { kind = paper name = "final.txt" }
normalize "desk/paper" as desk.use { kind = paper name? = input.text as String max 40 }

rule by_kind on desk.use {
  deny when kind == safe as NEVER
  when kind == money { require amount is present else NEVER }
  deny when name is present and name.ends_with(".txt") and not (name in ["final.txt", "sent.txt"]) as NEVER
}

rule barred on desk.barred { deny as NEVER "{text}" }
rule looked_at on desk.looked_at { step_up to boss as ASK }
rule spared on desk.spared { step_up to boss as ASK }
rule many on desk.many { deny when any(text in texts: text == "x") as NEVER }
rule many_barred on desk.many_barred {
  deny when any(text in texts: text == "x") as NEVER
  deny when size(texts) > 3 as NEVER
  deny as NEVER
}

except friends to desk.spared
  when agent.id == "mcp"
  expires 2099-12-31
  granted_by "the boss"
  because "they have known each other for long"
"#;

/// The tools that stay, each with a call that is allowed.
fn kept() -> Vec<(&'static str, Value)> {
    vec![
        ("page", json!({ "text": "a" })),
        ("either", json!({ "text": "open" })),
        ("many", json!({ "texts": [] })),
        ("money", json!({ "amount": 5 })),
        ("named_so", json!({})),
        ("paper", json!({ "text": "a" })),
        ("spared", json!({ "text": "a" })),
    ]
}

/// The tools that go, each with what one could try.
fn gone() -> Vec<(&'static str, Value)> {
    vec![
        ("closed", json!({ "text": "a" })),
        ("asked", json!({ "text": "a" })),
        ("barred", json!({ "text": "a" })),
        ("looked_at", json!({ "text": "a" })),
        ("many_barred", json!({ "texts": [] })),
        ("reset", json!({ "text": "a" })),
        ("neither", json!({ "text": "open" })),
        ("safe", json!({})),
        ("nameless", json!({})),
        ("named", json!({})),
        ("stranger", json!({ "text": "a" })),
    ]
}

/// What the client hears where these are the server's answers.
fn run(policy: &str, answers: &[Value], said: &[Value]) -> Vec<Value> {
    let lines = |all: &[Value]| all.iter().map(|one| format!("{one}\n")).collect::<String>();
    let dir =
        Dir::with(&[("house/desk.lictor", policy), ("server.sh", SERVER), ("answers", &lines(answers))]);
    let before = ["mcp", "--server", "desk", "--policy", "house", "--filter", "--", "sh", "server.sh"];
    dir.run_with(&before, lines(said).as_bytes()).ends_with(0).json_lines()
}

/// The names of those tools that are left of these.
fn left(policy: &str, tools: &[&str]) -> Vec<String> {
    let all: Vec<Value> = tools.iter().map(|name| json!({ "name": name, "inputSchema": {} })).collect();
    let answer = json!({ "jsonrpc": "2.0", "id": 1, "result": { "tools": all } });
    let asked = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let heard = run(policy, &[answer], &[asked]);
    let tools = heard[0]["result"]["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_no_call_could_be_allowed_of_is_left_out_and_nothing_else() {
    let all: Vec<&str> = kept().iter().chain(&gone()).map(|(name, _)| *name).collect();
    let expected: Vec<&str> = kept().iter().map(|(name, _)| *name).collect();
    assert_eq!(left(POLICY, &all), expected);
}

#[test]
fn what_stays_can_be_called_and_what_goes_cannot() {
    let calls: Vec<Value> = (1..)
        .zip(kept().iter().chain(&gone()))
        .map(|(id, (name, arguments))| {
            json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": name, "arguments": arguments } })
        })
        .collect();
    let done: Vec<Value> = (1..=kept().len())
        .map(|id| json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [] } }))
        .collect();
    let heard = run(POLICY, &done, &calls);
    assert_eq!(heard.len(), calls.len());
    for answer in heard {
        let id = usize::try_from(answer["id"].as_u64().unwrap()).unwrap();
        let refused = answer["result"]["isError"] == true;
        assert_eq!(refused, id > kept().len(), "{}: {answer}", calls[id - 1]);
    }
}

#[test]
fn a_call_of_which_nobody_knows_what_it_does_can_be_allowed_where_the_policy_says_so() {
    let open = POLICY.to_owned() + "\nset default unknown.unclassified = allow\n";
    let all = ["closed", "barred", "page", "stranger"];
    // With a member that nothing reads, every tool is one of which nobody knows what it does.
    assert_eq!(left(&open, &all), all);
    let but_one = open.clone()
        + "\nrule only_that on unknown.unclassified { require tool == \"desk/stranger\" else NEVER }\n";
    assert_eq!(left(&but_one, &all), ["page", "stranger"]);
    let elsewhere = open
        + "\nrule elsewhere on unknown.unclassified { deny when server is present and server == \"desk\" as NEVER }\n";
    assert_eq!(left(&elsewhere, &all), ["page"]);
}
