//! Runs the real binary in directories of its own.

#![allow(dead_code)] // Each test file is a program of its own and uses a part of this.

pub mod client;
pub mod page;
pub mod server;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// What a run of the command gave.
#[derive(PartialEq, Eq, Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Each line of the standard output as JSON.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Fails unless the command ended with this status.
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Run {
        assert_eq!(self.status, status, "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }
}

/// A directory that is removed at the end of the test.
pub struct Dir(pub PathBuf);

impl Dir {
    pub fn new() -> Dir {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("lictor-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Dir(path)
    }

    /// A directory that holds these files.
    pub fn with(files: &[(&str, &str)]) -> Dir {
        let dir = Dir::new();
        for (name, text) in files {
            dir.write(name, text.as_bytes());
        }
        dir
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Runs `lictor` in this directory.
    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"")
    }

    /// Runs `lictor` in this directory with a standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Run {
        let mut child = command(&self.0, args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // Whoever does not read its input closes it, which is no failure of the test.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// `lictor` with these arguments, in this directory.
pub fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lictor"));
    command.current_dir(dir).args(args).env("NO_COLOR", "1");
    command
}

/// The example deployment.
pub fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/agent-payments")
}

/// A small policy: charges up to 500 USD go through, above 200 USD a person is asked.
pub const POLICY: &str = r#"module shop.payments
layer base

import std.payments

roles { owner "Whoever owns the budget" }
escalate to owner within 15m

reasons {
  AMOUNT_OVER_LIMIT "The amount is above the limit in force"
  LARGE_PAYMENT     "The payment is large enough to be looked at"
}

param max_amount: Money = 500 USD, 450 EUR
  range 0 USD to 1_000 USD, 0 EUR to 900 EUR
  stricter when lower

set default payment.charge = allow

rule amount_limit on payment.charge at amount {
  require amount <= max_amount else AMOUNT_OVER_LIMIT "{amount} is above the limit of {max_amount}"
  step_up when amount > 200 USD as LARGE_PAYMENT
}
"#;

/// A request for a charge of this many dollars.
pub fn charge(dollars: &str) -> String {
    format!(
        "{{\"action\":\"payment.charge\",\"agent\":{{\"id\":\"a-1\"}},\"context\":{{\"now\":\"2026-03-02T10:00:00Z\"}},\"params\":{{\
         \"merchant\":{{\"id\":\"m-1\",\"name\":\"Kiosk\",\"mcc\":5942}},\"amount\":{{\"amount\":\"{dollars}\",\"currency\":\"USD\"}}}}}}"
    )
}
