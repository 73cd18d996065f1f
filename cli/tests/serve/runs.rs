//! How the process begins and ends, where it listens, and what it tells whoever runs it.

use std::io::{Read, Write};
use std::process::Command;

use serde_json::Value;

use crate::common::server::{connect, until};
use crate::{ONE, Shop, purchase};

#[test]
fn what_has_begun_is_answered_before_the_end() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let body = purchase("s-1", "1.00");
    let (first, rest) = body.split_at(20);
    let mut stream = connect(server.address);
    let head = format!(
        "POST {ONE} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{first}",
        shop.agent,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // An idle connection holds nobody up.
    let _idle = connect(server.address);
    until("both are open", || server.operations("/metrics").body.contains("\nlictor_connections 3"));
    server.signal("TERM");
    until("it says that it ends", || server.operations("/readyz").status == 503);
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"decision\":true"), "{answer}");
    let (status, log) = server.end();
    assert_eq!(status, Some(0), "{log}");
}

#[test]
fn every_line_of_the_log_is_json_and_every_metric_has_words() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    for dollars in ["1.00", "85.00", "200.00"] {
        server.post(ONE, &shop.agent, &purchase("s-1", dollars));
    }
    server.get("/%0A%22script", &shop.agent);
    server.get(&format!("/{}", "x".repeat(300)), "no key");
    until("all are logged", || server.log().lines().count() >= 5);
    for line in server.log().lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
    }
    let metrics = server.operations("/metrics");
    assert_eq!(metrics.field("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in metrics.body.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .fold(name, |name, end| name.strip_suffix(end).unwrap_or(name));
        assert!(metrics.body.contains(&format!("# HELP {family} ")), "{line}");
        for private in ["shopper", "TOO_DEAR", "LOOKED_AT", "script", "xxx"] {
            assert!(!line.contains(private), "{line}");
        }
    }
    for (outcome, count) in [("allow", 1), ("step_up", 1), ("deny", 1)] {
        let line = format!("lictor_decisions_total{{mode=\"enforce\",outcome=\"{outcome}\"}} {count}");
        assert!(metrics.body.contains(&line), "{line}: {}", metrics.body);
    }
}

#[test]
fn without_encryption_only_this_machine_is_listened_to() {
    let shop = Shop::new();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let run = shop.dir.run(&["serve", "shop", "--data", "data", "--listen", address]).ends_with(1);
        assert!(run.stderr.contains("C0201") && run.stderr.contains("--tls-cert"), "{run:?}");
    }
    let run =
        shop.dir.run(&["serve", "shop", "--data", "data", "--listen", "127.0.0.1:0", "--tls-cert", "x"]);
    run.ends_with(2);
    let server = shop.serve(&[]);
    let taken = server.address.to_string();
    let run = shop.dir.run(&["serve", "shop", "--data", "data", "--listen", &taken]).ends_with(1);
    assert!(run.stderr.contains("C0202"), "{run:?}");
}

#[test]
fn connections_are_encrypted() {
    let shop = Shop::new();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    shop.dir.write("cert.pem", made.cert.pem().as_bytes());
    shop.dir.write("key.pem", made.signing_key.serialize_pem().as_bytes());
    shop.dir.write("body.json", purchase("s-1", "1.00").as_bytes());
    let server = shop.serve(&["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let url = format!("https://localhost:{}{ONE}", server.address.port());
    let resolve = format!("localhost:{}:127.0.0.1", server.address.port());
    let key = format!("Authorization: Bearer {}", shop.agent);
    let curl = |more: &[&str]| {
        let mut args = vec![
            "--silent",
            "--show-error",
            "--max-time",
            "30",
            "--cacert",
            "cert.pem",
            "--resolve",
            &resolve,
        ];
        args.extend(["-H", &key, "--json", "@body.json", &url]);
        args.extend(more);
        let output = Command::new("curl").args(&args).current_dir(&shop.dir.0).output();
        let output = output.expect("this test needs curl: install it, and run it again");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    for more in [&[][..], &["--tlsv1.3"], &["--tls-max", "1.2"]] {
        let (done, answer) = curl(more);
        assert!(done && answer.contains("\"decision\":true"), "{more:?}: {answer}");
    }
    assert!(!curl(&["--tls-max", "1.1"]).0);
    // Nothing is said in the clear.
    assert!(!server.raw(b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n").contains("HTTP/1.1"));
    drop(server);
    shop.dir.write("other.pem", rcgen::KeyPair::generate().unwrap().serialize_pem().as_bytes());
    for (cert, key) in [
        ("cert.pem", "other.pem"),
        ("cert.pem", "none.pem"),
        ("key.pem", "key.pem"),
        ("body.json", "key.pem"),
    ] {
        let run = shop.dir.run(&[
            "serve",
            "shop",
            "--data",
            "data",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            cert,
            "--tls-key",
            key,
        ]);
        assert!(run.stderr.contains("C0208"), "{cert} {key}: {run:?}");
    }
}

#[test]
fn the_document_names_every_path() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let document = server.send("GET", "/openapi.json", &[], b"").json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 26);
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let answer = server.send(&method.to_uppercase(), path, &[], b"");
            // A receipt that is not there is told so, and the path is.
            let is_missing = answer.status == 404 && answer.error().1 == "NOT_FOUND";
            assert!(!is_missing && answer.status != 405, "{method} {path}: {answer:?}");
        }
    }
}

#[test]
fn a_data_directory_that_cannot_be_used() {
    let shop = Shop::new();
    shop.dir.write("file", b"");
    let run = shop.dir.run(&["serve", "shop", "--data", "file", "--listen", "127.0.0.1:0"]).ends_with(1);
    assert!(run.stderr.contains("C0203"), "{run:?}");
    shop.dir.write("data/keys.json", b"[]");
    let run = shop.dir.run(&["serve", "shop", "--data", "data", "--listen", "127.0.0.1:0"]).ends_with(1);
    assert!(run.stderr.contains("C0203"), "{run:?}");
}
