//! Policies that are tried out in an editor: their tests, which rules these reach, and sample requests beside them.

use crate::common::Dir;
use crate::common::client::{Client, changed, notification, of};
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
    folder: String,
    dir: Dir,
}

/// Two requests, the second with more books than may be lent.
fn requests() -> String {
    let one = |books: u32| {
        let context =
            r#""agent": {"id": "desk"}, "user": {"id": "ann"}, "context": {"now": "2026-03-02T10:00:00Z"}"#;
        format!(r#"{{"action": "book.lend", {context}, "params": {{"reader": "ann", "books": {books}}}}}"#)
    };
    format!("{}\n\n{}\n", one(2), one(6))
}

impl Desk {
    fn new(abilities: Value) -> Desk {
        let files = [("lending.lictor", LENDING), ("tests.lictor", TESTS), ("requests.ndjson", &requests())];
        let dir = Dir::with(&files);
        let folder = format!("file://{}", dir.0.display());
        let (mut client, _) = Client::initialized(&[&folder], abilities);
        let uri = format!("{folder}/lending.lictor");
        client.open(&uri, LENDING);
        assert_eq!(client.diagnostics(&uri, 1)["diagnostics"], json!([]));
        Desk { client, uri, folder, dir }
    }

    /// The titles of the lenses at once after an edit of the policy: nothing can be worked out between the two.
    fn lenses_after(&mut self, edit: Value, uri: &str) -> Vec<String> {
        let (id, request) = self.client.request("textDocument/codeLens", of(uri));
        self.client.write(&[notification("textDocument/didChange", edit), request]);
        let lenses = self.client.answer(id)["result"].clone();
        titles(&lenses).into_iter().map(|(_, title)| title).collect()
    }

    /// The titles of the lenses that try something out, each with its line.
    fn lenses(&mut self) -> Vec<(u64, String)> {
        let uri = self.uri.clone();
        self.lenses_of(&uri)
    }

    /// Looks again whenever the server asks for it, until the lenses have these titles; they must, or the test waits in vain.
    fn lenses_become(&mut self, uri: &str, titles: &[&str]) {
        while self.lenses_of(uri).iter().map(|(_, title)| title.as_str()).ne(titles.iter().copied()) {
            self.client.asked_for("workspace/codeLens/refresh");
        }
    }

    fn lenses_of(&mut self, uri: &str) -> Vec<(u64, String)> {
        titles(&self.client.ask("textDocument/codeLens", of(uri))["result"])
    }
}

/// The lines and titles of the lenses that try something out.
fn titles(lenses: &Value) -> Vec<(u64, String)> {
    let lens = |lens: &Value| {
        let title = lens["command"]["title"].as_str().unwrap();
        (lens["range"]["start"]["line"].as_u64().unwrap(), title.to_owned())
    };
    lenses.as_array().unwrap().iter().map(lens).filter(|(_, title)| !title.starts_with("set by")).collect()
}

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
fn a_sample_is_decided_and_what_led_to_it_is_told() {
    let mut desk = Desk::new(json!({}));
    let first = desk.client.command("lictor.decideSample", json!({ "uri": desk.uri }))["result"].clone();
    assert_eq!(
        (&first["title"], &first["decision"]["decision"]),
        (&json!("allow"), &json!("allow")),
        "{first}"
    );
    let requests = format!("{}/requests.ndjson", desk.folder);
    assert_eq!(first["sample"]["uri"], requests);

    // The file says beside which policy it stands.
    let sample = json!({ "uri": requests, "line": 2 });
    let second = desk.client.command("lictor.decideSample", json!({ "sample": sample }))["result"].clone();
    assert_eq!(second["title"], "deny TOO_MANY", "{second}");
    assert_eq!(second["sample"]["range"]["start"]["line"], 2);
    assert_eq!(
        (&second["rule"]["uri"], &second["rule"]["range"]["start"]["line"]),
        (&json!(desk.uri), &json!(14))
    );
    assert!(second["text"].as_str().unwrap().contains("require books <= most: does not hold"), "{second}");
    let stages = second["explanation"]["stages"].as_array().unwrap();
    assert!(stages.iter().any(|stage| stage["rules"][0]["rule"] == "lending.not_too_many"), "{second}");

    let request = json!({ "action": "book.lend", "params": { "books": 1 } });
    let own =
        desk.client.command("lictor.decideSample", json!({ "uri": desk.uri, "request": request }))["result"]
            .clone();
    assert_eq!((&own["title"], &own["sample"]), (&json!("deny STRUCTURE_INVALID"), &Value::Null), "{own}");

    let listed = desk.client.command("lictor.listSamples", json!({ "uri": desk.uri }))["result"].clone();
    let lines: Vec<&Value> =
        listed.as_array().unwrap().iter().map(|sample| &sample["place"]["range"]["start"]["line"]).collect();
    assert_eq!(lines, [&json!(0), &json!(2)], "{listed}");
}

#[test]
fn what_cannot_be_decided_is_refused_in_words() {
    let mut desk = Desk::new(json!({}));
    let requests = format!("{}/requests.ndjson", desk.folder);
    let (uri, folder) = (desk.uri.clone(), desk.folder.clone());
    std::fs::write(desk.dir.0.join("big.requests.ndjson"), vec![b'\n'; (16 << 20) + 1]).unwrap();
    let mut refused = |command: &str, arguments: Value, code: i64| {
        let answer = desk.client.command(command, arguments);
        assert_eq!(answer["error"]["code"], code, "{answer}");
        answer["error"]["message"].as_str().unwrap().to_owned()
    };
    let sample = |uri: &str, line: u32| json!({ "sample": { "uri": uri, "line": line } });
    assert_eq!(
        refused("lictor.decideSample", sample(&requests, 1), -32803),
        "no request stands on this line"
    );
    assert_eq!(
        refused("lictor.decideSample", sample(&requests, 9), -32803),
        "no request stands on this line"
    );
    let gone = refused("lictor.decideSample", sample(&format!("{folder}/gone.ndjson"), 0), -32803);
    assert!(gone.contains("gone.ndjson cannot be read: "), "{gone}");
    let big = format!("{folder}/big.requests.ndjson");
    let long = refused("lictor.decideSample", sample(&big, 0), -32803);
    assert!(
        long.ends_with("is longer than 16 MiB, which is too much to be tried out while you edit"),
        "{long}"
    );
    let elsewhere = refused("lictor.decideSample", sample("file:///elsewhere/requests.ndjson", 0), -32803);
    assert_eq!(elsewhere, "no policy stands beside this file; name one with `uri`");
    assert!(refused("lictor.decideSample", json!({}), -32602).contains("`uri` of a policy"));
    let wrong = refused("lictor.decideSample", json!({ "uri": uri, "request": 7 }), -32602);
    assert_eq!(wrong, "the `request` is a JSON object, as `lictor decide` reads it");
    let nowhere = json!({ "uri": uri, "position": { "line": 1, "character": 0 } });
    assert_eq!(
        refused("lictor.disassembleRule", nowhere, -32803),
        "there is no rule here; put the cursor into one"
    );
    let unknown = refused("lictor.disassembleRule", json!({ "uri": uri, "rule": "lending.none" }), -32803);
    assert_eq!(unknown, "the policy that is in force has no rule `lending.none`");
    assert!(refused("lictor.forgetSample", json!({}), -32602).contains("missing field `watch`"));

    desk.client.tell("textDocument/didChange", changed(&desk.uri, 2, [0, 0], [0, 0], "modul\n"));
    for command in ["lictor.runTests", "lictor.decideSample", "lictor.previewFlips"] {
        let answer = desk.client.command(command, json!({ "uri": desk.uri }));
        let message = "the policy has mistakes; it can decide again once they are mended";
        assert_eq!(
            (&answer["error"]["code"], &answer["error"]["message"]),
            (&json!(-32803), &json!(message))
        );
    }
}

#[test]
fn who_watches_a_sample_is_told_when_it_is_decided_otherwise() {
    let mut desk = Desk::new(json!({ "experimental": { "lictorSamples": true } }));
    let sample = json!({ "uri": format!("{}/requests.ndjson", desk.folder), "line": 2 });
    let wanted = json!({ "uri": desk.uri, "sample": sample, "watch": "one" });
    let first = desk.client.command("lictor.decideSample", wanted)["result"].clone();
    assert_eq!(first["title"], "deny TOO_MANY", "{first}");

    desk.client.tell("textDocument/didChange", changed(&desk.uri, 2, [11, 18], [11, 19], "6"));
    let told = desk.client.told("lictor/sampleDecided");
    assert_eq!(
        (&told["watch"], &told["title"], &told["current"]),
        (&json!("one"), &json!("allow"), &json!(true)),
        "{told}"
    );

    // While the policy has mistakes, what was decided last stays, as what was before.
    desk.client.tell("textDocument/didChange", changed(&desk.uri, 3, [11, 18], [11, 19], "many"));
    let told = desk.client.told("lictor/sampleDecided");
    assert_eq!((&told["title"], &told["current"]), (&json!("allow"), &json!(false)), "{told}");
    assert_eq!(told["problem"], "the policy has mistakes; it can decide again once they are mended");

    desk.client.tell("textDocument/didChange", changed(&desk.uri, 4, [11, 18], [11, 22], "3"));
    let told = desk.client.told("lictor/sampleDecided");
    assert_eq!(
        (&told["title"], &told["current"], &told["problem"]),
        (&json!("deny TOO_MANY"), &json!(true), &Value::Null)
    );

    assert_eq!(desk.client.command("lictor.forgetSample", json!({ "watch": "one" }))["result"], true);
    assert_eq!(desk.client.command("lictor.forgetSample", json!({ "watch": "one" }))["result"], false);
}

#[test]
fn above_a_request_stands_what_comes_of_it() {
    let mut desk = Desk::new(json!({ "workspace": { "codeLens": { "refreshSupport": true } } }));
    let uri = format!("{}/requests.ndjson", desk.folder);
    desk.client.open(&uri, &requests());
    let title = |lenses: &[(u64, String)]| lenses.iter().map(|(_, title)| title.clone()).collect::<Vec<_>>();
    let first = desk.lenses_of(&uri);
    assert_eq!(first, [(0, "Decide this request".to_owned()), (2, "Decide this request".to_owned())]);
    desk.lenses_become(&uri, &["→ allow", "→ deny TOO_MANY"]);

    // An edit of the policy makes that old, and says so.
    desk.client.tell("textDocument/didChange", changed(&desk.uri, 2, [11, 18], [11, 19], "many"));
    let old = "→ deny TOO_MANY (before the policy had mistakes)";
    desk.lenses_become(&uri, &["→ allow (before the policy had mistakes)", old]);
    let edit = changed(&desk.uri, 3, [11, 18], [11, 22], "1");
    assert_eq!(desk.lenses_after(edit, &uri)[1], old, "nobody has decided it again yet");
    desk.lenses_become(&uri, &["→ deny TOO_MANY", "→ deny TOO_MANY"]);
    // Another request is another matter.
    desk.client.tell("textDocument/didChange", changed(&uri, 2, [0, 0], [0, 0], "{}\n"));
    assert_eq!(title(&desk.lenses_of(&uri))[0], "Decide this request");
}

#[test]
fn what_a_change_does_to_the_samples_is_previewed() {
    let mut desk = Desk::new(json!({}));
    let preview = |desk: &mut Desk| {
        desk.client.command("lictor.previewFlips", json!({ "uri": desk.uri }))["result"].clone()
    };
    let same = preview(&mut desk);
    assert_eq!((&same["decided"], &same["flipped"]), (&json!(2), &json!(0)), "{same}");
    desk.client.tell("textDocument/didChange", changed(&desk.uri, 2, [11, 18], [11, 19], "1"));
    let other = preview(&mut desk);
    assert_eq!((&other["decided"], &other["flipped"]), (&json!(2), &json!(1)), "{other}");
    let flip = &other["flips"][0];
    assert_eq!(flip["before"]["decision"], "allow");
    assert_eq!(
        (&flip["after"]["reason_code"], &flip["after"]["rule"]),
        (&json!("TOO_MANY"), &json!("lending.not_too_many"))
    );
    assert_eq!(
        (&flip["sample"]["range"]["start"]["line"], &flip["rule"]["range"]["start"]["line"]),
        (&json!(0), &json!(14))
    );
    assert_eq!(
        other["text"],
        "2 sample requests: 1 decided otherwise than by the policy on disk\n\nrequests.ndjson:1  allow → deny TOO_MANY\n  \
         by lending.not_too_many\n"
    );
    // Saved, it is what is compared with.
    std::fs::write(desk.dir.0.join("lending.lictor"), LENDING.replace("Int = 5", "Int = 1")).unwrap();
    desk.client.tell("textDocument/didSave", of(&desk.uri));
    assert_eq!(preview(&mut desk)["flipped"], 0);
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

#[test]
fn whatever_is_asked_about_a_file_of_requests_is_answered() {
    let literals = json!({ "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } });
    let mut desk = Desk::new(json!({ "textDocument": { "codeAction": literals } }));
    let uri = format!("{}/requests.ndjson", desk.folder);
    desk.client.open(&uri, &requests());
    let place = json!({ "line": 0, "character": 3 });
    let range = json!({ "start": place, "end": place });
    let more = json!({
        "position": place, "range": range, "positions": [place], "ch": "}", "newName": "other",
        "context": { "diagnostics": [], "includeDeclaration": true, "triggerKind": 1, "isRetrigger": false }, "options": { "tabSize": 2, "insertSpaces": true },
    });
    let mut params = of(&uri);
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let asked = [
        "diagnostic",
        "documentSymbol",
        "foldingRange",
        "selectionRange",
        "semanticTokens/full",
        "semanticTokens/range",
        "hover",
        "definition",
        "references",
        "documentHighlight",
        "documentLink",
        "codeAction",
        "codeLens",
        "formatting",
        "rangeFormatting",
        "onTypeFormatting",
        "inlayHint",
        "signatureHelp",
        "typeDefinition",
        "prepareCallHierarchy",
        "completion",
    ];
    for method in asked {
        let answer = desk.client.ask(&format!("textDocument/{method}"), params.clone());
        let is_unknown = answer["error"]["code"] == -32601;
        assert!(answer.get("result").is_some() || is_unknown, "{method}: {answer}");
        if method.ends_with("ormatting") {
            assert!(
                answer["result"].as_array().is_none_or(Vec::is_empty),
                "JSON is not ours to lay out: {answer}"
            );
        }
    }
}
