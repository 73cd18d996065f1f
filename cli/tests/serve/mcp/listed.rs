//! `lictor mcp schema --url`: what a server over HTTP says of its tools.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use serde_json::{Value, json};

use crate::common::Dir;

/// A server that answers each request with the next of these, and keeps the head and the message of each.
fn server(answers: Vec<String>) -> (SocketAddr, JoinHandle<Vec<(String, Value)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = thread::spawn(move || {
        let one = |answer: String| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while reader.read_line(&mut head).unwrap() > 2 {}
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            (head, serde_json::from_slice(&body).unwrap())
        };
        answers.into_iter().map(one).collect()
    });
    (address, asked)
}

fn answer(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn says(value: &Value) -> String {
    answer("200 OK\r\ncontent-type: application/json", &value.to_string())
}

fn events(values: &[Value]) -> String {
    let events: String = values.iter().map(|value| format!("event: message\ndata: {value}\n\n")).collect();
    answer("200 OK\r\ncontent-type: text/event-stream", &format!("id: 0\nretry: 5\ndata:\n\n{events}"))
}

fn tool(name: &str) -> Value {
    let properties = json!({ "path": { "type": "string", "maxLength": 9 } });
    json!({ "name": name, "inputSchema": { "type": "object", "properties": properties, "required": ["path"] } })
}

#[test]
fn a_server_with_sessions_is_greeted_and_asked_page_by_page() {
    let greeted = says(&json!({"jsonrpc": "2.0", "id": 1, "result": {"capabilities": {}}}));
    let greeted = greeted.replacen("\r\n", "\r\nmcp-session-id: s-1\r\n", 1);
    let page = |id, name, next: Value| {
        let mut result = json!({ "tools": [tool(name)] });
        if !next.is_null() {
            result["nextCursor"] = next;
        }
        json!({ "jsonrpc": "2.0", "id": id, "result": result })
    };
    let note = json!({"jsonrpc": "2.0", "method": "notifications/message", "params": {}});
    let (address, asked) = server(vec![
        greeted,
        answer("202 Accepted", ""),
        events(&[note, page(2, "read", "more".into())]),
        says(&page(3, "write", Value::Null)),
    ]);
    let dir = Dir::with(&[("server.key", "open sesame\n")]);
    let url = format!("http://{address}/mcp");
    let run = dir.run(&["mcp", "schema", "--server", "far", "--url", &url, "--bearer-file", "server.key"]);
    let run = run.ends_with(0);
    assert!(run.stdout.contains("action far.read {") && run.stdout.contains("action far.write {"), "{run:?}");
    let asked = asked.join().unwrap();
    let methods: Vec<_> = asked.iter().map(|(_, message)| message["method"].as_str().unwrap()).collect();
    assert_eq!(methods, ["initialize", "notifications/initialized", "tools/list", "tools/list"]);
    assert_eq!(asked[3].1["params"]["cursor"], "more");
    for (number, (head, _)) in asked.iter().enumerate() {
        assert!(head.starts_with("post /mcp http/1.1"), "{head}");
        assert!(head.contains("authorization: bearer open sesame\r\n"), "{head}");
        assert!(head.contains("mcp-protocol-version: 2025-11-25\r\n"), "{head}");
        assert_eq!(head.contains("mcp-session-id: s-1\r\n"), number > 0, "{head}");
    }
}

#[test]
fn a_server_without_a_handshake_is_asked_at_once() {
    let unknown =
        json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "Method not found"}});
    let (address, asked) = server(vec![
        answer("404 Not Found\r\ncontent-type: application/json", &unknown.to_string()),
        says(
            &json!({"jsonrpc": "2.0", "id": 2, "result": {"resultType": "complete", "tools": [tool("read")]}}),
        ),
    ]);
    let url = format!("http://{address}/mcp");
    let run = Dir::new().run(&["mcp", "schema", "--server", "far", "--url", &url]).ends_with(0);
    assert!(run.stdout.contains("action far.read {"), "{run:?}");
    let (head, message) = asked.join().unwrap().pop().unwrap();
    assert!(head.contains("mcp-method: tools/list\r\n"), "{head}");
    assert!(head.contains("mcp-protocol-version: 2026-07-28\r\n"), "{head}");
    let edition = &message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"];
    assert_eq!(edition, "2026-07-28");
}

#[test]
fn what_is_no_list_is_told() {
    let url_of = |answer| {
        let (address, asked) = server(vec![answer]);
        (format!("http://{address}/mcp"), asked)
    };
    for (said, why) in [
        (answer("200 OK\r\ncontent-type: text/html", "<p>"), "200 OK, and not with a message"),
        (answer("200 OK\r\ncontent-type: application/json", "{\"id\":1,\"id\":1}"), "what is no message"),
        (events(&[]), "ended its answer before it gave one"),
    ] {
        let (url, asked) = url_of(said);
        let run = Dir::new().run(&["mcp", "schema", "--server", "far", "--url", &url]).ends_with(1);
        let told = run.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(told.starts_with("C0247") && told.contains(why), "{why}: {run:?}");
        assert_eq!(asked.join().unwrap().len(), 1);
    }
    let run = Dir::new().run(&["mcp", "schema", "--server", "far", "--url", "http://files.example/mcp"]);
    assert!(run.ends_with(1).stderr.starts_with("C0248"));
}
