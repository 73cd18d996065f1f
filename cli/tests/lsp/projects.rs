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

#[test]
fn a_policy_where_nobody_looks_for_one_is_read_with_what_stands_around_it() {
    let rule = "module m.rules\nlayer base\n\naction a.b {\n  default allow\n}\n\nrule r on a.b {\n  deny as LATE\n}\n";
    let reasons = "module m.reasons\nreasons { LATE }\n";
    let dir = Dir::with(&[
        (".gitignore", "/built/\n"),
        ("m.txt", "nothing"),
        ("built/rules.lictor", rule),
        ("built/more/reasons.lictor", reasons),
        ("own/other.lictor", "module n\n"),
    ]);
    let folder = format!("file://{}", dir.0.display());
    let (mut client, _) = Client::initialized(&[&folder], editor());
    let found = |client: &mut Client| {
        let answer = client.ask("workspace/symbol", json!({ "query": "" }))["result"].clone();
        answer.as_array().unwrap().iter().any(|symbol| symbol["name"] == "m.reasons")
    };
    assert!(!found(&mut client), "Git ignores it");
    // What a build writes there does not make it a project.
    let written = json!({ "changes": [{ "uri": format!("{folder}/built/rules.lictor"), "type": 2 }] });
    client.tell("workspace/didChangeWatchedFiles", written);
    assert!(!found(&mut client), "Git ignores it still");
    let uri = format!("{folder}/built/rules.lictor");
    client.open(&uri, rule);
    assert_eq!(client.diagnostics(&uri, 1)["diagnostics"], json!([]));
    assert!(found(&mut client));
}

#[test]
fn a_directory_with_too_many_policies_is_told_and_is_no_project() {
    let dir = Dir::with(&[("a.lictor", POLICY), ("b.lictor", POLICY)]);
    for number in 0..2_000 {
        dir.write(&format!("n{number}.lictor"), format!("module n{number}\n").as_bytes());
    }
    let folder = format!("file://{}", dir.0.display());
    let (mut client, _) = Client::initialized(&[&folder], editor());
    let uri = format!("{folder}/a.lictor");
    client.open(&uri, POLICY);
    // The other one is the same module, which would be a mistake; here, each is by itself.
    let told = client.diagnostics(&uri, 1)["diagnostics"].clone();
    let codes: Vec<&Value> = told.as_array().unwrap().iter().map(|told| &told["code"]).collect();
    assert_eq!(codes, ["W0202"]);
    let said = client.told("window/showMessage");
    assert_eq!(
        said["message"],
        format!(
            "E0604: {} holds more than 2000 policies, or more than 4 MiB of them, which is too much for one project while you edit: \
             each policy that you open there is checked by itself; open the folder that holds your policies, or name that in the setting \
             `lictor.projects`, which has no such limit",
            dir.0.display()
        )
    );
}
