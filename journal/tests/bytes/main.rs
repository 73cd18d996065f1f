//! The bytes of what a decision was made on are those of the slow way: values of JSON are put together, what is marked is covered in them, and all of it
//! is written in the end.

mod given;
mod slow;

use lictor_evidence::commitment::RecordKey;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::{Agent, Authenticated};
use lictor_evidence::token::Mode;
use lictor_journal::Covering;
use lictor_journal::record::{Asking, Judged, Judgement};
use lictor_runtime::{Engine, Scratch};
use lictor_zones::Zones;
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::from_bundle(given::bundle()).unwrap());

/// Decides, and compares what is kept with what the slow way gives.
fn compare(request: &Value, facts: &[Value], key: u8) -> Judged {
    let mut whole = request.clone();
    whole["facts"] = facts.into();
    let raw = whole.to_string().into_bytes();
    let mut scratch = Scratch::default();
    let decision = ENGINE.decide_with_history(&mut scratch, &raw, &Zones::default());
    let mut covering = Covering::new(RecordKey::new([key; 32]));
    let agent = Agent { id: "a-1".to_owned(), authenticated: Authenticated::ApiKey, key: None };
    let asking = Asking { agent, action: "order.place", raw: &raw, mode: Mode::Enforce };
    let judged = Judged::of(asking, &ENGINE, &scratch, &decision, &mut covering);

    let schema = &ENGINE.bundle().schema;
    let mut slow = slow::Covering::new(RecordKey::new([key; 32]));
    let (slow_request, slow_facts) = slow.request(schema, request.clone(), facts);
    let shown = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(shown(judged.request.bytes()), shown(&slow_request.canonical().unwrap()), "{decision:?}");
    assert_eq!(shown(judged.facts.bytes()), shown(&slow_facts.canonical().unwrap()));
    let asked = decision.reasons.iter().enumerate().flat_map(|(at, reason)| {
        let others = reason.approval.iter().flat_map(|approval| &approval.other_than).enumerate();
        others.map(move |(other, id)| (format!("causes[{at}].other_than[{other}]"), id.clone()))
    });
    let others: Vec<Json> = asked.map(|(path, id)| slow.text(&path, &id)).collect();
    let causes = judged.outcome.causes().iter().filter_map(|cause| cause.asks.as_ref());
    assert_eq!(causes.flat_map(|asked| asked.other_than.clone()).collect::<Vec<_>>(), others);
    assert_eq!(judged.withheld, slow.paths);
    assert_eq!(covering.opened(), slow.opened);

    // All of it is read as it was written, and is what its parts are.
    let json = Json::of(&judged).unwrap();
    assert_eq!(json.member("request"), Some(&slow_request));
    assert_eq!(json.member("facts"), Some(&slow_facts));
    assert_eq!(json.read::<Judgement>().as_ref(), Ok(&*judged));
    judged
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_bytes_are_those_of_the_slow_way(draws in proptest::collection::vec(any::<u64>(), 0..200), key in any::<u8>()) {
        let (request, facts) = given::Dice(draws.iter()).asked();
        let judged = compare(&request, &facts, key);
        prop_assert_eq!(judged.withheld.contains(&"request".to_owned()), false);
        prop_assert_eq!(judged.facts.read().unwrap().len(), 6);
    }
}

/// What an agent sends is not taken for a covered value, whatever it is, nor for anything else that is written in a form of its own.
#[test]
fn nobody_can_send_what_stands_for_something_else() {
    let commitment = RecordKey::new([7; 32]).field("user.id").commit(b"\"u-1\"");
    for name in ["$committed", "$null", "$int", "$map", "$", "ä", ""] {
        let mut request = given::plain();
        let line = request["params"]["lines"][0].clone();
        request["params"]["lines"][0]["sizes"] = serde_json::json!({ name: "1.5" });
        request["params"]["zone"] = commitment.to_string()[..20].into();
        request["params"]["hidden"] = serde_json::json!({ name: line });
        let judged = compare(&request, &given::facts(&request), 7);
        let read = judged.request.read().unwrap();
        let Some(Json::List(lines)) = read.member("params").and_then(|params| params.member("lines")) else {
            panic!("{read:?}")
        };
        let sizes = lines[0].member("sizes").unwrap();
        let is_pairs = sizes.member("$map").is_some();
        assert_eq!(is_pairs, !name.is_empty(), "{sizes:?}");
        assert_eq!(judged.withheld.iter().filter(|path| *path == "params.hidden").count(), 1);
    }
}
