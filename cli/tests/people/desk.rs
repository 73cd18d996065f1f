//! A shop in which requests for approval wait: what a gateway would have written, written by the test.

use std::sync::atomic::{AtomicU8, Ordering};

use lictor_bundle::time::render_timestamp;
use lictor_gateway::approvals::Asked;
use lictor_journal::record::{About, Kind, Pending, Refused};
use lictor_journal::{New, Record, Step};
use lictor_store::{Approval, ApprovalState, Job, Options, Reads, Store, TenantId, View, Writes};
use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::server::{Answer, Server};

/// A policy that asks people.
pub const POLICY: &str = r#"module shop
layer base

roles {
  owner "Whoever owns the shop"
  desk "Whoever is at the desk"
}
escalate to owner within 15m

reasons {
  LOOKED_AT "Somebody looks at it first"
}

framework soc2 "SOC 2" {
  CC6_1 "Logical access is restricted" source "https://example.com/soc2#cc6.1" verified 2026-01-20
}

record Seller {
  id: String max 40
  name: String max 400
}

action shop.buy {
  seller: Seller
  price: Money
  note: String? max 2000
  default allow
}

/// Whatever is dear is looked at by two people.
rule price on shop.buy at amount cites soc2.CC6_1 {
  step_up when price > 80 USD to owner quorum 2 as LOOKED_AT "{price} to {seller.name}"
}
"#;

/// The shop, its people, and those keys that its data directory has.
pub struct Desk {
    pub dir: Dir,
    pub bundle: String,
    keys: Vec<(String, String)>,
    next: AtomicU8,
}

impl Desk {
    /// A shop with an agent, three owners of whom one owns the agent, one at the desk, and an auditor.
    pub fn new() -> Desk {
        let dir = Dir::with(&[("shop/shop.lictor", POLICY)]);
        let mut desk = Desk { dir, bundle: String::new(), keys: Vec::new(), next: AtomicU8::new(1) };
        desk.add("shopper-7", &["--role", "agent", "--owner", "olga"]);
        desk.add("shopper-8", &["--role", "agent"]);
        for owner in ["ann", "bob", "eve", "olga"] {
            desk.add(owner, &["--role", "approver", "--approves", "owner"]);
        }
        desk.add("ann-phone", &["--role", "approver", "--approves", "owner", "--person", "ann"]);
        desk.add("dan", &["--role", "approver", "--approves", "desk"]);
        desk.add("aud", &["--role", "auditor"]);
        desk.add("root", &["--role", "admin"]);
        let server = desk.serve();
        let current = server.get("/bundles/current", desk.key("root")).json();
        desk.bundle = current["bundle"].as_str().unwrap().to_owned();
        server.signal("TERM");
        server.end();
        desk
    }

    /// Makes a key.
    pub fn add(&mut self, name: &str, args: &[&str]) {
        let mut all = vec!["keys", "add", name, "--data", "data"];
        all.extend(args);
        let made = self.dir.run(&all).ends_with(0).stdout.trim().to_owned();
        self.keys.push((name.to_owned(), made));
    }

    /// The key of this name.
    pub fn key(&self, name: &str) -> &str {
        &self.keys.iter().find(|(own, _)| own == name).unwrap().1
    }

    pub fn serve(&self) -> Server {
        Server::start(&self.dir, &["shop"])
    }

    /// What people are asked about a purchase.
    pub fn asked(&self) -> Value {
        json!({
            "version": 1, "at": now(), "bundle": self.bundle, "request_digest": format!("sha256:{}", "02".repeat(32)),
            "action": "shop.buy", "asker": { "agent": "shopper-7", "owner": "olga" },
            "fields": [
                { "path": "seller.id", "by": "agent", "value": { "words": ["s-1", 0] } },
                { "path": "seller.name", "by": "agent", "value": { "words": ["Corner Cafe", 0] } },
                { "path": "price", "by": "agent", "value": { "amount": ["200.01", "USD"] } },
            ],
            "demands": [{
                "code": "LOOKED_AT", "reason": "200.01 USD to Corner Cafe", "rule": "shop.price", "stage": "amount",
                "to": "owner", "quorum": 2, "cites": ["soc2.CC6_1"],
            }],
            "risk": { "score": 35, "flags": ["new_seller"], "points": [["DEAR", 25], ["NEW", 10]] },
        })
    }

    /// The store, while no gateway runs.
    fn store(&self) -> (Store, TenantId) {
        let options = Options { anchor: Some(self.dir.0.join("data/store.anchor")), ..Options::default() };
        let store = Store::sqlite(&self.dir.0.join("data/store.db"), &options).unwrap();
        let tenant = store.tenant("default").unwrap();
        (store, tenant)
    }

    /// Writes so many records.
    pub fn write_many(&self, count: u64) {
        let (store, tenant) = self.store();
        let all: Vec<_> = (0..count / 1_000).map(|_| store.submit(tenant, Many(1_000))).collect();
        all.into_iter().for_each(|one| one.wait().unwrap());
    }

    /// Writes a request for approval that waits, while no gateway runs; its id.
    pub fn wait_for(&self, asked: &Value) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let body = Asked::from_bytes(asked.to_string().as_bytes()).expect("what is asked").to_bytes();
        let quorum = asked["demands"][0]["quorum"].as_u64().unwrap();
        let (store, tenant) = self.store();
        let ask = Ask { body, id: [number; 16], quorum: u16::try_from(quorum).unwrap() };
        store.submit(tenant, ask).wait().unwrap()
    }
}

