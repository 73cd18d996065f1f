//! Policies that are tried out in an editor: their tests, and which rules these reach.

use crate::common::Dir;
use crate::common::client::{Client, changed, of};
use serde_json::{Value, json};

const LENDING: &str = "module lending\nlayer base\n\nreasons { TOO_MANY NO_CARD }\n\naction book.lend {\n  reader: String\n  books: Int\n  default allow\n}\n\n\
    param most: Int = 5\n  stricter when lower\n\nrule not_too_many on book.lend at amount {\n  require books <= most else TOO_MANY\n}\n\n\
    rule with_a_card on book.lend at scope {\n  require reader != \"\" else NO_CARD\n}\n";
const TESTS: &str = "module lending.tests\n\nexample two = book.lend { reader: \"ann\", books: 2 }\n\n\
    test \"a few\" {\n  given two\n  expect allow\n}\n\ntest \"nobody\" {\n  given two with reader: \"\"\n  expect deny NO_CARD\n}\n";

/// A project in a folder, its policy open.
struct Desk {
    client: Client,
    uri: String,
    _dir: Dir,
}

impl Desk {
    fn new(abilities: Value) -> Desk {
        let dir = Dir::with(&[("lending.lictor", LENDING), ("tests.lictor", TESTS)]);
        let folder = format!("file://{}", dir.0.display());
        let (mut client, _) = Client::initialized(&[&folder], abilities);
        let uri = format!("{folder}/lending.lictor");
        client.open(&uri, LENDING);
        assert_eq!(client.diagnostics(&uri, 1)["diagnostics"], json!([]));
        Desk { client, uri, _dir: dir }
    }

    /// The titles of the lenses, each with its line.
    fn lenses(&mut self) -> Vec<(u64, String)> {
        let lenses = self.client.ask("textDocument/codeLens", of(&self.uri))["result"].clone();
        let lens = |lens: &Value| {
            let title = lens["command"]["title"].as_str().unwrap();
            (lens["range"]["start"]["line"].as_u64().unwrap(), title.to_owned())
        };
        lenses.as_array().unwrap().iter().map(lens).collect()
    }
}

#[test]
fn how_many_tests_reach_a_rule_is_counted_in_the_background() {
    let mut desk = Desk::new(json!({ "workspace": { "codeLens": { "refreshSupport": true } } }));
    let unknown = "Run the tests that reach this rule";
    let titles = |lenses: &[(u64, String)]| lenses.iter().map(|(_, title)| title.clone()).collect::<Vec<_>>();
    assert_eq!(titles(&desk.lenses()), ["Run all tests", unknown, unknown]);
    desk.client.asked_for("workspace/codeLens/refresh");
    let counted = desk.lenses();
    // Where nobody is named, the stage before refuses, and the amount is not looked at.
    assert_eq!(
        counted,
        [
            (0, "Run all tests".to_owned()),
            (14, "Run the test that reaches this rule".to_owned()),
            (18, "Run the 2 tests that reach this rule".to_owned()),
        ]
    );
    let result =
        desk.client.command("lictor.runTests", json!({ "uri": desk.uri, "rule": "lending.not_too_many" }));
    assert_eq!(result["result"]["tests"][0]["title"], "a few", "{result}");
    assert_eq!(result["result"]["run"], 1);

    // What was counted is not told of another text; it is counted again.
    desk.client.tell("textDocument/didChange", changed(&desk.uri, 2, [0, 0], [0, 0], "// here\n"));
    assert_eq!(titles(&desk.lenses()), ["Run all tests", unknown, unknown]);
    desk.client.asked_for("workspace/codeLens/refresh");
    assert_eq!(titles(&desk.lenses()), titles(&counted));
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
