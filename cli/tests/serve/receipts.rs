//! Receipts as their holders verify them: with the keys that the gateway publishes, offline, with the command and without anything of ours.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::Shop;
use crate::common::Run;
use crate::common::server::Server;
use crate::life::{VALIDATE, buy, granted, told, with};

const KEYS: &str = "/.well-known/lictor-keys.json";

fn published(server: &Server) -> Vec<u8> {
    let answer = server.send("GET", KEYS, &[], b"");
    assert_eq!((answer.status, answer.field("content-type")), (200, Some("application/json")));
    answer.body.into_bytes()
}

/// Buys something and keeps the receipt of it as a file.
fn bought(shop: &Shop, server: &Server, file: &str) -> String {
    let token = granted(server, shop, &buy("19.99"));
    let used = told(server, VALIDATE, &shop.checkout, &with(&token, &buy("19.99")));
    let path = used["receipt"].as_str().unwrap().to_owned();
    fetched(shop, server, &path, file);
    path
}

fn fetched(shop: &Shop, server: &Server, path: &str, file: &str) {
    let answer = server.send("GET", path, &[("accept", "application/json")], b"");
    assert_eq!(answer.status, 200, "{answer:?}");
    shop.dir.write(file, answer.body.as_bytes());
}

fn verify(shop: &Shop, receipt: &str, keys: &str, more: &[&str]) -> Run {
    shop.dir.run(&[&["receipt", "verify", receipt, "--keys", keys], more].concat())
}

/// Signs what the gateway noted, and has it published; the root key as verifiers without PEM take it.
fn signed(shop: &Shop, edition: u8, after: &[&str]) -> String {
    let (draft, to) = (format!("draft-{edition}.json"), format!("signed-{edition}.json"));
    shop.dir.run(&["keys", "history", "draft", "--data", "data", "--out", &draft]).ends_with(0);
    let args = ["keys", "history", "sign", &draft, "--root", "root.key", "--out", &to, "--format", "json"];
    let told = shop.dir.run(&[&args[..], after].concat()).ends_with(0).json();
    shop.dir.run(&["keys", "history", "publish", &to, "--root", "root.pub", "--data", "data"]).ends_with(0);
    told["root"].as_str().unwrap().to_owned()
}

/// What the script of the page says of a receipt; none where this machine has no Python with `cryptography`.
fn by_the_page(shop: &Shop, receipt: &str, keys: &str, root: &str) -> Option<bool> {
    let asked = "import cryptography, sys; assert sys.version_info >= (3, 11)";
    let able = Command::new("python3").args(["-c", asked]).output();
    if !able.is_ok_and(|output| output.status.success()) {
        // `.ci/run` has one, and means it.
        assert!(std::env::var_os("LICTOR_PEERS").is_none(), "there is no Python with `cryptography`");
        return None;
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/receipts.md");
    let page = std::fs::read_to_string(page).unwrap();
    let script = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let run = Command::new("python3")
        .args(["-c", script, receipt, keys, root])
        .current_dir(&shop.dir.0)
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&run.stdout).into_owned();
    assert_eq!(run.status.success(), shown.starts_with("genuine: shop.buy allow OK"), "{run:?}");
    Some(run.status.success())
}

#[test]
fn a_receipt_is_verified_offline_with_what_the_gateway_published() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    bought(&shop, &server, "receipt.json");
    shop.dir.write("noted.json", &published(&server));
    // Nobody has signed it yet: it is worth as much as the connection that it came by.
    let run = verify(&shop, "receipt.json", "noted.json", &[]).ends_with(0);
    assert!(run.stdout.starts_with("-       history     nobody vouches for it"), "{run:?}");
    shop.dir.run(&["keygen", "-o", "root"]).ends_with(0);
    let run = verify(&shop, "receipt.json", "noted.json", &["--root", "root.pub"]).ends_with(1);
    assert!(run.stderr.contains("V0103"), "{run:?}");

    let root = signed(&shop, 1, &[]);
    assert_eq!(published(&server), shop.dir.read("signed-1.json"));
    drop(server);
    let run = verify(&shop, "receipt.json", "signed-1.json", &["--root", "root.pub"]).ends_with(0);
    for line in
        ["ok      signature", "ok      in force", "ok      log         record ", "The receipt is genuine"]
    {
        assert!(run.stdout.contains(line), "{line}: {run:?}");
    }
    assert_ne!(by_the_page(&shop, "receipt.json", "signed-1.json", &root), Some(false));
    // Anything else in it, and it is no receipt.
    let edited = String::from_utf8(shop.dir.read("receipt.json")).unwrap().replace("shopper-7", "shopper-8");
    shop.dir.write("edited.json", edited.as_bytes());
    assert!(
        verify(&shop, "edited.json", "signed-1.json", &["--root", "root.pub"])
            .ends_with(1)
            .stdout
            .contains("FAILED")
    );
    assert_ne!(by_the_page(&shop, "edited.json", "signed-1.json", &root), Some(true));
}

