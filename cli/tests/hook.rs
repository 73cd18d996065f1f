//! `lictor hook`: what a host gets in any case, and what becomes of its configuration.

mod common;

use std::io::Write;
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use common::server::Server;
use common::{Dir, Run, command};
use lictor_hook::Host;
use serde_json::{Value, json};

const POLICY: &str = r#"module agents
layer base

import std.unknown
import std.risk.files
use std.tools.filesystem
use std.tools.shell

roles { reviewer "Whoever looks at it" }
escalate to reviewer within 30m

reasons {
  NOT_THIS "This is nobody's to write"
  ASK_US   "Somebody looks at it first"
  SECRETLY "What nobody is to know"
  LATER    "It is owed"
}

rule names on file.write {
  deny when path == "refused.txt" as NOT_THIS "{path} is refused"
  deny when path == "secret.txt" as SECRETLY told as NOT_THIS "the true reason"
  step_up when path == "held.txt" as ASK_US "{path} is held"
  step_up when path == "twice.txt" to reviewer quorum 2 as ASK_US "{path} is for two"
  oblige notify when path == "owed.txt" as LATER "{path} is owed"
}
"#;

/// A directory with a bundle that is signed.
fn dir() -> Dir {
    static BUNDLE: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    let (bundle, key) = BUNDLE.get_or_init(|| {
        let dir = Dir::with(&[("policy/agents.lictor", POLICY)]);
        dir.run(&["keygen", "-o", "k"]).ends_with(0);
        dir.run(&["build", "policy", "-o", "a.bundle", "--key", "k.key"]).ends_with(0);
        (dir.read("a.bundle"), dir.read("k.pub"))
    });
    let dir = Dir::new();
    dir.write("a.bundle", bundle);
    dir.write("k.pub", key);
    dir
}

const BY: [&str; 4] = ["--bundle", "a.bundle", "--key", "k.pub"];

