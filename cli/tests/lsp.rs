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
        ("foldingRangeProvider", "textDocument/foldingRange", with(json!({}))),
        ("selectionRangeProvider", "textDocument/selectionRange", with(json!({ "positions": [place] }))),
        ("semanticTokensProvider", "textDocument/semanticTokens/full", with(json!({}))),
        (
            "semanticTokensProvider",
            "textDocument/semanticTokens/full/delta",
            with(json!({ "previousResultId": "1" })),
        ),
        ("semanticTokensProvider", "textDocument/semanticTokens/range", with(json!({ "range": range }))),
        ("hoverProvider", "textDocument/hover", with(json!({ "position": place }))),
        ("definitionProvider", "textDocument/definition", with(json!({ "position": place }))),
        (
            "referencesProvider",
            "textDocument/references",
            with(json!({ "position": place, "context": { "includeDeclaration": true } })),
        ),
        ("documentHighlightProvider", "textDocument/documentHighlight", with(json!({ "position": place }))),
        ("renameProvider", "textDocument/prepareRename", with(json!({ "position": place }))),
        ("renameProvider", "textDocument/rename", with(json!({ "position": place, "newName": "other" }))),
        ("documentLinkProvider", "textDocument/documentLink", with(json!({}))),
        (
            "codeActionProvider",
            "textDocument/codeAction",
            with(json!({ "range": range, "context": { "diagnostics": [] } })),
        ),
        ("codeLensProvider", "textDocument/codeLens", with(json!({}))),
        (
            "executeCommandProvider",
            "workspace/executeCommand",
            json!({ "command": "lictor.runTests", "arguments": [{ "uri": "untitled:one" }] }),
        ),
        (
            "experimental",
            "workspace/textDocumentContent",
            json!({ "uri": "lictor-library:/std/payments.lictor" }),
        ),
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

/// What a client shows of a text: what is wrong, the outline, the folds and the colours.
fn shown(client: &mut Client, uri: &str, version: i64) -> Vec<Value> {
    let mut shown = vec![client.diagnostics(uri, version)["diagnostics"].clone()];
    for method in ["documentSymbol", "foldingRange", "semanticTokens/full"] {
        let mut result = client.ask(&format!("textDocument/{method}"), of(uri))["result"].clone();
        if let Some(tokens) = result.as_object_mut() {
            tokens.remove("resultId");
        }
        shown.push(result);
    }
    shown
}

#[test]
fn many_edits_show_what_the_text_that_comes_of_them_shows() {
    let pieces = ["x", "\n", " ", "{", "}", "\"", "é", "😀", "// c\n", "ab cd", ";", "rule r on a.b {\n}\n"];
    let mut text: Vec<char> = POLICY.repeat(3).chars().collect();
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", &text.iter().collect::<String>());
    // Numbers that are the same in every run.
    let mut state = 7_u64;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    for version in 2..400 {
        let from = below(text.len());
        let (to, piece) = if below(5) < 2 {
            ((from + below(12)).min(text.len()), "")
        } else {
            (from, pieces[below(pieces.len())])
        };
        let place = |at: usize| {
            let before = &text[..at];
            let line = before.iter().filter(|&&c| c == '\n').count();
            let in_line = before.iter().rev().take_while(|&&c| c != '\n');
            [line as u32, in_line.map(|c| c.len_utf16() as u32).sum()]
        };
        client
            .tell("textDocument/didChange", changed("untitled:one", version, place(from), place(to), piece));
        text.splice(from..to, piece.chars());
    }
    let (mut fresh, _) = Client::initialized(&[], editor());
    fresh.open("untitled:one", &text.iter().collect::<String>());
    assert_eq!(shown(&mut client, "untitled:one", 399), shown(&mut fresh, "untitled:one", 1));
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
fn fixes_are_offered_where_the_mistake_is() {
    let mut abilities = editor();
    abilities["textDocument"]["codeAction"] =
        json!({ "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } });
    abilities["workspace"] = json!({ "workspaceEdit": { "documentChanges": true } });
    let (mut client, _) = Client::initialized(&[], abilities);
    client.open("untitled:one", &POLICY.replace("Int", "Intt"));
    let mut offered = |line: u32, only: Value| {
        let place = json!({ "line": line, "character": 13 });
        let mut params = of("untitled:one");
        params["range"] = json!({ "start": place, "end": place });
        params["context"] = json!({ "diagnostics": [], "only": only });
        client.ask("textDocument/codeAction", params)["result"].as_array().unwrap().clone()
    };
    let fixes = offered(3, json!(["quickfix"]));
    let [fix] = fixes.as_slice() else { panic!("{fixes:?}") };
    assert_eq!((&fix["isPreferred"], &fix["diagnostics"][0]["code"]), (&json!(true), &json!("E0217")));
    let change = &fix["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": "untitled:one", "version": 1 }));
    assert_eq!(change["edits"][0]["newText"], "Int");
    assert_eq!(offered(0, json!(["quickfix"])), Vec::<Value>::new());
    assert_eq!(offered(0, json!(["source"]))[0]["kind"], "source.fixAll");
}

#[test]
fn what_the_user_says_is_a_project_is_one() {
    let rule = "module m.rules\nlayer base\n\naction a.b {\n  default allow\n}\n\nrule r on a.b {\n  deny as LATE\n}\n";
    let dir = Dir::with(&[
        ("one/reasons.lictor", "module n.reasons\nreasons { LATE }\n"),
        ("two/rules.lictor", rule),
    ]);
    let folder = format!("file://{}", dir.0.display());
    let uri = format!("{folder}/two/rules.lictor");
    let mut abilities = editor();
    abilities["workspace"] = json!({
        "configuration": true,
        "didChangeConfiguration": { "dynamicRegistration": true },
        "didChangeWatchedFiles": { "dynamicRegistration": true },
    });
    let (mut client, _) = Client::initialized(&[&folder], abilities);
    client.open(&uri, rule);
    assert_eq!(client.diagnostics(&uri, 1)["diagnostics"][0]["code"], "E0225");
    let registered =
        client.asked.iter().find(|message| message["method"] == "client/registerCapability").unwrap();
    let methods: Vec<&Value> =
        registered["params"]["registrations"].as_array().unwrap().iter().map(|one| &one["method"]).collect();
    assert_eq!(methods, ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]);

    client.settings = json!({ "projects": ["."] });
    client.published.clear();
    client.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    assert_eq!(client.diagnostics(&uri, 1)["diagnostics"], json!([]));
}