/// Writes presentations of tokens that were refused, every hundred-thousandth of another agent.
struct Many(u64);

impl Job for Many {
    type Answer = ();

    fn now(&self) -> i64 {
        now()
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, ()) {
        let mut writes = Writes::none();
        for index in view.next_index()..view.next_index() + self.0 {
            let agent = if index % 100_000 == 0 { "rare" } else { "shopper-7" };
            let code = if index % 3 == 0 { "REPLAY_DETECTED" } else { "TOKEN_EXPIRED" };
            let step = Step::Refused(Box::new(Refused {
                code: code.to_owned(),
                by: "till-1".to_owned(),
                of: None,
                token: None,
                about: Some(About { agent: agent.to_owned(), action: "shop.buy".to_owned() }),
                judged: None,
            }));
            let new = New { tenant: "default", index, time: view.now(), covering: None, keep_opened: false };
            writes.record(Record::new(&"0".repeat(32), step).row(new).unwrap());
        }
        (writes, ())
    }
}

/// Writes one request for approval.
struct Ask {
    body: Vec<u8>,
    id: [u8; 16],
    quorum: u16,
}

impl Job for Ask {
    type Answer = String;

    fn now(&self) -> i64 {
        now()
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, String) {
        let (index, time, mut writes) = (view.next_index(), view.now(), Writes::none());
        let id = format!("{}.{index}", self.id.map(|byte| format!("{byte:02x}")).concat());
        let subject = [self.id[0]; 32];
        let step = Step::ApprovalAsked(Pending {
            of: 0,
            id: id.clone(),
            about: About { agent: "shopper-7".to_owned(), action: "shop.buy".to_owned() },
            subject: lictor_evidence::Digest(subject),
            asks: Vec::new(),
            quorum: self.quorum,
            expires: lictor_evidence::time::Moment(time + 900_000),
        });
        assert_eq!(step.kind(), Kind::ApprovalAsked);
        let new = New { tenant: "default", index, time, covering: None, keep_opened: false };
        writes.record(Record::new(&"0".repeat(32), step).row(new).unwrap());
        writes.approval(Approval {
            index,
            id: self.id,
            version: 0,
            state: ApprovalState::Pending,
            generation: view.head().generation,
            subject,
            agent: "shopper-7".to_owned(),
            quorum: self.quorum,
            expires_at: time + 900_000,
            cools_until: None,
            votes: Vec::new(),
            entries: Vec::new(),
            body: self.body,
        });
        (writes, id)
    }
}

pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// A browser, as far as a test needs one: it keeps its cookie, and sends forms as pages do.
pub struct Browser<'s> {
    pub server: &'s Server,
    pub cookie: String,
}

impl<'s> Browser<'s> {
    /// Signs in with a key.
    pub fn sign_in(server: &'s Server, key: &str) -> Browser<'s> {
        let mut browser = Browser { server, cookie: String::new() };
        let answer = browser.send("/sign-in", &[("key", key), ("next", "/approvals")]);
        assert_eq!((answer.status, answer.field("location")), (303, Some("/approvals")), "{answer:?}");
        let cookie = answer.field("set-cookie").unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }

    pub fn get(&self, path: &str) -> Answer {
        self.server.send("GET", path, &[("accept", "text/html,*/*"), ("cookie", &self.cookie)], b"")
    }

    /// Sends a form from a page of the gateway.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("http://{}", self.server.address);
        self.send_from(path, fields, &[("origin", &origin), ("sec-fetch-site", "same-origin")])
    }

    /// Sends a form with these fields of the head.
    pub fn send_from(&self, path: &str, fields: &[(&str, &str)], head: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        let mut all =
            vec![("content-type", "application/x-www-form-urlencoded"), ("cookie", self.cookie.as_str())];
        all.extend(head);
        self.server.send("POST", path, &all, body.join("&").as_bytes())
    }

    /// The fields of the form of a page that is sent to this path.
    pub fn form(&self, page: &str, action: &str) -> Vec<(String, String)> {
        let form = page.split("<form").find(|form| form.contains(&format!("action=\"{action}\"")));
        let form =
            form.unwrap_or_else(|| panic!("no form to {action}: {page}")).split("</form>").next().unwrap();
        let inputs = form.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
        let of = |input: &str, name: &str| {
            let (_, rest) = input.split_once(&format!(" {name}=\""))?;
            Some(rest.split('"').next().unwrap().to_owned())
        };
        inputs.filter_map(|input| Some((of(input, "name")?, of(input, "value")?))).collect()
    }

    /// Answers a request with the form of its page.
    pub fn answer(&self, id: &str, word: &str) -> Answer {
        let page = self.get(&format!("/approvals/{id}"));
        assert_eq!(page.status, 200, "{page:?}");
        let action = format!("/approvals/{id}/{word}");
        let form = self.form(&page.body, &action);
        let fields: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(&action, &fields)
    }
}

/// A value as forms send it.
fn quoted(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    value
        .bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A moment a little later, as timestamps write it.
pub fn later(milliseconds: i64) -> String {
    render_timestamp(now() + milliseconds)
}
