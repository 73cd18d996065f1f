//! Lists that are put together of a call's input, how many there are, digests, and conditions that ask whether a member is there.

mod support;

use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::calls::{call, came, decided, engine, reason};
use support::outcome;

const POLICY: &str = r#"module base
layer base
import std.unknown
roles { boss "The boss" }
escalate to boss
action mail.send { to: List<Email, min 2, max 4>, content: Digest?, files: Int? default allow }
action guests.set { all: Set<String max 10>?, first: List<String max 10>? default allow }
action note.read { name: String max 10 default allow }
action note.list { default allow }
action tags.set { tags: List<Tag, max 3>, count: Int default allow }
record Tag { name: String max 10 }
normalize "mail/send" as mail.send {
  to = [
    input.to as Email, input.cc as List<Email, min 0, max 2>, input.guests.each.email as Email,
    input.teams.each.lead.mail as Email
  ]
  content? = digest(input.text)
  files? = size(input.files)
  ignore guests.each.name, guests.each.meta.trace, "x-trace", teams.each.name
}
normalize "guests/set" as guests.set {
  all? = [input.all as List<String max 10, max 2>, input.one as String max 10]
  first = [input.first.each as String max 10]
}
normalize "tags/set" as tags.set {
  tags = [input.tags as List<Tag, max 3>, input.tag as Tag]
  count = size(input.tags)
}
normalize "notes" as note.read when input.name is present and input.name != "*" {
  name = input.name as String max 10
  ignore mode
}
normalize "notes" as note.list when input.name is absent or input.name == "*" {
  ignore name, mode
}
"#;

/// The same action, asked for by name.
fn asked(action: &str, params: Value) -> Value {
    json!({ "action": action, "agent": { "id": "a" }, "context": { "now": "2026-03-01T10:00:00Z" }, "params": params })
}

/// Fails where a call is not the action with these fields, to the digest.
fn same(engine: &Engine, tool: &str, input: Value, action: &str, params: Value) {
    let (called, asked) =
        (decided(engine, &call(tool, input.clone())), decided(engine, &asked(action, params)));
    assert_eq!(outcome(&called), "allow OK", "{input}: {called}");
    assert_eq!(called["request_digest"], asked["request_digest"], "{input}");
}

#[test]
fn lists_are_put_together_of_members_lists_and_elements() {
    let engine = engine(POLICY);
    let mail = |input, params| same(&engine, "mail/send", input, "mail.send", params);
    mail(
        json!({ "to": "Ann@Example.com", "cc": ["bob@example.com"],
            "guests": [{ "email": "cy@example.com", "name": "Cy", "meta": { "trace": 1 } }] }),
        json!({ "to": ["Ann@example.com", "bob@example.com", "cy@example.com"] }),
    );
    mail(
        json!({ "to": "ann@example.com", "cc": [], "guests": null, "x-trace": {},
            "teams": [{ "lead": { "mail": "dan@example.com" }, "name": 3 }] }),
        json!({ "to": ["ann@example.com", "dan@example.com"] }),
    );
    mail(
        json!({ "to": null, "cc": ["bob@example.com", "bob@example.com"] }),
        json!({ "to": ["bob@example.com", "bob@example.com"] }),
    );
    let digest = "sha256:185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969";
    mail(
        json!({ "to": "ann@example.com", "cc": ["bob@example.com"], "text": "Hell\u{6f}", "files": [{ "body": 1 }, {}] }),
        json!({ "to": ["ann@example.com", "bob@example.com"], "content": digest, "files": 2 }),
    );
    same(
        &engine,
        "guests/set",
        json!({ "all": ["b", "a"], "one": "c", "first": ["y", "x"] }),
        "guests.set",
        json!({ "all": ["a", "b", "c"], "first": ["y", "x"] }),
    );
    same(&engine, "guests/set", json!({ "first": ["y"] }), "guests.set", json!({ "first": ["y"] }));
    same(
        &engine,
        "tags/set",
        json!({ "tags": [{ "name": "x" }], "tag": { "name": "y" } }),
        "tags.set",
        json!({ "tags": [{ "name": "x" }, { "name": "y" }], "count": 1 }),
    );
}

