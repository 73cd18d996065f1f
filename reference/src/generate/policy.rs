//! Whole policies: a base, and layers on it. And small changes to a policy that the laws speak of.

use super::except;
use super::module::{Layer, Module, declarations};
use super::param::Direction;
use super::pool::Pool;
use super::rng::Rng;
use super::rule::{amplifiers, category, function, rule};
use super::world::World;

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it declares.
    pub world: World,
    /// The constants in it.
    pub pool: Pool,
    /// Its modules.
    pub modules: Vec<Module>,
}

impl Policy {
    /// A random policy.
    pub fn random(rng: &mut Rng) -> Policy {
        Policy::of(rng, false)
    }

    /// A random policy that uses its parameters without regard to the way in which they move.
    pub fn wild(rng: &mut Rng) -> Policy {
        Policy::of(rng, true)
    }

    fn of(rng: &mut Rng, wild: bool) -> Policy {
        let mut pool = Pool::new(rng);
        let mut world = World { wild, ..World::random(rng, &mut pool) };
        for number in 0..rng.below(4) {
            let made = function(rng, &world, &mut pool, number);
            world.functions.push(made);
        }
        for number in 0..world.actions.len() {
            let said = amplifiers(rng, &world, &mut pool, number);
            world.actions[number].amplifiers = said;
        }
        for number in 0..rng.below(4) {
            let condition = category(rng, &world, &mut pool);
            world.categories.push((format!("cat{number}"), condition));
        }
        let mut policy = Policy { world, pool, modules: Vec::new() };
        // Some declarations stand in a library, which has rules of the base's own.
        let home = if rng.chance(20) { Layer::Library } else { Layer::Base };
        policy.module(rng, "declared", home, false);
        policy.modules[0].declarations =
            format!("{}{}", declarations(&policy.world), super::calendar::DECLARED);
        for layer in policy.layers(rng) {
            let name = format!("m{}", policy.modules.len());
            let observed = layer > Layer::Base && rng.chance(25);
            policy.module(rng, &name, layer, observed);
        }
        except::add(&mut policy, rng);
        policy
    }

    /// The layers that there will be modules of; of some, several.
    fn layers(&self, rng: &mut Rng) -> Vec<Layer> {
        let mut layers = vec![Layer::Base];
        layers.extend(self.possible_layers().into_iter().filter(|_| rng.chance(45)));
        if rng.chance(30) {
            layers.push(rng.pick(&layers).clone());
        }
        layers
    }

    /// Every layer that this policy could have a module of.
    fn possible_layers(&self) -> Vec<Layer> {
        let categories = self.world.categories.iter().map(|(name, _)| Layer::Category(name.clone()));
        let tiers = self.world.tiers.map(|tiers| self.world.enums[tiers].1.clone()).unwrap_or_default();
        let users = ["u-1", "u-2"].map(|id| Layer::User(id.to_owned()));
        categories.chain(tiers.into_iter().map(Layer::Agent)).chain(users).collect()
    }

    /// Adds a module with sets and rules.
    fn module(&mut self, rng: &mut Rng, name: &str, layer: Layer, observed: bool) {
        // Files are in force in the order of their modules' names, wherever they lie.
        let path = format!("{}{name}.lictor", if rng.chance(50) { "z/" } else { "" });
        let module = Module::new(format!("p{}.{name}", rng.below(3)), path, layer);
        let mut module = Module { observed, ..module };
        let library = module.layer == Layer::Library;
        for (number, param) in self.world.params.iter().enumerate() {
            let taken = self
                .modules
                .iter()
                .any(|other| module.shares_unit(other) && other.sets.iter().any(|(set, _)| *set == number));
            let settable = param.direction != Direction::Fixed || module.layer == Layer::Base;
            if settable && !taken && !library && rng.chance(30) {
                module.sets.push((number, param.setting(rng, &mut self.pool, Some(&param.default))));
            }
        }
        if !library && rng.chance(30) {
            self.add_default(rng, &mut module);
        }
        let taken = |other: &Module| module.shares_unit(other) && !other.thresholds.is_empty();
        if module.layer > Layer::Base && rng.chance(25) && !self.modules.iter().any(taken) {
            module.thresholds = lowered(rng, self.world.risk_model.as_deref().unwrap_or_default());
        }
        for number in 0..rng.below(4) {
            module.rules.push(rule(rng, &self.world, &mut self.pool, &format!("r{number}")));
        }
        self.modules.push(module);
    }

    fn add_default(&self, rng: &mut Rng, module: &mut Module) {
        let taken = self.modules.iter().any(|other| module.shares_unit(other) && !other.defaults.is_empty());
        if taken {
            return;
        }
        let on = if rng.chance(30) { "*".to_owned() } else { rng.pick(&self.world.actions).name.clone() };
        let default = match rng.below(4) {
            0 => "deny".to_owned(),
            1 => format!("step_up to {}", rng.pick(&self.world.roles)),
            2 => "step_up to user".to_owned(),
            _ => "allow".to_owned(),
        };
        module.defaults.push((on, default));
    }

