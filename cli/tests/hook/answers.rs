//! What a host gets, whatever it writes and whatever is wrong.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use lictor_hook::Host;

use crate::common::{Dir, Run, command};
use crate::{BY, POLICY, ask, dir, refuses, write};

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
