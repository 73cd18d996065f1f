//! `lictor mcp schema`: what a server says of its tools, over HTTP and over its pipes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use serde_json::{Value, json};

use crate::common::{Dir, Run};

/// An answer, before it is known to which request.
enum Says {
    /// These bytes.
    Bytes(String),
    /// A message, with more of the head.
    Message(&'static str, Value),
    /// Messages as events.
    Events(Vec<Value>),
}

/// A server that answers each request with the next of these, under the id of the request, and keeps the head and the message of each.
fn server(answers: Vec<Says>) -> (SocketAddr, JoinHandle<Vec<(String, Value)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = thread::spawn(move || {
        let one = |says: Says| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while reader.read_line(&mut head).unwrap() > 2 {}
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let message: Value = serde_json::from_slice(&body).unwrap_or_default();
            stream.write_all(says.to(&message["id"]).as_bytes()).unwrap();
            (head, message)
        };
        answers.into_iter().map(one).collect()
    });
    (address, asked)
}

impl Says {
    /// As bytes, to the request of this id.
    fn to(self, id: &Value) -> String {
        let under = |mut message: Value| {
            if message.get("method").is_none() {
                message["id"] = id.clone();
            }
            message["jsonrpc"] = "2.0".into();
            message
        };
        match self {
            Says::Bytes(bytes) => bytes,
            Says::Message(head, message) => {
                answer(&format!("{head}\r\ncontent-type: application/json"), &under(message).to_string())
            }
            Says::Events(messages) => {
                let events =
                    messages.into_iter().map(|one| format!("event: message\ndata: {}\n\n", under(one)));
                let events = format!("id: 0\nretry: 5\ndata:\n\n{}", events.collect::<String>());
                answer("200 OK\r\ncontent-type: text/event-stream", &events)
            }
        }
    }
}

fn answer(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn unknown() -> Value {
    json!({ "error": { "code": -32601, "message": "Method not found" } })
}

fn tool(name: &str) -> Value {
    let text = json!({ "type": "string", "maxLength": 9 });
    let properties = json!({ "path": text, "agent": text });
    json!({ "name": name, "inputSchema": { "type": "object", "properties": properties, "required": ["path", "agent"] } })
}

/// What `lictor mcp schema` makes of a server.
fn schema(dir: &Dir, address: SocketAddr, more: &[&str]) -> Run {
    let url = format!("http://{address}/mcp");
    dir.run(&[&["mcp", "schema", "--server", "far", "--url", &url], more].concat())
}

#[test]
fn a_server_with_sessions_is_greeted_and_asked_page_by_page() {
    let greeted = json!({ "protocolVersion": "2025-11-25", "capabilities": { "tools": {} },
        "serverInfo": { "name": "s", "version": "1" } });
    let note = json!({ "method": "notifications/message", "params": { "level": "info", "data": "soon" } });
    let page = json!({ "result": { "tools": [tool("read")], "nextCursor": "more" } });
    let (address, asked) = server(vec![
        Says::Message("400 Bad Request", unknown()),
        Says::Message("200 OK\r\nmcp-session-id: s-1", json!({ "result": greeted })),
        Says::Bytes(answer("202 Accepted", "")),
        Says::Events(vec![note, page]),
        Says::Message("200 OK", json!({ "result": { "tools": [tool("write")] } })),
        Says::Bytes(answer("204 No Content", "")),
    ]);
    let dir = Dir::with(&[("server.key", "open sesame\n")]);
    let run = schema(&dir, address, &["--bearer-file", "server.key"]).ends_with(0);
    assert!(run.stdout.contains("action far.read {") && run.stdout.contains("action far.write {"), "{run:?}");
    let asked = asked.join().unwrap();
    let methods: Vec<_> = asked.iter().filter_map(|(_, message)| message["method"].as_str()).collect();
    let expected = ["server/discover", "initialize", "notifications/initialized", "tools/list", "tools/list"];
    assert_eq!(methods, expected);
    assert_eq!(asked[4].1["params"]["cursor"], "more");
    for (number, (head, _)) in asked.iter().enumerate() {
        let method = if number == 5 { "delete" } else { "post" };
        assert!(head.starts_with(&format!("{method} /mcp http/1.1")), "{head}");
        assert!(head.contains("authorization: bearer open sesame\r\n"), "{head}");
        assert_eq!(head.contains("mcp-protocol-version: 2025-11-25\r\n"), number > 1, "{head}");
        assert_eq!(head.contains("mcp-session-id: s-1\r\n"), number > 1, "{head}");
    }
}

#[test]
fn a_server_without_a_handshake_is_asked_at_once() {
    let knows = json!({ "resultType": "complete", "supportedVersions": ["2026-07-28"],
        "capabilities": { "tools": {} }, "ttlMs": 0, "cacheScope": "private" });
    let (address, asked) = server(vec![
        Says::Message("200 OK", json!({ "result": knows })),
        Says::Message("200 OK", json!({ "result": { "resultType": "complete", "tools": [tool("read")] } })),
    ]);
    let run = schema(&Dir::new(), address, &[]).ends_with(0);
    assert!(run.stdout.contains("action far.read {"), "{run:?}");
    for ((head, message), method) in asked.join().unwrap().iter().zip(["server/discover", "tools/list"]) {
        assert!(head.contains(&format!("mcp-method: {method}\r\n")), "{head}");
        assert!(head.contains("mcp-protocol-version: 2026-07-28\r\n"), "{head}");
        let edition = &message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"];
        assert_eq!((&message["method"], edition), (&json!(method), &json!("2026-07-28")));
    }
}

#[test]
fn a_tool_that_says_not_what_it_is_called_with_is_named_and_the_others_are_written() {
    let knows = json!({ "resultType": "complete", "supportedVersions": ["2026-07-28"],
        "capabilities": { "tools": {} }, "ttlMs": 0, "cacheScope": "private" });
    for odd in [json!({ "name": "odd" }), json!({ "name": "odd", "inputSchema": "none" })] {
        let first = json!({ "resultType": "complete", "tools": [tool("read"), odd], "nextCursor": "more" });
        let last = json!({ "resultType": "complete", "tools": [tool("write")] });
        let (address, asked) = server(vec![
            Says::Message("200 OK", json!({ "result": knows.clone() })),
            Says::Message("200 OK", json!({ "result": first })),
            Says::Message("200 OK", json!({ "result": last })),
        ]);
        let run = schema(&Dir::new(), address, &[]).ends_with(0);
        for name in ["read", "write"] {
            assert!(run.stdout.contains(&format!("action far.{name} {{")), "{run:?}");
        }
        assert!(!run.stdout.contains("far.odd") && run.stdout.contains("// far/odd: "), "{run:?}");
        assert!(
            told(&run).contains("far/odd: ") && told(&run).contains("all its calls are unknown"),
            "{run:?}"
        );
        assert_eq!(asked.join().unwrap().len(), 3);
    }
}

/// What was told, on one line.
fn told(run: &Run) -> String {
    run.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_no_list_is_told() {
    for (said, why) in [
        (Says::Bytes(answer("200 OK\r\ncontent-type: text/html", "<p>")), "200 OK, and not with a message"),
        (Says::Bytes(answer("401 Unauthorized\r\ncontent-type: text/html", "<p>")), "401 Unauthorized"),
        (
            Says::Bytes(answer("200 OK\r\ncontent-type: application/json", "{\"id\":1,\"id\":1}")),
            "what is no message",
        ),
        (Says::Message("200 OK", json!({ "result": 7 })), "something else than it was asked"),
        (Says::Events(vec![]), "ended its answer before it gave one"),
    ] {
        let (address, asked) = server(vec![said]);
        let run = schema(&Dir::new(), address, &[]).ends_with(1);
        assert!(told(&run).starts_with("C0247") && told(&run).contains(why), "{why}: {run:?}");
        assert_eq!(asked.join().unwrap().len(), 1);
    }
    let run = Dir::new().run(&["mcp", "schema", "--server", "far", "--url", "http://files.example/mcp"]);
    assert!(run.ends_with(1).stderr.starts_with("C0248"));
}

/// A server of the older era over pipes: it knows no `server/discover`, and says something before it answers.
const OLDER: &str = r#"while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case $line in
    *server/discover*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\n' "$id" ;;
    *'"initialize"'*)
      printf '{"jsonrpc":"2.0","method":"notifications/unheard_of","params":{"a":[1]}}\n\n'
      printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}\n' "$id" ;;
    *tools/list*) printf '{"jsonrpc":"2.0","id":%s,"result":LIST}\n' "$id" ;;
  esac
