//! What editors show beside the words of a policy, and when they are asked to look again.

use crate::common::Dir;
use crate::common::client::{Client, changed, of};
use serde_json::{Value, json};

const BASE: &str = "module m\nlayer base\ntiers { new }\nreasons { MUCH }\n\naction a.b {\n  n: Int\n  default allow\n}\n\n\
    param most: Int = 5\n  range 0 to 9\n  stricter when lower\n\nfn small(n: Int) -> Bool = n < most\n\n\
    rule r on a.b {\n  let few = n <= most\n  require few and small(n) else MUCH\n}\n";
const LAYER: &str = "module m.new\nlayer agent new\nset most = 3\n";

/// A project of two files, and a client with these abilities that shows both.
fn shown(workspace: Value) -> (Client, Dir, String, String) {
    let dir = Dir::with(&[("base.lictor", BASE), ("new.lictor", LAYER)]);
    let folder = format!("file://{}", dir.0.display());
    let (base, layer) = (format!("{folder}/base.lictor"), format!("{folder}/new.lictor"));
    let (mut client, _) = Client::initialized(&[&folder], json!({ "workspace": workspace }));
    client.open(&base, BASE);
    client.open(&layer, LAYER);
    (client, dir, base, layer)
}

fn with(uri: &str, more: Value) -> Value {
    let mut params = of(uri);
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    params
}

/// The labels of all hints of a file.
fn labels(client: &mut Client, uri: &str) -> Vec<String> {
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let hints = client.ask("textDocument/inlayHint", with(uri, json!({ "range": range })))["result"].clone();
    let text = |hint: &Value| -> String {
        hint["label"].as_array().unwrap().iter().map(|part| part["value"].as_str().unwrap()).collect()
    };
    hints.as_array().unwrap().iter().map(text).collect()
}

/// What the lens above the parameter does.
fn lens(client: &mut Client, uri: &str) -> Value {
    let lenses = client.ask("textDocument/codeLens", of(uri))["result"].clone();
    let mut above = lenses.as_array().unwrap().iter().filter(|lens| lens["range"]["start"]["line"] == 10);
    above.next().unwrap()["command"].clone()
}

/// How often the client was asked to look again.
fn asked(client: &Client, method: &str) -> usize {
    client.asked.iter().filter(|message| message["method"] == method).count()
}

const HINTS: &str = "workspace/inlayHint/refresh";
const LENSES: &str = "workspace/codeLens/refresh";
const COLOURS: &str = "workspace/semanticTokens/refresh";

/// Goes on until the client was asked so often to look again.
fn wait(client: &mut Client, method: &str, times: usize, uri: &str) {
    for _ in 0..10_000 {
        if asked(client, method) >= times {
            return;
        }
        client.ask("textDocument/documentSymbol", of(uri));
    }
    panic!("{method}: {} times", asked(client, method));
}

#[test]
fn a_value_that_another_file_sets_is_shown_anew() {
    let refresh = json!({ "refreshSupport": true });
    let (mut client, _dir, base, layer) =
        shown(json!({ "inlayHint": refresh, "codeLens": refresh, "configuration": true }));
    let lens = |client: &mut Client| lens(client, &base)["title"].as_str().unwrap().to_owned();
    let first = [" at policy", ": Bool", " = 5; 3 with tier new"];
    assert_eq!(labels(&mut client, &base), first);
    assert_eq!(lens(&mut client), "set by tier new");

    // Another value is set.
    client.tell("textDocument/didChange", changed(&layer, 2, [2, 11], [2, 12], "4"));
    wait(&mut client, HINTS, 1, &base);
    assert_eq!(labels(&mut client, &base)[2], " = 5; 4 with tier new");
    // Nobody sets it any more.
    let lenses = asked(&client, LENSES);
    client.tell("textDocument/didChange", changed(&layer, 3, [2, 0], [3, 0], ""));
    wait(&mut client, HINTS, 2, &base);
    wait(&mut client, LENSES, lenses + 1, &base);
    assert_eq!(labels(&mut client, &base)[2], " = 5");
    assert_eq!(lens(&mut client), "set by nobody: its default holds");

    // What the user does not want is not shown, from now on.
    client.settings = json!({ "inlayHints": { "types": false, "parameters": false } });
    client.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    wait(&mut client, HINTS, 3, &base);
    assert_eq!(labels(&mut client, &base), first[..1]);
}

#[test]
fn who_cannot_show_places_is_told_in_words() {
    let (mut client, _dir, base, layer) = shown(json!({}));
    let lens = lens(&mut client, &base);
    assert_eq!(lens["command"], "lictor.showSetters");
    let params = json!({ "command": lens["command"], "arguments": lens["arguments"] });
    let places = client.ask("workspace/executeCommand", params)["result"].clone();
    assert_eq!(
        (&places[0]["uri"], &places[0]["range"]["start"]["line"]),
        (&json!(layer), &json!(2)),
        "{places}"
    );
}