    /// The files: path and text.
    pub fn files(&self) -> Vec<(String, String)> {
        self.modules.iter().map(|module| (module.path.clone(), module.text(&self.world))).collect()
    }

    /// The policy as one text, for people.
    pub fn text(&self) -> String {
        self.files().iter().map(|(path, text)| format!("// {path}\n{text}\n")).collect()
    }

    /// Drops the rules that stand at these places, by file and byte, and then all exceptions; says whether there were any such rules.
    pub fn drop_rules(&mut self, places: &[(String, usize)]) -> bool {
        let files = self.files();
        let mut dropped = false;
        for (module, (path, text)) in self.modules.iter_mut().zip(&files) {
            let here: Vec<usize> =
                places.iter().filter(|(file, _)| file == path).map(|(_, at)| *at).collect();
            let stands = |rule: &String| text.find(rule.as_str()).map(|at| at..at + rule.len());
            let before = module.rules.len();
            module
                .rules
                .retain(|rule| !stands(rule).is_some_and(|range| here.iter().any(|at| range.contains(at))));
            dropped |= module.rules.len() < before;
        }
        if dropped {
            // An exception from a rule that is no longer there is an error.
            self.modules.iter_mut().for_each(|module| module.exceptions.clear());
        }
        dropped
    }

    /// The same with one more rule, in a module that is there or in a new one of any layer.
    pub fn with_rule(&self, rng: &mut Rng) -> Policy {
        let mut policy = self.clone();
        let name = format!("added{}", self.modules.iter().map(|module| module.rules.len()).sum::<usize>());
        let new = rule(rng, &self.world, &mut policy.pool, &name);
        let layers = [vec![Layer::Base], self.possible_layers()].concat();
        if rng.chance(50) {
            let layer = rng.pick(&layers).clone();
            policy.modules.push(Module::new(format!("p1.{name}"), format!("{name}.lictor"), layer));
            policy.modules.iter_mut().last().into_iter().for_each(|module| module.rules.push(new.clone()));
        } else {
            let at = rng.below(policy.modules.len());
            let rules = &mut policy.modules[at].rules;
            let place = rng.below(rules.len() + 1);
            rules.insert(place, new);
        }
        policy
    }

    /// The same with one more module of any layer, which sets only what is not opened to that layer.
    pub fn with_layer(&self, rng: &mut Rng) -> Policy {
        let mut policy = self.clone();
        let layer = rng.pick(&[vec![Layer::Base], self.possible_layers()].concat()).clone();
        let name = format!("extra{}", self.modules.len());
        policy.module(rng, &name, layer, false);
        let added = policy.modules.len() - 1;
        let module = &mut policy.modules[added];
        let kind = module.layer.kind();
        if module.layer == Layer::Base {
            // What the base says of an action's default is no layer on top of it: it takes the place of what the action says.
            module.defaults.clear();
        }
        module.sets.retain(|(number, _)| !self.world.params[*number].loosen_by.contains(&kind));
        policy
    }

    /// The same with one more module, whose layer is only observed; it may grant exceptions from rules that are there.
    pub fn with_observed(&self, rng: &mut Rng) -> Policy {
        let mut policy = self.clone();
        let layer = rng.pick(&self.possible_layers()).clone();
        policy.module(rng, "extra", layer, true);
        let mut excepting = policy.clone();
        except::add(&mut excepting, rng);
        let granted = excepting.modules.pop().map(|added| added.exceptions);
        policy.modules.iter_mut().last().into_iter().for_each(|added| {
            // Two exceptions of one module may not have one name; there were none here.
            added.exceptions = granted.clone().unwrap_or_default();
        });
        policy
    }

    /// The same in which every layer counts. `None` where that is so already.
    pub fn enforced(&self) -> Option<Policy> {
        let mut policy = self.clone();
        policy.modules.iter_mut().for_each(|module| module.observed = false);
        self.modules.iter().any(|module| module.observed).then_some(policy)
    }

    /// The same with a stricter value in a `set` that is there. `None` where nothing is set.
    pub fn with_stricter_value(&self, rng: &mut Rng) -> Option<Policy> {
        let mut policy = self.clone();
        let setting: Vec<usize> =
            (0..self.modules.len()).filter(|number| !self.modules[*number].sets.is_empty()).collect();
        let module = rng.pick_any(&setting)?;
        let at = rng.below(self.modules[module].sets.len());
        let (number, value) = &mut policy.modules[module].sets[at];
        *value = self.world.params[*number].stricter(rng, &mut policy.pool, value);
        Some(policy)
    }
}

/// Thresholds that are not above those of this risk model.
fn lowered(rng: &mut Rng, model: &str) -> Vec<(&'static str, usize)> {
    let mut lowered = Vec::new();
    for (word, otherwise) in [("step_up", 40), ("deny", 80)] {
        let said = model.split(&format!("{word} at ")).nth(1).and_then(|rest| rest.split_whitespace().next());
        let base = said.and_then(|said| said.parse().ok()).unwrap_or(otherwise);
        if rng.chance(60) {
            lowered.push((word, 1 + rng.below(base)));
        }
    }
    lowered
}