done
"#;

/// What `lictor mcp schema` makes of a server that lists this.
fn over_pipes(script: &str, list: &str) -> Run {
    let dir = Dir::with(&[("server.sh", &script.replace("LIST", list))]);
    dir.run(&["mcp", "schema", "--server", "near", "--", "sh", "server.sh"])
}

#[test]
fn a_server_over_pipes_is_asked_in_its_own_era() {
    let list = r#"{"tools":[{"name":"read","inputSchema":{"type":"object","required":["path","agent"],
        "properties":{"path":{"type":"string","maxLength":9},"agent":{"type":"integer","minimum":0}}}}]}"#;
    let run = over_pipes(OLDER, &list.replace('\n', "")).ends_with(0);
    // The members stand as the server has written them.
    assert!(run.stdout.contains("action near.read {\n  path: String max 9\n  agent_: Int\n"), "{run:?}");
}

#[test]
fn a_hostile_server_over_pipes_is_told() {
    for (script, list, why) in [
        ("read line", "", "ended before it answered"),
        ("echo hello; exec sleep 60", "", "what is no message"),
        (OLDER, r#"{"tools":[{"name":"a","name":"b","inputSchema":{}}]}"#, "twice"),
        (OLDER, r#"{"tools":{}}"#, "no tools"),
        (OLDER, r#"{"tools":[{"name":7,"inputSchema":{}}]}"#, "tool 1 of the list has no name"),
        (OLDER, r#"{"tools":[],"nextCursor":"again"}"#, "more than 100 pages"),
        (OLDER, &format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)), "nested"),
    ] {
        let run = over_pipes(script, list).ends_with(1);
        assert!(told(&run).starts_with("C0247") && told(&run).contains(why), "{why}: {run:?}");
        assert_eq!(run.stdout, "");
    }
    let run = Dir::new().run(&["mcp", "schema", "--server", "near", "--", "./no-such-server"]).ends_with(1);
    assert!(told(&run).contains("could not be started"), "{run:?}");
}
