//! `lictor mcp` over the standard streams, before a server that answers what a file says, line by line, and notes what it hears.

mod filtered;
mod listed;
mod operator;
mod sdk;

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::server::until;
use crate::common::{Dir, Run, command};

const POLICY: &str = r#"module desk
layer base

reasons { TOO_MUCH "It is more than the desk may give" }

action desk.refund {
  amount: Int
  default allow
}

normalize "desk/refund" as desk.refund { amount = input.amount as Int }

rule small on desk.refund {
  require amount <= 50 else TOO_MUCH "{amount} is more than 50"
}
"#;

/// It answers requests only, and ends with 3 where it has no answer left.
const SERVER: &str = r#"exec 3< answers
while IFS= read -r line; do
  printf '%s\n' "$line" >> heard
  case $line in *'"id"'*) IFS= read -r answer <&3 || exit 3; printf '%s\n' "$answer" ;; esac
done
"#;

const BEFORE: [&str; 6] = ["mcp", "--server", "desk", "--policy", "house", "--"];

fn dir(answers: &str) -> Dir {
    Dir::with(&[("house/desk.lictor", POLICY), ("server.sh", SERVER), ("answers", answers)])
}

/// A client that says this, and is done.
fn say(dir: &Dir, said: impl AsRef<[u8]>) -> Run {
    dir.run_with(&[&BEFORE[..], &["sh", "server.sh"]].concat(), said.as_ref())
}

/// What the server has heard.
fn heard(dir: &Dir) -> String {
    std::fs::read_to_string(dir.path("heard")).unwrap_or_default()
}

/// A call of the tool, with blanks that no two writers set alike.
fn refund(id: u8, arguments: &str) -> String {
    format!(
        "{{\"jsonrpc\" : \"2.0\",\"id\":{id}, \"method\":\"tools/call\",\"params\":{{\"name\":\"refund\",\"arguments\":{arguments}}}}}\n"
    )
}

#[test]
fn what_is_not_decided_passes_to_the_byte() {
    let answers = "{ \"id\":\"a\\u0041\" ,\"jsonrpc\":\"2.0\",\"result\":{\"n\":1.50e0,\"s\":\"\\ud800\",\"s2\":\"é\"} }\r\n";
    let dir = dir(answers);
    let said = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n\n\
                {\"method\":\"completion/complete\" , \"jsonrpc\":\"2.0\",\"id\":\"a\\u0041\",\"params\":{\"n\":1.50,\"s\":\"\\u00e9é\"}}\r\n";
    let run = say(&dir, said).ends_with(0);
    assert_eq!((run.stdout.as_str(), heard(&dir).as_str()), (answers, said));
    assert_eq!(run.stderr, "");
}

#[test]
fn a_call_is_decided_and_written_anew() {
    let answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}\n";
    let dir = dir(answer);
    let run = say(&dir, refund(1, "{ \"amount\" :\t50 }")).ends_with(0);
    assert_eq!(run.stdout, answer);
    let anew = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"refund\",\"arguments\":{\"amount\":50}}}\n";
    assert_eq!(heard(&dir), anew);
    let recorded: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!((&recorded["allowed"], &recorded["tool"]), (&true.into(), &"desk/refund".into()));
}

#[test]
fn what_is_refused_is_never_heard_of() {
    for (said, code) in [
        (refund(1, "{\"amount\":51}"), "TOO_MUCH"),
        (refund(1, "{\"amount\":5,\"to\":\"eve\"}"), "UNKNOWN_ACTION"),
        (refund(1, "{\"amount\":\"5\"}"), "STRUCTURE_INVALID"),
        (refund(1, "[5]"), "MESSAGE_INVALID"),
        (refund(1, "{\"amount\":5}").replace("refund\"", "burn\""), "UNKNOWN_ACTION"),
    ] {
        let dir = dir("");
        let run = say(&dir, said).ends_with(0);
        let answer = run.json();
        assert_eq!((&answer["id"], &answer["result"]["isError"]), (&1.into(), &true.into()), "{run:?}");
        assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains(code), "{code}: {run:?}");
        assert_eq!(heard(&dir), "", "{code}");
    }
    let dir = dir("");
    let read =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"desk://page\"}}\n";
    let run = say(&dir, read).ends_with(0);
    assert_eq!(run.json()["error"]["data"]["code"], "UNKNOWN_ACTION", "{run:?}");
    assert_eq!(heard(&dir), "");
}

