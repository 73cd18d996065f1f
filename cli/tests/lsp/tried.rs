//! Policies that are tried out in an editor: their tests, which rules these reach, and what is run for a rule.

use crate::common::client::{changed, of};
use crate::desk::{Desk, TESTS};
use serde_json::{Value, json};

#[test]
fn how_many_tests_reach_a_rule_is_counted_in_the_background() {
    let mut desk = Desk::new(json!({ "workspace": { "codeLens": { "refreshSupport": true } } }));
    let unknown = "Run the tests that reach this rule";
    let titles = |lenses: &[(u64, String)]| lenses.iter().map(|(_, title)| title.clone()).collect::<Vec<_>>();
    assert_eq!(titles(&desk.lenses()), ["Run all tests", unknown, unknown]);
    let uri = desk.uri.clone();
    let known = [
        "Run all tests",
        "2 sample requests: no decision changes",
        "Run the test that reaches this rule",
        "Run the 2 tests that reach this rule",
    ];
    desk.lenses_become(&uri, &known);
    let counted = desk.lenses();
    // Where nobody is named, the stage before refuses, and the amount is not looked at.
    assert_eq!(
        counted,
        [
            (0, "Run all tests".to_owned()),
            (0, "2 sample requests: no decision changes".to_owned()),
            (14, "Run the test that reaches this rule".to_owned()),
            (18, "Run the 2 tests that reach this rule".to_owned()),
        ]
    );
    let result =
        desk.client.command("lictor.runTests", json!({ "uri": desk.uri, "rule": "lending.not_too_many" }));
    assert_eq!(result["result"]["tests"][0]["title"], "a few", "{result}");
    assert_eq!(result["result"]["run"], 1);

    // What was counted is not told of another text; it is counted again.
    let edit = changed(&uri, 2, [0, 0], [0, 0], "// here\n");
    let unsure = "Preview what changes for sample requests";
    assert_eq!(desk.lenses_after(edit, &uri), ["Run all tests", unsure, unknown, unknown]);
    desk.lenses_become(&uri, &known);

    desk.client.tell("textDocument/didChange", changed(&desk.uri, 3, [12, 18], [12, 19], "6"));
    desk.lenses_become(&uri, &[known[0], "2 sample requests: 1 decision changes", known[2], known[3]]);
}

#[test]
fn a_test_that_fails_says_what_decided_and_where() {
    let mut desk = Desk::new(json!({}));
    desk.client.tell("textDocument/didChange", changed(&desk.uri, 2, [11, 18], [11, 19], "1"));
    desk.client.diagnostics(&desk.uri, 2);
    let result = desk.client.command("lictor.runTests", json!({ "uri": desk.uri }))["result"].clone();
    assert_eq!((&result["run"], &result["passed"]), (&json!(2), &json!(1)), "{result}");
    let tests = desk.uri.replace("lending.lictor", "tests.lictor");
    let told = loop {
        let told = desk.client.diagnostics(&tests, 0)["diagnostics"].clone();
        if told != json!([]) {
            break told;
        }
        desk.client.published.clear();
    };
    assert_eq!(told[0]["range"]["start"]["line"], 6, "{told}");
    let message = told[0]["message"].as_str().unwrap();
    assert!(message.starts_with("a few: expected allow, and it is deny TOO_MANY\n"), "{message}");
    assert!(message.contains("books <= most"), "{message}");
    let rule = &told[0]["relatedInformation"][0];
    assert_eq!(
        (&rule["location"]["uri"], &rule["location"]["range"]["start"]),
        (&json!(desk.uri), &json!({ "line": 14, "character": 5 }))
    );
}

#[test]
fn a_command_with_wrong_arguments_says_what_it_takes() {
    let mut desk = Desk::new(json!({}));
    let mut refused = |arguments: Value| {
        let answer = desk.client.command("lictor.runTests", arguments);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        answer["error"]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(json!({})), "`lictor.runTests` takes one object with a `uri`: missing field `uri`");
    assert!(refused(json!("here")).starts_with("`lictor.runTests` takes one object with a `uri`"));
    assert_eq!(refused(json!({ "uri": "file:///nowhere.lictor" })), "file:///nowhere.lictor is not open");
    let answer = desk.client.command("lictor.nothing", json!({}));
    assert_eq!(answer["error"]["message"], "there is no command `lictor.nothing`");
}

#[test]
fn tests_that_nobody_waits_for_are_given_up() {
    let mut desk = Desk::new(json!({}));
    let many: String =
        (0..400).map(|n| format!("test \"{n}\" {{\n  given two\n  expect allow\n}}\n\n")).collect();
    let tests = desk.uri.replace("lending.lictor", "tests.lictor");
    desk.client.open(&tests, &format!("{TESTS}\n{many}"));
    let params = json!({ "command": "lictor.runTests", "arguments": [{ "uri": desk.uri }] });
    let (id, request) = desk.client.request("workspace/executeCommand", params);
    desk.client.write(&[request]);
    desk.client.tell("$/cancelRequest", json!({ "id": id }));
    assert_eq!(desk.client.answer(id)["error"]["code"], -32800);
    // What is asked next is answered.
    let result = desk.client.command("lictor.runTests", json!({ "uri": desk.uri, "test": "a few" }));
    assert_eq!(result["result"]["run"], 1, "{result}");
}

#[test]
fn the_instructions_of_a_rule_are_listed_and_shown_where_nothing_else_is_done_with_them() {
    let literals = json!({ "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } });
    let mut desk = Desk::new(
        json!({ "window": { "showDocument": { "support": true } }, "textDocument": { "codeAction": literals } }),
    );
    let offered = |desk: &mut Desk, context: Value| {
        let place = json!({ "line": 15, "character": 4 });
        let mut params = of(&desk.uri);
        params["range"] = json!({ "start": place, "end": place });
        params["context"] = context;
        desk.client.ask("textDocument/codeAction", params)["result"].clone()
    };
    let fixes = offered(&mut desk, json!({ "diagnostics": [] })).to_string();
    assert!(!fixes.contains("disassembleRule"), "it would be in the way of fixes: {fixes}");
    let sources = offered(&mut desk, json!({ "diagnostics": [], "only": ["source"] }));
    let action =
        sources.as_array().unwrap().iter().find(|action| action["kind"] == "source.lictorInstructions");
    assert_eq!(action.unwrap()["command"]["arguments"][0]["rule"], "lending.not_too_many", "{sources}");
    let position = json!({ "line": 15, "character": 4 });
    let wanted = json!({ "uri": desk.uri, "position": position, "show": true });
    let listed = desk.client.command("lictor.disassembleRule", wanted)["result"].clone();
    let text = listed["text"].as_str().unwrap();
    assert!(text.starts_with("base\n  rule lending.not_too_many at amount (lending.lictor:15)\n"), "{text}");
    assert!(text.contains("deny as TOO_MANY"), "{text}");
    let shown = desk.client.asked_for("window/showDocument");
    let path = shown["params"]["uri"].as_str().unwrap().strip_prefix("file://").unwrap().to_owned();
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}
