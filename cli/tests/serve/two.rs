//! Two gateways on one database: what one grants, the other takes, and both together no more than once.

#[path = "../../../store/tests/support/cluster.rs"]
#[allow(dead_code)] // Its own tests use all of it.
pub mod cluster;

use std::path::PathBuf;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::Shop;
use crate::common::server::{Server, until};
use crate::evaluates::counted;
use crate::life::{AUTHORIZE, VALIDATE, buy, count, granted, send_once, told, with};
use crate::signed_agents::{Signed, at_once, key, register};

/// A folder of a cluster's own.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("lictor-serve-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The address of a new database, reached through a socket of the file system.
pub fn database(cluster: &cluster::Cluster, name: &str) -> String {
    cluster.database(name);
    let sockets = cluster.folder.0.to_str().unwrap().replace('/', "%2F");
    format!("postgres://postgres@{sockets}/{name}")
}

/// Two shops with the same keys, each with a data directory of its own.
fn two() -> (Shop, Shop) {
    let (one, other) = (Shop::new(), Shop::new());
    other.dir.write("data/keys.json", &one.dir.read("data/keys.json"));
    (one, other)
}

/// A gateway with an older edition neither decides nor burns beside one with a newer.
#[test]
fn an_older_edition_does_not_begin_beside_a_newer_one() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let store = database(&cluster, "editions");
    let (shop, other) = (crate::bundles::signed(), Shop::new());
    let key = shop.dir.read("good.pub");
    let older = crate::bundles::build(&shop.dir, "60", "5", Some("good.key"));
    other.dir.write("good.pub", &key);
    other.dir.write("older.bundle", &older);
    let newer = Server::start(&shop.dir, &["first.bundle", "--key", "good.pub", "--store", &store]);
    let args = ["older.bundle", "--key", "good.pub", "--store", &store];
    let (status, told) = Server::try_start(&other.dir, &args).err().unwrap();
    assert!(status == 1 && told.contains("number 7"), "{told}");
    // The same edition is no older one.
    other.dir.write("first.bundle", &shop.dir.read("first.bundle"));
    drop(Server::start(&other.dir, &["first.bundle", "--key", "good.pub", "--store", &store]));
    drop(newer);
}

#[test]
fn two_gateways_on_one_database_are_one() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let store = database(&cluster, "one");
    let (shop, other) = two();
    let args = ["--store", &store, "--rate", "0"];
    let servers = [shop.serve(&args), other.serve(&args)];
    until("each knows the keys of both", || {
        let keys = |server: &Server| {
            server.send("GET", "/.well-known/jwks.json", &[], b"").json()["keys"].as_array().unwrap().len()
        };
        servers.iter().all(|server| keys(server) == 2)
    });
    for one_key in [false, true] {
        let token = granted(&servers[0], &shop, &buy("19.99"));
        let (body, start) = (with(&token, &buy("19.99")), Barrier::new(200));
        let told: Vec<Value> = thread::scope(|scope| {
            let all: Vec<_> = (0..200)
                .map(|number| {
                    let (server, shop, body, start) = (&servers[number % 2], &shop, &body, &start);
                    scope.spawn(move || {
                        let once = if one_key { "order".to_owned() } else { format!("order-{number}") };
                        start.wait();
                        let answer = send_once(server, VALIDATE, &shop.checkout, &once, body);
                        assert_eq!(answer.status, 200, "{answer:?}");
                        answer.json()
                    })
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let first = |told: &&Value| told["allowed"] == true && told["repeated"] != true;
        assert_eq!(told.iter().filter(first).count(), 1);
        let replays = told.iter().filter(|told| told["reasonCode"] == "REPLAY_DETECTED").count();
        assert_eq!(replays, if one_key { 0 } else { 199 });
    }
    // A window of three, asked for at both at once, some for a token and some for a yes alone.
    let start = Barrier::new(20);
    let yes: Vec<bool> = thread::scope(|scope| {
        let all: Vec<_> = (0..20)
            .map(|number| {
                let (server, shop, start) = (&servers[number % 2], &shop, &start);
                scope.spawn(move || {
                    start.wait();
                    match number % 4 {
                        0 | 1 => told(server, AUTHORIZE, &shop.agent, &count())["decision"] == "allowed",
                        _ => told(server, crate::ONE, &shop.agent, &counted())["decision"] == true,
                    }
                })
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(yes.iter().filter(|yes| **yes).count(), 3);
    for what in ["verify", "replay"] {
        shop.dir.run(&["audit", what, "data", "--store", &store]).ends_with(0);
    }
}

#[test]
fn a_signature_is_good_once_at_both_of_two_gateways() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let store = database(&cluster, "signed");
    let key = key(1);
    let (shop, other) = (Shop::new(), Shop::new());
    register(&shop, "signer-1", &key);
    other.dir.write("data/keys.json", &shop.dir.read("data/keys.json"));
    let args = ["--store", &store, "--rate", "0", "--public-url", "http://gate.example.com"];
    let servers = [shop.serve(&args), other.serve(&args)];
    let request = || Signed::to(&servers[0], &key, AUTHORIZE, &buy("1.00")).named("gate.example.com");
    let first = request();
    assert_eq!(first.send(&servers[0], &key).status, 200);
    assert_eq!(first.send(&servers[1], &key).error().1, "SIGNATURE_REPLAYED");
    assert_eq!(at_once(&servers, &request(), &key), 1);
}

#[test]
fn without_its_database_a_gateway_allows_nothing() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let shop = Shop::new();
    let server = shop.serve(&["--store", &database(&cluster, "gone")]);
    let token = granted(&server, &shop, &buy("5.00"));
    assert_eq!(server.operations("/readyz").status, 200);
    cluster.kill();
    for (path, key, body) in
        [(AUTHORIZE, &shop.agent, buy("5.00")), (VALIDATE, &shop.checkout, with(&token, &buy("5.00")))]
    {
        let answer = server.post(path, key, &body.to_string());
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.error().1.starts_with("STORE_"), "{answer:?}");
    }
    until("it is not ready", || server.operations("/readyz").status == 503);
    let because = server.operations("/readyz").json();
    assert_eq!(because, json!({ "ready": false, "because": "the store does not answer" }));
    cluster.up();
    until("it is ready again", || server.operations("/readyz").status == 200);
    assert_eq!(told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("5.00")))["allowed"], true);
}

#[test]
fn a_gateway_on_a_database_ends_in_peace() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let shop = Shop::new();
    let server = shop.serve(&["--store", &database(&cluster, "ends")]);
    granted(&server, &shop, &buy("5.00"));
    server.signal("TERM");
    let (status, log) = server.end();
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.contains("\"ERROR\""), "{log}");
}

