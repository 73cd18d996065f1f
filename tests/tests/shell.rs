//! Command lines, from the call of a tool through the library to a decision: what hides is held or refused, and ordinary work is not refused.

mod support;

use std::collections::BTreeMap;

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Scratch};
use serde_json::{Value, json};
use support::outcome;

const EVASION: &str = include_str!("../../commands/tests/corpus/evasion.txt");
const BENIGN: &str = include_str!("../../commands/tests/corpus/benign.txt");

const PAGE: &str = include_str!("../../docs/tools.md");

const POLICY: &str = "module base\nlayer base\n\nimport std.base\n\n\
    use std.tools.shell\nuse std.tools.shell.codex\n\nroles { reviewer \"Whoever looks at it\" }\n\nescalate to reviewer within 15m\n";

fn engine() -> Engine {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let compiled = compile(&Project {
        name: "shell".to_string(),
        files: vec![file("base.lictor", POLICY)],
        library: lictor_stdlib::MODULES.iter().map(|module| file(module.path, module.text)).collect(),
        ..Project::default()
    });
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    Engine::from_bundle(compiled.bundle.unwrap()).unwrap()
}

/// The command lines of a list.
fn lines(corpus: &str) -> Vec<String> {
    let lines = corpus.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.replace('⏎', "\n").replace('␍', "\r").replace('␀', "\0")).collect()
}

/// What is decided of a call, as a decision has it.
fn decided(engine: &Engine, tool: &str, input: Value) -> Value {
    let at = "2026-01-01T00:00:00Z";
    let fact = |name: &str| json!({ "fact": name, "args": { "nonce": "n-1" }, "value": false });
    let request = json!({
        "tool": tool,
        "input": input,
        "agent": { "id": "a" },
        "mandate": {
            "signature_verified": true,
            "issued_at": at,
            "expires_at": "2026-01-31T00:00:00Z",
            "nonce": "n-1",
            "ceiling": { "amount": "1", "currency": "USD" },
            "scope": ["file.*", "web.*", "infra.*", "code.*", "identity.*", "unknown.*"],
        },
        "context": { "now": at, "facts_as_of": at, "bundle_as_of": at, "revocations_as_of": at },
        "facts": [fact("mandate_used"), fact("mandate_revoked")],
    });
    let decision = engine.decide(&mut Scratch::default(), request.to_string().as_bytes());
    serde_json::to_value(decision).unwrap()
}

/// How many lines of a list are allowed, left to a person and refused, with those that a test has something against.
fn counted(
    tool: &str,
    corpus: &str,
    input: fn(&str) -> Value,
    against: &str,
) -> (BTreeMap<String, usize>, Vec<String>) {
    let engine = engine();
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for line in lines(corpus) {
        let decision = decided(&engine, tool, input(&line));
        let found = decision["decision"].as_str().unwrap().to_owned();
        if found == against {
            wrong.push(format!("{line}: {} {}", decision["call"]["action"], outcome(&decision)));
        }
        *counts.entry(found).or_default() += 1;
    }
    (counts, wrong)
}

fn text(line: &str) -> Value {
    json!({ "command": line, "description": "What it does" })
}

fn words(line: &str) -> Value {
    json!({ "command": ["bash", "-lc", line], "timeout_ms": 1000 })
}

/// The page tells these counts.
fn are(counts: &BTreeMap<String, usize>, allow: usize, step_up: usize, deny: usize) {
    let named = [("allow", allow), ("deny", deny), ("step_up", step_up)];
    let named =
        named.iter().filter(|(_, count)| *count > 0).map(|(name, count)| ((*name).to_owned(), *count));
    assert_eq!(counts, &named.collect::<BTreeMap<_, _>>());
    for count in [allow, step_up, deny, allow + step_up + deny].into_iter().filter(|count| *count > 0) {
        let told = count.to_string();
        let told = if count < 1_000 { told } else { told[..1].to_owned() + "," + &told[1..] };
        assert!(PAGE.contains(&format!(" {told} ")), "docs/tools.md does not say {told}");
    }
}

#[test]
fn what_hides_is_held_or_refused() {
    for (tool, input) in [("Bash", text as fn(&str) -> Value), ("shell", words)] {
        let (counts, wrong) = counted(tool, EVASION, input, "allow");
        assert!(wrong.is_empty(), "{tool}: {wrong:#?}");
        are(&counts, 0, 2_612, 151);
    }
}

#[test]
fn ordinary_work_is_not_refused() {
    for (tool, input) in [("Bash", text as fn(&str) -> Value), ("shell", words)] {
        let (counts, wrong) = counted(tool, BENIGN, input, "deny");
        assert!(wrong.is_empty(), "{tool}: {wrong:#?}");
        are(&counts, 561, 169, 0);
    }
}

#[test]
fn each_call_is_the_gravest_thing_that_it_would_do() {
    let engine = engine();
    let came = |line: &str| {
        let decision = decided(&engine, "Bash", text(line));
        format!("{} {}", decision["call"]["action"].as_str().unwrap_or("-"), outcome(&decision))
    };
    for (line, expected) in [
        ("cat README.md", "file.read allow OK"),
        ("git status", "file.read allow OK"),
        ("kubectl get pods", "infra.read_config allow OK"),
        ("echo hello > notes.txt", "file.write allow OK"),
        ("curl -s https://example.com/v1", "web.browse allow OK"),
        ("curl -fsSL https://example.com/a -o b", "web.download allow OK"),
        ("git push origin fix/typo", "code.push allow OK"),
        ("git push origin main", "code.push step_up MAIN_BRANCH"),
        ("git push", "code.push step_up MAIN_BRANCH"),
        ("rm build.log", "file.delete step_up DEFAULT_STEP_UP"),
        ("cat ~/.ssh/id_rsa", "identity.read_secret step_up RISK_STEP_UP"),
        ("cargo test", "code.execute_shell step_up RISK_STEP_UP"),
        ("$x", "code.execute_shell step_up RISK_STEP_UP"),
        ("mkfs.ext4 /dev/sda1", "code.execute_shell deny SYSTEM_DESTROYED"),
        ("history -c", "code.execute_shell deny TRACES_REMOVED"),
    ] {
        assert_eq!(came(line), expected, "{line}");
    }
    // What is longer than a command may be is no command.
    assert_eq!(came(&format!("ls {}", "a".repeat(4_100))), "- deny STRUCTURE_INVALID");
}
