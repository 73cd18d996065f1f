//! Exceptions from rules that are there.

use super::module::Module;
use super::policy::Policy;
use super::rng::Rng;
use super::rule::common;
use super::scope::{Scope, Way, Writer};
use super::world::{Action, ENVELOPE};

/// How statements begin that can be lifted.
const SOFT: [&str; 5] = ["step_up ", "risk ", "flag ", "amplify ", "oblige "];

/// Adds exceptions to rules that can have one.
pub(super) fn add(policy: &mut Policy, rng: &mut Rng) {
    for number in 0..rng.below(3) {
        let soft = |rule: &String| {
            SOFT.iter().any(|word| rule.lines().any(|line| line.trim_start().starts_with(word)))
        };
        let rules = policy.modules.iter().enumerate().flat_map(|(at, module)| {
            module.rules.iter().filter(|rule| soft(rule)).map(move |rule| (at, rule.clone()))
        });
        let rules: Vec<(usize, String)> = rules.collect();
        let Some((of, rule)) = rng.pick_any(&rules) else { return };
        let target = &policy.modules[of];
        let may_lift = |module: &&Module| {
            let own = module.layer == target.layer;
            own || rank(module) < rank(target)
        };
        let homes: Vec<usize> =
            (0..policy.modules.len()).filter(|at| may_lift(&&policy.modules[*at])).collect();
        let home = *rng.pick(&homes);
        let name = rule.strip_prefix("rule ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        let to = format!("{}.{name}", target.name);
        let on = rule.split(" on ").nth(1).unwrap_or_default();
        let on = on.split([' ', '\n', '{']).map(|word| word.trim_end_matches(','));
        let on: Vec<&str> = on.take_while(|word| !["at", "from", "until", ""].contains(word)).collect();
        let concerns = |action: &&Action| {
            on.iter().any(|named| match named.strip_suffix('*') {
                Some(start) => action.name.starts_with(start),
                None => action.name == *named,
            })
        };
        let actions: Vec<&Action> = policy.world.actions.iter().filter(concerns).collect();
        let mut roots = common(&policy.world, &actions);
        roots.retain(|(name, _)| ENVELOPE.iter().any(|(part, _)| part == name));
        let scope = Scope { roots, facts: true, ..Scope::default() };
        let mut writer = Writer { rng, world: &policy.world, pool: &mut policy.pool, scope };
        let when = writer.condition(Way::Still, 2).text;
        let last = rng.pick(&["2026-02-21", "2026-02-28", "2026-03-01", "2026-03-02", "2027-01-01"]);
        policy.modules[home].exceptions.push(format!(
            "except x{number} to {to}\n  when {when}\n  expires {last}\n  granted_by \"somebody\"\n  because \"of something\"\n"
        ));
    }
}

/// Where the layer of a module stands among the kinds of layers.
fn rank(module: &Module) -> usize {
    let kinds = ["base", "category", "agent", "user"];
    kinds.iter().position(|kind| *kind == module.layer.kind()).unwrap_or_default()
}
