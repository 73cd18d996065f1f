//! `lictor quickstart`, as somebody meets it who pastes what it prints into another terminal.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use common::server::send;
use common::{Dir, command};
use serde_json::{Value, json};

/// What runs, and what it has printed.
struct Shop {
    child: Child,
    printed: Vec<String>,
    errors: Option<JoinHandle<String>>,
}

impl Shop {
    fn open(dir: &Dir) -> Shop {
        let args = ["quickstart", "shop", "--listen", "127.0.0.1:0"];
        let child = command(&dir.0, &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut shop = Shop { child, printed: Vec::new(), errors: None };
        let mut told = shop.child.stderr.take().unwrap();
        shop.errors = Some(thread::spawn(move || {
            let mut text = String::new();
            let _ = told.read_to_string(&mut text);
            text
        }));
        let lines = BufReader::new(shop.child.stdout.take().unwrap()).lines();
        shop.printed = lines.map(Result::unwrap).take_while(|line| line != "Ctrl-C ends it.").collect();
        if shop.child.try_wait().unwrap().is_some() {
            panic!("it ended: {:#?} {}", shop.printed, shop.errors.take().unwrap().join().unwrap());
        }
        shop
    }

    fn address(&self) -> SocketAddr {
        let (_, address) = self.printed[0].split_once("http://").unwrap();
        address.parse().unwrap()
    }

    /// The key that is printed for somebody.
    fn key(&self, name: &str) -> &str {
        let line = self.printed.iter().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split_whitespace().nth(1).unwrap()
    }

    /// Runs every line that is printed to be run, as it stands and in one shell; what each that prints something prints.
    fn walk(&self) -> Vec<Value> {
        let lines: Vec<&str> = self.printed.iter().filter_map(|line| line.strip_prefix("  ")).collect();
        let shell = Command::new("bash").arg("-c").arg(lines.join("\n")).output().unwrap();
        let errors = String::from_utf8_lossy(&shell.stderr);
        assert!(shell.status.success() && errors.is_empty(), "{lines:#?} {errors}");
        let told = String::from_utf8(shell.stdout).unwrap();
        told.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{told}"))).collect()
    }

    /// Asks for something with a key.
    fn get(&self, path: &str, key: &str) -> (u16, Value) {
        let answer = send(self.address(), "GET", path, &[("x-api-key", key)], b"");
        (answer.status, answer.json())
    }

    /// Ctrl-C; what it told as errors.
    fn end(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &pid]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.errors.take().unwrap().join().unwrap()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is(told: &Value, members: &Value) {
    for (name, value) in members.as_object().unwrap() {
        assert_eq!(&told[name], value, "{name}: {told}");
    }
}

#[test]
fn the_printed_lines_pass_as_they_stand() {
    let dir = Dir::new();
    let shop = Shop::open(&dir);
    let told = shop.walk();
    let [granted, used, replayed, asked] = told.as_slice() else { panic!("{told:#?}") };
    is(granted, &json!({ "decision": "allowed" }));
    assert!(granted["executionToken"].as_str().unwrap().split('.').count() == 3, "{granted}");
    is(used, &json!({ "allowed": true, "reasonCode": "OK", "tokenConsumed": true }));
    is(replayed, &json!({ "allowed": false, "reasonCode": "REPLAY_DETECTED", "tokenConsumed": false }));
    is(asked, &json!({ "decision": "step_up", "reasonCode": "LARGE_PURCHASE" }));
    // What waits is there for the merchant, and not for the agent.
    let (status, waits) = shop.get("/approvals", shop.key("merchant"));
    assert!(
        status == 200 && waits.to_string().contains(asked["approval"]["id"].as_str().unwrap()),
        "{waits}"
    );
    assert_eq!(shop.get("/approvals", shop.key("agent")).0, 403);
    let (first, agent) = (shop.key("merchant").to_owned(), shop.key("agent").to_owned());
    let kept = String::from_utf8(dir.read("shop/data/keys.json")).unwrap();
    assert!(!kept.contains(agent.rsplit('_').next().unwrap()), "a key is kept");
    assert_eq!(shop.end(), "");

    // The next start goes on: what happened is there, the lines pass again, and the keys of before have ended.
    let shop = Shop::open(&dir);
    assert_ne!(shop.key("merchant"), first);
    assert_eq!(shop.get("/approvals", &first).0, 401);
    let told = shop.walk();
    is(&told[0], &json!({ "decision": "allowed" }));
    is(&told[1], &json!({ "allowed": true }));
    is(&told[2], &json!({ "reasonCode": "REPLAY_DETECTED" }));
    assert_eq!(told[3]["approval"]["id"], asked["approval"]["id"], "the same question waits still");
    shop.end();
    let verified = dir.run(&["audit", "verify", "shop/data", "--tenant", "store-1"]).ends_with(0);
    assert!(verified.stdout.contains("store-1"), "{verified:?}");
}

#[test]
fn the_project_passes_its_own_tests_and_a_price_that_changes_counts_at_once() {
    let dir = Dir::new();
    let shop = Shop::open(&dir);
    let tests = dir.run(&["test", "shop/policy"]).ends_with(0);
    assert!(tests.stdout.ends_with("all passed\n"), "{tests:?}");
    let catalogue = String::from_utf8(dir.read("shop/catalogue.json")).unwrap();
    dir.write("shop/catalogue.json", catalogue.replace("19.99", "21.00").as_bytes());
    common::server::until("the new price", || shop.walk()[0]["reasonCode"] == "STALE_PRICE");
    dir.write("shop/catalogue.json", catalogue.replace("shopify:variant:1", "shopify:variant:7").as_bytes());
    common::server::until("no such article", || shop.walk()[0]["reasonCode"] == "VARIANT_NOT_FOUND");
}

#[test]
fn nothing_of_somebody_else_is_touched() {
    let dir = Dir::with(&[("shop/notes.md", "mine")]);
    assert!(dir.run(&["quickstart", "shop"]).ends_with(1).stderr.contains("C0109"));
    assert_eq!(std::fs::read_dir(dir.path("shop")).unwrap().count(), 1);
    // Where the address is taken, the keys of the one who has it go on.
    let dir = Dir::new();
    let shop = Shop::open(&dir);
    let address = shop.address().to_string();
    let run = dir.run(&["quickstart", "shop", "--listen", &address]).ends_with(1);
    assert!(run.stderr.contains("C0202"), "{run:?}");
    assert_eq!(shop.walk()[0]["decision"], "allowed");
}

#[test]
fn a_program_is_told_the_same() {
    let dir = Dir::new();
    let args = ["quickstart", "shop", "--listen", "127.0.0.1:0", "--format", "json"];
    let mut child = command(&dir.0, &args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // It is written indented, and goes on serving.
    let text: String = lines.take_while(|line| line != "}").chain(["}".to_owned()]).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((told["store"].as_str(), told["steps"].as_array().unwrap().len()), (Some("store-1"), 4));
    for name in ["agent", "checkout", "merchant"] {
        assert!(told["keys"][name].as_str().unwrap().starts_with("lictor_"), "{told}");
    }
}
