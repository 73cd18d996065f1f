//! `lictor decide --explain`.

mod common;

use std::fs;

use common::{Dir, POLICY, charge, example};
use serde_json::{Value, json};

/// The explanation of one of the example's requests, with its exit status.
fn explained(line: &str, status: i32) -> String {
    let dir = Dir::with(&[]);
    let root = example();
    let requests = root.join("requests.ndjson");
    let run = dir.run(&[
        "decide",
        root.to_str().unwrap(),
        "--requests",
        requests.to_str().unwrap(),
        "--explain",
        "--line",
        line,
    ]);
    let text = run.ends_with(status).stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    text
}

#[test]
fn a_denial_says_which_clause_and_what_would_have_passed() {
    insta::assert_snapshot!(explained("5", 4));
}

#[test]
fn a_question_says_why_a_person_is_asked() {
    insta::assert_snapshot!(explained("3", 3));
}

#[test]
fn an_article_that_is_blocked_is_named() {
    insta::assert_snapshot!(explained("65", 4));
}

#[test]
fn what_was_allowed_is_explained_as_well() {
    insta::assert_snapshot!(explained("1", 0));
}

#[test]
fn every_proposed_change_passes_when_it_is_made() {
    let dir = Dir::with(&[("p/shop.lictor", POLICY)]);
    for amount in ["200.01", "500.01", "9999.00"] {
        let request = charge(amount);
        let args = ["decide", "p", "--request", "-", "--explain", "--format", "json"];
        let told = dir.run_with(&args, request.as_bytes());
        let told: Value = serde_json::from_str(&told.stdout).unwrap();
        let plain = dir.run_with(&["decide", "p", "--request", "-", "--format", "json"], request.as_bytes());
        let plain: Value = serde_json::from_str(&plain.stdout).unwrap();
        assert_eq!(told["decision"], plain["decision"]);
        assert_eq!(told["request_digest"], plain["request_digest"]);
        let change = &told["explanation"]["changes"]["found"][0];
        assert_eq!(change["field"], "params.amount");
        assert_eq!(change["to"], json!({ "amount": "200.00", "currency": "USD" }));
        let mut changed: Value = serde_json::from_str(&request).unwrap();
        changed["params"]["amount"] = change["to"].clone();
        let now = dir.run_with(&["decide", "p", "--request", "-"], changed.to_string().as_bytes());
        now.ends_with(0);
    }
}

#[test]
fn the_line_is_asked_for_and_must_be_there() {
    let dir = Dir::with(&[("p/shop.lictor", POLICY)]);
    fs::write(dir.path("requests.ndjson"), charge("1.00")).unwrap();
    let decide = |more: &[&str]| {
        let args = [&["decide", "p", "--requests", "requests.ndjson", "--explain"], more].concat();
        dir.run(&args).ends_with(1).stderr
    };
    assert!(decide(&[]).contains("C0121"));
    assert!(decide(&["--line", "2"]).contains("C0120"));
}

#[test]
fn what_is_secret_is_not_shown_and_not_found_by_trying() {
    let policy = "module vault.base\nlayer base\n\nreasons { NO \"It may not\" }\n\n\
                  action vault.open {\n  code: secret String\n  guesses: Int\n  limit: secret Int\n  default allow\n}\n\n\
                  rule right on vault.open {\n  let told = code\n  require told == \"4711\" and guesses < limit else NO\n}\n";
    let dir = Dir::with(&[("p/vault.lictor", policy)]);
    let request = json!({
        "action": "vault.open",
        "agent": { "id": "a-1" },
        "context": { "now": "2026-03-02T10:00:00Z" },
        "params": { "code": "1234567", "guesses": 2, "limit": 987_654 },
    });
    for format in ["human", "json"] {
        let args = ["decide", "p", "--request", "-", "--explain", "--format", format];
        let told = dir.run_with(&args, request.to_string().as_bytes()).ends_with(4).stdout;
        assert!(told.contains("(secret)"), "{told}");
        assert!(!told.contains("1234567") && !told.contains("987654"), "{told}");
        assert!(!told.contains("would be"), "{told}");
    }
}

