//! Receipts: good ones, and whatever somebody could make of them.

use lictor_evidence::json::Json;
use lictor_evidence::receipt::{Inclusion, Receipt};
use lictor_evidence::time::Moment;

use crate::bundles::Wanted;
use crate::form::{Ask, Bytes};
use crate::signed::DAY;
use crate::support::log::{Log, receipt, receipt_key};
use crate::support::{NOW, base64url, sign, token_key};

pub fn receipts() -> Vec<Wanted> {
    let mut all = Vec::new();
    let made = |receipt: &Receipt, inclusion: Option<&Inclusion>| {
        String::from_utf8(receipt.sign(&receipt_key(), inclusion).unwrap()).unwrap()
    };
    let ask = |receipt: String, history: &str, anchors: &[&str]| Ask::Receipt {
        receipt: Bytes::Text(receipt),
        history: history.to_owned(),
        root: "root".to_owned(),
        anchors: anchors.iter().map(|name| (*name).to_owned()).collect(),
        witnesses: Vec::new(),
    };
    let mut put = |name: &str, why: &str, ask: Ask, want: &str| {
        all.push((format!("receipt: {name}"), why.to_owned(), ask, want.to_owned()));
    };
    let (log, later) = (Log::of(9), Log::of(10));
    let alone = made(&receipt(4), None);
    let proven = made(&receipt(4), Some(&log.proof(4)));
    let good = |receipt: String| ask(receipt, "history", &[]);
    put("alone", "signed, and nothing shows that the log has it", good(alone.clone()), "genuine");
    put("proven", "with the proof that the log has it", good(proven.clone()), "genuine");
    put(
        "proven under an anchor",
        "and the checkpoint is the one that was kept",
        ask(proven.clone(), "history", &["checkpoint-of-9"]),
        "genuine",
    );
    put(
        "spaced otherwise",
        "how the document is spaced makes no difference",
        good(alone.replace(',', " ,\n  ")),
        "genuine",
    );
    put(
        "with escapes",
        "nor how a letter is written",
        good(alone.replace("payment.charge", "payment\\u002echarge")),
        "genuine",
    );
    for (size, index) in [(1, 0), (2, 1), (7, 6), (8, 3), (13, 12)] {
        let document = made(&receipt(index), Some(&Log::of(size).proof(index)));
        put(&format!("record {index} of {size}"), "a proof of another shape", good(document), "genuine");
    }
    put("altered", "another agent", good(alone.replace("agent-7", "agent-8")), "signature");
    put(
        "an added member",
        "more than was signed",
        good(alone.replacen("\"action\"", "\"more\":true,\"action\"", 1)),
        "signature",
    );
    put(
        "a member twice",
        "two readers would read two",
        good(alone.replacen("\"action\"", "\"action\":\"a\",\"action\"", 1)),
        "form",
    );
    put(
        "a number with a point",
        "numbers are whole",
        good(alone.replace("\"index\":4", "\"index\":4.0")),
        "form",
    );
    put(
        "a member beside",
        "there is nothing but the receipt, its signature and its proof",
        good(alone.replace("\"signature\":{", "\"more\":1,\"signature\":{")),
        "form",
    );
    put(
        "an algorithm",
        "the document does not say how it is verified",
        good(alone.replace("\"kid\"", "\"alg\":\"none\",\"kid\"")),
        "form",
    );
    put("cut", "its last sign is missing", good(alone[..alone.len() - 1].to_owned()), "form");
    put("no bytes", "nothing is no receipt", good(String::new()), "form");
    for (name, why, seed) in [
        ("a foreign key", "a key that is not in the history", 99),
        ("a key for tokens", "it is in the history, for something else", 1),
    ] {
        put(name, why, good(signed_with(&alone, seed, "lictor receipt 1\n")), "key");
    }
    put(
        "signed as something else",
        "the line that says what is signed is another one",
        good(signed_with(&alone, 11, "lictor key history 1\n")),
        "signature",
    );
    put(
        "of another issuer",
        "its key signs for this gateway only",
        good(made(&Receipt { issuer: "https://other.example".into(), ..receipt(4) }, None)),
        "issuer",
    );
    put(
        "of another tenant",
        "and for this tenant only",
        good(made(&Receipt { tenant: "store-2".into(), ..receipt(4) }, None)),
        "issuer",
    );
    put(
        "before its key",
        "the key did not sign yet",
        good(made(&Receipt { time: Moment(NOW - 61 * DAY), ..receipt(4) }, None)),
        "in force",
    );
    put(
        "after its key",
        "the key signs no more",
        ask(made(&Receipt { time: Moment(receipt(4).time.0 + 1), ..receipt(4) }, None), "history-ended", &[]),
        "in force",
    );
    put(
        "the last of its key",
        "at the last moment it still did",
        ask(alone.clone(), "history-ended", &[]),
        "genuine",
    );
    put(
        "the proof of another record",
        "it proves something else",
        good(made(&receipt(4), Some(&log.proof(5)))),
        "log",
    );
    put(
        "an altered entry",
        "the log has not this one",
        good(proven.replace("burned\\\"", "decided\\\"")),
        "log",
    );
    put(
        "a checkpoint of a foreign key",
        "nobody knows who signed it",
        good(made(&receipt(4), Some(&log.proof_signed(4, 99)))),
        "log",
    );
    put(
        "a checkpoint of a key for receipts",
        "one key has one purpose",
        good(made(&receipt(4), Some(&log.proof_signed(4, 11)))),
        "log",
    );
    let revoked = |receipt: String| ask(receipt, "history-revoked-at-9", &[]);
    put("of a revoked key, alone", "whoever stole the key can write any date", revoked(alone), "revocation");
    put(
        "of a revoked key, in the log before",
        "the log provably had it when the key was in good hands",
        revoked(proven.clone()),
        "genuine",
    );
    put(
        "of a revoked key, in the log after",
        "the checkpoint is of a later time",
        revoked(made(&receipt(4), Some(&later.proof(4)))),
        "revocation",
    );
    let both = |anchors: &[&str], log: &Log| {
        ask(made(&receipt(4), Some(&log.proof(4))), "history-both-revoked-at-9", anchors)
    };
    put("of two revoked keys", "the checkpoint may be the thief's, too", both(&[], &log), "revocation");
    put(
        "of two revoked keys, under an anchor",
        "somebody kept the checkpoint elsewhere",
        both(&["checkpoint-of-9"], &log),
        "genuine",
    );
    let forged = Log::of(9).with(0, b"another".to_vec());
    put(
        "of a log in two versions",
        "another checkpoint of the same size was kept elsewhere",
        both(&["checkpoint-of-9"], &forged),
        "anchor",
    );
    all
}

/// The content of a receipt, signed with another key, or as something else.
pub fn signed_with(document: &str, seed: u8, line: &str) -> String {
    let content = Json::parse(document.as_bytes()).unwrap().member("receipt").unwrap().canonical().unwrap();
    let signature = base64url(&sign(seed, &[line.as_bytes(), content.as_slice()].concat()));
    let kid = token_key(seed).verifying_key().thumbprint();
    let content = String::from_utf8(content).unwrap();
    format!(r#"{{"receipt":{content},"signature":{{"kid":"{kid}","value":"{signature}"}}}}"#)
}
