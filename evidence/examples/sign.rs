//! Signs what `peers/run` has verified by others: tokens, good ones and bad ones, and receipts with the history of keys.
//!
//! `cargo run -p lictor-evidence --example sign -- FOLDER`

// The folder is an argument; the crate itself reads none.
#![allow(clippy::disallowed_methods)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs;
use std::path::PathBuf;

use lictor_evidence::receipt::{Elsewhere, Inclusion, verify};
use lictor_evidence::token::Claims;
use serde_json::{Value, json};
use support::log::*;
use support::*;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write to"));
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("a file is written");

    let keys = token_keys(1).rotated(token_key(2).verifying_key(), NOW).expect("the keys are two");
    write("jwks.json", keys.to_json(NOW).as_bytes());
    write("good.json", good().to_string().as_bytes());
    write("bad.json", bad().to_string().as_bytes());

    let root = root();
    write("root.txt", base64url(&root.verifying_key().to_bytes()).as_bytes());
    write("history.json", &history().sign(&root).expect("a history"));
    write("history-revoked.json", &revoked_at(9).sign(&root).expect("a history"));
    let mut expected = serde_json::Map::new();
    for (name, document) in receipts() {
        let history = if name.starts_with("revoked") { revoked_at(9) } else { history() };
        let report = verify(&document, &history, &Elsewhere::default());
        expected.insert(name.to_owned(), report.is_genuine().into());
        write(name, &document);
    }
    write("receipts.json", Value::Object(expected).to_string().as_bytes());
}

/// Tokens of the old key and of the new one, with all that they can say.
fn good() -> Value {
    let sign = |claims: Claims, seed| claims.sign(&token_key(seed)).expect("a token");
    let confirmed = Claims { confirmation: Some(token_key(3).verifying_key().thumbprint()), ..claims() };
    json!({
        "plain": sign(claims(), 1),
        "rotated": sign(claims(), 2),
        "purchase": sign(Claims { commerce: Some(purchase()), ..claims() }, 1),
        "confirmed": sign(confirmed, 2),
    })
}

/// Tokens that nobody should take.
fn bad() -> Value {
    let sign = |claims: Claims, seed| claims.sign(&token_key(seed)).expect("a token");
    let token = sign(claims(), 1);
    let (header, payload) = (part(&token, 0), part(&token, 1));
    let none = String::from_utf8(header.clone()).expect("text").replace("EdDSA", "none");
    let other = sign(Claims { subject: "agent-8".to_owned(), ..claims() }, 1);
    let expired = Claims {
        issued_at: NOW / 1_000 - 600,
        not_before: NOW / 1_000 - 600,
        expires: NOW / 1_000 - 480,
        ..claims()
    };
    let early = Claims { not_before: NOW / 1_000 + 60, ..claims() };
    let signature = token.rsplit('.').next().expect("a signature");
    json!({
        "of another store": sign(Claims { audience: "store-2".to_owned(), ..claims() }, 1),
        "of another issuer": sign(Claims { issuer: "https://other.example".to_owned(), ..claims() }, 1),
        "expired": sign(expired, 1),
        "not yet": sign(early, 1),
        "of an unknown key": sign(claims(), 9),
        "in another's name": forged(&header, &payload, 9),
        "without a signature": format!("{}.{}.", base64url(none.as_bytes()), base64url(&payload)),
        "changed": format!("{}.{signature}", other.rsplit_once('.').expect("three parts").0),
    })
}

/// Receipts, and what was made of them. Those that begin with `revoked` go with the history in which their key is.
fn receipts() -> Vec<(&'static str, Vec<u8>)> {
    fn sign(inclusion: Option<&Inclusion>) -> Vec<u8> {
        receipt(4).sign(&receipt_key(), inclusion).expect("a receipt")
    }
    let (log, later) = (Log::of(9), Log::of(10));
    let alone = sign(None);
    let text = String::from_utf8(alone.clone()).expect("text");
    let proven = String::from_utf8(sign(Some(&log.proof(4)))).expect("text");
    let mut all = vec![
        ("alone.json", alone.clone()),
        ("spaced.json", text.replace(',', ",\n  ").into_bytes()),
        ("changed.json", text.replace("agent-7", "agent-8").into_bytes()),
        (
            "twice.json",
            text.replacen("\"action\"", "\"action\":\"payment.charge\",\"action\"", 1).into_bytes(),
        ),
        ("other-record.json", sign(Some(&log.proof(5)))),
        ("other-entry.json", proven.replace("burned\\\"", "decided\\\"").into_bytes()),
        ("other-signer.json", sign(Some(&log.proof_signed(4, 99)))),
        ("revoked-alone.json", alone),
        ("revoked-before.json", sign(Some(&log.proof(4)))),
        ("revoked-after.json", sign(Some(&later.proof(4)))),
    ];
    // Proofs of every shape.
    for (name, size, index) in [
        ("of-1.json", 1, 0),
        ("of-2.json", 2, 1),
        ("of-7.json", 7, 6),
        ("of-8.json", 8, 3),
        ("of-9.json", 9, 8),
        ("of-13.json", 13, 12),
        ("of-21.json", 21, 17),
    ] {
        let document =
            receipt(index).sign(&receipt_key(), Some(&Log::of(size).proof(index))).expect("a receipt");
        all.push((name, document));
    }
    all
}
