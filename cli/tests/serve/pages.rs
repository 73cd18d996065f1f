//! Pages for people, where they depend on how a gateway is run: encrypted, and after another policy came in force.

use std::process::Command;

use serde_json::Value;

use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, buy, told};
use crate::{SHOP, Shop};

/// The value of a cookie that is given, and what stands behind it.
fn given<'a>(head: &'a str, name: &str) -> (&'a str, &'a str) {
    let (_, rest) = head.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("no {name}: {head}"));
    rest.lines().next().unwrap().split_once(';').unwrap()
}

#[test]
fn over_encrypted_connections_a_session_is_for_this_host_only() {
    let shop = Shop::new();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    shop.dir.write("cert.pem", made.cert.pem().as_bytes());
    shop.dir.write("key.pem", made.signing_key.serialize_pem().as_bytes());
    let server = shop.serve(&["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let (port, origin) = (server.address.port(), format!("https://localhost:{}", server.address.port()));
    let curl = |path: &str, more: &[&str]| {
        let resolve = format!("localhost:{port}:127.0.0.1");
        let url = format!("{origin}{path}");
        let mut args = vec!["-sS", "-i", "--max-time", "30", "--cacert", "cert.pem", "--resolve", &resolve];
        args.extend(more);
        args.push(&url);
        let output = Command::new("curl").args(&args).current_dir(&shop.dir.0).output();
        let output = output.expect("this test needs curl: install it, and run it again");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let (key, from) = (format!("key={}", shop.auditor), format!("Origin: {origin}"));
    let sign_in = |from: &str| curl("/sign-in", &["-H", from, "-d", &key, "-d", "next=/"]);
    let head = sign_in(&from);
    let (held, rest) = given(&head, "__Host-lictor");
    assert_eq!(rest.trim(), "Path=/; HttpOnly; SameSite=Strict; Secure");
    assert!(!head.contains("lictor_session"), "{head}");
    let first = |name: &str| curl("/", &["-b", &format!("{name}={held}"), "-H", "Accept: text/html"]);
    assert!(first("__Host-lictor").starts_with("HTTP/1.1 200"));
    // A cookie that anybody in the network could have set is none.
    for other in ["lictor_session", "lictor", "__host-lictor"] {
        assert!(!first(other).starts_with("HTTP/1.1 200"), "{other}");
    }
    // Nor is a form from where connections are not encrypted.
    let plain = format!("Origin: http://localhost:{port}");
    let refused = sign_in(&plain);
    assert!(!refused.to_ascii_lowercase().contains("set-cookie"), "{refused}");
    let out = curl("/sign-in", &["-H", &from, "-d", "key=lictor_none"]);
    assert!(out.starts_with("HTTP/1.1 401"), "{out}");
}

#[test]
fn an_event_is_shown_with_the_rule_that_decided_it() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let refused = told(&server, AUTHORIZE, &shop.agent, &buy("150.00"));
    assert_eq!(refused["reasonCode"], "TOO_DEAR");
    let dearer = SHOP.replace("price <= 100 USD", "price <= 120 USD");
    shop.dir.write("shop/shop.lictor", dearer.as_bytes());
    server.signal("HUP");
    until("it is in force", || server.log().contains("was read again"));
    let again = told(&server, AUTHORIZE, &shop.agent, &buy("150.00"));
    assert_eq!(again["reasonCode"], "TOO_DEAR");
    let index = |told: &Value| told["receipt"].as_str().unwrap().rsplit_once('.').unwrap().1.to_owned();
    let origin = format!("http://{}", server.address);
    let form = [("origin", &*origin), ("content-type", "application/x-www-form-urlencoded")];
    let answer = server.send("POST", "/sign-in", &form, format!("key={}&next=%2F", shop.auditor).as_bytes());
    let (held, _) = answer.field("set-cookie").unwrap().split_once(';').unwrap();
    let event = |server: &Server, index: &str| {
        server
            .send("GET", &format!("/events/{index}"), &[("cookie", held), ("accept", "text/html")], b"")
            .body
    };
    let (before, after) = (event(&server, &index(&refused)), event(&server, &index(&again)));
    assert!(before.contains("100 USD") && !before.contains("120 USD"), "{before}");
    assert!(after.contains("120 USD") && !after.contains("100 USD"), "{after}");
}
