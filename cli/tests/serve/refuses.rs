//! What is not served, each with a status, a code and what to do; and bytes that mean harm.

use std::io::{Read, Write};
use std::time::Instant;

use serde_json::json;

use crate::common::server::connect;
use crate::{ONE, SEVERAL, Shop, purchase};

#[test]
fn what_is_malformed_is_told_with_its_path() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let good = purchase("s-1", "1.00");
    let with = |from: &str, to: &str| good.replacen(from, to, 1);
    let deep = format!("{}1{}", "[".repeat(31), "]".repeat(31));
    let deeper = format!("{}1{}", "[".repeat(32), "]".repeat(32));
    let cases = [
        (String::new(), "body: is not JSON"),
        ("[]".to_owned(), "body: is not an object"),
        ("\u{feff}{}".to_owned(), "body: is not JSON"),
        (format!("{good}x"), "body: is not JSON"),
        ("{}".to_owned(), "subject: is missing"),
        (with("\"id\": \"shopper-7\"", "\"name\": \"x\""), "subject.id: is missing"),
        (with("\"shopper-7\"", "7"), "subject.id: is not a text"),
        (with("\"shopper-7\"", "null"), "subject.id: is not a text"),
        (with("\"type\": \"agent\", ", ""), "subject.type: is missing"),
        (with("\"name\": \"shop.buy\", ", ""), "action.name: is missing"),
        (with("\"resource\":", "\"other\":"), "resource: is missing"),
        (with("{\"subject\":", "{\"context\": null, \"subject\":"), "context: is not an object"),
        (with("{\"subject\":", "{\"subject\": {}, \"subject\":"), "subject: stands there twice"),
        (
            with("\"id\": \"s-1\"", "\"id\": \"s-1\", \"\\u0069d\": \"s-13\""),
            "resource.id: stands there twice",
        ),
        (with("{\"subject\":", "{\"x\": {\"a\": 1, \"a\": 2}, \"subject\":"), "x.a: stands there twice"),
        (with("Kiosk", "\\ud800"), "resource.properties.name: is not JSON"),
        (with("{\"subject\":", "{\"x\": \"\\udc00\", \"subject\":"), "x: is not JSON"),
        (with("{\"subject\":", &format!("{{\"x\": {deeper}, \"subject\":")), "is nested more than 32 deep"),
        (with("{\"subject\":", "{\"x\": 1e999, \"subject\":"), "x: "),
        // One authority for each input: what the gateway says, nobody else does.
        (
            with("{\"subject\":", "{\"context\": {\"now\": \"2020-01-01T00:00:00Z\"}, \"subject\":"),
            "context.now: is for the gateway to say",
        ),
        (
            with("{\"subject\":", "{\"context\": {\"region\": \"EU\"}, \"subject\":"),
            "context.region: is for the gateway to say",
        ),
        (
            with("\"id\": \"shopper-7\"", "\"id\": \"shopper-7\", \"properties\": {\"tier\": \"known\"}"),
            "subject.properties.tier: is for the gateway to say",
        ),
        (
            with("\"id\": \"shopper-7\"", "\"id\": \"shopper-7\", \"properties\": {\"id\": \"root\"}"),
            "subject.properties.id: is for the gateway to say",
        ),
        (
            with("\"name\": \"Kiosk\"", "\"name\": \"Kiosk\", \"rating\": 5"),
            "resource.properties.rating: is for the gateway to say",
        ),
    ];
    for (body, wanted) in cases {
        let (status, code, message) = server.post(ONE, &shop.agent, &body).error();
        assert_eq!((status, &*code), (400, "INVALID_REQUEST"), "{body}: {message}");
        assert!(message.contains(wanted), "{body}: {message}");
    }
    // What no policy reads is nothing to anybody, however it is written.
    for member in [
        r#""context": {"time": "1985-10-26T01:22-07:00"}"#,
        r#""more": [null, 1.5, "x"]"#,
        &format!("\"x\": {deep}"),
    ] {
        let body = with("{\"subject\":", &format!("{{{member}, \"subject\":"));
        assert_eq!(server.post(ONE, &shop.agent, &body).json()["decision"], true, "{body}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let key = format!("Bearer {}", shop.agent);
    let head = [("authorization", &*key), ("content-type", "application/json")];
    let good = purchase("s-1", "1.00").into_bytes();
    // Every byte of a good request, replaced by one that belongs nowhere and by one that ends something.
    for at in (0..good.len()).step_by(7) {
        for byte in [0xff, 0x00, b'}', b'"'] {
            let mut bad = good.clone();
            bad[at] = byte;
            let answer = server.send("POST", ONE, &head, &bad);
            assert!([200, 400, 403].contains(&answer.status), "{at} {byte}: {answer:?}");
        }
    }
    for cut in (0..good.len()).step_by(11) {
        assert_eq!(server.send("POST", ONE, &head, &good[..cut]).error().0, 400, "{cut}");
    }
}

#[test]
fn who_asks_and_for_what() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let body = purchase("s-1", "1.00");
    let json = ("content-type", "application/json");
    let ask = |head: &[(&str, &str)]| server.send("POST", ONE, head, body.as_bytes());

    let unknown = ask(&[json]);
    assert_eq!(unknown.error().0, 401);
    assert_eq!(unknown.field("www-authenticate"), Some("Bearer realm=\"lictor\""));
    let other = format!("{}0", &shop.agent[..shop.agent.len() - 1]);
    let other = if other == shop.agent { format!("{}1", &shop.agent[..shop.agent.len() - 1]) } else { other };
    for wrong in [
        "Bearer x".to_owned(),
        format!("Basic {}", shop.agent),
        format!("Bearer {other}"),
        "Bearer".to_owned(),
    ] {
        assert_eq!(ask(&[json, ("authorization", &wrong)]).error().0, 401, "{wrong}");
    }
    assert_eq!(ask(&[json, ("x-api-key", &shop.agent)]).status, 200);
    let both = ask(&[json, ("x-api-key", &shop.agent), ("authorization", &format!("Bearer {}", shop.agent))]);
    assert_eq!(both.error().0, 401);

    // An agent asks for itself.
    let (status, code, message) =
        server.post(ONE, &shop.agent, &body.replace("shopper-7", "shopper-8")).error();
    assert_eq!((status, &*code), (403, "NOT_THIS_AGENT"), "{message}");
    assert_eq!(server.post(ONE, &shop.agent, &body.replace("\"agent\"", "\"user\"")).error().0, 403);
    let batch = json!({ "evaluations": [{ "subject": { "type": "agent", "id": "shopper-8" } }] });
    let batch = batch.as_object().unwrap();
    let mut all: serde_json::Value = serde_json::from_str(&body).unwrap();
    all.as_object_mut().unwrap().extend(batch.clone());
    assert_eq!(server.post(SEVERAL, &shop.agent, &all.to_string()).error().0, 403);

    for (key, path, method) in [
        (&shop.auditor, ONE, "POST"),
        (&shop.admin, ONE, "POST"),
        (&shop.agent, "/bundles/current", "GET"),
        (&shop.checkout, "/bundles/current", "GET"),
        (&shop.auditor, "/bundles", "POST"),
        (&shop.agent, "/bundles", "POST"),
    ] {
        let key = format!("Bearer {key}");
        let answer = server.send(method, path, &[json, ("authorization", &key)], body.as_bytes());
        let (status, code, _) = answer.error();
        assert_eq!((status, &*code), (403, "WRONG_ROLE"), "{path}");
    }
}

