//! A gateway whose log is cosigned by a witness that runs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::Shop;
use crate::common::command;
use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, buy, told};

/// A witness that runs, and ends with the test.
struct Witness {
    child: Child,
    url: String,
    key: String,
}

impl Witness {
    fn start(shop: &Shop, log: &str, listen: &str) -> Witness {
        let args = [
            &["witness", "--name", "witness.example/w1", "--key", "witness.key", "--state", "seen.json"][..],
            &["--log-key", log, "--listen", listen],
        ];
        let mut child = command(&shop.dir.0, &args.concat()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = |before: &str| lines.next().unwrap().unwrap().strip_prefix(before).unwrap().to_owned();
        let key = next("the key of this witness is ");
        let url = next("listening on ").strip_suffix("/add-checkpoint").unwrap().to_owned();
        Witness { child, url, key }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cosigned(server: &Server) -> Option<u64> {
    let note = server.send("GET", "/checkpoint", &[], b"").body;
    let size = note.lines().nth(1).unwrap().parse().unwrap();
    note.contains("\u{2014} witness.example/w1 ").then_some(size)
}

#[test]
fn a_witness_cosigns_what_everybody_is_given() {
    let shop = Shop::new();
    drop(shop.serve(&[]));
    let listed = shop.dir.run(&["keys", "history", "list", "--data", "data"]).ends_with(0).stdout;
    let log = listed.lines().last().unwrap().trim().to_owned();
    shop.dir.run(&["keygen", "-o", "witness"]).ends_with(0);
    let witness = Witness::start(&shop, &log, "127.0.0.1:0");
    let (url, key) = (witness.url.clone(), witness.key.clone());
    let server = shop.serve(&["--witness", &url, "--witness-key", &key]);
    until("it is cosigned", || cosigned(&server).is_some());
    // What comes is cosigned, too, and receipts carry it.
    let granted = told(&server, AUTHORIZE, &shop.agent, &buy("19.99"));
    let before = cosigned(&server).unwrap();
    until("what came is cosigned", || cosigned(&server) > Some(before));
    let receipt = server.send("GET", granted["receipt"].as_str().unwrap(), &[], b"").body;
    shop.dir.write("receipt.json", receipt.as_bytes());
    shop.dir
        .write("keys.json", server.send("GET", "/.well-known/lictor-keys.json", &[], b"").body.as_bytes());
    let verify = |key: &str| {
        shop.dir.run(&["receipt", "verify", "receipt.json", "--keys", "keys.json", "--witness-key", key])
    };
    let run = verify(&key).ends_with(0);
    assert!(run.stdout.contains("The receipt is genuine"), "{run:?}");
    assert!(
        run.stdout.contains("\nok      witness     witness.example/w1 cosigned this checkpoint at 20"),
        "{run:?}"
    );
    // Another witness has not.
    let other = shop.dir.run(&["keys", "history", "list", "--data", "data"]).ends_with(0).stdout;
    assert_eq!(verify(other.lines().last().unwrap().trim()).status, 1);
    // The checkpoint was kept elsewhere, by whoever trusts the witness.
    shop.dir.write("cosigned", server.send("GET", "/checkpoint", &[], b"").body.as_bytes());
    let run =
        shop.dir.run(&["audit", "verify", "data", "--anchor", "cosigned", "--log-key", &log]).ends_with(0);
    assert!(run.stdout.contains("as logged, by the checkpoint of cosigned"), "{run:?}");

    // Without it the gateway goes on, says so, and what was cosigned stays.
    let at = witness.url.strip_prefix("http://").unwrap().to_owned();
    drop(witness);
    let before = cosigned(&server).unwrap();
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("5.00"))["decision"], "allowed");
    server.logs("a witness has not cosigned the log");
    assert_eq!(cosigned(&server), Some(before));
    // It comes back, remembers, and is told what it missed.
    let witness = Witness::start(&shop, &log, &at);
    until("it is cosigned again", || cosigned(&server) > Some(before));
    // A log that went back is not cosigned: a witness has seen more of it.
    drop((server, witness));
    for (args, wanted) in [
        (
            &["--witness", "http://w.example", "--witness", "http://x.example", "--witness-key", &*key][..],
            "as many keys",
        ),
        (&["--witness", "https://w.example", "--witness-key", &key], "--witness-ca"),
    ] {
        let (status, told) = Server::try_start(&shop.dir, &[&["shop"], args].concat()).err().unwrap();
        assert!(status == 1 && told.contains("C0231") && told.contains(wanted), "{told}");
    }
}