#[test]
fn what_is_kept_in_a_database_is_audited_there() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let shop = Shop::new();
    let store = database(&cluster, "audited");
    let run = shop.dir.run(&["audit", "verify", "--store", &store]).ends_with(1);
    assert!(run.stderr.contains("C0221") && run.stderr.contains("no gateway has begun there"), "{run:?}");
    let server = shop.serve(&["--store", &store]);
    let token = granted(&server, &shop, &buy("19.99"));
    told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("19.99")));
    told(
        &server,
        "/agents/v1/exec/settle",
        &shop.checkout,
        &json!({ "executionToken": token, "outcome": "executed" }),
    );
    assert!(!shop.dir.path("data/store.db").exists());
    let audit = |what: &str, more: &[&str]| {
        shop.dir.run(&[&["audit", what, "--store", &store], more].concat()).ends_with(0)
    };
    audit("anchor", &["--out", "anchor"]);
    let run = audit("replay", &["data", "--format", "json"]).json();
    assert_eq!((&run["good"], run["same"].as_u64() > Some(0)), (&json!(true), true), "{run}");
    let burned = audit("export", &["--as", "jsonl", "--kind", "burned"]).json_lines();
    assert_eq!(burned.len(), 1);
    audit("export", &["data", "--to", "export"]);
    let of = burned[0]["index"].as_u64().unwrap().to_string();
    let erase =
        ["audit", "erase", &of, "--by", "dpo", "--because", "request", "--data", "data", "--store", &store];
    shop.dir.run(&erase).ends_with(0);
    let run = audit("verify", &["--anchor", "anchor"]);
    assert!(run.stdout.contains(&format!("record {of} was erased by record ")), "{run:?}");
    let listed = ["keys", "history", "list", "--data", "data", "--store", &store];
    assert_eq!(shop.dir.run(&listed).ends_with(0).stdout.lines().count(), 8);
    let run = shop.dir.run(&["audit", "verify", "export", "--anchor", "anchor"]).ends_with(0);
    assert!(run.stdout.contains("as logged"), "{run:?}");
    // Nobody who reads a message reads the password.
    let wrong = "postgres://nobody:hunter2@127.0.0.1:1/none";
    let run = shop.dir.run(&["audit", "verify", "--store", wrong]).ends_with(1);
    assert!(!run.stderr.contains("hunter2"), "{run:?}");
}
