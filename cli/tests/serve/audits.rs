//! What auditors read over HTTP: the records, the tree over them, and proofs; with programs that know nothing of ours.

use std::path::Path;
use std::process::Command;

use lictor_ledger::note::Note;
use lictor_ledger::{Checkpoint, Hash, TlogProof, TreeHead, proof};
use serde_json::{Value, json};

use crate::Shop;
use crate::common::server::Server;
use crate::life::{AUTHORIZE, VALIDATE, buy, granted, told, with};

/// A shop in which something of each kind has happened.
fn busy(looks: usize) -> (Shop, Server) {
    let shop = Shop::new();
    let server = shop.serve(&["--rate", "0"]);
    let token = granted(&server, &shop, &buy("19.99"));
    for _ in 0..2 {
        told(&server, VALIDATE, &shop.checkout, &with(&token, &buy("19.99")));
    }
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("100.01"))["decision"], "denied");
    for page in 0..looks {
        let look = json!({ "action": "shop.look", "params": { "page": format!("=page {page}") } });
        assert_eq!(told(&server, AUTHORIZE, &shop.agent, &look)["decision"], "allowed");
    }
    (shop, server)
}

fn events(server: &Server, shop: &Shop, query: &str) -> Value {
    let answer = server.get(&format!("/audit/events?{query}"), &shop.auditor);
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()
}

#[test]
fn records_are_found_by_what_they_say() {
    let (shop, server) = busy(5);
    let all = events(&server, &shop, "");
    let size = all["size"].as_u64().unwrap();
    let every = all["events"].as_array().unwrap();
    assert_eq!((every.len() as u64, all.get("next")), (size, None));
    // In pages it is the same, each record once.
    let (mut from, mut paged) = (0, Vec::new());
    loop {
        let page = events(&server, &shop, &format!("from={from}&limit=3"));
        paged.extend(page["events"].as_array().unwrap().clone());
        match page["next"].as_u64() {
            Some(next) => from = next,
            None => break,
        }
    }
    assert_eq!(&paged, every);
    let kinds = |query: &str| -> Vec<String> {
        let found = events(&server, &shop, query);
        found["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(kinds("decision=deny"), ["decided"]);
    assert_eq!(kinds("cites=TOO_DEAR"), ["decided"]);
    assert_eq!(kinds("cites=OO_DEAR"), [""; 0]);
    assert_eq!(kinds("kind=burned&agent=shopper-7&action=shop.buy"), ["burned"]);
    assert_eq!(kinds("kind=refused"), ["refused"]);
    assert_eq!(kinds("action=shop.look").len(), 5);
    assert_eq!(kinds("until=2020-01-01"), [""; 0]);
    assert_eq!(kinds("since=2020-01-01").len() as u64, size);
    for (query, wrong) in [
        ("agents=a", "query: ask by"),
        ("agent=", "agent: is empty"),
        ("kind=decided&kind=burned", "kind: stands there twice"),
        ("kind=all", "kind: is not"),
        ("since=yesterday", "since: is not"),
        ("limit=0", "limit: is not"),
        ("from=-1", "from: is not a whole number"),
    ] {
        let (status, code, message) = server.get(&format!("/audit/events?{query}"), &shop.auditor).error();
        assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"), "{query}");
        assert!(message.starts_with(wrong), "{query}: {message}");
    }
    // It is for auditors, and for whoever runs the gateway.
    for path in ["/audit/events", "/audit/export", "/tile/entries/000.p/1"] {
        assert_eq!(server.send("GET", path, &[], b"").status, 401);
        for key in [&shop.agent, &shop.checkout] {
            assert_eq!(server.get(path, key).error().1, "WRONG_ROLE", "{path}");
        }
        assert_eq!(server.get(path, &shop.admin).status, 200, "{path}");
    }
}

#[test]
fn an_export_is_what_the_command_exports() {
    let (shop, server) = busy(520);
    for (form, kind) in
        [("jsonl", "application/x-ndjson"), ("csv", "text/csv; charset=utf-8; header=present")]
    {
        for (query, args) in [
            ("", &[][..]),
            ("&action=shop.look&since=2020-01-01", &["--action", "shop.look", "--since", "2020-01-01"][..]),
            ("&decision=deny", &["--decision", "deny"][..]),
        ] {
            let answer = server.get(&format!("/audit/export?as={form}{query}"), &shop.auditor);
            assert_eq!((answer.status, answer.field("content-type")), (200, Some(kind)));
            let run = shop.dir.run(&[&["audit", "export", "data", "--as", form], args].concat()).ends_with(0);
            assert_eq!(unchunked(&answer.body), run.stdout, "{form} {query}");
        }
    }
    let (status, code, _) = server.get("/audit/export?as=xml", &shop.auditor).error();
    assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"));
}

/// A body that came in chunks.
fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.push_str(&rest[..size]);
        body = rest[size..].strip_prefix("\r\n").unwrap();
    }
    panic!("it was cut off after {} bytes", whole.len());
}

