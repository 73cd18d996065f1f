//! Raw calls of tools, as agents make them, and what a careful security engineer wants of each: whoever wrote the lists below `calls/` said so
//! before the library was asked. A line holds what is `want`ed (`allow`, `ask` or `deny`), the action that the call `is`, where that
//! matters, the tool and its input, and what the agent has `seen` before. Whatever is laxer is a hole, whatever is stricter a nuisance.

mod support;

use lictor_runtime::Engine;
use lictor_stdlib::{PROFILES, profile};
use serde_json::Value;
use support::calls::{call, decided, of_profile};
use support::outcome;

/// What each list is about, how long it is at least, and its lines.
const LISTS: [(&str, usize, &str); 5] = [
    ("mail", 60, include_str!("../calls/mail.ndjson")),
    ("payments", 50, include_str!("../calls/payments.ndjson")),
    ("code hosts", 60, include_str!("../calls/code_hosts.ndjson")),
    ("files and the rest", 40, include_str!("../calls/files_and_more.ndjson")),
    ("a review of all of them", 200, include_str!("../calls/review.ndjson")),
];

fn lines(list: &str) -> impl Iterator<Item = Value> {
    list.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
}

/// The decision about a line.
fn decision(engine: &Engine, line: &Value) -> Value {
    let mut request = call(line["tool"].as_str().unwrap(), line["input"].clone());
    if let Some(seen) = line.get("seen") {
        request["context"]["content_seen"] = seen.clone();
    }
    decided(engine, &request)
}

/// Which of two is stricter.
fn strictness(decision: &str) -> u8 {
    match decision {
        "allow" => 0,
        "ask" | "step_up" => 1,
        "deny" => 2,
        other => panic!("{other} is none of allow, ask and deny"),
    }
}

#[test]
fn each_call_is_decided_as_was_wanted() {
    let engine = of_profile(profile("enforce").unwrap());
    for (about, least, list) in LISTS {
        let mut count = [0; 3];
        for line in lines(list) {
            let decision = decision(&engine, &line);
            let wanted = strictness(line["want"].as_str().unwrap());
            count[usize::from(wanted)] += 1;
            let came = strictness(decision["decision"].as_str().unwrap());
            let action = decision["call"]["action"].as_str().unwrap_or_default();
            assert_eq!(came, wanted, "{about}: {line}: {action} {}", outcome(&decision));
            if let Some(is) = line.get("is") {
                assert_eq!(action, is, "{about}: {line}: {}", outcome(&decision));
            }
        }
        assert!(count.iter().sum::<usize>() >= least, "{about}: {count:?}");
        assert!(count[..2].iter().all(|count| *count > 0), "{about}: {count:?}");
    }
}

#[test]
fn no_trade_is_laxer() {
    for profile in PROFILES.iter().filter(|profile| !matches!(profile.name, "observe" | "enforce")) {
        let engine = of_profile(profile);
        for line in LISTS.iter().flat_map(|(_, _, list)| lines(list)) {
            let decision = decision(&engine, &line);
            let came = strictness(decision["decision"].as_str().unwrap());
            let wanted = strictness(line["want"].as_str().unwrap());
            assert!(came >= wanted, "{}: {line}: {}", profile.name, outcome(&decision));
        }
    }
}
