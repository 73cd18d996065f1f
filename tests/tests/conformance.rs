//! The vectors in `conformance/`: what every implementation answers, to the byte.
//!
//! They are made here, and each says beside what came of it what a person wanted. `UPDATE_VECTORS=1` writes the file; without, what stands there must
//! be what is made, byte for byte. Then the file is read again and run, by the public surface of the runtime and of what verifies what is signed.

#[path = "conformance/bundles.rs"]
mod bundles;
#[path = "conformance/decisions.rs"]
mod decisions;
#[path = "conformance/form.rs"]
mod form;
#[path = "conformance/forms.rs"]
mod forms;
#[path = "conformance/layers.rs"]
mod layers;
#[path = "support/projects.rs"]
mod projects;
#[path = "conformance/receipts.rs"]
mod receipts;
#[path = "conformance/run.rs"]
mod run;
#[path = "conformance/said.rs"]
mod said;
#[path = "conformance/sides.rs"]
mod sides;
#[path = "conformance/signed.rs"]
mod signed;
#[path = "../../evidence/tests/support/mod.rs"]
mod support;
#[path = "conformance/tokens.rs"]
mod tokens;
#[path = "conformance/tools.rs"]
mod tools;
#[path = "conformance/values.rs"]
mod values;
#[path = "conformance/witnesses.rs"]
mod witnesses;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use form::{Ask, Expect, VERSION, Vector, Vectors, base64};
use run::Runner;

const ABOUT: &str = "What every implementation of Lictor answers. README.md says how this is read. The keys are for tests: everybody has them. Written by tests/tests/conformance.rs; do not edit.";

fn path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/vectors.json"))
}

/// All that is made, with what comes of it.
fn made() -> Vectors {
    let mut documents = bundles::documents();
    documents.extend(signed::documents());
    documents.extend(witnesses::documents());
    let mut vectors = Vectors {
        about: ABOUT.to_owned(),
        version: VERSION,
        test_keys: bundles::test_keys(),
        bundles: bundles::bundles().into_iter().map(|(name, bytes)| (name, base64(&bytes))).collect(),
        documents,
        vectors: Vec::new(),
    };
    let mut wanted = bundles::loads();
    wanted.extend(decisions::decisions());
    wanted.extend(tokens::tokens());
    wanted.extend(signed::histories());
    wanted.extend(receipts::receipts());
    wanted.extend(said::said());
    wanted.extend(witnesses::receipts());
    let beside = vectors.clone();
    let runner = Runner::new(&beside);
    let mut otherwise = Vec::new();
    for (name, why, ask, want) in wanted {
        let expect = runner.answer(&ask);
        if expect.outcome != want {
            otherwise.push(format!("{name}: wanted {want}, and it is {}: {:?}", expect.outcome, expect.text));
        }
        vectors.vectors.push(Vector { name, why, ask, expect });
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
    vectors
}

fn written(vectors: &Vectors) -> String {
    format!("{}\n", serde_json::to_string_pretty(vectors).unwrap())
}

#[test]
fn what_stands_there_is_what_comes_out() {
    let made = written(&made());
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        fs::write(path(), &made).unwrap();
    }
    let there = fs::read_to_string(path()).unwrap();
    let differs = there.lines().zip(made.lines()).find(|(there, made)| there != made);
    assert!(
        there == made,
        "conformance/vectors.json is not what is made; UPDATE_VECTORS=1 writes it. The first line that differs: {differs:#?}"
    );
}

#[test]
fn the_runtime_and_the_verifiers_answer_so() {
    let text = fs::read_to_string(path()).unwrap();
    let vectors: Vectors = serde_json::from_str(&text).unwrap();
    assert_eq!(written(&vectors), text, "the file does not have the form that README says");
    let runner = Runner::new(&vectors);
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for Vector { name, ask, expect, .. } in &vectors.vectors {
        let answer: Expect = runner.answer(ask);
        assert_eq!(&answer, expect, "{name}");
        let kind = match ask {
            Ask::Load { .. } => "load",
            Ask::Decide { .. } => "decide",
            Ask::FactsNeeded { .. } => "facts_needed",
            Ask::Token { .. } => "token",
            Ask::Receipt { .. } => "receipt",
            Ask::History { .. } => "history",
        };
        *count.entry(kind).or_default() += 1;
    }
    let names: BTreeSet<_> = vectors.vectors.iter().map(|vector| &vector.name).collect();
    assert_eq!(names.len(), vectors.vectors.len(), "a name stands twice");
    assert!(
        count.len() == 6 && count["decide"] > 100 && count["token"] > 30 && count["receipt"] > 70,
        "{count:?}"
    );
}

/// What is written in two ways is one request, and what is another amount is another.
#[test]
fn equal_requests_have_equal_digests() {
    let vectors: Vectors = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    let digest = |name: &str| {
        let vector = vectors.vectors.iter().find(|vector| vector.name == name).unwrap();
        let decision: serde_json::Value = serde_json::from_str(vector.expect.text.as_ref().unwrap()).unwrap();
        decision["request_digest"].as_str().unwrap().to_owned()
    };
    let cents = digest("amounts: in cents");
    for same in ["amounts: as a number", "amounts: as a text"] {
        assert_eq!(digest(same), cents, "{same}");
    }
    let twenty = digest("kinds: nothing objects");
    for same in ["tools: a purchase", "sides: apart", "form: an offset"] {
        assert_eq!(digest(same), twenty, "{same}");
    }
    assert_ne!(cents, twenty);
    assert_ne!(digest("numbers: 2^53"), digest("numbers: 2^53 + 1"));
}
