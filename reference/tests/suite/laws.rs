//! The laws that hold for every policy: more policy never lets more through, and the order of files means nothing.

use lictor_reference::generate::{Policy, Rng};
use lictor_runtime::Engine;

use super::case::Case;
use super::pair::{Pair, compile, text};
use super::shrink::shrink;

/// How many requests each changed policy is asked.
const REQUESTS: usize = 25;
/// The codes that say that something could not be evaluated.
const FAILURES: [&str; 4] = ["EVALUATION_ERROR", "CURRENCY_MISMATCH", "FACT_UNAVAILABLE", "EMPTY_COLLECTION"];

/// What was tried.
#[derive(Clone, Copy, Default, Debug)]
pub struct Tried {
    /// Decisions that were compared.
    pub compared: u64,
    /// Of those: a stricter parameter spared a rule the part that could not be evaluated before, and so let more through.
    pub spared: u64,
}

/// Tries all laws on a case; or tells how one of them fails.
pub fn hold(case: &mut Case) -> Result<Tried, String> {
    let mut tried = same_bytes(case)?;
    tried.add(only_tightens(case, "a rule was added", |policy, rng| Some(policy.with_rule(rng)))?);
    tried.add(parameters_only_tighten(case)?);
    Ok(tried)
}

/// Tries the laws that rest on polarity.
pub fn parameters_only_tighten(case: &mut Case) -> Result<Tried, String> {
    let layer = "a layer was added that loosens no opened parameter";
    let mut tried = only_tightens(case, layer, |policy, rng| Some(policy.with_layer(rng)))?;
    tried.add(only_tightens(case, "a value was made stricter", Policy::with_stricter_value)?);
    Ok(tried)
}

impl Tried {
    /// Counts what else was tried.
    pub fn add(&mut self, other: Tried) {
        self.compared += other.compared;
        self.spared += other.spared;
    }
}

/// Deciding twice gives the same bytes, and files in another order give the same bundle.
fn same_bytes(case: &mut Case) -> Result<Tried, String> {
    let request = case.request().text();
    let once = case.pair.runtime(&request).to_string();
    let again = serde_json::to_value(case.pair.engine.decide_once(request.as_bytes())).unwrap().to_string();
    if once != again {
        return Err(format!("seed {}: deciding twice gives two decisions for\n{request}", case.seed));
    }
    let mut files = case.policy.files();
    case.rng.shuffle(&mut files);
    let other = compile(&files).map_err(|told| format!("seed {}: {told}", case.seed))?;
    if bytes(&other.engine) != bytes(&case.pair.engine) {
        return Err(format!("seed {}: files in another order give other bytes\n{}", case.seed, text(&files)));
    }
    Ok(Tried { compared: 2, spared: 0 })
}

fn bytes(engine: &Engine) -> Vec<u8> {
    lictor_bundle::container::seal(engine.bundle(), &[]).unwrap()
}

/// A policy that was changed in this way never lets through what it did not before. What the compiler refuses says nothing.
fn only_tightens(
    case: &mut Case,
    what: &str,
    change: impl Fn(&Policy, &mut Rng) -> Option<Policy>,
) -> Result<Tried, String> {
    let mut tried = Tried::default();
    let Some(changed) = change(&case.policy, &mut case.rng) else { return Ok(tried) };
    let Ok(mut stricter) = compile(&changed.files()) else { return Ok(tried) };
    for _ in 0..REQUESTS {
        let request = case.request().text();
        let (before, after) = (verdict(&mut case.pair, &request), verdict(&mut stricter, &request));
        tried.compared += 1;
        if after.0 >= before.0 {
            continue;
        }
        let failed = FAILURES.iter().any(|code| before.1.ends_with(code));
        if failed && what != "a rule was added" {
            tried.spared += 1;
            continue;
        }
        return Err(format!(
            "seed {}: {what}, and {} became {}\n{}",
            case.seed,
            before.1,
            after.1,
            both(case, &changed, &request)
        ));
    }
    Ok(tried)
}

/// The stricter policy and, cut down to what still shows the difference, the one before.
fn both(case: &Case, changed: &Policy, request: &str) -> String {
    let before = shrink(&case.policy, |files| {
        compile(files).is_ok_and(|mut pair| verdict(&mut pair, request).0 > verdict_of(changed, request))
    });
    format!("before:\n{}\nafter:\n{}\nrequest: {request}", text(&before), changed.text())
}

fn verdict_of(policy: &Policy, request: &str) -> usize {
    compile(&policy.files()).map_or(0, |mut pair| verdict(&mut pair, request).0)
}

/// How strict a decision is, and what it is called.
fn verdict(pair: &mut Pair, request: &str) -> (usize, String) {
    let decision = pair.runtime(request);
    let names = ["allow", "step_up", "deny"];
    let rank = names.iter().position(|name| decision["decision"] == *name).unwrap();
    (rank, format!("{} {}", names[rank], decision["reason_code"].as_str().unwrap()))
}
