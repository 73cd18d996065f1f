//! The policies in `examples/` that are small enough to be decided by hand: they compile without a word, their tests pass and reach
//! everything, and their requests are decided as `expected.ndjson` says, which people wrote and no program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const EXAMPLES: [&str; 3] = ["debt-calls", "deploys", "ward-charts"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

fn lictor(arguments: &[&str], name: &str) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_lictor"))
        .args(arguments)
        .current_dir(folder(name))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {arguments:?}: {told}");
    output
}

#[test]
fn they_compile_without_a_word() {
    for name in EXAMPLES {
        let output = lictor(&["check", "."], name);
        assert!(!String::from_utf8(output.stdout).unwrap().contains("warning"), "{name}");
        assert!(!String::from_utf8(output.stderr).unwrap().contains("warning"), "{name}");
    }
}

#[test]
fn their_tests_pass_and_reach_everything() {
    for name in EXAMPLES {
        lictor(&["test", ".", "--coverage", "--min-coverage", "100"], name);
    }
}

#[test]
fn their_requests_are_decided_as_people_expect() {
    for name in EXAMPLES {
        let output = lictor(&["decide", ".", "--requests", "requests.ndjson", "--format", "json"], name);
        let text = String::from_utf8(output.stdout).unwrap();
        let short = |decision: &Value| format!("{} {}", decision["decision"], decision["reason_code"]);
        let read = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let decided: Vec<String> = text.lines().map(|line| short(&read(line))).collect();
        let expected = std::fs::read_to_string(folder(name).join("expected.ndjson")).unwrap();
        let expected: Vec<String> = expected.lines().map(|line| short(&read(line))).collect();
        assert!(expected.len() >= 10);
        assert_eq!(decided, expected, "{name}");
    }
}