#[test]
fn what_makes_no_list_is_told_with_its_path() {
    let engine = engine(POLICY);
    let (ann, bob) = ("ann@example.com", "bob@example.com");
    for (input, expected) in [
        (json!({}), "input.to: is missing"),
        (json!({ "to": ann }), "input.to: makes a list of 1, which needs at least 2 elements"),
        (json!({ "to": [ann], "cc": [bob] }), "input.to: must be "),
        (json!({ "to": ann, "cc": bob }), "input.cc: must be a list"),
        (json!({ "to": ann, "cc": [bob, 7] }), "input.cc[1]: must be "),
        (json!({ "to": ann, "cc": [bob, bob, bob] }), "input.cc: has more than 2 elements"),
        (json!({ "to": ann, "guests": { } }), "input.guests: must be a list"),
        (json!({ "to": ann, "guests": "x" }), "input.guests: must be a list"),
        (json!({ "to": ann, "guests": [{ "email": bob }, {}] }), "input.guests[1].email: is missing"),
        (
            json!({ "to": ann, "guests": [{ "email": bob }, { "email": null }] }),
            "input.guests[1].email: is missing",
        ),
        (json!({ "to": ann, "guests": [{ "email": "bob" }] }), "input.guests[0].email: "),
        (json!({ "to": ann, "guests": [7] }), "input.guests[0]: must be an object"),
        (json!({ "to": ann, "teams": [{ "lead": 7 }] }), "input.teams[0].lead: must be an object"),
        (
            json!({ "to": ann, "cc": [bob, bob], "guests": [{ "email": bob }, { "email": bob }] }),
            "input.guests: makes a list of more than 4 elements",
        ),
        (
            json!({ "to": ann, "guests": vec![json!({ "email": bob }); 5] }),
            "input.guests: has more than 4 elements",
        ),
        (json!({ "to": ann, "cc": [bob], "text": 7 }), "input.text: must be a text"),
        (json!({ "to": ann, "cc": [bob], "files": {} }), "input.files: must be a list"),
    ] {
        let told = reason(&engine, &call("mail/send", input.clone()));
        assert!(told.starts_with(expected), "{input}\n{told}\n{expected}");
        let code = outcome(&decided(&engine, &call("mail/send", input.clone())));
        assert_eq!(code, "deny STRUCTURE_INVALID", "{input}");
    }
    let twice = reason(&engine, &call("guests/set", json!({ "all": ["a"], "one": "a", "first": ["x"] })));
    assert!(twice.starts_with("input.all: has the same element twice"), "{twice}");
}

#[test]
fn what_nothing_reads_in_an_element_is_unclassified() {
    // Where the action for unknown calls is not declared, the reason names the member.
    let engine = engine(&POLICY.replace("import std.unknown\n", ""));
    let unread = |input: Value| {
        let told = reason(&engine, &call("mail/send", input.clone()));
        let (path, why) = told.split_once(": ").unwrap_or_default();
        assert!(why.starts_with("nothing reads this member"), "{input}: {told}");
        path.trim_start_matches("input.").to_owned()
    };
    let with =
        |guest: Value| json!({ "to": "ann@example.com", "guests": [{ "email": "bob@example.com" }, guest] });
    assert_eq!(unread(with(json!({ "email": "cy@example.com", "role": "owner" }))), "guests.each.role");
    assert_eq!(
        unread(with(json!({ "email": "cy@example.com", "meta": { "more": 1 } }))),
        "guests.each.meta.more"
    );
    assert_eq!(
        unread(json!({ "to": "ann@example.com", "guests": { "email": "bob@example.com" } })),
        "guests.email"
    );
    // A member that is called like the step from a list to its elements is another one.
    assert_eq!(unread(json!({ "to": "ann@example.com", "guests": { "[]": [] } })), "guests.each");
}

#[test]
fn conditions_ask_whether_a_member_is_there() {
    let engine = engine(POLICY);
    let notes = |input: Value| came(&engine, "notes", input);
    assert_eq!(notes(json!({ "name": "x" })), "note.read allow OK");
    assert_eq!(notes(json!({ "name": "*" })), "note.list allow OK");
    assert_eq!(notes(json!({ "mode": 3 })), "note.list allow OK");
    assert_eq!(notes(json!({ "name": null })), "note.list allow OK");
    // What is there and of another type is neither.
    assert_eq!(notes(json!({ "name": 7 })), "unknown.unclassified step_up DEFAULT_STEP_UP");
}
