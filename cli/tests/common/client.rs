//! A client of the language server: the real binary as a child, its answers read as they come.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// How long a message may take, on whatever machine, before the test is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server and what it has said.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next: i64,
    /// Answers that nobody has waited for yet, by the id of the request.
    answers: BTreeMap<i64, Value>,
    /// All that was published, in order.
    pub published: Vec<Value>,
    /// What the server is answered when it asks what the user has set.
    pub settings: Value,
    /// What the server has asked for, in order.
    pub asked: Vec<Value>,
    /// What else the server has told.
    told: Vec<Value>,
}

impl Client {
    /// Starts a server and says nothing.
    pub fn start() -> Client {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lictor"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                let _ = sender.send(message);
            }
        });
        let input = child.stdin.take();
        Client {
            child,
            input,
            messages,
            next: 1,
            answers: BTreeMap::new(),
            published: Vec::new(),
            settings: Value::Null,
            asked: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Starts a server and agrees with it on these folders and abilities of the client.
    pub fn initialized(folders: &[&str], capabilities: Value) -> (Client, Value) {
        let mut client = Client::start();
        let folders: Vec<Value> = folders.iter().map(|uri| json!({ "uri": uri, "name": "folder" })).collect();
        let answer = client.ask(
            "initialize",
            json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities }),
        );
        client.tell("initialized", json!({}));
        (client, answer["result"].clone())
    }

    /// Writes messages, all of them at once.
    pub fn write(&mut self, messages: &[Value]) {
        let mut bytes = Vec::new();
        for message in messages {
            let body = message.to_string();
            bytes.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
        }
        self.input.as_mut().unwrap().write_all(&bytes).unwrap();
    }

    /// A notification.
    pub fn tell(&mut self, method: &str, params: Value) {
        self.write(&[notification(method, params)]);
    }

    /// A request as it is written, and its id.
    pub fn request(&mut self, method: &str, params: Value) -> (i64, Value) {
        let id = self.next;
        self.next += 1;
        (id, json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
    }

    /// A request and its answer.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let (id, message) = self.request(method, params);
        self.write(&[message]);
        self.answer(id)
    }

    /// The answer to a request. A second answer to one would fail the test that is waiting.
    pub fn answer(&mut self, id: i64) -> Value {
        while !self.answers.contains_key(&id) {
            self.take_one();
        }
        self.answers.remove(&id).unwrap()
    }

    /// The error code of an answer; none for a result.
    pub fn code(&mut self, method: &str, params: Value) -> Option<i64> {
        self.ask(method, params)["error"]["code"].as_i64()
    }

    /// What was published of this version of a file, or a later one.
    pub fn diagnostics(&mut self, uri: &str, version: i64) -> Value {
        loop {
            let of_it = |params: &&Value| {
                params["uri"] == uri && params["version"].as_i64().is_none_or(|v| v >= version)
            };
            if let Some(params) = self.published.iter().rev().find(of_it) {
                return params.clone();
            }
            self.take_one();
        }
    }

    /// Waits until the server has asked for this, and takes it.
    pub fn asked_for(&mut self, method: &str) -> Value {
        loop {
            if let Some(at) = self.asked.iter().position(|asked| asked["method"] == method) {
                return self.asked.remove(at);
            }
            self.take_one();
        }
    }

    /// Waits until the server has told this, which it was not asked for, and takes it.
    pub fn told(&mut self, method: &str) -> Value {
        loop {
            if let Some(at) = self.told.iter().position(|told| told["method"] == method) {
                return self.told.remove(at)["params"].clone();
            }
            self.take_one();
        }
    }

    /// Has a command done.
    pub fn command(&mut self, command: &str, arguments: Value) -> Value {
        self.ask("workspace/executeCommand", json!({ "command": command, "arguments": [arguments] }))
    }

    fn take_one(&mut self) {
        let message = self.messages.recv_timeout(PATIENCE).expect("the server says nothing");
        if message["method"] == "textDocument/publishDiagnostics" {
            self.published.push(message["params"].clone());
        } else if let (Some(method), Some(_)) = (message.get("method"), message.get("id")) {
            let result =
                if method == "workspace/configuration" { json!([self.settings]) } else { Value::Null };
            self.write(&[json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })]);
            self.asked.push(message);
        } else if let Some(id) = message["id"].as_i64() {
            let before = self.answers.insert(id, message);
            assert!(before.is_none(), "two answers to {id}");
        } else {
            self.told.push(message);
        }
    }

    /// Opens a text.
    pub fn open(&mut self, uri: &str, text: &str) {
        self.tell("textDocument/didOpen", opened(uri, text));
    }

    /// The messages that are left when the server has ended, and how it ended. Standard input stays open meanwhile.
    pub fn end(mut self) -> (Option<i32>, Vec<Value>) {
        let status = self.child.wait().unwrap();
        let rest = self.messages.iter().collect();
        drop(self.input.take());
        (status.code(), rest)
    }

    /// Closes standard input.
    pub fn hang_up(&mut self) {
        drop(self.input.take());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A notification as it is written.
pub fn notification(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

/// The parameters of `textDocument/didOpen`, version 1.
pub fn opened(uri: &str, text: &str) -> Value {
    json!({ "textDocument": { "uri": uri, "languageId": "lictor", "version": 1, "text": text } })
}

/// The parameters of `textDocument/didChange` for one change.
pub fn changed(uri: &str, version: i64, from: [u32; 2], to: [u32; 2], text: &str) -> Value {
    let place = |[line, character]: [u32; 2]| json!({ "line": line, "character": character });
    json!({
        "textDocument": { "uri": uri, "version": version },
        "contentChanges": [{ "range": { "start": place(from), "end": place(to) }, "text": text }],
    })
}

/// The parameters of requests that are about a document.
pub fn of(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri } })
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ").map_or(length, |n| n.parse().unwrap()),
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
