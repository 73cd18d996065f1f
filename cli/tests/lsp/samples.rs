//! Sample requests beside a policy: what comes of them, also while somebody types.

use crate::common::client::{changed, notification, of};
use crate::desk::{Desk, LENDING, requests};
use serde_json::{Value, json};

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
    let problem = "the policy has a mistake on line 12 of lending.lictor: ";
    assert!(told["problem"].as_str().unwrap().starts_with(problem), "{told}");
    assert!(told["text"].as_str().unwrap().starts_with("ALLOW  OK\n"), "{told}");

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
fn who_asks_for_a_sample_of_a_broken_policy_is_told_once_it_is_mended() {
    let mut desk = Desk::new(json!({ "experimental": { "lictorSamples": true } }));
    desk.client.tell("textDocument/didChange", changed(&desk.uri, 2, [11, 18], [11, 19], "many"));
    let wanted = json!({ "uri": desk.uri, "watch": "one" });
    let first = desk.client.command("lictor.decideSample", wanted)["result"].clone();
    assert_eq!((&first["current"], &first["decision"]), (&json!(false), &Value::Null), "{first}");
    let problem = first["problem"].as_str().unwrap().to_owned();
    assert!(problem.starts_with("the policy has a mistake on line 12 of lending.lictor: "), "{problem}");
    assert_eq!(first["text"], format!("NOT DECIDED: {problem}.\n"));

    // What else becomes wrong meanwhile is told as well.
    desk.client.tell("textDocument/didChange", changed(&desk.uri, 3, [3, 10], [3, 10], "( "));
    let told = desk.client.told("lictor/sampleDecided");
    assert_eq!((&told["watch"], &told["decision"]), (&json!("one"), &Value::Null), "{told}");
    assert_ne!(told["problem"], problem);

    let mended =
        [changed(&desk.uri, 4, [3, 10], [3, 12], ""), changed(&desk.uri, 5, [11, 18], [11, 22], "5")];
    let mended: Vec<Value> =
        mended.into_iter().map(|edit| notification("textDocument/didChange", edit)).collect();
    desk.client.write(&mended);
    let told = loop {
        let told = desk.client.told("lictor/sampleDecided");
        if told["current"] == true {
            break told;
        }
    };
    assert_eq!((&told["title"], &told["problem"]), (&json!("allow"), &Value::Null), "{told}");
    assert_eq!(told["sample"]["range"]["start"]["line"], 0);

    // A request that is not there is not waited for.
    let nowhere = json!({ "uri": format!("{}/requests.ndjson", desk.folder), "line": 1 });
    let wanted = json!({ "uri": desk.uri, "sample": nowhere, "watch": "two" });
    assert_eq!(desk.client.command("lictor.decideSample", wanted)["error"]["code"], -32803);
    assert_eq!(desk.client.command("lictor.forgetSample", json!({ "watch": "two" }))["result"], false);
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