#[test]
fn folders_come_and_go() {
    let (one, two) = (Dir::with(&[("m.lictor", POLICY)]), Dir::with(&[("n.lictor", "module m\n")]));
    let folders = [&one, &two].map(|dir| format!("file://{}", dir.0.display()));
    let uris = [format!("{}/m.lictor", folders[0]), format!("{}/n.lictor", folders[1])];
    let (mut client, _) = Client::initialized(&[&folders[0]], editor());
    client.open(&uris[0], POLICY);
    client.diagnostics(&uris[0], 1);
    let change = |added: &[&str], removed: &[&str]| {
        let list = |uris: &[&str]| {
            uris.iter().map(|uri| json!({ "uri": uri, "name": "folder" })).collect::<Vec<_>>()
        };
        json!({ "event": { "added": list(added), "removed": list(removed) } })
    };
    client.tell("workspace/didChangeWorkspaceFolders", change(&[&folders[1]], &[]));
    let found = |client: &mut Client| {
        let answer = client.ask("workspace/symbol", json!({ "query": "m" }));
        answer["result"]
            .as_array()
            .unwrap()
            .iter()
            .map(|symbol| symbol["location"]["uri"].clone())
            .collect::<Vec<_>>()
    };
    let both = found(&mut client);
    assert!(uris.iter().all(|uri| both.contains(&json!(uri))), "{both:?}");
    client.tell("workspace/didChangeWorkspaceFolders", change(&[], &[&folders[1]]));
    assert!(!found(&mut client).contains(&json!(uris[1])));
}

#[test]
fn tests_are_run_where_they_stand() {
    let rest = "\nreasons { MUCH }\n\naction a.b {\n  n: Int\n  default allow\n}\n\nrule r on a.b {\n  deny when n > most as MUCH\n}\n\n\
        example one = a.b { n: 1 }\n\ntest \"few\" {\n  given one\n  expect allow\n}\n\ntest \"many\" {\n  given one with n: 9\n  expect allow\n}\n";
    let text = format!("{POLICY}{rest}");
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", &text);
    assert_eq!(client.diagnostics("untitled:one", 1)["diagnostics"], json!([]));
    let lenses = client.ask("textDocument/codeLens", of("untitled:one"))["result"].clone();
    let commands: Vec<&Value> = lenses.as_array().unwrap().iter().map(|lens| &lens["command"]).collect();
    let tests: Vec<&Value> = commands.iter().map(|command| &command["arguments"][0]["test"]).collect();
    assert_eq!(tests, [&Value::Null, &json!("few"), &json!("many")]);

    let run = |client: &mut Client, command: &Value| {
        let params = json!({ "command": command["command"], "arguments": command["arguments"] });
        client.ask("workspace/executeCommand", params)
    };
    let result = run(&mut client, commands[1])["result"].clone();
    assert_eq!((&result["run"], &result["passed"]), (&json!(1), &json!(1)), "{result}");
    let result = run(&mut client, commands[0])["result"].clone();
    assert_eq!((&result["run"], &result["passed"]), (&json!(2), &json!(1)), "{result}");
    let failed = &result["tests"][1];
    assert_eq!((&failed["expected"], &failed["actual"]), (&json!("allow"), &json!("deny MUCH")));
    let told = loop {
        let published = client.diagnostics("untitled:one", 1)["diagnostics"].clone();
        if published != json!([]) {
            break published;
        }
        client.published.clear();
    };
    assert_eq!(told[0]["range"], failed["place"]["range"], "{told}");
    assert_eq!(told[0]["source"], "lictor test");

    // An edit makes that old; a mistake makes it impossible.
    client.tell("textDocument/didChange", changed("untitled:one", 2, [0, 0], [0, 0], "// here\n"));
    assert_eq!(client.diagnostics("untitled:one", 2)["diagnostics"], json!([]));
    client.tell("textDocument/didChange", changed("untitled:one", 3, [0, 0], [0, 0], "modul\n"));
    assert_eq!(run(&mut client, commands[0])["error"]["code"], -32803);
}