#[test]
fn paths_methods_types_and_sizes() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let key = format!("Bearer {}", shop.agent);
    assert_eq!(server.get("/nothing", &shop.agent).error().0, 404);
    // Health and metrics are no business of those who ask.
    assert_eq!(server.get("/metrics", &shop.agent).error().0, 404);
    let wrong = server.get(ONE, &shop.agent);
    assert_eq!((wrong.error().0, wrong.field("allow")), (405, Some("POST")));
    let wrong = server.send("DELETE", "/openapi.json", &[], b"");
    assert_eq!((wrong.error().0, wrong.field("allow")), (405, Some("GET,HEAD")));

    let body = purchase("s-1", "1.00");
    for kind in ["text/plain", "application/jsonp", "", "application/x-www-form-urlencoded"] {
        let answer =
            server.send("POST", ONE, &[("authorization", &key), ("content-type", kind)], body.as_bytes());
        assert_eq!(answer.error().0, 400, "{kind}");
    }
    assert_eq!(server.post("/bundles", &shop.admin, "{}").error().0, 415);

    let room = 65_536 - body.len();
    let full = body.replacen('{', &format!("{{{}", " ".repeat(room)), 1);
    assert_eq!((full.len(), server.post(ONE, &shop.agent, &full).status), (65_536, 200));
    let (status, code, _) = server.post(ONE, &shop.agent, &format!("{full} ")).error();
    assert_eq!((status, &*code), (413, "TOO_LARGE"));
    // Without saying how long it will be.
    let chunked = format!(
        "POST {ONE} HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n11000\r\n{}\r\n0\r\n\r\n",
        " ".repeat(0x11000)
    );
    assert!(server.raw(chunked.as_bytes()).starts_with("HTTP/1.1 413 "));
}

