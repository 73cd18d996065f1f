//! What is told of one text: places, layout, colours.

use crate::common::client::{Client, changed, of};
use crate::{POLICY, editor};
use serde_json::{Value, json};

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
fn colours_that_changed_are_told_as_that() {
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", POLICY);
    let numbers = |answer: &Value| -> Vec<u64> {
        answer["data"].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
    };
    let first = client.ask("textDocument/semanticTokens/full", of("untitled:one"))["result"].clone();
    let mut known = numbers(&first);
    client.tell("textDocument/didChange", changed("untitled:one", 2, [3, 0], [3, 0], "// é\n"));
    let mut params = of("untitled:one");
    params["previousResultId"] = first["resultId"].clone();
    let delta = client.ask("textDocument/semanticTokens/full/delta", params)["result"].clone();
    let [edit] = delta["edits"].as_array().unwrap().as_slice() else { panic!("{delta}") };
    let start = edit["start"].as_u64().unwrap() as usize;
    known.splice(start..start + edit["deleteCount"].as_u64().unwrap() as usize, numbers(edit));
    let all = client.ask("textDocument/semanticTokens/full", of("untitled:one"))["result"].clone();
    assert_eq!(known, numbers(&all));
}

#[test]
fn what_a_client_cannot_show_is_told_plainly() {
    let place = json!({ "line": 3, "character": 8 });
    let told = |formats: Value| {
        let mut abilities = editor();
        abilities["textDocument"]["hover"] = json!({ "contentFormat": formats });
        abilities["textDocument"]["completion"] =
            json!({ "completionItem": { "documentationFormat": formats } });
        let (mut client, _) = Client::initialized(&[], abilities);
        client.open("untitled:one", POLICY);
        let mut at = of("untitled:one");
        at["position"] = place.clone();
        let hover = client.ask("textDocument/hover", at)["result"]["contents"].clone();
        let mut at = of("untitled:one");
        at["position"] = json!({ "line": 2, "character": 0 });
        let items = client.ask("textDocument/completion", at)["result"]["items"].clone();
        let documentation = items[0]["documentation"]["kind"].clone();
        assert_eq!(documentation, hover["kind"], "{items}");
        hover
    };
    let marked = told(json!(["markdown", "plaintext"]));
    assert_eq!(marked["kind"], "markdown");
    assert!(marked["value"].as_str().unwrap().starts_with("```lictor\nparam most"), "{marked}");
    let plain = told(json!(["plaintext"]));
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", POLICY);
    let mut at = of("untitled:one");
    at["position"] = json!({ "line": 2, "character": 0 });
    let items = client.ask("textDocument/completion", at)["result"]["items"].clone();
    assert!(items[0]["documentation"].is_string(), "{items}");
    assert_eq!(plain["kind"], "plaintext");
    assert!(plain["value"].as_str().unwrap().starts_with("param most"), "{plain}");
}