#[test]
fn who_can_show_places_does() {
    let dir = Dir::with(&[("base.lictor", BASE), ("new.lictor", LAYER)]);
    let folder = format!("file://{}", dir.0.display());
    let commands = json!({ "experimental": { "commands": { "commands": ["lictor.showReferences"] } } });
    let (mut client, _) = Client::initialized(&[&folder], commands);
    let base = format!("{folder}/base.lictor");
    client.open(&base, BASE);
    let lens = lens(&mut client, &base);
    assert_eq!(lens["command"], "lictor.showReferences");
    assert_eq!(lens["arguments"][0], json!(base));
    assert_eq!(lens["arguments"][1], json!({ "line": 10, "character": 6 }));
    assert_eq!(lens["arguments"][2][0]["uri"], json!(format!("{folder}/new.lictor")));
}

#[test]
fn who_uses_something_is_asked_step_by_step() {
    let (mut client, _dir, base, layer) = shown(json!({}));
    let at = json!({ "position": { "line": 10, "character": 7 } });
    let items = client.ask("textDocument/prepareCallHierarchy", with(&base, at))["result"].clone();
    assert_eq!(items[0]["name"], "most");
    let names = |calls: &Value, end: &str| -> Vec<String> {
        calls.as_array().unwrap().iter().map(|call| call[end]["name"].as_str().unwrap().to_owned()).collect()
    };
    // What was told of is found again where its file has changed since.
    client.tell("textDocument/didChange", changed(&base, 2, [0, 0], [0, 0], "// First\n"));
    let calls = client.ask("callHierarchy/incomingCalls", json!({ "item": items[0] }))["result"].clone();
    assert_eq!(names(&calls, "from"), ["small", "r", "set most"]);
    assert_eq!(calls[2]["from"]["uri"], json!(layer));
    let calls =
        client.ask("callHierarchy/outgoingCalls", json!({ "item": calls[1]["from"] }))["result"].clone();
    assert_eq!(names(&calls, "to"), ["small", "most"]);
    assert_eq!(calls[0]["fromRanges"][0]["start"], json!({ "line": 19, "character": 18 }));
    let gone = json!({ "item": { "name": "x", "kind": 12, "uri": base, "range": items[0]["range"], "selectionRange": items[0]["range"] } });
    assert_eq!(client.code("callHierarchy/incomingCalls", gone), Some(-32602));
}

#[test]
fn what_a_function_takes_is_told_while_its_arguments_are_written() {
    let (mut client, _dir, base, _) = shown(json!({}));
    client.tell("textDocument/didChange", changed(&base, 2, [18, 10], [18, 33], "small("));
    let at = json!({ "position": { "line": 18, "character": 16 } });
    let help = client.ask("textDocument/signatureHelp", with(&base, at))["result"].clone();
    assert_eq!(help["signatures"][0]["label"], "small(n: Int) -> Bool", "{help}");
    assert_eq!(help["signatures"][0]["parameters"][0]["label"], "n: Int");
    assert_eq!((&help["activeSignature"], &help["activeParameter"]), (&json!(0), &json!(0)));
}

#[test]
fn names_to_which_another_file_gives_another_meaning_are_coloured_anew() {
    const MORE: &str = "module m.more\nlayer base\n\nrule s on a.b {\n  deny when n > most as MUCH\n}\n";
    let dir = Dir::with(&[("base.lictor", BASE), ("more.lictor", MORE)]);
    let folder = format!("file://{}", dir.0.display());
    let (base, more) = (format!("{folder}/base.lictor"), format!("{folder}/more.lictor"));
    let abilities = json!({ "workspace": { "semanticTokens": { "refreshSupport": true } } });
    let (mut client, _) = Client::initialized(&[&folder], abilities);
    client.open(&base, BASE);
    client.open(&more, MORE);
    let colours = |client: &mut Client| {
        client.ask("textDocument/semanticTokens/full", of(&more))["result"]["data"].clone()
    };
    let before = colours(&mut client);
    // What a rule says concerns no other file, and what the client edits it asks about by itself.
    client.tell("textDocument/didChange", changed(&base, 2, [17, 0], [17, 0], "  // few\n"));
    client.diagnostics(&base, 2);
    client.tell("textDocument/didChange", changed(&more, 2, [3, 0], [3, 0], "// more\n"));
    client.diagnostics(&more, 2);
    assert_eq!(asked(&client, COLOURS), 0);
    client.tell("textDocument/didChange", changed(&more, 3, [3, 0], [4, 0], ""));
    client.diagnostics(&more, 3);
    assert_eq!(colours(&mut client), before);
    // The parameter is called otherwise.
    client.tell("textDocument/didChange", changed(&base, 3, [10, 6], [10, 10], "least"));
    wait(&mut client, COLOURS, 1, &more);
    assert_ne!(colours(&mut client), before);
}
