//! Whatever comes in, and however fast: all of it counts, in its order, and each request has one answer.

use crate::common::client::{Client, changed, notification, of, opened};
use crate::{POLICY, editor, named};
use serde_json::{Value, json};

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
