//! The language server as editors run it: what the protocol asks of every server, and that nothing gets lost.

mod common;

use common::Dir;
use common::client::{Client, changed, notification, of, opened};
use serde_json::{Value, json};

const POLICY: &str = "module m\nlayer base\n\nparam most: Int = 5\n  range 0 to 9\n  stricter when lower\n";

/// What an editor can do that takes trees of symbols.
fn editor() -> Value {
    json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } })
}

fn named(symbols: &Value) -> Vec<&str> {
    symbols["result"].as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap()).collect()
}

#[test]
fn a_life_as_the_protocol_has_it() {
    let mut client = Client::start();
    assert_eq!(client.code("textDocument/documentSymbol", of("file:///m.lictor")), Some(-32002));
    let answer = client.ask("initialize", json!({ "capabilities": {} }));
    assert_eq!(answer["result"]["serverInfo"]["name"], "lictor");
    assert_eq!(client.code("initialize", json!({ "capabilities": {} })), Some(-32600));
    client.tell("initialized", json!({}));
    assert_eq!(client.code("lictor/nothing", json!({})), Some(-32601));
    client.tell("$/nothing", json!({}));
    client.tell("lictor/nothing", json!({}));
    assert_eq!(client.code("textDocument/documentSymbol", json!({ "text": 1 })), Some(-32602));
    assert_eq!(client.code("textDocument/documentSymbol", of("file:///nowhere.lictor")), Some(-32602));
    assert_eq!(client.code("shutdown", Value::Null), None);
    assert_eq!(client.code("textDocument/documentSymbol", of("file:///m.lictor")), Some(-32600));
    client.tell("exit", Value::Null);
    assert_eq!(client.end(), (Some(0), Vec::new()));
}

#[test]
fn who_leaves_without_shutdown_is_told_so() {
    let (mut client, _) = Client::initialized(&[], json!({}));
    client.tell("exit", Value::Null);
    assert_eq!(client.end().0, Some(1));

    let (mut client, _) = Client::initialized(&[], json!({}));
    client.hang_up();
    assert_eq!(client.end().0, Some(1));
}

#[test]
fn what_is_said_to_be_there_is_there() {
    let (mut client, result) = Client::initialized(&[], editor());
    client.open("untitled:one", POLICY);
    let place = json!({ "line": 3, "character": 8 });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 5, "character": 0 } });
    let with = |more: Value| {
        let mut params = of("untitled:one");
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    let layout = json!({ "tabSize": 2, "insertSpaces": true });
    let requests = [
        ("diagnosticProvider", "textDocument/diagnostic", with(json!({}))),
        ("diagnosticProvider", "workspace/diagnostic", json!({ "previousResultIds": [] })),
        ("documentFormattingProvider", "textDocument/formatting", with(json!({ "options": layout }))),
        (
            "documentRangeFormattingProvider",
            "textDocument/rangeFormatting",
            with(json!({ "range": range, "options": layout })),
        ),
        (
            "documentOnTypeFormattingProvider",
            "textDocument/onTypeFormatting",
            with(json!({ "position": place, "ch": "}", "options": layout })),
        ),
        ("documentSymbolProvider", "textDocument/documentSymbol", with(json!({}))),
        ("workspaceSymbolProvider", "workspace/symbol", json!({ "query": "" })),
    ];
    for (ability, method, params) in &requests {
        assert!(!result["capabilities"][ability].is_null(), "{ability} is answered, and not told of");
        let answer = client.ask(method, params.clone());
        assert!(answer.get("result").is_some(), "{method}: {answer}");
    }
    // And nothing else is told of.
    let about_texts = ["positionEncoding", "textDocumentSync", "workspace"];
    for ability in result["capabilities"].as_object().unwrap().keys() {
        let is_known =
            about_texts.contains(&ability.as_str()) || requests.iter().any(|(known, ..)| known == ability);
        assert!(is_known, "{ability} is told of, and not tried here");
    }
}

#[test]
fn mistakes_are_published_with_their_version_and_go_when_they_are_mended() {
    let dir = Dir::with(&[("m.lictor", POLICY)]);
    let folder = format!("file://{}", dir.0.display());
    let uri = format!("{folder}/m.lictor");
    let (mut client, _) = Client::initialized(&[&folder], editor());
    client.open(&uri, POLICY);
    let first = client.diagnostics(&uri, 1);
    assert_eq!(first["diagnostics"][0]["code"], "W0202", "{first}");
    assert_eq!(first["diagnostics"][0]["tags"], json!([1]));

    client.tell("textDocument/didChange", changed(&uri, 2, [3, 12], [3, 15], "Intt"));
    let second = client.diagnostics(&uri, 2);
    let [mistake] = second["diagnostics"].as_array().unwrap().as_slice() else { panic!("{second}") };
    assert_eq!(
        mistake["range"],
        json!({ "start": { "line": 3, "character": 12 }, "end": { "line": 3, "character": 16 } })
    );
    assert_eq!((&mistake["severity"], &mistake["source"]), (&json!(1), &json!("lictor")));
    assert_eq!(mistake["data"]["newText"], "Int", "{mistake}");

    client.tell("textDocument/didChange", changed(&uri, 3, [3, 12], [3, 16], "Int"));
    assert_eq!(client.diagnostics(&uri, 3)["diagnostics"], first["diagnostics"]);
}

