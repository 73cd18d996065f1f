//! A gateway that runs: the real binary as a child, and requests to it over real connections.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Dir, command};

/// How long anything may take, on whatever machine, before the test is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A gateway and what it has logged.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub metrics: SocketAddr,
    log: Arc<Mutex<String>>,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// The fields of the head, names in small letters.
    pub head: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// What stands in the bytes of an answer.
    #[track_caller]
    pub fn read(text: &str) -> Answer {
        let (first, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let mut lines = first.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let fields = lines.filter_map(|line| line.split_once(": "));
        let head = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Answer { status, head, body: body.to_owned() }
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A field of the head.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.head.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The status, the code and the sentence of an error.
    #[track_caller]
    pub fn error(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned();
        assert_eq!(self.field("x-trace-id"), body["traceId"].as_str(), "{self:?}");
        (self.status, text(&body["error"]["code"]), text(&body["error"]["message"]))
    }
}

impl Server {
    /// Starts one with its data in `data`, on free ports.
    pub fn start(dir: &Dir, args: &[&str]) -> Server {
        Server::try_start(dir, args).unwrap_or_else(|(status, told)| panic!("{status}: {told}"))
    }

    /// Starts one, or says with which status it ended and what it told.
    pub fn try_start(dir: &Dir, args: &[&str]) -> Result<Server, (i32, String)> {
        let mut all = vec!["serve", "--data", "data", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
        all.extend(args);
        let mut child = command(&dir.0, &all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (mut errors, into) = (BufReader::new(child.stderr.take().unwrap()), Arc::clone(&log));
        let reader = thread::spawn(move || {
            let mut line = String::new();
            while errors.read_line(&mut line).is_ok_and(|read| read > 0) {
                into.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = || -> Option<SocketAddr> {
            let line = lines.next()?.ok()?;
            let (_, address) = line.split_once("://")?;
            address.split('/').next()?.parse().ok()
        };
        match (next(), next()) {
            (Some(address), Some(metrics)) => Ok(Server { child, address, metrics, log }),
            _ => {
                let status = child.wait().unwrap().code().unwrap_or(-1);
                reader.join().unwrap();
                let told = log.lock().unwrap().clone();
                Err((status, told))
            }
        }
    }

    /// What was logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log has this.
    #[track_caller]
    pub fn logs(&self, wanted: &str) {
        until(wanted, || self.log().contains(wanted));
    }

    /// Sends bytes and reads until the other side ends.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = connect(self.address);
        // Who is refused early may find the door shut while it is still talking.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request on a connection of its own.
    pub fn send(&self, method: &str, path: &str, head: &[(&str, &str)], body: &[u8]) -> Answer {
        send(self.address, method, path, head, body)
    }

    /// Asks for something.
    pub fn get(&self, path: &str, key: &str) -> Answer {
        self.send("GET", path, &[("authorization", &format!("Bearer {key}"))], b"")
    }

    /// Sends JSON with a key.
    pub fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        let key = format!("Bearer {key}");
        self.send(
            "POST",
            path,
            &[("authorization", &key), ("content-type", "application/json")],
            body.as_bytes(),
        )
    }

    /// Asks the listener of metrics and health.
    pub fn operations(&self, path: &str) -> Answer {
        send(self.metrics, "GET", path, &[], b"")
    }

    /// Sends a signal to the process: `TERM`, `HUP`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits until it has ended by itself; its status, and what it has logged.
    pub fn end(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap().code();
        let log = self.log();
        (status, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that does not wait forever.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "this never came: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

pub fn send(address: SocketAddr, method: &str, path: &str, head: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in head {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" || !body.is_empty() {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let mut stream = connect(address);
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    Answer::read(&String::from_utf8_lossy(&bytes))
}
