//! The laws that hold for every policy: more policy never lets more through, and the order of files means nothing.

use lictor_reference::generate::{Policy, Rng};
use lictor_runtime::Engine;

use super::case::Case;
use super::observed;
use super::pair::{Pair, compile, text};
use super::shrink::shrink;

/// What was tried of one law.
#[derive(Clone, Copy, Default, Debug)]
pub struct Trials {
    /// Policies that were changed, and compiled.
    pub changed: u64,
    /// Requests that such a policy decided, and the one before it.
    pub decided: u64,
    /// Of those: the policy before said step_up or deny, which the changed one must not turn into less.
    pub refused: u64,
    /// Of those: the changed one is stricter than the one before.
    pub tightened: u64,
}

/// What was tried.
#[derive(Clone, Copy, Default, Debug)]
pub struct Tried {
    /// Rules were added.
    pub rules: Trials,
    /// Layers were added that loosen no opened parameter.
    pub layers: Trials,
    /// Both, several of them.
    pub several: Trials,
    /// A `set` became stricter.
    pub values: Trials,
    /// Requests for which what is observed was compared with what would be.
    pub observed: u64,
}

/// Tries all laws on a case, with so many requests for each changed policy; or tells how one of them fails.
pub fn hold(case: &mut Case, requests: usize) -> Result<Tried, String> {
    same_bytes(case)?;
    let mut tried = parameters_only_tighten(case, requests)?;
    let rule = "a rule was added";
    tried.rules = only_tightens(case, requests, rule, |policy, rng| Some(policy.with_rule(rng)))?;
    tried.observed = observed::hold(case, requests)?;
    Ok(tried)
}

/// Tries the laws that rest on polarity.
pub fn parameters_only_tighten(case: &mut Case, requests: usize) -> Result<Tried, String> {
    let mut tried = Tried::default();
    let layer = "a layer was added that loosens no opened parameter";
    tried.layers = only_tightens(case, requests, layer, |policy, rng| Some(policy.with_layer(rng)))?;
    let value = "a value was made stricter";
    tried.values = only_tightens(case, requests, value, Policy::with_stricter_value)?;
    let several = "rules and layers were added";
    tried.several = only_tightens(case, requests, several, |policy, rng| {
        let mut policy = policy.clone();
        for _ in 0..2 + rng.below(4) {
            policy = if rng.chance(50) { policy.with_rule(rng) } else { policy.with_layer(rng) };
        }
        Some(policy)
    })?;
    Ok(tried)
}

impl Tried {
    /// Counts what else was tried.
    pub fn add(&mut self, other: Tried) {
        self.rules.add(other.rules);
        self.layers.add(other.layers);
        self.several.add(other.several);
        self.values.add(other.values);
        self.observed += other.observed;
    }

    /// Decisions that were compared.
    pub fn decided(&self) -> u64 {
        self.rules.decided + self.layers.decided + self.several.decided + self.values.decided
    }
}

impl Trials {
    fn add(&mut self, other: Trials) {
        self.changed += other.changed;
        self.decided += other.decided;
        self.refused += other.refused;
        self.tightened += other.tightened;
    }
}

/// Deciding twice gives the same bytes, and files in another order give the same bundle.
fn same_bytes(case: &mut Case) -> Result<(), String> {
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
    Ok(())
}

fn bytes(engine: &Engine) -> Vec<u8> {
    lictor_bundle::container::seal(&engine.to_bundle(), &[]).unwrap()
}

/// A policy that was changed in this way never lets through what it did not before. What the compiler refuses says nothing.
fn only_tightens(
    case: &mut Case,
    requests: usize,
    what: &str,
    change: impl Fn(&Policy, &mut Rng) -> Option<Policy>,
) -> Result<Trials, String> {
    let mut trials = Trials::default();
    let Some(changed) = change(&case.policy, &mut case.rng) else { return Ok(trials) };
    let Ok(mut stricter) = compile(&changed.files()) else { return Ok(trials) };
    trials.changed = 1;
    for _ in 0..requests {
        let request = case.request().text();
        let (before, after) = (verdict(&mut case.pair, &request), verdict(&mut stricter, &request));
        trials.decided += 1;
        trials.refused += u64::from(before.0 > 0);
        trials.tightened += u64::from(after.0 > before.0);
        if after.0 >= before.0 {
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
    Ok(trials)
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