#[test]
fn hostile_bytes_are_answered_and_never_heard_of() {
    let deep = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{{\"a\":{}{}}}}}",
        "[".repeat(100),
        "]".repeat(100)
    );
    let call = refund(1, "{\"amount\":5}");
    let call = call.trim_end();
    let hostile: [&[u8]; 9] = [
        b"\xff\xfe{}",
        b"\0",
        b"nothing that is JSON",
        deep.as_bytes(),
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\\ud800\"}}",
        b"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
        b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        b"{\"jsonrpc\":\"2.0\",\r\"id\":1,\"method\":\"ping\"}",
    ];
    let pong = "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}\n";
    let ping = "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"}\n";
    for bytes in hostile {
        let dir = dir(pong);
        let run = say(&dir, [bytes, b"\n", ping.as_bytes()].concat()).ends_with(0);
        let lines: Vec<_> = run.stdout.lines().collect();
        assert_eq!(lines.len(), 2, "{run:?}");
        assert!(run.stdout.contains("\"code\":-32600") && run.stdout.contains(pong), "{run:?}");
        assert_eq!(heard(&dir), ping, "{run:?}");
    }
    // Where the id cannot be sent back, nobody could be told that the call was refused.
    let dir = dir(pong);
    let run =
        say(&dir, [call.replace("\"id\":1, ", "").as_bytes(), b"\n", ping.as_bytes()].concat()).ends_with(0);
    assert_eq!((run.stdout.as_str(), heard(&dir).as_str()), (pong, ping));
    assert!(run.stderr.contains("MESSAGE_INVALID"), "{run:?}");
}

#[test]
fn a_message_without_an_end_ends_it() {
    let dir = dir("");
    let run = say(&dir, vec![b'['; (16 << 20) + 1]).ends_with(1);
    assert!(run.stderr.contains("C0243") && run.stderr.contains("16777216 bytes"), "{}", run.stderr);
    assert_eq!((run.stdout.as_str(), heard(&dir).as_str()), ("", ""));
}

#[test]
fn a_server_that_dies_leaves_nobody_waiting() {
    let dir = dir("");
    let mut child = command(&dir.0, &[&BEFORE[..], &["sh", "server.sh"]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The client stays.
    let mut client = child.stdin.take().unwrap();
    client.write_all(refund(1, "{\"amount\":5}").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let (told, errors) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("C0242") && errors.contains("exit status: 3"), "{errors}");
    assert!(told.contains("\"isError\":true") && told.contains("Not known what came of it"), "{told}");
    drop(client);
}

#[test]
fn a_server_that_cannot_be_started_is_told() {
    let dir = dir("");
    let run = dir.run(&[&BEFORE[..], &["./no-such-server"]].concat()).ends_with(1);
    assert!(run.stderr.contains("C0241") && run.stderr.contains("no-such-server"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn without_a_policy_that_is_trusted_no_server_is_started() {
    let dir = dir("");
    dir.write("server.sh", b"echo started > heard\n");
    dir.run(&["keygen", "-o", "k"]).ends_with(0);
    dir.run(&["keygen", "-o", "other"]).ends_with(0);
    dir.run(&["build", "house", "-o", "a.bundle", "--key", "k.key"]).ends_with(0);
    let bundle = dir.read("a.bundle");
    dir.write("cut.bundle", &bundle[..bundle.len() - 9]);
    dir.write("empty.bundle", b"");
    for (by, code) in [
        (&["--policy", "cut.bundle", "--key", "k.pub"][..], "B0104"),
        (&["--policy", "empty.bundle", "--key", "k.pub"], "B0102"),
        (&["--policy", "none.bundle", "--key", "k.pub"], "C0111"),
        (&["--policy", "a.bundle", "--key", "other.pub"], "B0107"),
        (&["--policy", "a.bundle"], "C0240"),
    ] {
        let run =
            dir.run(&[&["mcp", "--server", "desk"], by, &["--", "sh", "server.sh"]].concat()).ends_with(1);
        assert!(run.stderr.starts_with(code), "{by:?}: {}", run.stderr);
        assert_eq!((run.stdout.as_str(), heard(&dir).as_str()), ("", ""), "{by:?}");
    }
    dir.run(&["mcp", "--server", "desk", "--policy", "a.bundle", "--key", "k.pub", "--", "sh", "server.sh"]);
    assert_eq!(heard(&dir), "started\n");
}

/// A server that says when it has begun, and would stay for a minute.
const STAYS: &[u8] = b"echo begun > heard\nexec sleep 60\n";
/// What ends it takes less.
const SOON: Duration = Duration::from_secs(30);

#[test]
fn a_signal_ends_it_and_the_server() {
    for signal in ["TERM", "INT"] {
        let dir = dir("");
        dir.write("server.sh", STAYS);
        let begun = Instant::now();
        let mut child = command(&dir.0, &[&BEFORE[..], &["sh", "server.sh"]].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The client stays.
        let client = child.stdin.take().unwrap();
        until("the server begins", || heard(&dir) == "begun\n");
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
        // The server holds the same standard error: it ends with the last of the two.
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!(told, "", "{signal}");
        assert!(begun.elapsed() < SOON, "{signal}");
        drop(client);
    }
}

#[test]
fn a_server_that_stays_is_ended() {
    let dir = dir("");
    dir.write("server.sh", STAYS);
    let begun = Instant::now();
    assert_eq!(say(&dir, "").ends_with(0).stderr, "");
    assert!(heard(&dir) == "begun\n" && begun.elapsed() < SOON);
}