/// The script of the page that reads the tree.
pub fn tiles_script() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/keeping.md");
    let page = std::fs::read_to_string(page).unwrap();
    page.split("```python tiles.py\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn the_script_of_the_page_reads_the_tree_over_many_records() {
    let (shop, server) = busy(520);
    let script = &*tiles_script();
    let address = format!("http://{}", server.address);
    let run = |script: &str| {
        let output = Command::new("python3").args(["-c", script, &address, &shop.auditor]).output();
        output.expect("this test needs python3")
    };
    let good = run(script);
    let shown = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(
        good.status.success() && shown.contains(" entries: the tree is the one that was signed"),
        "{good:?}"
    );
    // It would notice: a leaf is not the hash of another entry.
    let other = script.replace(r#"sha(b"\0", entry)"#, r#"sha(b"\1", entry)"#);
    assert_ne!(other, script);
    assert!(!run(&other).status.success());
    for (path, status) in [
        ("/tile/0/000", 200),
        ("/tile/0/000.p/7", 200),
        ("/tile/1/000.p/2", 200),
        ("/tile/1/000.p/3", 404),
        ("/tile/0/003", 404),
        ("/tile/0/0", 404),
        ("/tile/9/000", 404),
        ("/tile/0/000.p/256", 404),
        ("/tile/0/x000/000", 404),
    ] {
        assert_eq!(server.send("GET", path, &[], b"").status, status, "{path}");
    }
}

#[test]
fn proofs_are_given_for_whoever_asks() {
    let (_shop, server) = busy(9);
    let ask = |path: &str| {
        let answer = server.send("GET", path, &[], b"");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    };
    let head = |note: &str| -> TreeHead {
        Checkpoint::parse(Note::parse(note.as_bytes()).unwrap().text()).unwrap().head
    };
    let now = head(&server.send("GET", "/checkpoint", &[], b"").body);
    let tile = server.send("GET", &format!("/tile/0/000.p/{}", now.size), &[], b"");
    assert_eq!(tile.status, 200);
    for size in [1, 2, 3, 7, 8, now.size - 1, now.size] {
        for index in 0..size {
            let told = ask(&format!("/proof/inclusion?index={index}&size={size}"));
            let read = TlogProof::parse(told["proof"].as_str().unwrap().as_bytes()).unwrap();
            let of = Checkpoint::parse(read.checkpoint.text()).unwrap().head;
            assert_eq!((told["size"].as_u64(), of.size, read.index), (Some(size), size, index));
            let wrong = Hash::leaf(b"another");
            assert!(proof::verify_inclusion(index, wrong, of, &read.hashes).is_err());
        }
        let told = ask(&format!("/proof/consistency?old={size}"));
        assert_eq!(told["new"].as_u64(), Some(now.size));
        let hashes: Vec<Hash> = told["hashes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hash| Hash::from_base64(hash.as_str().unwrap()).unwrap())
            .collect();
        let old = head(ask(&format!("/proof/consistency?old=0&new={size}"))["checkpoint"].as_str().unwrap());
        assert_eq!(old.size, size);
        proof::verify_consistency(old, now, &hashes).unwrap();
        let other = TreeHead { root: Hash::leaf(b"another"), ..old };
        assert!(proof::verify_consistency(other, now, &hashes).is_err() || size == now.size);
    }
    for (path, status, code) in [
        (format!("/proof/inclusion?index={}", now.size), 404, "NOT_IN_LOG"),
        (format!("/proof/inclusion?index=0&size={}", now.size + 1), 404, "NOT_IN_LOG"),
        (format!("/proof/consistency?old={}", now.size + 1), 404, "NOT_IN_LOG"),
        ("/proof/consistency?old=1&new=99999999999999999999".to_owned(), 400, "INVALID_REQUEST"),
        ("/proof/consistency".to_owned(), 400, "INVALID_REQUEST"),
        ("/proof/inclusion?index=01".to_owned(), 400, "INVALID_REQUEST"),
    ] {
        let (found, told, _) = server.send("GET", &path, &[], b"").error();
        assert_eq!((found, told.as_str()), (status, code), "{path}");
    }
}