fn ask(dir: &Dir, host: Host, more: &[&str], input: &str) -> Run {
    // Codex runs its hooks where it says that it is.
    let here = json!(dir.0.canonicalize().unwrap().display().to_string());
    let input = match host {
        Host::Codex => input.replace("\"cwd\":\"/\"", &format!("\"cwd\":{here}")),
        _ => input.to_owned(),
    };
    let run = dir.run_with(&[&["hook", host.name()], more].concat(), input.as_bytes());
    // One document, whatever happens.
    let document: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    assert!(
        document.is_object() && run.stdout.lines().count() == 1 && run.stdout.ends_with("}\n"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("panicked"), "{run:?}");
    run
}

/// What a host writes about a file that is to be written, by the tool of Claude Code.
fn write(host: Host, file: &str) -> String {
    host.sample("Write", &format!(r#"{{"file_path":"{file}","content":"x"}}"#))
}

#[track_caller]
fn refuses(run: &Run, wanted: &str) {
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stdout.contains("\"deny\"") && run.stderr.contains(wanted), "{wanted}: {run:?}");
}

#[test]
fn each_host_is_told_what_the_policy_says() {
    let dir = dir();
    let mut shown = String::new();
    for host in Host::ALL {
        for file in ["made.txt", "refused.txt", "held.txt", "twice.txt", "secret.txt", "owed.txt"] {
            let run = ask(&dir, host, &BY, &write(host, file));
            shown.push_str(&format!("{host} {file}: {}\n  {}  {:?}\n", run.status, run.stdout, run.stderr));
            assert!(!run.stdout.contains("true reason") && !run.stderr.contains("true reason"));
        }
        shown.push('\n');
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn only_what_is_asked_for_passes_over_the_user() {
    let dir = dir();
    for host in Host::ALL {
        let run = ask(&dir, host, &BY, &write(host, "made.txt")).ends_with(0);
        assert_eq!(run.stdout, "{}\n", "{host}");
        let permit = [&BY[..], &["--on-allow", "permit"]].concat();
        let run = ask(&dir, host, &permit, &write(host, "made.txt")).ends_with(0);
        assert_eq!(run.stdout.contains("allow"), host != Host::Codex, "{host}: {run:?}");
        let run = ask(&dir, host, &[&BY[..], &["--no-prompt"]].concat(), &write(host, "held.txt"));
        refuses(&run, "ASK_US");
    }
}

#[test]
fn whatever_is_wrong_with_the_hook_blocks() {
    let dir = dir();
    let (bundle, other) = (dir.read("a.bundle"), Dir::new());
    other.run(&["keygen", "-o", "k"]).ends_with(0);
    dir.write("other.pub", &other.read("k.pub"));
    dir.write("cut.bundle", &bundle[..bundle.len() - 9]);
    dir.write("empty.bundle", b"");
    let mut turned = bundle.clone();
    turned[bundle.len() / 2] ^= 1;
    dir.write("turned.bundle", &turned);
    std::fs::create_dir(dir.path("folder")).unwrap();
    let observed = POLICY.replace("layer base", "layer base observe");
    dir.write("watching/agents.lictor", observed.as_bytes());
    dir.run(&["keygen", "-o", "w"]).ends_with(0);
    dir.run(&["build", "watching", "-o", "w.bundle", "--key", "w.key"]).ends_with(0);
    let by = |bundle, key| vec!["--bundle", bundle, "--key", key];
    let faults = [
        (by("none.bundle", "k.pub"), "HOOK_POLICY"),
        (by("cut.bundle", "k.pub"), "HOOK_POLICY"),
        (by("empty.bundle", "k.pub"), "HOOK_POLICY"),
        (by("turned.bundle", "k.pub"), "HOOK_POLICY"),
        (by("folder", "k.pub"), "HOOK_POLICY"),
        (by("a.bundle", "none.pub"), "HOOK_POLICY"),
        (by("a.bundle", "other.pub"), "HOOK_POLICY"),
        (by("a.bundle", "a.bundle"), "HOOK_POLICY"),
        (by("w.bundle", "w.pub"), "HOOK_POLICY"),
        ([by("a.bundle", "k.pub"), vec!["--min-sequence", "7"]].concat(), "HOOK_POLICY"),
        (vec!["--bundle", "a.bundle"], "HOOK_ARGUMENTS"),
        (vec![], "HOOK_ARGUMENTS"),
        (vec!["--no-such-option"], "HOOK_ARGUMENTS"),
        (vec!["--time-limit", "0"], "HOOK_ARGUMENTS"),
        (vec!["and", "more"], "HOOK_ARGUMENTS"),
        (vec!["--gateway", "http://127.0.0.1:1", "--api-key", "none"], "HOOK_GATEWAY"),
        (vec!["--gateway", "http://127.0.0.1:1", "--api-key", "k.pub"], "HOOK_GATEWAY"),
    ];
    for (args, code) in faults {
        for host in Host::ALL {
            let run = ask(&dir, host, &args, &write(host, "made.txt"));
            refuses(&run, code);
        }
    }
    // One that only watches is taken where somebody says so.
    let watching = [by("w.bundle", "w.pub"), vec!["--allow-observed"]].concat();
    ask(&dir, Host::Codex, &watching, &write(Host::Codex, "refused.txt")).ends_with(0);
}

#[test]
fn whatever_a_host_writes_is_decided_or_refused() {
    let dir = dir();
    for host in Host::ALL {
        refuses(&ask(&dir, host, &BY, ""), "HOOK_INPUT");
        refuses(&ask(&dir, host, &BY, &"x".repeat(10 << 20)), "HOOK_INPUT");
        // More than a request may have: the policy's own limit, and no trouble of the hook's.
        let long =
            host.sample("Write", &format!(r#"{{"file_path":"a","content":"{}"}}"#, "x".repeat(1 << 20)));
        let run = ask(&dir, host, &BY, &long);
        assert_eq!(run.status, 2, "{host}");
        // Two readers would take these differently.
        for input in [
            r#"{"file_path":"made.txt","file_path":"refused.txt","content":""}"#,
            r#"{"file_path":"\ud800","content":""}"#,
        ] {
            refuses(&ask(&dir, host, &BY, &host.sample("Write", input)), "STRUCTURE_INVALID");
        }
        // A call that nobody knows is held, and refused where nobody can be asked.
        let run = ask(&dir, host, &BY, &host.sample("teleport", "{}"));
        assert_eq!(run.status, if host.asks() { 0 } else { 2 }, "{host}: {run:?}");
        assert!(run.stdout.contains("DEFAULT_STEP_UP"), "{host}: {run:?}");
    }
}

#[test]
fn a_host_that_says_nothing_is_not_waited_for() {
    let dir = dir();
    for host in Host::ALL {
        let args = [&["hook", host.name()], &BY[..], &["--time-limit", "300"]].concat();
        let mut child = command(&dir.0, &args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"{\"session_id\":").unwrap();
        let started = Instant::now();
        let output = child.wait_with_output().unwrap();
        assert!(started.elapsed() < Duration::from_secs(30));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let run = Run {
            status: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        refuses(&run, "HOOK_TIMEOUT");
        drop(stdin);
    }
}

#[test]
fn whoever_cannot_be_answered_is_not_let_pass() {
    let dir = dir();
    let args = [&["hook", "codex"], &BY[..]].concat();
    let mut child = command(&dir.0, &args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(write(Host::Codex, "made.txt").as_bytes()).unwrap();
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

/// `lictor` with a home directory of its own.
fn at_home(dir: &Dir, args: &[&str]) -> Run {
    at(dir, "home", args)
}

#[test]
fn it_is_put_there_shown_and_tried() {
    let dir = dir();
    for host in Host::ALL {
        let file = lictor_hook::install::of_user(host, &dir.path("home"));
        let install = [&["hook", "install", host.name()], &BY[..]].concat();
        // Nobody said yes.
        let run = at_home(&dir, &install).ends_with(1);
        assert!(run.stderr.contains("C0141") && run.stdout.contains("  + "), "{run:?}");
        assert!(!file.exists());
        let run = at_home(&dir, &[&install[..], &["--yes"]].concat()).ends_with(0);
        assert!(!run.stdout.contains('✗') && run.stdout.matches('✓').count() >= 6, "{run:?}");
        assert!(run.stdout.contains("can change"), "the agent's user owns all of it here: {run:?}");
        let text = std::fs::read_to_string(&file).unwrap();
        let again = at_home(&dir, &install).ends_with(0);
        assert!(again.stdout.contains("nothing changes"), "{again:?}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        at_home(&dir, &["hook", "test", host.name()]).ends_with(0);
        // What it rests on goes: every call is refused from now on, and the test says that nothing is decided.
        std::fs::rename(dir.path("a.bundle"), dir.path("moved")).unwrap();
        let run = at_home(&dir, &["hook", "test", host.name()]).ends_with(1);
        assert!(run.stderr.contains("C0142") && run.stdout.contains("✗ it decides"), "{run:?}");
        std::fs::rename(dir.path("moved"), dir.path("a.bundle")).unwrap();
        at_home(&dir, &["hook", "uninstall", host.name(), "--yes"]).ends_with(0);
        let run = at_home(&dir, &["hook", "test", host.name()]).ends_with(1);
        assert!(run.stdout.contains("0 hooks"), "{run:?}");
    }
}

/// `lictor` with a home directory of this name.
fn at(dir: &Dir, home: &str, args: &[&str]) -> Run {
    let output = command(&dir.0, args).env("HOME", dir.path(home)).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_home_directory_may_have_any_name() {
    for (number, home) in
        ["it's a hook here", "a hook codex \"b\" $HOME `id`", "ünï;*?&"].into_iter().enumerate()
    {
        let dir = dir();
        for host in Host::ALL {
            // What it rests on lies there, too.
            let from = format!("{home}/rests {number}");
            std::fs::create_dir_all(dir.path(&from)).unwrap();
            for name in ["a.bundle", "k.pub"] {
                std::fs::copy(dir.path(name), dir.path(&format!("{from}/{name}"))).unwrap();
            }
            let (bundle, key) = (format!("{from}/a.bundle"), format!("{from}/k.pub"));
            let install = ["hook", "install", host.name(), "--bundle", &bundle, "--key", &key, "--yes"];
            let run = at(&dir, home, &install).ends_with(0);
            assert!(!run.stdout.contains('✗'), "{host} {home}: {run:?}");
            // The file that a program of this user could change is told whole.
            let told = dir.path(&bundle).canonicalize().unwrap().display().to_string();
            assert!(run.stdout.contains(&format!("    {told}\n")), "{host} {home}: {run:?}");
            let run = at(&dir, home, &["hook", "test", host.name()]).ends_with(0);
            assert!(run.stdout.contains(&format!("    {told}\n")), "{host} {home}: {run:?}");
            // The trial is of what stands there: a configuration that names another bundle is found out.
            std::fs::remove_file(dir.path(&bundle)).unwrap();
            let run = at(&dir, home, &["hook", "test", host.name()]).ends_with(1);
            assert!(run.stdout.contains("✗ it decides"), "{host} {home}: {run:?}");
        }
    }
}

#[test]
fn programs_are_told_in_one_document() {
    let dir = dir();
    for host in Host::ALL {
        let file = lictor_hook::install::of_user(host, &dir.path("home")).display().to_string();
        let told = |args: &[&str], status: i32| -> Value {
            let run = at_home(&dir, &[&["--format", "json"], args].concat()).ends_with(status);
            serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
        };
        let install = [&["hook", "install", host.name()], &BY[..]].concat();
        // Nobody is asked: without `--yes` it says what would change, and changes nothing.
        let run = told(&install, 1);
        assert_eq!(run["change"]["made"], false);
        assert_eq!((&run["change"]["before"], &run["test"]), (&Value::from(""), &Value::Null));
        assert!(!std::path::Path::new(&file).exists());
        let run = told(&[&install[..], &["--yes"]].concat(), 0);
        assert_eq!((&run["host"], &run["change"]["file"]), (&host.name().into(), &file.clone().into()));
        assert_eq!((&run["change"]["made"], &run["policy"]), (&true.into(), &Value::Null));
        assert_eq!(run["change"]["after"], std::fs::read_to_string(&file).unwrap());
        assert_eq!(run["besides"].is_string(), matches!(host, Host::Codex | Host::Cursor), "{host}");
        assert_eq!((&run["test"]["held"], &run["test"]["file"]), (&true.into(), &file.clone().into()));
        let line = run["test"]["line"].as_str().unwrap();
        assert!(line.contains(&format!(" hook {host} ")));
        let test = told(&["hook", "test", host.name()], 0);
        let ids: Vec<_> =
            test["trials"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(
            ids,
            ["configured", "decides", "unknown_tool", "two_things", "no_call", "program_missing", "no_path"]
        );
        assert_eq!(test["trials"], run["test"]["trials"]);
        assert!(test["trials"].as_array().unwrap().iter().all(|one| one["held"] == true), "{test:#}");
        assert_eq!((&test["trials"][3]["status"], &test["trials"][0]["status"]), (&2.into(), &Value::Null));
        assert_eq!((&test["held"], &test["host"]), (&true.into(), &host.name().into()));
        assert!(!test["reachable"].as_array().unwrap().is_empty());
        // One that does not hold says which trial.
        std::fs::rename(dir.path("a.bundle"), dir.path("moved")).unwrap();
        let test = told(&["hook", "test", host.name()], 1);
        assert_eq!((&test["held"], &test["trials"][1]["held"]), (&false.into(), &false.into()));
        assert!(test["trials"][1]["told"].as_str().unwrap().contains("HOOK_POLICY"), "{test:#}");
        std::fs::rename(dir.path("moved"), dir.path("a.bundle")).unwrap();
        let gone = told(&["hook", "uninstall", host.name(), "--yes"], 0);
        assert_eq!((&gone["change"]["made"], &gone["host"]), (&true.into(), &host.name().into()));
        let test = told(&["hook", "test", host.name()], 1);
        assert_eq!((&test["held"], &test["line"]), (&false.into(), &Value::Null));
    }
}

#[test]
fn a_hook_that_lets_pass_is_found_out() {
    let dir = dir();
    let host = Host::ClaudeCode;
    let file = dir.path("home/.claude/settings.json");
    at_home(&dir, &[&["hook", "install", host.name()], &BY[..], &["--yes"]].concat()).ends_with(0);
    let good = std::fs::read_to_string(&file).unwrap();
    let bad = [
        ("exit 2; }", "exit 0; }", "program is missing"),
        ("\"*\"", "\"Read\"", "for some tools only"),
        ("hook claude-code", "hook claude-code --allow-observed --no-such", "it decides"),
    ];
    for (from, to, told) in bad {
        std::fs::write(&file, good.replacen(from, to, 9)).unwrap();
        let run = at_home(&dir, &["hook", "test", host.name()]).ends_with(1);
        assert!(
            run.stdout.lines().any(|line| line.starts_with('✗') && line.contains(told)),
            "{told}: {run:?}"
        );
    }
}

#[test]
fn a_configuration_that_cannot_be_read_stays_as_it_is() {
    let dir = dir();
    let file = dir.path("home/.gemini/settings.json");
    for bytes in [&b"{ not json"[..], b"\xff\xfe{}", b"[]", b"{\"hooks\": 7}"] {
        dir.write("home/.gemini/settings.json", bytes);
        for what in ["install", "uninstall", "test"] {
            let mut args = vec!["hook", what, "gemini"];
            if what == "install" {
                args.extend(BY);
            }
            if what != "test" {
                args.push("--yes");
            }
            let run = at_home(&dir, &args).ends_with(1);
            assert!(run.stderr.contains("C0140"), "{run:?}");
            assert_eq!(std::fs::read(&file).unwrap(), bytes);
        }
    }
}

#[test]
fn one_command_puts_a_policy_in_force() {
    let dir = Dir::new();
    let run = at_home(&dir, &["hook", "install", "claude-code", "--yes"]).ends_with(0);
    assert!(run.stdout.contains("/home/.lictor/policy"), "{run:?}");
    let settings: Value = serde_json::from_slice(&dir.read("home/.claude/settings.json")).unwrap();
    let line = settings["hooks"]["PreToolUse"][0]["hooks"][0]["command"].as_str().unwrap().to_owned();
    let try_it = |tool: &str, input: &str| {
        let mut child = std::process::Command::new("sh")
            .args(["-c", &line])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(Host::ClaudeCode.sample(tool, input).as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(try_it("Read", r#"{"file_path":"src/main.rs"}"#), (0, "{}\n".to_owned()));
    let (status, said) = try_it("Bash", r#"{"command":"rm -rf build"}"#);
    assert!(status == 0 && said.contains("\"ask\""), "{said}");
    let (status, said) = try_it("Bash", r#"{"command":"rm -rf /"}"#);
    assert!(status == 2 && said.contains("\"deny\""), "{said}");
    let (status, said) = try_it("Write", r#"{"file_path":".claude/settings.json","content":"{}"}"#);
    assert!(status == 2 && said.contains("FILE_HOLDS_AGENTS"), "{said}");
    // No key is left that could sign another one.
    let left: Vec<_> =
        std::fs::read_dir(dir.path("home/.lictor")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    // A policy of which a sentence is no longer true is not put in force.
    let bundle = dir.read("home/.lictor/agents.bundle");
    let tests = String::from_utf8(dir.read("home/.lictor/policy/tests.lictor")).unwrap();
    dir.write(
        "home/.lictor/policy/tests.lictor",
        tests.replacen("expect allow", "expect deny OK", 1).as_bytes(),
    );
    at_home(&dir, &["hook", "install", "claude-code", "--yes"]).ends_with(1);
    assert_eq!(dir.read("home/.lictor/agents.bundle"), bundle);
}

#[test]
fn through_a_gateway_people_approve_there() {
    let dir = Dir::with(&[("policy/agents.lictor", POLICY)]);
    let key = |name: &str, more: &[&str]| {
        let args = [&["keys", "add", name, "--data", "data"], more].concat();
        dir.run(&args).ends_with(0).stdout.trim().to_owned()
    };
    let agent = key("coder-1", &["--role", "agent"]);
    let ann = key("ann", &["--role", "approver", "--approves", "reviewer"]);
    dir.write("agent.key", agent.as_bytes());
    dir.write("wrong.key", b"lictor_0000");
    let server = Server::start(&dir, &["policy"]);
    let url = format!("http://{}", server.address);
    let by = ["--gateway", url.as_str(), "--api-key", "agent.key"];
    for host in Host::ALL {
        let run = ask(&dir, host, &by, &write(host, "made.txt")).ends_with(0);
        assert_eq!(run.stdout, "{}\n");
        refuses(&ask(&dir, host, &by, &write(host, "refused.txt")), "NOT_THIS");
        refuses(&ask(&dir, host, &by, &write(host, "owed.txt")), "Lictor refuses this");
        refuses(
            &ask(&dir, host, &by, &host.sample("Write", r#"{"file_path":"a","file_path":"b"}"#)),
            "HOOK_GATEWAY",
        );
        refuses(
            &ask(&dir, host, &["--gateway", &url, "--api-key", "wrong.key"], &write(host, "made.txt")),
            "HOOK_GATEWAY",
        );
    }
    // The prompt of a host is no approval of the gateway's: it says where people approve.
    let host = Host::ClaudeCode;
    let held = ask(&dir, host, &by, &write(host, "held.txt"));
    refuses(&held, &format!("{url}/approvals/"));
    let id = held.stderr.split("/approvals/").nth(1).unwrap().split(';').next().unwrap();
    let waits = ask(&dir, host, &by, &write(host, "held.txt"));
    assert!(waits.stderr.contains(id), "the same request waits: {waits:?}");
    assert_eq!(server.post(&format!("/approvals/{id}/approve"), &ann, "{}").status, 200);
    ask(&dir, host, &by, &write(host, "held.txt")).ends_with(0);
    // Once.
    refuses(&ask(&dir, host, &by, &write(host, "held.txt")), "/approvals/");
    drop(server);
    refuses(&ask(&dir, host, &by, &write(host, "made.txt")), "HOOK_GATEWAY");
}