#[test]
fn a_key_that_is_revoked_vouches_for_what_the_log_had() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let first = bought(&shop, &server, "before.json");
    shop.dir.run(&["keygen", "-o", "root"]).ends_with(0);
    signed(&shop, 1, &[]);
    let size = |file: &str| -> u64 {
        let receipt: Value = serde_json::from_slice(&shop.dir.read(file)).unwrap();
        let proof = receipt["inclusion"]["proof"].as_str().unwrap().to_owned();
        proof.split("\n\n").nth(1).unwrap().lines().nth(1).unwrap().parse().unwrap()
    };
    let had = size("before.json");
    bought(&shop, &server, "after.json");
    let history: Value = serde_json::from_slice(&shop.dir.read("signed-1.json")).unwrap();
    let keys = history["history"]["keys"].as_array().unwrap();
    let of =
        |purpose: &str| keys.iter().find(|key| key["purpose"] == purpose).unwrap()["kid"].as_str().unwrap();
    assert_eq!(keys.len(), 3);
    let (had, kid) = (had.to_string(), of("receipt"));
    let revoke =
        ["keys", "history", "revoke", kid, "--at-size", &had, "--because", "it was copied", "--data", "data"];
    // A thumbprint that begins with a hyphen is no option.
    let other = format!("-{}", "A".repeat(42));
    let run = shop.dir.run(&revoke.map(|word| if word == kid { other.as_str() } else { word })).ends_with(1);
    assert!(run.stderr.contains(&other), "{run:?}");
    let run = shop.dir.run(&revoke).ends_with(0);
    assert!(
        run.stdout.contains(&format!("REVOKED since the log had {had} records: it was copied")),
        "{run:?}"
    );
    // What is published stays what it was until the root has signed the next edition.
    assert_eq!(published(&server), shop.dir.read("signed-1.json"));
    let root = signed(&shop, 2, &["--after", "signed-1.json"]);
    for (receipt, good) in [("before.json", true), ("after.json", false)] {
        let run = verify(&shop, receipt, "signed-2.json", &["--root", "root.pub"]);
        assert_eq!(run.status, i32::from(!good), "{run:?}");
        assert_ne!(by_the_page(&shop, receipt, "signed-2.json", &root), Some(!good));
    }
    // Nothing is taken back: an older edition is not published again, and none is signed after which something is missing.
    let old = ["keys", "history", "publish", "signed-1.json", "--root", "root.pub", "--data", "data"];
    assert!(shop.dir.run(&old).ends_with(1).stderr.contains("V0121"));
    let back = [
        "keys",
        "history",
        "sign",
        "draft-1.json",
        "--root",
        "root.key",
        "--after",
        "signed-2.json",
        "--out",
        "x.json",
    ];
    assert!(shop.dir.run(&back).ends_with(1).stderr.contains("V0121"));
    shop.dir.run(&["keygen", "-o", "other"]).ends_with(0);
    let strange = ["keys", "history", "publish", "signed-2.json", "--root", "other.pub", "--data", "data"];
    assert!(shop.dir.run(&strange).ends_with(1).stderr.contains("V0111"));

    // Another key takes its place: the root has to sign for it, and says so until it has.
    drop(server);
    std::fs::remove_file(shop.dir.path("data/default.receipt.pem")).unwrap();
    let server = shop.serve(&[]);
    server.logs("that the root has not signed for");
    fetched(&shop, &server, &first, "again.json");
    assert_eq!(verify(&shop, "again.json", "signed-2.json", &["--root", "root.pub"]).status, 1);
    let root = signed(&shop, 3, &["--after", "signed-2.json"]);
    verify(&shop, "again.json", "signed-3.json", &["--root", "root.pub"]).ends_with(0);
    assert_ne!(by_the_page(&shop, "again.json", "signed-3.json", &root), Some(false));
    // The log says since when each signs.
    let run = shop.dir.run(&["audit", "export", "data", "--as", "jsonl", "--kind", "operator"]).ends_with(0);
    let acts = run.json_lines();
    let signing = acts.iter().filter_map(|line| line["record"]["act"].get("signing_key"));
    let purposes: Vec<&Value> = signing.map(|key| &key["purpose"]).collect();
    assert_eq!(purposes, [&json!("token"), &json!("receipt"), &json!("checkpoint"), &json!("receipt")]);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn where_no_gateway_has_begun_nothing_is_noted() {
    let shop = Shop::new();
    let run = shop.dir.run(&["keys", "history", "list", "--data", "data"]).ends_with(1);
    assert!(run.stderr.contains("C0230"), "{run:?}");
    assert!(!shop.dir.path("data/store.db").exists());
    drop(shop.serve(&[]));
    let run = shop.dir.run(&["keys", "history", "list", "--data", "data"]).ends_with(0);
    assert_eq!(run.stdout.lines().count(), 8, "{run:?}");
    let run = shop.dir.run(&["keys", "history", "list", "--data", "data", "--tenant", "nobody"]).ends_with(1);
    assert!(run.stderr.contains("default"), "{run:?}");
}
