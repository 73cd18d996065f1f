//! What a gateway keeps: a store, the keys that it signs with, and what it says of them.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::Shop;
use crate::common::server::Server;

const JWKS: &str = "/.well-known/jwks.json";

fn jwks(server: &Server) -> Value {
    let answer = server.send("GET", JWKS, &[], b"");
    assert_eq!((answer.status, answer.field("content-type")), (200, Some("application/json")));
    answer.json()
}

#[test]
fn the_keys_for_tokens_are_for_everybody_and_stay_the_same() {
    let shop = Shop::new();
    let first = jwks(&shop.serve(&[]));
    let keys = first["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (&keys[0]["kty"], &keys[0]["crv"], &keys[0]["use"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("sig"))
    );
    assert!(keys[0].get("d").is_none());
    // A start later it is the same one; only its owner may read it.
    assert_eq!(jwks(&shop.serve(&[])), first);
    for purpose in ["token", "receipt", "checkpoint"] {
        let path = shop.dir.path(&format!("data/default.{purpose}.pem"));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
    // Another tenant has keys of its own. One that is made anew is published beside the one before it.
    assert_ne!(jwks(&shop.serve(&["--tenant", "store-2"])), first);
    std::fs::remove_file(shop.dir.path("data/default.token.pem")).unwrap();
    let both = jwks(&shop.serve(&[]));
    assert_eq!(both["keys"].as_array().unwrap().len(), 2);
    assert!(both["keys"].as_array().unwrap().contains(&keys[0]));
}

#[test]
fn without_a_store_or_its_keys_nothing_begins() {
    let refused = |shop: &Shop, args: &[&str], wanted: &str| {
        let mut all = vec!["shop"];
        all.extend(args);
        match Server::try_start(&shop.dir, &all) {
            Ok(_) => panic!("it began: {wanted}"),
            Err((status, told)) => {
                assert!(status != 0 && told.contains("C0210") && told.contains(wanted), "{told}")
            }
        }
    };
    let shop = Shop::new();
    refused(&shop, &["--tenant", "a/b"], "the name of the tenant");
    refused(&shop, &["--store", "postgres://nobody@127.0.0.1:1/none"], "STORE_");
    drop(shop.serve(&[]));
    let token = shop.dir.path("data/default.token.pem");
    std::fs::set_permissions(&token, PermissionsExt::from_mode(0o640)).unwrap();
    refused(&shop, &[], "chmod 600");
    std::fs::set_permissions(&token, PermissionsExt::from_mode(0o600)).unwrap();
    let receipt = shop.dir.path("data/default.receipt.pem");
    std::fs::copy(&token, &receipt).unwrap();
    refused(&shop, &[], "two purposes");
    shop.dir.write("data/default.token.pem", b"-----BEGIN PRIVATE KEY-----\n");
    std::fs::set_permissions(&token, PermissionsExt::from_mode(0o600)).unwrap();
    refused(&shop, &[], "default.token.pem");
    let shop = Shop::new();
    shop.dir.write(
        "data/store.db",
        b"no database, and long enough to be told from an empty one: ".repeat(20).as_slice(),
    );
    refused(&shop, &[], "STORE_");
    let run = shop.dir.run(&["serve", "shop", "--data", "data", "--store", "mysql://host/db"]).ends_with(2);
    assert!(run.stderr.contains("postgres://"), "{run:?}");
}
