//! What is only observed changes nothing, and what is told of it is what it would do.

use lictor_runtime::{FactQuery, Scratch};
use serde_json::{Value, json};

use super::case::Case;
use super::pair::{Pair, compile, text};
use super::shrink::shrink;

/// What belongs to the bundle, or tells of what is observed, and not to the decision.
const APART: [&str; 4] = ["observed", "bundle", "request_digest", "facts_digest"];

/// Tries the laws on a case, and says on how many requests; or tells how one of them fails.
pub fn hold(case: &mut Case, requests: usize) -> Result<u64, String> {
    let tried = changes_nothing(case, requests)? + tells_what_would_be(case, requests)?;
    Ok(tried + nothing_counts(case, requests)?)
}

/// With an observed base every request is allowed, whatever it is, and what is told is the decision that the same policy makes without that
/// word. Both evaluators say so.
fn nothing_counts(case: &mut Case, requests: usize) -> Result<u64, String> {
    let files = case.policy.files();
    let observing: Vec<(String, String)> = files.iter().map(observe_the_base).collect();
    let mut observing = compile(&observing)?;
    for _ in 0..requests {
        let request = case.text();
        let told = |why: &str| format!("seed {}: {why}\n{}\nrequest: {request}", case.seed, text(&files));
        observing.compare(&request).map_err(|parts| told(&parts))?;
        let (is, would_be) = (observing.runtime(&request), case.pair.runtime(&request));
        let observed = &is["observed"];
        let allowed =
            is["decision"] == "allow" && is["reasons"] == json!([]) && is["obligations"] == json!([]);
        let same = |member: &str| observed[member] == would_be[member];
        let obligations = observed.get("obligations").cloned().unwrap_or(json!([]));
        let truly = observed["layers"] == json!(["base"])
            && ["decision", "reason_code", "reasons", "observed"].into_iter().all(same)
            && observed["score"] == would_be["risk"]["score"]
            && obligations == would_be["obligations"];
        if !(allowed && truly) {
            return Err(told(&format!("observed\n{is}\nand it would be\n{would_be}")));
        }
    }
    Ok(requests as u64)
}

fn observe_the_base((path, text): &(String, String)) -> (String, String) {
    let line =
        |line: &str| if line == "layer base" { format!("{line} observe\n") } else { format!("{line}\n") };
    (path.clone(), text.lines().map(line).collect())
}

/// An observed layer more, and every decision stays what it was, as does every fact that it needs.
fn changes_nothing(case: &mut Case, requests: usize) -> Result<u64, String> {
    let more = case.policy.with_observed(&mut case.rng);
    let Ok(mut with) = compile(&more.files()) else { return Ok(0) };
    for _ in 0..requests {
        let request = case.text();
        let differs = |pair: &mut Pair, with: &mut Pair| {
            binding(pair.runtime(&request)) != binding(with.runtime(&request))
                || needed(pair, &request) != needed(with, &request)
        };
        if differs(&mut case.pair, &mut with) {
            return Err(format!(
                "seed {}: an observed layer was added, and the decision became another\n{}\nrequest: {request}",
                case.seed,
                more.text()
            ));
        }
    }
    Ok(requests as u64)
}

/// Where the observed layers count, it is decided as was told, for the causes that were told.
fn tells_what_would_be(case: &mut Case, requests: usize) -> Result<u64, String> {
    let mut tried = 0;
    let observing =
        if case.rng.chance(50) { case.policy.with_observed(&mut case.rng) } else { case.policy.clone() };
    let (Some(enforced), Ok(mut pair)) = (observing.enforced(), compile(&observing.files())) else {
        return Ok(tried);
    };
    // One layer may not set the same thing twice, but for once in each mode.
    let Ok(mut counting) = compile(&enforced.files()) else { return Ok(tried) };
    for _ in 0..requests {
        let request = case.text();
        tried += 1;
        if let Err(told) = told_truly(&mut pair, &mut counting, &request) {
            let still = |files: &[(String, String)]| {
                let enforced: Vec<(String, String)> = files.iter().map(enforce).collect();
                let both = compile(files).ok().zip(compile(&enforced).ok());
                both.is_some_and(|(mut one, mut other)| told_truly(&mut one, &mut other, &request).is_err())
            };
            let small = shrink(&observing, still);
            return Err(format!("seed {}: {told}\n{}\nrequest: {request}", case.seed, text(&small)));
        }
    }
    Ok(tried)
}

fn enforce((path, text): &(String, String)) -> (String, String) {
    let line = |line: &str| match line.strip_suffix(" observe") {
        Some(layer) if line.starts_with("layer ") => format!("{layer}\n"),
        _ => format!("{line}\n"),
    };
    (path.clone(), text.lines().map(line).collect())
}

fn told_truly(observing: &mut Pair, counting: &mut Pair, request: &str) -> Result<(), String> {
    let (is, would_be) = (observing.runtime(request), counting.runtime(request));
    let observed = &is["observed"];
    if observed.is_null() {
        // At the door both may have something to say against a request, and then each says the first.
        let door = is["checks"][1]["result"] != "pass" && would_be["decision"] == "deny";
        let same = door || binding(is.clone()) == binding(would_be.clone());
        return if same {
            Ok(())
        } else {
            Err(format!("nothing observed in\n{is}\nand it would be\n{would_be}"))
        };
    }
    let new = |member: &str| -> Vec<Value> {
        let known = is[member].as_array().unwrap();
        let all = would_be[member].as_array().unwrap().iter();
        all.filter(|one| !known.contains(one)).cloned().collect()
    };
    let obligations = observed.get("obligations").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    let truly = observed["decision"] == would_be["decision"]
        && observed["reason_code"] == would_be["reason_code"]
        && observed["score"] == would_be["risk"]["score"]
        && observed["reasons"] == Value::Array(new("reasons"))
        && obligations == Value::Array(new("obligations"));
    if truly { Ok(()) } else { Err(format!("observed\n{observed}\nand it would be\n{would_be}")) }
}

/// The decision without what is apart from it.
fn binding(mut decision: Value) -> Value {
    decision.as_object_mut().unwrap().retain(|member, _| !APART.contains(&member.as_str()));
    decision
}

/// The facts that the decision itself may need; those that only observed layers need come last.
fn needed(pair: &Pair, request: &str) -> Vec<FactQuery> {
    let mut all = pair.engine.facts_needed(&mut Scratch::default(), request.as_bytes());
    assert!(all.is_sorted_by_key(|query| query.observed));
    all.retain(|query| !query.observed);
    all
}
