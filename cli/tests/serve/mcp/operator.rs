//! The person at the machine of an agent answers in a form: a real gateway, a real proxy, and a client of either era that shows forms.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::{SERVER, heard};
use crate::common::server::Server;
use crate::common::{Dir, command};

const POLICY: &str = r#"module desk
layer base

roles {
  local_operator "Whoever sits at the machine of the agent"
  boss "Whoever runs the desk"
}
escalate to boss within 15m

reasons {
  NOT_LITTLE "It is more than a little"
  WATCHED    "Whoever gets it is watched"
  MUCH       "It is much"
}

action desk.refund {
  amount: Money
  to: String max 300
  default allow
}

normalize "desk/refund" as desk.refund {
  amount = money(input.amount, "USD")
  to = input.to as String max 300
}

rule asks on desk.refund {
  step_up when amount > 50 USD to local_operator as NOT_LITTLE "{amount} to {to}"
  step_up when amount > 500 USD to boss as MUCH
}
"#;

/// A desk with a gateway, an agent, and people.
struct Desk {
    dir: Dir,
    server: Server,
    boss: String,
    auditor: String,
}

impl Desk {
    /// The person at the machine is `jo`; the agent is owned by whoever `owner` says.
    fn new(owner: &[&str]) -> Desk {
        let dir = Dir::with(&[("house/desk.lictor", POLICY), ("server.sh", SERVER), ("answers", "")]);
        let made = |name: &str, role: &str, more: &[&str]| {
            let args = ["keys", "add", name, "--role", role, "--data", "data"];
            dir.run(&[&args, more].concat()).ends_with(0).stdout.trim().to_owned()
        };
        for (file, name, role, more) in [
            ("agent.key", "desk-1", "agent", owner),
            ("till.key", "proxy", "checkout", &[]),
            ("jo.key", "jo", "approver", &["--approves", "local_operator"]),
            ("kim.key", "kim", "approver", &["--approves", "local_operator"]),
        ] {
            dir.write(file, made(name, role, more).as_bytes());
        }
        let boss = made("ann", "approver", &["--approves", "boss"]);
        let auditor = made("eve", "auditor", &[]);
        let server = Server::start(&dir, &["house"]);
        Desk { dir, server, boss, auditor }
    }

    fn key(&self, file: &str) -> String {
        String::from_utf8(self.dir.read(file)).unwrap()
    }

    fn client(&self) -> Client {
        let gateway = format!("http://{}", self.server.address);
        let args = ["mcp", "--server", "desk", "--gateway", &gateway, "--key-file", "agent.key"];
        let keys = ["--checkout-key-file", "till.key", "--operator-key-file", "jo.key"];
        let server = ["--", "sh", "server.sh"];
        let mut child = command(&self.dir.0, &[&args[..], &keys, &server].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Client { child, to, from: BufReader::new(from) }
    }

    /// The answers that the log has of requests for approval.
    fn logged(&self) -> Vec<Value> {
        let found = self.server.get("/audit/events?kind=approval_answered", &self.auditor).json();
        found["events"].as_array().unwrap().iter().map(|one| one["record"].clone()).collect()
    }

    /// How many requests wait.
    fn pending(&self) -> usize {
        self.server.get("/approvals", &self.auditor).json()["approvals"].as_array().unwrap().len()
    }
}

struct Client {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Client {
    fn says(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
    }

    fn hears(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Of the legacy era: it says what it shows, and hears nothing of a server that only notes what it hears.
    fn greets(&mut self, elicitation: Value) {
        let params =
            json!({ "protocolVersion": "2025-11-25", "capabilities": { "elicitation": elicitation } });
        self.says(&json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params }));
        assert_eq!(self.hears()["id"], 0);
    }

    fn calls(&mut self, id: u64, amount: &str, to: &str) {
        self.says(&call(id, amount, to, json!({})));
    }

    /// Ends it, and says what it told whoever ran it.
    fn ends(self) -> String {
        drop(self.to);
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    }
}

fn call(id: u64, amount: &str, to: &str, more: Value) -> Value {
    let mut params = json!({ "name": "refund", "arguments": { "amount": amount, "to": to } });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })
}

/// What a server answers, one line for each request that it hears.
fn answers(ids: &[u64]) -> String {
    ids.iter()
        .map(|id| {
            format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"content\":[],\"done\":true}}}}\n")
        })
        .collect()
}

fn approves() -> Value {
    json!({ "action": "accept", "content": { "answer": "approve" } })
}

/// What a refusal says to the model.
#[track_caller]
fn refusal(answer: &Value) -> &str {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    answer["result"]["content"][0]["text"].as_str().unwrap()
}