/// The lines about one rule, for a request with this number at this time.
fn clauses(condition: &str, time: &str) -> String {
    let policy = format!(
        "module night\nlayer base\nreasons {{ LATE \"It is late\" }}\naction door.open {{\n  n: Int\n  default allow\n}}\n\
         rule by_night on door.open {{\n  let t = time_of_day(context.now, \"UTC\")\n  deny when {condition} as LATE\n}}\n"
    );
    let dir = Dir::with(&[("p/night.lictor", &policy)]);
    let request = format!(
        r#"{{"action":"door.open","agent":{{"id":"a"}},"context":{{"now":"2026-03-02T{time}:00Z"}},"params":{{"n":2}}}}"#
    );
    let run = dir.run_with(&["decide", "p", "--request", "-", "--explain"], request.as_bytes());
    let lines = run
        .stdout
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(['✓', '✗']) && !line.contains("deny"));
    let lines = lines.filter(|line| line.ends_with(": true") || line.ends_with(": false"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_clause_is_true_or_false_as_it_was_written() {
    assert_eq!(clauses("t in 22:00..06:00 and n > 1", "10:00"), "✗ t in 22:00..06:00: false\n");
    assert_eq!(clauses("t in 22:00..06:00 and n > 1", "23:00"), "✓ t in 22:00..06:00: true\n✓ n > 1: true\n");
    assert_eq!(clauses("t not in 22:00..06:00 and n > 1", "23:00"), "✗ t not in 22:00..06:00: false\n");
    assert_eq!(
        clauses("n > 1 unless t in 22:00..06:00", "23:00"),
        "✓ n > 1: true\n✓ t in 22:00..06:00: true\n"
    );
    assert_eq!(clauses("n > 1 unless (t in 09:00..17:00 or n > 8)", "10:00").lines().count(), 3);
    assert_eq!(clauses("n > 1 unless user is absent", "10:00"), "✓ n > 1: true\n✓ user is absent: true\n");
}

/// Local time and what came before are known to whoever explains as well.
#[test]
fn what_is_explained_is_what_was_decided() {
    let dir = Dir::with(&[]);
    let root = example().with_file_name("deploys");
    let (policy, requests) = (root.join("policy"), root.join("requests.ndjson"));
    let decide = |more: &[&str]| {
        let paths = [
            "decide",
            policy.to_str().unwrap(),
            "--requests",
            requests.to_str().unwrap(),
            "--format",
            "json",
        ];
        dir.run(&[&paths, more].concat()).stdout
    };
    let told = decide(&[]);
    let decided = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for (number, decided) in (1..).zip(decided) {
        let explained: Value =
            serde_json::from_str(&decide(&["--explain", "--line", &number.to_string()])).unwrap();
        assert_eq!(explained["reason_code"], decided["reason_code"], "request {number}");
        assert_eq!(explained["facts_digest"], decided["facts_digest"], "request {number}");
    }
}

const CALLS: &str = r#"module calls
layer base
reasons { GONE "Nothing is removed" }
record Key { name: String, value: secret String max 4096 }
action file.remove { path: String max 400 default allow }
action shell.run { command: String max 400 default step_up to user }
action key.store { key: Key default allow }
rule nothing_is_removed on file.remove {
  deny when path.starts_with("/") as GONE
}
normalize "bash" as file.remove when shell(input.command).act == deletes {
  path = shell(input.command).path
}
normalize "bash" as shell.run {
  command = input.command as String max 400
}
normalize "vault" as key.store {
  key = { name: "k", value: input.command as String max 4096 }
}
normalize "vault" as shell.run when shell(input.command).act == runs {
  command = shell(input.command).line
  ignore command_line
}
"#;

/// What an explanation of a call shows before the first stage, and the member of its JSON.
fn readers(call: &Value) -> (String, Value) {
    let dir = Dir::with(&[("p/calls.lictor", CALLS)]);
    let mut request = call.clone();
    request["agent"] = json!({ "id": "a-1" });
    request["context"] = json!({ "now": "2026-03-02T09:00:00Z" });
    let run = |format: &str| {
        let args = ["decide", "p", "--request", "-", "--explain", "--format", format];
        dir.run_with(&args, request.to_string().as_bytes()).stdout
    };
    let lines = run("human")
        .lines()
        .skip(2)
        .take_while(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    let told: Value = serde_json::from_str(&run("json")).unwrap();
    (lines, told["explanation"]["readers"].clone())
}

/// A person sees what the command line was read as, whatever came of it.
#[test]
fn what_readers_said_is_told() {
    let (text, json) = readers(&json!({ "tool": "bash", "input": { "command": "rm -rf /srv/old" } }));
    assert!(text.contains("shell(input.command) says act = deletes, path = /srv/old"), "{text}");
    let says = json[0]["says"].as_array().unwrap();
    assert_eq!(json[0]["question"], "shell(input.command)");
    assert_eq!((&says[0], &says[1]), (&json!(["act", "deletes"]), &json!(["path", "/srv/old"])));
    assert!(
        says.contains(&json!(["recursive", true])) && says.contains(&json!(["programs", ["rm"]])),
        "{json}"
    );
    assert!(says.iter().all(|said| said[0] != "url"), "{json}");

    // Also where it is not what it could have been, or nothing can be read.
    let (text, _) = readers(&json!({ "tool": "bash", "input": { "command": "rm a b" } }));
    assert!(text.contains("shell(input.command) says act = several, path = a"), "{text}");
    let (text, json) = readers(&json!({ "tool": "bash", "input": { "command": 5 } }));
    assert!(text.contains("shell(input.command) says nothing: it must be a text, not a number"), "{text}");
    assert_eq!(json[0]["withheld"], "must be a text, not a number");
    let (text, json) = readers(&json!({ "tool": "bash", "input": {} }));
    assert!(!text.contains("shell(") && json == json!([]), "{text} {json}");
    assert_eq!(readers(&json!({ "action": "shell.run", "params": { "command": "ls" } })).1, json!([]));
}

/// What is given to a field that is secret is not shown as what a reader said of it either.
#[test]
fn what_readers_said_of_something_secret_is_not_told() {
    let (text, json) = readers(&json!({ "tool": "vault", "input": { "command": "echo hunter2" } }));
    assert!(text.contains("shell(input.command) = (secret)"), "{text}");
    assert_eq!(json, json!([{ "question": "shell(input.command)", "says": [], "withheld": "secret" }]));
}
