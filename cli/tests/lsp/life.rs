//! The life of a server as the protocol has it, and that all is there that it tells of.

use crate::common::client::{Client, of};
use crate::{POLICY, editor};
use serde_json::{Value, json};

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
        ("signatureHelpProvider", "textDocument/signatureHelp", with(json!({ "position": place }))),
        ("inlayHintProvider", "textDocument/inlayHint", with(json!({ "range": range }))),
        ("typeDefinitionProvider", "textDocument/typeDefinition", with(json!({ "position": place }))),
        ("callHierarchyProvider", "textDocument/prepareCallHierarchy", with(json!({ "position": place }))),
        ("completionProvider", "textDocument/completion", with(json!({ "position": place }))),
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
            "executeCommandProvider",
            "workspace/executeCommand",
            json!({ "command": "lictor.showSetters", "arguments": [{ "uri": "untitled:one", "position": place }] }),
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
