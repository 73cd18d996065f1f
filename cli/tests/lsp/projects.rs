//! Which files belong together, and what is on disk.

use crate::common::Dir;
use crate::common::client::{Client, of};
use crate::{POLICY, editor};
use serde_json::{Value, json};

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
    // It is asked beside what is published, and may come a little later.
    let registered = loop {
        let is_it = |message: &&Value| message["method"] == "client/registerCapability";
        match client.asked.iter().find(is_it).cloned() {
            Some(registered) => break registered,
            None => _ = client.ask("textDocument/documentSymbol", of(&uri)),
        }
    };
    let methods: Vec<&Value> =
        registered["params"]["registrations"].as_array().unwrap().iter().map(|one| &one["method"]).collect();
    assert_eq!(methods, ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]);

    client.settings = json!({ "projects": ["."] });
    client.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    loop {
        client.published.clear();
        if client.diagnostics(&uri, 1)["diagnostics"] == json!([]) {
            break;
        }
    }
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
