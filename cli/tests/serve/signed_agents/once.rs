//! A signature is good once, for a minute, whoever sends it how often.

use std::sync::Barrier;
use std::thread;

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use super::{COVERED, Signed, allowed, digest, is, key, now, register};
use crate::common::server::{Answer, Server};
use crate::life::{AUTHORIZE, INTROSPECT, buy};
use crate::{ONE, Shop, purchase};

#[test]
fn a_signature_is_good_once_also_after_a_restart() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let args = ["--public-url", "http://gate.example.com"];
    let server = shop.serve(&args);
    let good = |server: &Server| Signed::to(server, &key, AUTHORIZE, &buy("5.00")).named("gate.example.com");
    let first = good(&server);
    let token = allowed(&first.send(&server, &key));
    is(&first.send(&server, &key), "SIGNATURE_REPLAYED");
    // Also with something else under the same nonce.
    let other = Signed { nonce: first.nonce.clone(), created: first.created + 1, ..good(&server) };
    is(&other.send(&server, &key), "SIGNATURE_REPLAYED");
    // An answer that was given is given again to whoever signs anew, and not to whoever has only listened.
    let covered = [&COVERED[..], &["idempotency-key"]].concat();
    let once = Signed { once: Some("order-1"), covered: covered.clone(), ..good(&server) };
    let granted = once.send(&server, &key).json();
    is(&once.send(&server, &key), "SIGNATURE_REPLAYED");
    let again = Signed { once: Some("order-1"), covered, ..good(&server) };
    let repeated = again.send(&server, &key).json();
    assert_eq!(
        (&repeated["repeated"], &repeated["executionToken"]),
        (&json!(true), &granted["executionToken"])
    );
    is(&again.send(&server, &key), "SIGNATURE_REPLAYED");
    // What looks has no effect, and is good once as well.
    let look = Signed { path: INTROSPECT.to_owned(), ..good(&server) };
    let body = json!({ "executionToken": token }).to_string().into_bytes();
    let look = Signed { digest: digest(&body), body, ..look };
    assert_eq!(look.send(&server, &key).json()["valid"], true);
    is(&look.send(&server, &key), "SIGNATURE_REPLAYED");
    server.signal("TERM");
    server.end();
    let server = shop.serve(&args);
    for used in [&first, &once, &again, &look] {
        is(&used.send(&server, &key), "SIGNATURE_REPLAYED");
    }
    allowed(&good(&server).send(&server, &key));
    let lines = shop.dir.run(&["audit", "export", "data", "--as", "jsonl", "--kind", "decided"]);
    assert_eq!(lines.ends_with(0).json_lines().len(), 3);
}

/// Sends one signed request from so many connections at once; how many were let in.
pub fn at_once(servers: &[Server], request: &Signed, key: &SigningKey) -> usize {
    const ALL: usize = 60;
    let (signature, start) = (request.sign(key), Barrier::new(ALL));
    let answers: Vec<Answer> = thread::scope(|scope| {
        let all: Vec<_> = (0..ALL)
            .map(|number| {
                let (server, signature, start) = (&servers[number % servers.len()], &signature, &start);
                scope.spawn(move || {
                    start.wait();
                    request.send_with(server, signature, &[])
                })
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (in_, out): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    out.into_iter().for_each(|answer| is(answer, "SIGNATURE_REPLAYED"));
    in_.len()
}

#[test]
fn of_sixty_at_once_one_is_let_in() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let body: Value =
        serde_json::from_str(&purchase("s-1", "1.00").replace("shopper-7", "signer-1")).unwrap();
    for form in ["recorded", "advisory"] {
        let servers = [shop.serve(&["--rate", "0", "--evaluations", form])];
        for (path, body) in [(AUTHORIZE, &buy("19.99")), (ONE, &body)] {
            let request = Signed::to(&servers[0], &key, path, body);
            assert_eq!(at_once(&servers, &request, &key), 1, "{form} {path}");
        }
    }
}

#[test]
fn a_signature_is_of_this_minute() {
    let (shop, key) = (Shop::new(), key(1));
    register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let made = |created: i64| {
        Signed { created, ..Signed::to(&server, &key, AUTHORIZE, &buy("5.00")) }.send(&server, &key)
    };
    for created in [now() - 62, now() + 60, 0, -1, 999_999_999_999_999] {
        is(&made(created), "SIGNATURE_STALE");
    }
    allowed(&made(now() - 30));
    allowed(&made(now() + 2));
    let over = Signed { more: ";expires=1", ..Signed::to(&server, &key, AUTHORIZE, &buy("5.00")) };
    is(&over.send(&server, &key), "SIGNATURE_STALE");
}