#[test]
fn what_is_no_http() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let fields: String = (0..200).map(|at| format!("x-{at}: y\r\n")).collect();
    let long = "a".repeat(40_000);
    for bytes in [
        b"\x16\x03\x01\x02\x00".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\n\r\n\0\0".to_vec(),
        format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\nhost: x\r\n{fields}\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\nx: {long}\r\n\r\n").into_bytes(),
        b"POST /access/v1/evaluation HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_vec(),
        b"POST /access/v1/evaluation HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\nconnection: close\r\n\r\nhello".to_vec(),
    ] {
        let mut stream = connect(server.address);
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(!answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"), "{answer}");
    }
    assert_eq!(server.post(ONE, &shop.agent, &purchase("s-1", "1.00")).status, 200);
}

#[test]
fn who_dawdles_is_not_waited_for() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let started = Instant::now();
    let head = format!(
        "POST {ONE} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        shop.agent
    );
    // One never ends its head, the other never sends its body.
    let [mut first, mut second] = [connect(server.address), connect(server.address)];
    first.write_all(head.as_bytes()).unwrap();
    second.write_all(format!("{head}content-length: 400\r\n\r\n{{").as_bytes()).unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("TOO_SLOW"), "{answer}");
    answer.clear();
    let _ = first.read_to_string(&mut answer);
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    let took = started.elapsed().as_secs();
    assert!((9..40).contains(&took), "{took}");
}

/// What has arrived and waits for the store may be done yet: whoever is told so asks again with the same key, and it is done once.
#[test]
fn what_waits_for_the_store_is_not_told_to_be_sent_again() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let script = "import sqlite3, sys, time\nstore = sqlite3.connect(sys.argv[1], isolation_level=None)\nstore.execute('BEGIN IMMEDIATE')\nprint('locked', flush=True)\ntime.sleep(13)";
    let mut locks = std::process::Command::new("python3")
        .args(["-c", script])
        .arg(shop.dir.path("data/store.db"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut locked = [0u8; 6];
    locks.stdout.as_mut().unwrap().read_exact(&mut locked).unwrap();
    let key = format!("Bearer {}", shop.agent);
    let head =
        [("authorization", key.as_str()), ("content-type", "application/json"), ("idempotency-key", "k-1")];
    let body = crate::life::buy("5.00").to_string();
    let ask = || server.send("POST", crate::life::AUTHORIZE, &head, body.as_bytes());
    let (status, code, message) = ask().error();
    assert_eq!((status, &*code), (503, "STORE_UNKNOWN"), "{message}");
    assert!(locks.wait().unwrap().success());
    assert_eq!(ask().json()["decision"], "allowed");
    assert_eq!(ask().json()["repeated"], true);
    let events = server.get("/audit/events?action=shop.buy", &shop.auditor).json();
    assert_eq!(events["events"].as_array().unwrap().len(), 1, "{events}");
}