#[test]
fn a_mistake_in_one_file_is_told_of_another() {
    let reasons = "module m.reasons\nreasons {\n  LATE \"It is late\"\n}\n";
    let rule = "module m.rules\nlayer base\n\naction a.b {\n  n: Int\n  default allow\n}\n\nrule r on a.b {\n  deny when n > 1 as LATE\n}\n";
    let dir = Dir::with(&[("reasons.lictor", reasons), ("rules.lictor", rule)]);
    let folder = format!("file://{}", dir.0.display());
    let (reasons_uri, rule_uri) = (format!("{folder}/reasons.lictor"), format!("{folder}/rules.lictor"));
    let (mut client, _) = Client::initialized(&[&folder], editor());
    client.open(&reasons_uri, reasons);
    assert_eq!(client.diagnostics(&reasons_uri, 1)["diagnostics"], json!([]));
    client.tell("textDocument/didChange", changed(&reasons_uri, 2, [2, 2], [2, 6], "EARLY"));
    let told = client.diagnostics(&rule_uri, 0);
    assert_eq!(told["diagnostics"][0]["range"]["start"], json!({ "line": 9, "character": 21 }), "{told}");
    assert!(told.get("version").is_none_or(Value::is_null), "nobody shows this file: {told}");
    // On disk it is as it was.
    client.tell("textDocument/didClose", of(&reasons_uri));
    loop {
        client.published.clear();
        if client.diagnostics(&rule_uri, 0)["diagnostics"] == json!([]) {
            break;
        }
    }
}

#[test]
fn files_that_change_on_disk_are_read_again() {
    let dir = Dir::with(&[("m.lictor", POLICY)]);
    let folder = format!("file://{}", dir.0.display());
    let (uri, other) = (format!("{folder}/m.lictor"), format!("{folder}/n.lictor"));
    let (mut client, _) = Client::initialized(&[&folder], editor());
    client.open(&uri, POLICY);
    client.diagnostics(&uri, 1);
    dir.write("n.lictor", b"module m\n");
    let event = |kind: u32| json!({ "changes": [{ "uri": other, "type": kind }] });
    client.tell("workspace/didChangeWatchedFiles", event(1));
    assert_eq!(client.diagnostics(&other, 0)["diagnostics"][0]["code"], "E0202");
    std::fs::remove_file(dir.0.join("n.lictor")).unwrap();
    client.published.clear();
    client.tell("workspace/didChangeWatchedFiles", event(3));
    assert_eq!(client.diagnostics(&other, 0)["diagnostics"], json!([]));
}

