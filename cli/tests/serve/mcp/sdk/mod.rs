//! The real binary between a client and a server of the official SDK for Rust, over pipes and over HTTP, in both eras: what is allowed comes back as it does
//! without it, and what is not is read by the model.

mod client;
mod held;
mod server;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rmcp::model::{
    CallToolRequest, CallToolResult, ClientRequest, GetPromptRequestParams, GetPromptResult, ListToolsResult,
    ReadResourceRequestParams, ReadResourceResult,
};
use rmcp::service::PeerRequestOptions;
use serde_json::json;
use tokio::process::Command;

use self::client::{ALL, Client, Connected, Way, call, text};
use crate::common::{Dir, command};

const POLICY: &str = r#"module desk
layer base

reasons { TOO_MUCH "It is more than the desk may give" }

action desk.refund { amount: Int default allow }
action desk.wait { default allow }
action desk.page { uri: String max 200 default allow }
action desk.greet { name: String max 40 default allow }

normalize "desk/refund" as desk.refund { amount = input.amount as Int }
normalize "desk/wait" as desk.wait { }
normalize "mcp/resources.read" as desk.page { uri = input.uri as String max 200 ignore server }
normalize "mcp/prompts.get" as desk.greet { name = input.name as String max 40 ignore server }

rule small on desk.refund { require amount <= 50 else TOO_MUCH "{amount} is more than 50" }
rule few_pages on desk.page { require uri == "desk://page" else TOO_MUCH "{uri} is not shown" }
"#;

/// How long anything may take, on whatever machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs this to its end.
fn in_runtime(what: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(what);
    runtime.shutdown_background();
}

fn notes(dir: &Dir, name: &str) -> String {
    std::fs::read_to_string(dir.path(name)).unwrap_or_default()
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A command of ours, or of another, in which the server finds the file for its notes.
fn noting(dir: &Dir, file: &str, program: std::process::Command) -> Command {
    let mut command = Command::from(program);
    command.current_dir(&dir.0).env(server::NOTES, dir.path(file));
    command
}

/// A client without anything in between.
async fn directly(dir: &Dir, way: Way, client: Client) -> Connected {
    match way {
        Way::Http => client.over_http(&server::far(dir.path("direct")).await).await,
        Way::Pipes => {
            let words = server::command();
            let mut program = std::process::Command::new(&words[0]);
            program.args(&words[1..]).stderr(Stdio::null());
            client.over_pipes(noting(dir, "direct", program)).await
        }
    }
}

/// A client behind the proxy, which is asked with these words. What runs besides ends with what is returned.
async fn through(dir: &Dir, way: Way, words: &[&str], client: Client) -> (Connected, Option<Running>) {
    let before = [&["mcp", "--server", "desk"], words].concat();
    match way {
        Way::Pipes => {
            let server = server::command();
            let server: Vec<&str> = server.iter().map(String::as_str).collect();
            let mut program = command(&dir.0, &[&before[..], &["--"], &server].concat());
            program.stderr(Stdio::null());
            (client.over_pipes(noting(dir, "through", program)).await, None)
        }
        Way::Http => {
            let url = server::far(dir.path("through")).await;
            let (address, proxy) =
                far(&dir.0, &[&before[..], &["--url", &url, "--listen", "127.0.0.1:0"]].concat());
            (client.over_http(&format!("{address}/mcp")).await, Some(proxy))
        }
    }
}

/// A process that ends with the test.
struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The proxy over HTTP, and where it listens.
fn far(dir: &Path, args: &[&str]) -> (String, Running) {
    let mut proxy = command(dir, args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(proxy.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (line.trim().strip_prefix("listening on ").unwrap().to_owned(), Running(proxy))
}

/// What comes back of all that the policy allows.
#[derive(PartialEq, Debug)]
struct Seen {
    tools: ListToolsResult,
    refund: CallToolResult,
    progress: Vec<f64>,
    page: ReadResourceResult,
    greeting: GetPromptResult,
}

async fn see(connected: &Connected) -> Seen {
    let server = &connected.server;
    let tools = server.list_tools(None).await.unwrap();
    let refund = connected.call("refund", json!({ "amount": 50 })).await;
    until("progress", || connected.client.progress.lock().unwrap().len() == 2).await;
    let page = server.read_resource(ReadResourceRequestParams::new("desk://page")).await.unwrap();
    let greeting = server.get_prompt(GetPromptRequestParams::new("greet")).await.unwrap();
    let progress = connected.client.progress.lock().unwrap().clone();
    Seen { tools, refund, progress, page, greeting }
}

/// Calls a tool that waits, and calls that back once it has begun.
async fn call_back(connected: &Connected, dir: &Dir, file: &str) {
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(call("wait", json!({}))));
    let options = PeerRequestOptions::no_options();
    let waiting = connected.server.send_cancellable_request(request, options).await.unwrap();
    until("the call begins", || notes(dir, file).ends_with("wait\n")).await;
    waiting.cancel(Some("enough".to_owned())).await.unwrap();
    until("it is called back", || notes(dir, file).ends_with("called back\n")).await;
}

#[test]
fn what_is_allowed_is_as_without_it_and_what_is_refused_is_read() {
    for (era, way) in ALL {
        in_runtime(async {
            let dir = Dir::with(&[("house/desk.lictor", POLICY)]);
            let direct = directly(&dir, way, Client::new(era)).await;
            let expected = see(&direct).await;
            assert_eq!((expected.tools.tools.len(), &*expected.progress), (3, &[1.0, 2.0][..]));
            call_back(&direct, &dir, "direct").await;

            let (connected, _proxy) =
                through(&dir, way, &["--policy", "house", "--record", "record"], Client::new(era)).await;
            assert_eq!(see(&connected).await, expected, "{era:?} {way:?}");
            for (tool, arguments, code) in [
                ("refund", json!({ "amount": 51 }), "Refused (TOO_MUCH): 51 is more than 50."),
                ("refund", json!({ "amount": 5, "to": "eve" }), "Refused (UNKNOWN_ACTION)"),
                ("refund", json!({ "amount": "5" }), "Refused (STRUCTURE_INVALID)"),
                ("burn", json!({}), "Refused (UNKNOWN_ACTION)"),
            ] {
                let refused = connected.call(tool, arguments).await;
                assert_eq!(refused.is_error, Some(true), "{refused:?}");
                assert!(text(&refused).starts_with(code), "{era:?} {way:?}: {refused:?}");
            }
            let other = connected.server.read_resource(ReadResourceRequestParams::new("desk://safe")).await;
            assert!(other.unwrap_err().to_string().contains("desk://safe is not shown"), "{era:?} {way:?}");
            call_back(&connected, &dir, "through").await;
            assert_eq!(notes(&dir, "through"), notes(&dir, "direct"), "{era:?} {way:?}");
            // Three of what is seen, five that are refused, and the call that was called back.
            assert_eq!(notes(&dir, "record").lines().count(), 9, "{era:?} {way:?}");
        });
    }
}
