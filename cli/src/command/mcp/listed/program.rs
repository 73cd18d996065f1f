//! A server that is a program.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use lictor_mcp::tree::Tree;

use super::Server;

/// How long a server may take to answer; some are fetched before they begin.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest line.
const LONGEST: u64 = 64 << 20;

/// A server that was started, and ends with this.
pub(in super::super) struct Program {
    child: Child,
    to: ChildStdin,
    lines: Receiver<Vec<u8>>,
}

impl Program {
    /// Starts it.
    pub fn start(command: &[OsString]) -> Result<Program, String> {
        let (program, arguments) = command.split_first().ok_or("no command was named")?;
        let child =
            Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("the server could not be started: {error}"))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the server has no pipes".to_owned());
        };
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            loop {
                let mut line = Vec::new();
                match (&mut from).take(LONGEST).read_until(b'\n', &mut line) {
                    Ok(1..) if sender.send(line).is_ok() => {}
                    _ => return,
                }
            }
        });
        Ok(Program { child, to, lines })
    }
}

impl Server for Program {
    /// Whatever else the server says before it answers is passed over.
    fn say(&mut self, _: &'static str, message: &Tree) -> Result<Option<Tree>, String> {
        let sent = writeln!(self.to, "{}", message.written()).and_then(|()| self.to.flush());
        sent.map_err(|error| format!("the server takes nothing: {error}"))?;
        let Some(id) = message.get("id") else { return Ok(None) };
        loop {
            let line =
                self.lines.recv_timeout(PATIENCE).map_err(|_| "the server has not answered".to_owned())?;
            match Tree::read(&line) {
                Ok(answer) if answer.get("id") == Some(id) && answer.get("method").is_none() => {
                    return Ok(Some(answer));
                }
                Ok(_) => {}
                Err(wrong) if line.iter().all(u8::is_ascii_whitespace) => drop(wrong),
                Err(wrong) => return Err(format!("the server has said what is no message: {wrong}")),
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
