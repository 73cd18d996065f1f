//! Every tool that a host offers to its model, as its hook hears of it, and what becomes of that with the profile `enforce`. The first line of a list below
//! `calls/hosts/` says which edition of the host it is, and which tools that offers with which members: taken from what the host sent to a scripted model, and
//! from its own documentation where a tool is only there with a terminal or by a setting. In each other line stand the tool and its input, as the host
//! writes them, what is wanted, and which action the call is. `cursor.ndjson` is what its makers document, and nobody has driven it.

mod support;

use lictor_hook::{Host, Root};
use lictor_stdlib::profile;
use serde_json::{Value, json};
use support::calls::{call, decided, of_profile};
use support::outcome;

fn list(host: Host) -> Vec<Value> {
    let path = format!("{}/calls/hosts/{host}.ndjson", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_tool_of_a_host_is_known_or_comes_to_a_person() {
    let engine = of_profile(profile("enforce").unwrap());
    for host in Host::ALL {
        for line in &list(host)[1..] {
            let (tool, input) = (line["tool"].as_str().unwrap(), line["input"].to_string());
            // The folder of the work is the one that the sample names.
            let root = Root(Some("/".to_owned()));
            let read = host.read(host.sample(tool, &input).as_bytes(), &root, &[]);
            let read = read.unwrap_or_else(|trouble| panic!("{host}: {line}: {trouble:?}"));
            let input = serde_json::from_str(read.input.get()).unwrap();
            let decision = decided(&engine, &call(&read.tool, input));
            let came = match decision["decision"].as_str().unwrap() {
                "step_up" => "ask",
                came => came,
            };
            let action = &decision["call"]["action"];
            assert_eq!(came, line["want"], "{host}: {line}: {action} {}", outcome(&decision));
            if let Some(is) = line.get("is") {
                assert_eq!(action, is, "{host}: {line}: {}", outcome(&decision));
            }
        }
    }
}

#[test]
fn no_tool_and_no_member_of_one_is_forgotten() {
    for host in Host::ALL {
        let lines = list(host);
        let offered = lines[0]["tools"].as_object().unwrap();
        let calls =
            |tool: &str| lines[1..].iter().filter(move |line| line["tool"] == tool).collect::<Vec<_>>();
        for (tool, members) in offered {
            let calls = calls(tool);
            assert!(!calls.is_empty(), "{host}: nobody calls {tool}");
            for member in members.as_array().unwrap().iter().filter_map(Value::as_str) {
                let has = |line: &&Value| match &line["input"] {
                    // The input is itself the text.
                    Value::String(_) => member == "(text)",
                    input => input.get(member).is_some(),
                };
                assert!(calls.iter().any(has), "{host}: {tool} is not called with {member}");
            }
        }
        for line in &lines[1..] {
            let tool = line["tool"].as_str().unwrap();
            assert!(offered.contains_key(tool), "{host}: {tool} is not offered");
        }
    }
}

/// Rules on one file, as somebody writes them who has not thought of how else it may be called; and one that thinks of disks on which capitals do
/// not matter.
const ONE_FILE: &str = "module base\nlayer base\n\nimport std.actions.file\nimport std.unknown\nuse std.tools.copilot\nuse std.tools.editors\n\
    use std.tools.filesystem\nuse std.tools.shell\nuse std.tools.shell.cursor\nuse std.tools.shell.gemini\n\n\
    roles { reviewer \"Whoever looks at it\" }\n\nescalate to reviewer within 15m\n\n\
    reasons { NOT_THIS_FILE \"Not this one\" }\n\n\
    rule one_file on file.read, file.write {\n  deny when path == \"refused.txt\" as NOT_THIS_FILE\n  \
    deny when path.lower_ascii() == \"small.txt\" as NOT_THIS_FILE\n}\n";

#[test]
fn a_rule_on_a_path_holds_however_the_file_is_called() {
    let engine = support::calls::engine(ONE_FILE);
    let root = Root(Some("/home/ann/shop".to_owned()));
    let came = |host: Host, tool: &str, input: Value| {
        let sample = host.sample(tool, &input.to_string()).replace("\"/\"", "\"/home/ann/shop\"");
        let read = host.read(sample.as_bytes(), &root, &[]).unwrap();
        outcome(&decided(&engine, &call(&read.tool, serde_json::from_str(read.input.get()).unwrap())))
    };
    let names = [
        "refused.txt",
        "./refused.txt",
        ".//refused.txt",
        "a/../refused.txt",
        "a/b/.././../refused.txt",
        "/home/ann/shop/refused.txt",
        "/home/ann/shop/./a/../refused.txt",
        "/home/ann/../ann/shop/refused.txt",
        "SMALL.txt",
        "./Small.TXT",
    ];
    for name in names {
        for (host, tool, input) in [
            (Host::ClaudeCode, "Read", json!({ "file_path": name })),
            (Host::ClaudeCode, "Write", json!({ "file_path": name, "content": "x" })),
            (Host::ClaudeCode, "Bash", json!({ "command": format!("cat {name}") })),
            (Host::ClaudeCode, "Bash", json!({ "command": format!("echo x > {name}") })),
            (Host::ClaudeCode, "Bash", json!({ "command": format!("cd /home/ann/shop && tee {name} < a") })),
            (Host::Codex, "Bash", json!({ "command": format!("head {name}") })),
            (
                Host::Codex,
                "apply_patch",
                json!({ "command": format!("*** Begin Patch\n*** Update File: {name}\n@@\n-a\n+b\n*** End Patch") }),
            ),
            (Host::Cursor, "Write", json!({ "path": name, "contents": "x" })),
            (Host::Cursor, "Shell", json!({ "command": format!("echo x > {name}") })),
            (Host::Gemini, "write_file", json!({ "file_path": name, "content": "x" })),
            (Host::Gemini, "run_shell_command", json!({ "command": format!("echo x > {name}") })),
            (Host::Copilot, "create", json!({ "path": name, "file_text": "x" })),
            (Host::Copilot, "bash", json!({ "command": format!("echo x > {name}"), "description": "d" })),
        ] {
            let came = came(host, tool, input);
            assert!(came != "allow OK", "{host} {tool} {name}: {came}");
            assert!(
                came.contains("NOT_THIS_FILE") || tool == "Bash" && came.starts_with("step_up"),
                "{host} {tool} {name}: {came}"
            );
        }
    }
    for name in ["other.txt", "refused.txt.bak", "a/refused.txt", "/home/ann/refused.txt"] {
        let came = came(Host::ClaudeCode, "Write", json!({ "file_path": name, "content": "x" }));
        assert_eq!(came, "allow OK", "{name}");
    }
}
