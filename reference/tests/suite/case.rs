//! One random policy with its requests: all that follows from a seed.

use lictor_reference::generate::{Policy, Rng, Tree, report, request, spoil, with_facts};

use super::pair::{Pair, compile, spared, text};
use super::shrink::shrink;

/// A policy that compiled, and where its requests come from.
pub struct Case {
    pub seed: u64,
    pub policy: Policy,
    pub pair: Pair,
    pub rng: Rng,
}

/// A policy that did not compile.
pub struct Refused {
    pub policy: Box<Policy>,
    pub told: String,
}

impl Case {
    /// The case of a seed.
    pub fn new(seed: u64) -> Result<Case, Refused> {
        Case::of(seed, Policy::random)
    }

    /// The case of a seed whose policy does not keep to polarity, if the compiler takes it.
    pub fn wild(seed: u64) -> Result<Case, Refused> {
        Case::of(seed, Policy::wild)
    }

    fn of(seed: u64, policy: impl Fn(&mut Rng) -> Policy) -> Result<Case, Refused> {
        Case::drawn(seed, Rng::new(seed), policy)
    }

    /// The case that is drawn from these numbers; the seed is what it is told by.
    pub fn drawn(seed: u64, mut rng: Rng, policy: impl Fn(&mut Rng) -> Policy) -> Result<Case, Refused> {
        let mut policy = policy(&mut rng);
        // A policy loses the rules that a stricter value could spare a failure: there are many, and the rest of it is as good as any.
        loop {
            let files = policy.files();
            match compile(&files) {
                Ok(pair) => return Ok(Case { seed, policy, pair, rng }),
                Err(_) if policy.drop_rules(&spared(&files)) => {}
                Err(told) => return Err(Refused { policy: Box::new(policy), told }),
            }
        }
    }

    /// A request with the facts it needs.
    pub fn request(&mut self) -> Tree {
        let bare = request(&mut self.rng, &self.policy);
        let pair = &self.pair;
        let ask = |text: &str| pair.reference(text).ok()?.1;
        with_facts(&mut self.rng, &self.policy, &pair.program.schema, &bare, ask)
    }

    /// A request as it is sent; one of eight has something wrong with it.
    pub fn text(&mut self) -> String {
        let tree = self.request();
        if self.rng.chance(12) { spoil(&mut self.rng, &tree) } else { tree.text() }
    }

    /// Asks one request of both evaluators, and gives the code of their decision. Where they part: how, and the least of the policy
    /// that still shows it.
    pub fn agree(&mut self) -> Result<String, String> {
        let request = self.text();
        let difference = match self.pair.compare(&request) {
            Ok(code) => return Ok(code),
            Err(difference) => difference,
        };
        let parts = |mut pair: Pair| pair.compare(&request).is_err();
        let small = shrink(&self.policy, |files| compile(files).is_ok_and(parts));
        Err(format!("{difference}\n\nseed {}\n{}\nrequest: {request}", self.seed, text(&small)))
    }
}

/// What both decide of one request after the other, each remembering those before it.
pub fn stream(case: &mut Case, requests: usize) -> Result<usize, String> {
    case.pair.remember();
    let mut before: Vec<String> = Vec::new();
    for _ in 0..requests {
        if let (true, Some(event)) = (case.rng.chance(25), report(&mut case.rng, &case.policy)) {
            let text = if case.rng.chance(10) { spoil(&mut case.rng, &event) } else { event.text() };
            case.pair.report(&text)?;
            before.push(text);
        }
        let request = case.request().text();
        if let Err(difference) = case.pair.compare_and_record(&request, &mut case.rng) {
            let policy = case.policy.text();
            let before = before.join("\n");
            return Err(format!(
                "{difference}\n\nseed {}\n{policy}\nbefore:\n{before}\nrequest: {request}",
                case.seed
            ));
        }
        before.push(request);
    }
    Ok(requests)
}

impl Refused {
    /// The least of the policy that the loader refuses although the compiler took it, if that is what happened: a compiler may
    /// refuse, but not make what cannot be loaded.
    pub fn by_loader(&self) -> Option<String> {
        let loader = |told: &str| told.contains("E0438") || told.contains("loader refuses");
        loader(&self.told).then(|| {
            let small = shrink(&self.policy, |files| compile(files).is_err_and(|told| loader(&told)));
            format!("{}\n{}", self.told, text(&small))
        })
    }
}
