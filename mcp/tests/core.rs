//! The core, in transcripts: `client` and `server` say a line, `allowed`, `refused` and `held` are what was decided under a ticket, and the
//! lines that are set in say what happens. `UPDATE_TRANSCRIPTS=1` writes those anew; read what changed.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use lictor_mcp::form::Form;
use lictor_mcp::listing::Never;
use lictor_mcp::pins::Pins;
use lictor_mcp::refusal::Refusal;
use lictor_mcp::session::{Act, Collect, Held, Seal, Session, Terms, Verdict};
use lictor_mcp::tree::Tree;

/// The moment at which everything happens.
const NOW: i64 = 1_000_000;

#[test]
fn transcripts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sessions");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let played = play(&text);
        if std::env::var_os("UPDATE_TRANSCRIPTS").is_some() {
            std::fs::write(&file, played).unwrap();
        } else {
            assert_eq!(text, played, "{}", file.display());
        }
    }
}

/// Plays a transcript; what it should look like.
fn play(text: &str) -> String {
    let option = |name: &str| text.lines().any(|line| line == format!("# {name}"));
    let never: Never = Arc::new(|tool| tool == "files/never");
    let terms = Terms {
        server: "files".to_owned(),
        only_tools: option("only tools"),
        never: option("filter").then_some(never),
        seal: Seal::new([7; 32], "agent", option("wait")),
    };
    let pins = if option("kept pins") { Pins::kept([].into(), vec![]) } else { Pins::default() };
    let mut session = Session::new(terms, Arc::new(Mutex::new(pins)));
    let (mut out, mut kept_state) = (String::new(), String::new());
    for line in text.lines().filter(|line| !line.starts_with("  ")) {
        writeln!(out, "{line}").unwrap();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let said = rest.replace("\\r", "\r").replace("STATE", &kept_state);
        let acts = match word {
            "client" => session.from_client(said.as_bytes(), NOW),
            "later" => session.from_client(said.as_bytes(), 10 * NOW),
            "server" => session.from_server(said.as_bytes()),
            "allowed" => session.decided(rest.parse().unwrap(), Verdict::Allowed),
            "refused" => {
                let (ticket, code) = rest.split_once(' ').unwrap();
                let refusal = Refusal::new(code, "it is too dear");
                session.decided(ticket.parse().unwrap(), Verdict::Refused(refusal))
            }
            "held" => session.decided(rest.parse().unwrap(), Verdict::Held(held())),
            "held-with-a-form" => {
                let form = Form { version: 3, message: "what the form says".to_owned() };
                let held = Held { form: Some(form), ..held() };
                session.decided(rest.parse().unwrap(), Verdict::Held(held))
            }
            "held-and-not-theirs" => {
                let held = Held { no_form: Some("OWN_AGENT".to_owned()), ..held() };
                session.decided(rest.parse().unwrap(), Verdict::Held(held))
            }
            "ended" => session.ended(),
            _ => continue,
        };
        for act in acts {
            if let Act::ToClient(message) = &act {
                let state = Tree::read(message).unwrap();
                let state = state.get("result").and_then(|result| result.get("requestState"));
                kept_state = state.and_then(Tree::text).map_or(kept_state, str::to_owned);
            }
            writeln!(out, "  {}", shown(&act)).unwrap();
        }
    }
    out
}

fn held() -> Held {
    Held {
        approval: "a-1".to_owned(),
        link: "https://gateway.example/approvals/a-1".to_owned(),
        until: 5 * NOW,
        code: "LARGE".to_owned(),
        reason: "it is large".to_owned(),
        ..Held::default()
    }
}

fn shown(act: &Act) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    match act {
        Act::Pass => "passes".to_owned(),
        Act::ToClient(message) => format!("to client {}", text(message)),
        Act::ToServer(message) => format!("to server {}", text(message)),
        Act::Decide(ticket, questions, collect) => {
            let questions: Vec<String> = questions
                .iter()
                .map(|question| format!("{} {}", question.tool, question.input.written()))
                .collect();
            let with =
                collect.as_ref().map_or(String::new(), |collect| format!(" with {}", brought(collect)));
            format!("decide {ticket}{with}: {}", questions.join(" and "))
        }
        Act::Collect(ticket, collect) => format!("collect {ticket} with {}", brought(collect)),
        Act::Await(ticket, held, shown) => format!("await {ticket}: {}, shown: {shown}", held.approval),
        Act::Settle(ticket, outcome) => format!("settle {ticket}: {outcome:?}"),
        Act::Note(note) => format!("note {note}"),
    }
}

fn brought(collect: &Collect) -> String {
    let vote = collect.vote.map_or(String::new(), |vote| {
        let answer = if vote.approves { "approved" } else { "denied" };
        format!(", {answer} as of version {}", vote.version)
    });
    format!("{}{vote}", collect.approval)
}

/// Whatever bytes come from either side: an answer, and never a panic; and nothing that is a call goes on undecided.
#[test]
fn hostile_bytes_never_call_anything() {
    let good =
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":[1,"x"]}}}"#;
    let terms = || Terms {
        server: "files".to_owned(),
        only_tools: false,
        never: None,
        seal: Seal::new([7; 32], "agent", false),
    };
    let mut random: u64 = 9;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap()
    };
    let bits: [&[u8]; 10] =
        [b"{", b"}", b"\"", b"\\ud800", b"\r", b"[", b",\"method\":\"ping\"", b"\xff", b"null", b",\"id\":2"];
    let (mut passed, mut decided) = (0, 0);
    for _ in 0..20_000 {
        let mut bytes = good.to_vec();
        for _ in 0..=next() % 3 {
            let at = next() % (bytes.len() + 1);
            if next() % 2 == 0 {
                bytes.truncate(at.max(1));
            }
            let bit = bits[next() % bits.len()];
            let at = at.min(bytes.len());
            bytes.splice(at..at, bit.iter().copied());
        }
        for act in Session::new(terms(), Arc::default()).from_client(&bytes, NOW) {
            match act {
                Act::Pass => {
                    passed += 1;
                    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                    assert_ne!(value["method"], "tools/call", "{}", String::from_utf8_lossy(&bytes));
                }
                Act::Decide(..) => decided += 1,
                _ => {}
            }
        }
        Session::new(terms(), Arc::default()).from_server(&bytes);
    }
    assert!(decided > 20, "{decided} {passed}");
}

/// What a server says of its tools, and the policy that is made of it: `schemas/*.json` beside `*.lictor`, which ends with what was warned about.
#[test]
fn schemas() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas"));
    let source = std::fs::read(folder.join("hard.json")).unwrap();
    let tools = Tree::read(&source).unwrap().get("tools").unwrap().list().unwrap().to_vec();
    let written = lictor_mcp::schema::write("my-files", &tools, lictor_mcp::schema::Least::Deny).unwrap();
    let warned: String = written.warnings.iter().map(|warning| format!("// warns: {warning}\n")).collect();
    let (text, file) = (format!("{}\n{warned}", written.text), folder.join("hard.lictor"));
    if std::env::var_os("UPDATE_TRANSCRIPTS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
