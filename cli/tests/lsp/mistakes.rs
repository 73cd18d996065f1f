//! What is wrong with a text is told: unasked or asked, with its version, and no longer than it is wrong.

use crate::common::Dir;
use crate::common::client::{Client, changed, of};
use crate::{POLICY, editor};
use serde_json::{Value, json};

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
fn what_a_change_is_comes_later_where_the_client_asks_later() {
    let mut abilities = editor();
    abilities["textDocument"]["codeAction"] = json!({
        "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
        "dataSupport": true,
        "resolveSupport": { "properties": ["edit"] },
    });
    let (mut client, _) = Client::initialized(&[], abilities);
    client.open("untitled:one", &POLICY.replace("Int", "Intt"));
    let place = json!({ "line": 3, "character": 13 });
    let mut params = of("untitled:one");
    params["range"] = json!({ "start": place, "end": place });
    params["context"] = json!({ "diagnostics": [], "only": ["quickfix"] });
    let offered = client.ask("textDocument/codeAction", params)["result"][0].clone();
    assert_eq!((&offered["edit"], &offered["kind"]), (&Value::Null, &json!("quickfix")));
    let resolved = client.ask("codeAction/resolve", offered.clone())["result"].clone();
    assert_eq!(resolved["edit"]["changes"]["untitled:one"][0]["newText"], "Int", "{resolved}");
    // What was offered for another text is not what would be changed now.
    client.tell("textDocument/didChange", changed("untitled:one", 2, [0, 0], [0, 0], "// New\n"));
    assert_eq!(client.ask("codeAction/resolve", offered)["error"]["code"], -32801);
}
