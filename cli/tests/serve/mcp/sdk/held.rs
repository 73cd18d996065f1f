//! What waits for people: a client of the official SDK shows links and forms, and what people answer there decides.

use std::sync::{Arc, Mutex};

use rmcp::model::{ElicitRequestParams, ElicitResult, ElicitationAction};
use serde_json::json;

use super::client::{ALL, Answers, Client, text};
use super::{in_runtime, notes, through};
use crate::common::Dir;
use crate::common::server::{Server, send};

const POLICY: &str = r#"module desk
layer base

roles {
  local_operator "Whoever sits at the machine of the agent"
  boss "Whoever runs the desk"
}
escalate to boss within 15m

reasons {
  NOT_LITTLE "It is more than a little"
  MUCH       "It is much"
}

action desk.refund { amount: Int default allow }

normalize "desk/refund" as desk.refund { amount = input.amount as Int }

rule asks on desk.refund {
  step_up when amount > 50 and amount <= 100 to local_operator as NOT_LITTLE
  step_up when amount > 100 to boss as MUCH
}
"#;

/// What the person who is asked does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Does {
    Declines,
    Chooses(&'static str),
    /// Opens the link, on which somebody approves.
    Opens,
}

/// What was asked, and what is done with it.
#[derive(Clone)]
struct Person {
    does: Arc<Mutex<Does>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Person {
    fn answers(&self, gateway: std::net::SocketAddr, boss: String) -> Answers {
        let Person { does, asked } = self.clone();
        Arc::new(move |question| {
            let does = *does.lock().unwrap();
            let accepts = ElicitResult::new(ElicitationAction::Accept);
            let (kind, answer) = match (question, does) {
                (ElicitRequestParams::UrlElicitationParams { url, .. }, Does::Opens) => {
                    let path = url.strip_prefix(&format!("http://{gateway}")).unwrap();
                    let head =
                        [("authorization", &*format!("Bearer {boss}")), ("content-type", "application/json")];
                    let answer = send(gateway, "POST", &format!("{path}/approve"), &head, b"{}");
                    assert_eq!(answer.status, 200, "{answer:?}");
                    ("link", accepts)
                }
                (ElicitRequestParams::FormElicitationParams { message, .. }, Does::Chooses(choice)) => {
                    assert!(message.contains("Action: desk.refund"), "{message}");
                    ("form", accepts.with_content(json!({ "answer": choice })))
                }
                (ElicitRequestParams::UrlElicitationParams { .. }, _) => {
                    ("link", ElicitResult::new(ElicitationAction::Decline))
                }
                (_, _) => ("form", ElicitResult::new(ElicitationAction::Decline)),
            };
            asked.lock().unwrap().push(kind.to_owned());
            answer
        })
    }
}

#[test]
fn what_waits_is_shown_and_goes_on_only_with_an_approval() {
    for (era, way) in ALL {
        let dir = Dir::with(&[("house/desk.lictor", POLICY)]);
        let made = |name: &str, more: &[&str]| {
            let args = ["keys", "add", name, "--data", "data", "--role"];
            dir.run(&[&args[..], more].concat()).ends_with(0).stdout.trim().to_owned()
        };
        dir.write("agent.key", made("desk-1", &["agent", "--owner", "olga"]).as_bytes());
        dir.write("till.key", made("proxy", &["checkout"]).as_bytes());
        dir.write("jo.key", made("jo", &["approver", "--approves", "local_operator"]).as_bytes());
        let boss = made("ann", &["approver", "--approves", "boss"]);
        let gateway = Server::start(&dir, &["house"]);
        let address = format!("http://{}", gateway.address);
        let words = ["--gateway", &address, "--key-file", "agent.key", "--checkout-key-file", "till.key"];
        let words = [&words[..], &["--operator-key-file", "jo.key", "--only-tools"]].concat();
        let person = Person { does: Arc::new(Mutex::new(Does::Declines)), asked: Arc::default() };
        let client = Client::new(era).answering(true, person.answers(gateway.address, boss));
        in_runtime(async {
            let (connected, _proxy) = through(&dir, way, &words, client).await;
            for (amount, does, asked, told) in [
                (5, Does::Declines, &[][..], "gave 5 back"),
                (60, Does::Chooses("approve"), &["form"], "gave 60 back"),
                (61, Does::Chooses("deny"), &["form"], "Refused (APPROVAL_DENIED)"),
                (62, Does::Chooses("leave"), &["form"], "Held (APPROVAL_PENDING)"),
                (63, Does::Declines, &["form"], "Held (APPROVAL_PENDING)"),
                (64, Does::Chooses("approve!"), &["form"], "Held (APPROVAL_PENDING)"),
                (200, Does::Opens, &["link"], "gave 200 back"),
                (201, Does::Declines, &["link"], "Refused (APPROVAL_DECLINED)"),
            ] {
                *person.does.lock().unwrap() = does;
                person.asked.lock().unwrap().clear();
                let result = connected.call("refund", json!({ "amount": amount })).await;
                let is_done = told.starts_with("gave");
                assert_eq!(result.is_error == Some(true), !is_done, "{era:?} {way:?} {amount}: {result:?}");
                assert!(text(&result).starts_with(told), "{era:?} {way:?} {amount}: {result:?}");
                assert_eq!(*person.asked.lock().unwrap(), asked, "{era:?} {way:?} {amount}");
            }
            assert_eq!(notes(&dir, "through"), "refund 5\nrefund 60\nrefund 200\n", "{era:?} {way:?}");
        });
    }
}
