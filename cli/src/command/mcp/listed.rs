//! Asks a server for its tools, as any client does: once with a handshake, and without one where the server knows none.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use lictor_mcp::tree::{Tree, object};

/// How long a server may take to answer; some are fetched before they begin.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest line, and the most pages of a list.
const LONGEST: u64 = 64 << 20;
const MOST_PAGES: usize = 100;

/// The tools of the server that this command starts.
pub(super) fn ask(command: &[OsString]) -> Result<Vec<Tree>, String> {
    let (program, arguments) = command.split_first().ok_or("no command was named")?;
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("the server could not be started: {error}"))?;
    let asked = Server::of(&mut child).and_then(|mut server| server.tools());
    let _ = child.kill();
    let _ = child.wait();
    asked
}

struct Server {
    to: ChildStdin,
    lines: Receiver<Vec<u8>>,
    next: u64,
}

impl Server {
    fn of(child: &mut Child) -> Result<Server, String> {
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
        Ok(Server { to, lines, next: 0 })
    }

    fn tools(&mut self) -> Result<Vec<Tree>, String> {
        let us = || object([("name", "lictor".into()), ("version", env!("CARGO_PKG_VERSION").into())]);
        let nothing = || Tree::Object(Vec::new());
        let hello = object([
            ("protocolVersion", "2025-11-25".into()),
            ("capabilities", nothing()),
            ("clientInfo", us()),
        ]);
        let meta = match self.ask("initialize", hello)?.get("result") {
            Some(_) => {
                self.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")?;
                None
            }
            // A server of the modern era knows no handshake.
            None => Some(object([
                ("io.modelcontextprotocol/protocolVersion", "2026-07-28".into()),
                ("io.modelcontextprotocol/clientInfo", us()),
                ("io.modelcontextprotocol/clientCapabilities", nothing()),
            ])),
        };
        let (mut tools, mut cursor) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let members = [("cursor", cursor.take()), ("_meta", meta.clone())];
            let params =
                members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
            let answer = self.ask("tools/list", Tree::Object(params))?;
            let result = answer.get("result").ok_or("the server has answered with an error")?;
            tools.extend_from_slice(result.get("tools").and_then(Tree::list).ok_or("it has no tools")?);
            cursor = result.get("nextCursor").filter(|cursor| cursor.text().is_some()).cloned();
            if cursor.is_none() {
                return Ok(tools);
            }
        }
        Err(format!("it has more than {MOST_PAGES} pages"))
    }

    /// Asks, and waits for the answer; whatever else the server says meanwhile is passed over.
    fn ask(&mut self, method: &str, params: Tree) -> Result<Tree, String> {
        self.next += 1;
        let id = Tree::Number(self.next.to_string());
        let request = object([
            ("jsonrpc", "2.0".into()),
            ("id", id.clone()),
            ("method", method.into()),
            ("params", params),
        ]);
        self.send(&request.written())?;
        loop {
            let line =
                self.lines.recv_timeout(PATIENCE).map_err(|_| "the server has not answered".to_owned())?;
            match Tree::read(&line) {
                Ok(answer) if answer.get("id") == Some(&id) && answer.get("method").is_none() => {
                    return Ok(answer);
                }
                Ok(_) => {}
                Err(wrong) if line.iter().all(u8::is_ascii_whitespace) => drop(wrong),
                Err(wrong) => return Err(format!("the server has said what is no message: {wrong}")),
            }
        }
    }

    fn send(&mut self, message: &str) -> Result<(), String> {
        let sent = writeln!(self.to, "{message}").and_then(|()| self.to.flush());
        sent.map_err(|error| format!("the server takes nothing: {error}"))
    }
}