#[test]
fn who_asks_for_diagnostics_is_not_told_unasked() {
    let mut abilities = editor();
    abilities["textDocument"]["diagnostic"] = json!({});
    let (mut client, _) = Client::initialized(&[], abilities);
    client.open("untitled:one", POLICY);
    let answer = client.ask("textDocument/diagnostic", of("untitled:one"));
    let report = &answer["result"];
    assert_eq!((&report["kind"], &report["items"][0]["code"]), (&json!("full"), &json!("W0202")), "{answer}");
    let mut again = of("untitled:one");
    again["previousResultId"] = report["resultId"].clone();
    let answer = client.ask("textDocument/diagnostic", again);
    assert_eq!(answer["result"], json!({ "kind": "unchanged", "resultId": report["resultId"] }));
    let known = json!([{ "uri": "untitled:one", "value": report["resultId"] }, { "uri": "file:///gone.lictor", "value": "0" }]);
    let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    let items = answer["result"]["items"].as_array().unwrap();
    let kinds: Vec<(&str, &str)> =
        items.iter().map(|item| (item["uri"].as_str().unwrap(), item["kind"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("file:///gone.lictor", "full"), ("untitled:one", "unchanged")]);
    assert_eq!(client.published, Vec::<Value>::new());
}

#[test]
fn places_are_counted_as_was_agreed() {
    // Before the mistake stand a character of two bytes, and one of four bytes and two units of UTF-16.
    let text = POLICY.replace("layer base", "layer /* é😀 */ base");
    for (encoding, column) in [("utf-8", 8 + 6), ("utf-16", 8 + 3), ("utf-32", 8 + 2)] {
        let mut abilities = editor();
        abilities["general"] = json!({ "positionEncodings": ["utf-7", encoding, "utf-16"] });
        let (mut client, result) = Client::initialized(&[], abilities);
        assert_eq!(result["capabilities"]["positionEncoding"], encoding);
        client.open("untitled:one", &text);
        let (from, to) = ([1, 6], [1, column + 5]);
        client.tell("textDocument/didChange", changed("untitled:one", 2, from, to, ""));
        assert_eq!(client.diagnostics("untitled:one", 2)["diagnostics"][0]["code"], "W0202");
    }
}

#[test]
fn formatting_changes_only_what_is_not_as_it_should_be() {
    let (mut client, _) = Client::initialized(&[], editor());
    for end in ["\n", "\r\n"] {
        let text = POLICY.replace("range 0 to", "range  0   to").replace('\n', end);
        client.open("untitled:one", &text);
        let mut params = of("untitled:one");
        params["options"] = json!({ "tabSize": 8, "insertSpaces": false });
        let edits = client.ask("textDocument/formatting", params)["result"].clone();
        let edit = |from: u32, to: u32| json!({ "range": { "start": { "line": 4, "character": from }, "end": { "line": 4, "character": to } }, "newText": "" });
        assert_eq!(edits, json!([edit(8, 9), edit(11, 13)]));
    }
}

#[test]
fn a_burst_of_edits_is_published_as_one() {
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", POLICY);
    client.diagnostics("untitled:one", 1);
    client.published.clear();
    let edits: Vec<Value> = (0..30)
        .map(|at| {
            notification("textDocument/didChange", changed("untitled:one", at + 2, [3, 10], [3, 10], "t"))
        })
        .collect();
    client.write(&edits);
    let last = client.diagnostics("untitled:one", 31);
    assert_eq!(last["version"], 31);
    assert!(client.published.len() <= 3, "{:?}", client.published);
    let symbols = client.ask("textDocument/documentSymbol", of("untitled:one"));
    assert_eq!(named(&symbols).last(), Some(&format!("most{}", "t".repeat(30)).as_str()));
}

#[test]
fn what_is_no_longer_wanted_is_not_answered() {
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", POLICY);
    let (ids, mut messages): (Vec<i64>, Vec<Value>) =
        (0..20).map(|_| client.request("textDocument/documentSymbol", of("untitled:one"))).unzip();
    messages.extend(ids.iter().map(|id| notification("$/cancelRequest", json!({ "id": id }))));
    client.write(&messages);
    let codes: Vec<i64> =
        ids.iter().map(|&id| client.answer(id)["error"]["code"].as_i64().unwrap_or(0)).collect();
    assert_eq!(codes, [-32800; 20]);
    assert_eq!(named(&client.ask("textDocument/documentSymbol", of("untitled:one"))).len(), 3);
}

#[test]
fn an_answer_is_about_the_text_at_its_place() {
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", POLICY);
    let mut messages = Vec::new();
    let mut ids = Vec::new();
    for at in 0..40 {
        let change = changed("untitled:one", at + 2, [3, 10], [3, 10], "t");
        messages.push(notification("textDocument/didChange", change));
        let (id, request) = client.request("textDocument/documentSymbol", of("untitled:one"));
        ids.push(id);
        messages.push(request);
    }
    client.write(&messages);
    for (at, id) in ids.into_iter().enumerate() {
        let answer = client.answer(id);
        assert_eq!(named(&answer).last(), Some(&format!("most{}", "t".repeat(at + 1)).as_str()));
    }
}

#[test]
fn a_thousand_texts_are_opened_and_edited_at_once_and_none_is_lost() {
    let (mut client, _) = Client::initialized(&[], editor());
    let mut messages = Vec::new();
    let mut ids = Vec::new();
    for number in 0..1000 {
        let uri = format!("untitled:{number}");
        messages.push(notification("textDocument/didOpen", opened(&uri, POLICY)));
        let change = changed(&uri, 2, [3, 10], [3, 10], &format!("_{number}"));
        messages.push(notification("textDocument/didChange", change));
        let (id, request) = client.request("textDocument/documentSymbol", of(&uri));
        ids.push(id);
        messages.push(request);
        messages.push(notification("textDocument/didClose", of(&uri)));
    }
    client.write(&messages);
    for (number, id) in ids.into_iter().enumerate() {
        let answer = client.answer(id);
        assert_eq!(named(&answer).last(), Some(&format!("most_{number}").as_str()));
    }
}
