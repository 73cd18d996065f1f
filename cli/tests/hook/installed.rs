//! What becomes of the configuration of a host, and what is tried there.

use std::io::Write;
use std::process::Stdio;

use lictor_hook::Host;
use serde_json::Value;

use crate::common::{Dir, Run, command};
use crate::{BY, dir};

/// `lictor` with a home directory of its own.
pub fn at_home(dir: &Dir, args: &[&str]) -> Run {
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
        let calls = ["configured", "decides", "unknown_tool", "two_things", "no_call", "no_path"];
        let faults = ["program_missing", "program_empty", "program_other", "two_documents"];
        let more = ["half_a_document", "crash", "hang", "no_sleep"];
        assert_eq!(ids, [&calls[..], &faults, &more].concat());
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
fn what_was_put_in_goes_and_leaves_what_was_there() {
    let dir = dir();
    for host in Host::ALL {
        let file = lictor_hook::install::of_user(host, &dir.path("home"));
        let install = [&["hook", "install", host.name()], &BY[..], &["--yes"]].concat();
        // Nothing was there: the file goes, and the folders in which nothing else is.
        std::fs::create_dir_all(dir.path("home")).unwrap();
        at_home(&dir, &install).ends_with(0);
        let run = at_home(&dir, &["hook", "uninstall", host.name(), "--yes"]).ends_with(0);
        assert!(run.stdout.contains("the file is gone"), "{run:?}");
        assert_eq!(std::fs::read_dir(dir.path("home")).unwrap().count(), 0, "{host}");
        // Something was: it stays, to the byte.
        for text in ["{}", "{\n\t\"hooks\": {\"Stop\": [ ]},\r\n \"version\":1 }\n\n", "\n"] {
            dir.write(file.strip_prefix(&dir.0).unwrap().to_str().unwrap(), text.as_bytes());
            at_home(&dir, &install).ends_with(0);
            at_home(&dir, &["hook", "uninstall", host.name(), "--yes"]).ends_with(0);
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{host}");
            let again = at_home(&dir, &["hook", "uninstall", host.name()]).ends_with(0);
            assert!(again.stdout.contains("nothing changes"), "{again:?}");
        }
        // So does a folder with something else in it.
        std::fs::remove_file(&file).unwrap();
        std::fs::write(file.with_file_name("mine"), "").unwrap();
        at_home(&dir, &install).ends_with(0);
        let json = ["hook", "uninstall", host.name(), "--yes", "--format", "json"];
        let told: Value = serde_json::from_str(&at_home(&dir, &json).ends_with(0).stdout).unwrap();
        assert_eq!((&told["change"]["made"], &told["change"]["after"]), (&true.into(), &"".into()));
        assert!(!file.exists() && file.with_file_name("mine").exists());
        std::fs::remove_dir_all(dir.path("home")).unwrap();
        // A project's, and one that was named.
        dir.run(&[&install[..], &["--project", "."]].concat()).ends_with(0);
        let before = std::fs::read_dir(&dir.0).unwrap().count();
        dir.run(&["hook", "uninstall", host.name(), "--yes", "--project", "."]).ends_with(0);
        assert_eq!(std::fs::read_dir(&dir.0).unwrap().count(), before - 1, "{host}");
        dir.run(&[&install[..], &["--file", "a/b/c.json"]].concat()).ends_with(0);
        dir.run(&["hook", "uninstall", host.name(), "--yes", "--file", "a/b/c.json"]).ends_with(0);
        assert!(
            dir.path("a/b").exists() && !dir.path("a/b/c.json").exists(),
            "nobody says what of a path was made"
        );
    }
}

#[test]
fn a_configuration_that_its_host_does_not_read_is_told() {
    let dir = Dir::new();
    for (host, text, told) in [
        (Host::Codex, "{\n  // Ours.\n}", "comments"),
        (Host::ClaudeCode, "{ /* Ours. */ }", "comments"),
        (Host::Copilot, "{ \"version\": 1, }", "line 1, column"),
        (Host::Gemini, "\u{feff}{}", "U+FEFF"),
    ] {
        let file = lictor_hook::install::of_user(host, &dir.path("home"));
        dir.write(file.strip_prefix(&dir.0).unwrap().to_str().unwrap(), text.as_bytes());
        let run = at_home(&dir, &["hook", "install", host.name(), "--yes"]).ends_with(1);
        assert!(run.stderr.contains("C0140") && run.stderr.contains(told), "{run:?}");
        assert!(run.stderr.contains(host.title()), "{run:?}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        assert!(!dir.path("home/.lictor").exists(), "nothing is built for it");
    }
    // Somebody writes into it afterwards: the host no longer runs the hook, and the test says so.
    let dir = crate::dir();
    let host = Host::Codex;
    at_home(&dir, &[&["hook", "install", host.name()], &BY[..], &["--yes"]].concat()).ends_with(0);
    let file = lictor_hook::install::of_user(host, &dir.path("home"));
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen('{', "{ // Ours.", 1)).unwrap();
    let run = at_home(&dir, &["hook", "test", host.name()]).ends_with(1);
    let line = run.stdout.lines().next().unwrap();
    assert!(line.starts_with('✗') && line.contains("has comments, which Codex does not read"), "{run:?}");
    assert_eq!(run.stdout.matches('✗').count(), 1, "{run:?}");
}
