//! What is signed, beside the tokens and receipts themselves: sets of keys, histories of keys, and the checkpoint that somebody kept.

use std::collections::BTreeMap;

use lictor_evidence::history::KeyHistory;
use lictor_evidence::time::Moment;

use crate::bundles::Wanted;
use crate::form::Ask;
use crate::support::log::{Log, both_revoked_at, history, receipt, receipt_key, revoked_at, root};
use crate::support::{NOW, token_key, token_keys};

pub const DAY: i64 = 86_400_000;

pub fn documents() -> BTreeMap<String, String> {
    let rotated = token_keys(1).rotated(token_key(2).verifying_key(), NOW).unwrap();
    let signed = |history: &KeyHistory| String::from_utf8(history.sign(&root()).unwrap()).unwrap();
    let good = signed(&history());
    let ended =
        history().ended(receipt_key().verifying_key().thumbprint(), receipt(4).time, Moment(NOW + 3 * DAY));
    let mine = String::from_utf8(
        history().sign(&lictor_evidence::keys::SigningKey::new(crate::bundles::key(99))).unwrap(),
    );
    [
        ("jwks", rotated.to_json(NOW)),
        ("jwks-after-retirement", rotated.to_json(NOW + 2 * DAY)),
        ("history", good.clone()),
        ("history-spaced", good.replace(',', " ,\n  ")),
        ("history-altered", good.replace("receipts-1", "receipts-2")),
        ("history-renumbered", good.replacen("\"edition\":6", "\"edition\":5", 1)),
        ("history-unsigned", String::from_utf8(history().draft().unwrap()).unwrap()),
        ("history-of-another-root", mine.unwrap()),
        ("history-twice", good.replacen("\"edition\"", "\"edition\":6,\"edition\"", 1)),
        ("history-revoked-at-9", signed(&revoked_at(9))),
        ("history-both-revoked-at-9", signed(&both_revoked_at(9))),
        ("history-ended", signed(&ended.unwrap())),
        ("checkpoint-of-9", Log::of(9).checkpoint().to_string()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into()
}

pub fn histories() -> Vec<Wanted> {
    let cases = [
        ("good", "the root has signed it", "history", "OK"),
        ("spaced otherwise", "spaces are not signed", "history-spaced", "OK"),
        ("altered", "a name was changed", "history-altered", "V0112"),
        ("another edition", "a number was changed", "history-renumbered", "V0112"),
        ("unsigned", "what the gateway has noted, and no root has signed", "history-unsigned", "V0103"),
        ("of another root", "signed, by somebody else", "history-of-another-root", "V0111"),
        ("a member twice", "two readers would read two", "history-twice", "V0102"),
    ];
    let about = |(name, why, history, want): (&str, &str, &str, &str)| {
        let ask = Ask::History { history: history.to_owned(), root: "root".to_owned() };
        (format!("history: {name}"), why.to_owned(), ask, want.to_owned())
    };
    cases.map(about).into()
}
