//! `lictor hook`: what a host gets in any case, and what becomes of its configuration.

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod gateway;
mod installed;
#[cfg(unix)]
mod links;

use std::sync::OnceLock;

use common::{Dir, Run};
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