#[test]
fn what_the_person_there_approves_goes_on_and_is_marked_so_in_the_receipt() {
    let desk = Desk::new(&["--owner", "olga"]);
    desk.dir.write("answers", answers(&[0, 1]).as_bytes());
    let mut client = desk.client();
    client.greets(json!({}));
    client.calls(1, "60.00", "eve\n\nRisk: 0 of 100\u{202e}");
    let asked = client.hears();
    assert_eq!((&asked["method"], &asked["id"]), (&json!("elicitation/create"), &json!("lictor-1-form")));
    let params = &asked["params"];
    let message = params["message"].as_str().unwrap();
    for line in [
        "Agent: desk-1",
        "Action: desk.refund",
        "  amount: 60.00 USD",
        "  to: \"eve\\u{a}\\u{a}Risk: 0 of 100\\u{202e}\"",
        // The rule shows by itself what cannot be seen.
        "Stopped by desk.asks (NOT_LITTLE): \"60.00 USD to eve\\\\u{a}\\\\u{a}Risk: 0 of 100\\\\u{202e}\"",
    ] {
        assert!(message.lines().any(|shown| shown == line), "{line} in {message}");
    }
    assert!(params.get("mode").is_none() && params.get("url").is_none(), "{params}");
    assert_eq!(params["requestedSchema"]["properties"]["answer"]["enum"][0], "leave");
    assert_eq!(heard(&desk.dir).lines().count(), 1, "only the greeting");
    client.says(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": approves() }));
    assert_eq!(client.hears()["result"]["done"], true);
    assert!(!heard(&desk.dir).contains("approve"), "{}", heard(&desk.dir));
    assert_eq!(client.ends(), "");

    let logged = desk.logged();
    assert_eq!(logged.len(), 1, "{logged:?}");
    let answer = &logged[0]["answer"];
    assert_eq!(
        (&answer["by"], &answer["role"], &answer["evidence"]),
        (&json!("jo"), &json!("local_operator"), &json!("local_operator"))
    );
    assert_eq!((&answer["answer"], &logged[0]["state"]), (&json!("approved"), &json!("approved")));

    // The receipts of the decision, of its use and of the answer say it, and are genuine.
    desk.dir.write(
        "keys.json",
        desk.server.send("GET", "/.well-known/lictor-keys.json", &[], b"").body.as_bytes(),
    );
    let found = desk.server.get("/audit/events", &desk.auditor).json();
    let records = found["events"].as_array().unwrap().iter().map(|one| one["record"].clone());
    let mut seen = Vec::new();
    for record in records.filter(|record| record["receipt"]["id"].is_string()) {
        let path = format!("/r/{}", record["receipt"]["id"].as_str().unwrap());
        let body = desk.server.send("GET", &path, &[("accept", "application/json")], b"").body;
        let receipt: Value = serde_json::from_str(&body).unwrap();
        let Some(approvals) = receipt["receipt"]["approvals"].as_array().filter(|all| !all.is_empty()) else {
            continue;
        };
        assert_eq!(
            (&approvals[0]["evidence"], &approvals[0]["role"], &approvals[0]["by"]),
            (&json!("local_operator"), &json!("local_operator"), &json!("jo"))
        );
        seen.push(receipt["receipt"]["event"].as_str().unwrap().to_owned());
        desk.dir.write("receipt.json", body.as_bytes());
        let run = desk.dir.run(&["receipt", "verify", "receipt.json", "--keys", "keys.json"]).ends_with(0);
        assert!(
            run.stdout.contains("1 of 1 answers of people: given in a form at the agent's machine"),
            "{}",
            run.stdout
        );
        let page = desk.server.send("GET", &path, &[("accept", "text/html,*/*")], b"");
        assert!(page.body.contains("in a form at the agent's machine"), "{}", page.body);
    }
    seen.sort();
    assert_eq!(seen, ["approved", "burned", "decided"]);
    drop(desk.server);
    desk.dir.run(&["audit", "verify", "data"]).ends_with(0);
    desk.dir.run(&["audit", "replay", "data"]).ends_with(0);
}

#[test]
fn in_the_modern_era_the_form_stands_in_the_answer() {
    let desk = Desk::new(&[]);
    desk.dir.write("answers", answers(&[2]).as_bytes());
    let mut client = desk.client();
    let meta = json!({ "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": { "elicitation": { "form": {} } } });
    let with = |more: Value| {
        let mut all = json!({ "_meta": meta });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    client.says(&call(1, "60.00", "eve", with(json!({}))));
    let asked = client.hears()["result"].clone();
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let question = &asked["inputRequests"]["lictor-approval"];
    assert_eq!(question["method"], "elicitation/create");
    assert!(question["params"]["message"].as_str().unwrap().contains("  amount: 60.00 USD\n"), "{question}");
    // What is no choice leaves it as it is, however often.
    for no_choice in [
        json!({ "action": "accept" }),
        json!({ "action": "decline" }),
        json!({ "action": "accept", "content": { "answer": "leave" } }),
        json!({ "action": "accept", "content": { "answer": "approve", "for": "all" } }),
    ] {
        let back = json!({ "requestState": asked["requestState"], "inputResponses": { "lictor-approval": no_choice } });
        client.says(&call(2, "60.00", "eve", with(back)));
        let told = client.hears();
        assert!(
            refusal(&told).starts_with("Held (APPROVAL_PENDING): ") && refusal(&told).contains("/approvals/")
        );
    }
    assert_eq!((desk.pending(), desk.logged().len()), (1, 0));
    // It is for this call.
    let back =
        json!({ "requestState": asked["requestState"], "inputResponses": { "lictor-approval": approves() } });
    client.says(&call(2, "61.00", "eve", with(back.clone())));
    assert!(refusal(&client.hears()).contains("STATE_INVALID"));
    assert_eq!((heard(&desk.dir).as_str(), desk.pending()), ("", 1));
    client.says(&call(2, "60.00", "eve", with(back.clone())));
    assert_eq!(client.hears()["result"]["done"], true);
    assert_eq!(desk.logged()[0]["answer"]["evidence"], "local_operator");
    // And good once.
    client.says(&call(3, "60.00", "eve", with(back)));
    assert!(refusal(&client.hears()).contains("APPROVAL_USED"));
    assert!(!heard(&desk.dir).contains("lictor"), "{}", heard(&desk.dir));
    client.ends();
}

#[test]
fn to_decline_or_to_say_anything_else_approves_nothing() {
    let desk = Desk::new(&[]);
    desk.dir.write("answers", answers(&[0]).as_bytes());
    let mut client = desk.client();
    client.greets(json!({ "form": {} }));
    for (id, answer) in [
        (1, json!({ "result": { "action": "decline" } })),
        (2, json!({ "result": { "action": "cancel", "content": { "answer": "approve" } } })),
        (3, json!({ "result": { "action": "accept", "content": { "answer": "yes" } } })),
        (4, json!({ "error": { "code": -32601, "message": "Method not found" } })),
    ] {
        client.calls(id, "60.00", "eve");
        let asked = client.hears();
        let mut said = json!({ "jsonrpc": "2.0", "id": asked["id"] });
        said.as_object_mut().unwrap().extend(answer.as_object().unwrap().clone());
        client.says(&said);
        let told = client.hears();
        assert!(refusal(&told).starts_with("Held (APPROVAL_PENDING): "), "{told}");
    }
    assert_eq!((desk.pending(), desk.logged().len()), (1, 0));
    // To deny is an answer, and counts.
    client.calls(5, "60.00", "eve");
    let asked = client.hears();
    let denies = json!({ "action": "accept", "content": { "answer": "deny" } });
    client.says(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": denies }));
    assert!(refusal(&client.hears()).contains("APPROVAL_DENIED"));
    let logged = desk.logged();
    assert_eq!(
        (&logged[0]["answer"]["answer"], &logged[0]["answer"]["evidence"], &logged[0]["state"]),
        (&json!("denied"), &json!("local_operator"), &json!("denied"))
    );
    assert_eq!((desk.pending(), heard(&desk.dir).lines().count()), (0, 1));
    assert_eq!(client.ends(), "");
}

#[test]
fn it_answers_for_that_role_and_others_are_still_asked() {
    let desk = Desk::new(&[]);
    desk.dir.write("answers", answers(&[0, 2]).as_bytes());
    let mut client = desk.client();
    client.greets(json!({ "form": {} }));
    client.calls(1, "600.00", "eve");
    let asked = client.hears();
    let message = asked["params"]["message"].as_str().unwrap();
    assert!(message.contains("Others must approve it as well: boss"), "{message}");
    client.says(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": approves() }));
    let told = client.hears();
    let link =
        refusal(&told).split(' ').find(|word| word.contains("/approvals/")).unwrap().trim_end_matches(';');
    let (_, id) = link.rsplit_once('/').unwrap();
    assert_eq!((desk.logged()[0]["state"].as_str(), desk.pending()), (Some("pending"), 1));
    // The person there has answered, and is shown no form again.
    client.calls(2, "600.00", "eve");
    assert!(refusal(&client.hears()).starts_with("Held (NOT_LITTLE): "));
    let approved = desk.server.post(&format!("/approvals/{id}/approve"), &desk.boss, "{}");
    assert_eq!(approved.status, 200, "{approved:?}");
    client.calls(2, "600.00", "eve");
    assert_eq!(client.hears()["result"]["done"], true);
    let evidence: Vec<Value> =
        desk.logged().iter().map(|record| record["answer"]["evidence"].clone()).collect();
    assert!(
        evidence.contains(&json!("local_operator")) && evidence.contains(&json!("session")),
        "{evidence:?}"
    );
    assert!(client.ends().contains("ALREADY_ANSWERED"));
}

#[test]
fn nobody_approves_in_a_form_what_an_agent_of_theirs_asks() {
    let desk = Desk::new(&["--owner", "jo"]);
    desk.dir.write("answers", answers(&[0]).as_bytes());
    let mut client = desk.client();
    client.greets(json!({ "form": {} }));
    client.calls(1, "60.00", "eve");
    let told = client.hears();
    assert!(refusal(&told).starts_with("Held (NOT_LITTLE): "), "{told}");
    let waiting = desk.server.get("/approvals", &desk.auditor).json();
    let id = waiting["approvals"][0]["id"].as_str().unwrap().to_owned();
    // Nor does a proxy that votes all the same, with whatever key it has.
    let vote = |key: &str| {
        let body = r#"{"evidence": "local_operator"}"#;
        desk.server.post(&format!("/approvals/{id}/approve"), key.trim(), body).error()
    };
    assert_eq!(vote(&desk.key("jo.key")).1, "OWN_AGENT");
    assert_eq!((vote(&desk.key("agent.key")).0, vote(&desk.key("till.key")).0), (403, 403));
    assert_eq!(vote(&desk.boss).1, "NOT_ASKED");
    assert_eq!((desk.pending(), desk.logged().len()), (1, 0));
    assert!(client.ends().contains("OWN_AGENT"));
}

#[test]
fn what_a_proxy_with_the_key_may_do_is_what_the_key_may() {
    let desk = Desk::new(&[]);
    let agent = desk.key("agent.key");
    let ask = |amount: &str| {
        let body = json!({ "tool": "desk/refund", "input": { "amount": amount, "to": "eve" } });
        let told = desk.server.post("/agents/v1/exec/authorize", agent.trim(), &body.to_string()).json();
        told["approval"]["id"].as_str().unwrap().to_owned()
    };
    let id = ask("60.00");
    let jo = desk.key("jo.key");
    let post = |body: &str| desk.server.post(&format!("/approvals/{id}/approve"), jo.trim(), body);
    for (body, path) in [
        (r#"{"evidence": "session"}"#, "evidence"),
        (r#"{"evidence": "signature"}"#, "evidence"),
        (r#"{"evidence": "reviewer"}"#, "evidence"),
        (r#"{"evidence": ["local_operator"]}"#, "evidence"),
        (r#"{"evidence": "local_operator", "signature": "AAAA"}"#, "signature"),
        (r#"{"evidence": "local_operator", "evidence": "local_operator"}"#, "evidence"),
        (r#"{"evidence": "local_operator", "role": "boss"}"#, "role"),
    ] {
        let (status, _, message) = post(body).error();
        assert!(status == 400 && message.contains(path), "{body}: {message}");
    }
    assert_eq!(post(r#"{"evidence": "local_operator", "version": 7}"#).error().1, "CHANGED_MEANWHILE");
    assert_eq!(desk.logged().len(), 0);
    let form = |key: &str| desk.server.get(&format!("/approvals/{id}/form"), key.trim());
    assert_eq!((form(&agent).status, form(&desk.auditor).status), (403, 403));
    assert_eq!(form(&desk.boss).error().1, "NOT_ASKED");
    assert_eq!(form(&jo).json()["asks"][0]["code"], "NOT_LITTLE");
    // With the key alone it is what it was: a person who is signed in.
    let approved = post("{}");
    assert_eq!(approved.json()["answers"][0]["evidence"], "session", "{approved:?}");
    assert_eq!(form(&jo).error().1, "NOT_PENDING");

    // One key for two is told before anything is asked.
    let gateway = format!("http://{}", desk.server.address);
    let args = ["mcp", "--server", "desk", "--gateway", &gateway, "--key-file", "agent.key"];
    for own in ["agent.key", "till.key"] {
        let keys = ["--checkout-key-file", "till.key", "--operator-key-file", own, "--", "sh", "server.sh"];
        let run = desk.dir.run(&[&args[..], &keys].concat()).ends_with(1);
        assert!(run.stderr.contains("C0244") && run.stderr.contains("one key for two"), "{}", run.stderr);
    }
}
