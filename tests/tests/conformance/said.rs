//! What receipts say: of agents, of people, and of what became of a token.

use crate::bundles::Wanted;
use crate::form::{Ask, Bytes};
use crate::receipts::signed_with;
use crate::support::log::{receipt, receipt_key};
use crate::support::token_key;

/// What receipts say of agents, people and tokens: all of it, and what does not go together. Somebody with the key could sign it.
pub fn said() -> Vec<Wanted> {
    let good = String::from_utf8(receipt(4).sign(&receipt_key(), None).unwrap()).unwrap();
    let thumbprint = token_key(3).verifying_key().thumbprint();
    let keyed = format!(r#","key":"{thumbprint}""#);
    // Each place stands in a receipt once.
    let with = |edits: &[(&str, &str)]| {
        let edited = edits.iter().fold(good.clone(), |text, (from, to)| {
            assert_eq!(text.matches(from).count(), 1, "{from}");
            text.replace(from, to)
        });
        signed_with(&edited, 11, "lictor receipt 1\n")
    };
    let agent = |how: &str| with(&[(r#""authenticated":"api_key""#, &format!(r#""authenticated":{how}"#))]);
    let state = |event: &str, state: &str| {
        with(&[
            (r#""event":"burned""#, &format!(r#""event":"{event}""#)),
            (r#""state":"burned""#, &format!(r#""state":"{state}""#)),
        ])
    };
    let person = |answer: &str, evidence: &str| {
        with(&[
            (r#""answer":"approved""#, &format!(r#""answer":"{answer}""#)),
            (r#""evidence":"session""#, &format!(r#""evidence":{evidence}"#)),
        ])
    };
    [
        (
            "an agent that was reported",
            "who reported the action called it so",
            agent(r#""reported""#),
            "genuine",
        ),
        (
            "an agent that was reported, with a key",
            "nothing was signed",
            agent(&format!(r#""reported"{keyed}"#)),
            "form",
        ),
        ("an agent that signed", "its key is named", agent(&format!(r#""signature"{keyed}"#)), "genuine"),
        (
            "an agent that signed without a key",
            "with which it was is not said",
            agent(r#""signature""#),
            "form",
        ),
        ("an agent known otherwise", "nobody knows what that means", agent(r#""trusted""#), "form"),
        ("issued", "nothing has become of the token yet", state("decided", "issued"), "genuine"),
        ("executed", "reported as done", state("settled", "executed"), "genuine"),
        ("failed", "reported as tried, and not done", state("settled", "failed"), "genuine"),
        ("unknown", "reported by nobody", state("settled", "unknown"), "genuine"),
        (
            "released",
            "never used, and nothing is held for it any more",
            state("settled", "released"),
            "genuine",
        ),
        ("refunded", "no token becomes that", state("settled", "refunded"), "form"),
        (
            "observed",
            "it came without a token",
            with(&[(r#""event":"burned""#, r#""event":"observed""#)]),
            "genuine",
        ),
        (
            "a person who signed",
            "with a key of their own",
            person("approved", &format!(r#""signature"{keyed}"#)),
            "genuine",
        ),
        (
            "a person at the machine",
            "in a role that is declared for it",
            with(&[
                (r#""role":"owner""#, r#""role":"local_operator""#),
                (r#""evidence":"session""#, r#""evidence":"local_operator""#),
            ]),
            "genuine",
        ),
        (
            "a person at the machine, in another role",
            "no answer from a form counts for that role",
            person("approved", r#""local_operator""#),
            "form",
        ),
        (
            "a reviewer who denied",
            "it is no person, and refuses",
            person("denied", r#""reviewer""#),
            "genuine",
        ),
        ("a reviewer who approved", "nothing but a person does", person("approved", r#""reviewer""#), "form"),
        (
            "a reviewer who left it",
            "in a receipt nobody leaves anything",
            person("left", r#""reviewer""#),
            "form",
        ),
    ]
    .map(|(name, why, receipt, want)| {
        let ask = Ask::Receipt {
            receipt: Bytes::Text(receipt),
            history: "history".to_owned(),
            root: "root".to_owned(),
            anchors: Vec::new(),
            witnesses: Vec::new(),
        };
        (format!("receipt: {name}"), why.to_owned(), ask, want.to_owned())
    })
    .into()
}
