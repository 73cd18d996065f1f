//! Nothing is timed before both policies decide the same.

use fastrand::Rng;
use lictor_runtime::{Engine, Verdict};

use super::draw;
use super::rule::{Effect, Rule};
use super::{cedar, lictor};

/// Asks both about so many random requests under so many drawn rules: the same verdict, because of the same rule. How many were allowed,
/// held and refused.
///
/// # Errors
/// The first request on which they differ.
///
/// # Panics
/// What was drawn is no policy in one of the two languages.
pub fn agree(rules: usize, requests: usize, seed: u64) -> Result<[usize; 3], String> {
    let rules = draw::rules(rules, seed);
    let engine =
        Engine::from_bundle(lictor::check(&lictor::write(&rules))).expect("what was compiled is verified");
    let (policies, schema) = cedar::write(&rules);
    let decider = cedar::Decider::new(cedar::parse_and_validate(&policies, &schema), &rules);
    let mut rng = Rng::with_seed(seed);
    let mut counts = [0; 3];
    for at in 0..requests {
        let request = draw::request(&mut rng);
        let (verdict, rule) = lictor::decide(&engine, &request);
        let expected = decided(&rules, &decider.holding(&request));
        if (verdict, rule.as_deref()) != expected {
            return Err(format!(
                "Lictor says {verdict:?} by {rule:?}, Cedar {expected:?}, about request {at}"
            ));
        }
        counts[verdict as usize] += 1;
    }
    Ok(counts)
}

/// What comes of the rules that hold: the first that refuses, or else the first that asks.
fn decided<'r>(rules: &'r [Rule], holding: &[usize]) -> (Verdict, Option<&'r str>) {
    let holding = || holding.iter().filter_map(|at| rules.get(*at));
    let first = |soft: bool| holding().find(|rule| (rule.effect == Effect::StepUp) == soft);
    let name = |rule: &'r Rule| Some(rule.name.as_str());
    match (first(false), first(true)) {
        (Some(refusing), _) => (Verdict::Deny, name(refusing)),
        (None, Some(asking)) => (Verdict::StepUp, name(asking)),
        (None, None) => (Verdict::Allow, None),
    }
}
