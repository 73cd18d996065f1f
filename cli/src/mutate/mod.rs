//! Runs the tests against small changes of a policy, one at a time.

mod order;
mod trial;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use lictor_compiler::mutate::{Mutant, mutants};
use lictor_compiler::project::Project;
use lictor_suite::Reached;

use order::Order;
use trial::Trial;

/// What became of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// A test failed, or speaks of what is no longer there.
    Noticed,
    /// It does not compile, with this code.
    Refused(&'static str),
    /// All tests passed.
    Survived,
}

/// The changes that were made, and what became of them.
pub struct Mutation {
    /// Each change with its fate, by file and place.
    pub results: Vec<(Mutant, Fate)>,
    /// How many changes there are; more than were made where only some were asked for.
    pub all: usize,
}

impl Mutation {
    /// How many changes came to this.
    pub fn count(&self, of: impl Fn(&Fate) -> bool) -> usize {
        self.results.iter().filter(|(_, fate)| of(fate)).count()
    }

    /// The changes that no test noticed.
    pub fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        self.results.iter().filter(|(_, fate)| *fate == Fate::Survived).map(|(mutant, _)| mutant)
    }
}

/// Makes all changes, or `max` of them chosen by `seed`, `jobs` at a time. The results are the same however many jobs there are. `reached` says
/// which tests come to which rules of the policy as it is; those are asked first. `told` is called after each change, from any thread.
pub fn run(
    project: &Project,
    reached: &Reached,
    max: Option<usize>,
    seed: u64,
    jobs: usize,
    told: &(dyn Fn() + Sync),
) -> Mutation {
    let mutants = mutants(project);
    let all = mutants.len();
    let chosen = choose(mutants, max, seed);
    let next = AtomicUsize::new(0);
    let fates = Mutex::new(vec![None; chosen.len()]);
    let order = Order::new(reached);
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, chosen.len().max(1)) {
            scope.spawn(|| {
                let mut trial = Trial::new(project, &order);
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mutant) = chosen.get(at) else { break };
                    let fate = trial.fate(mutant);
                    if let Ok(mut fates) = fates.lock()
                        && let Some(place) = fates.get_mut(at)
                    {
                        *place = Some(fate);
                    }
                    told();
                }
            });
        }
    });
    let fates = fates.into_inner().unwrap_or_default();
    let results = chosen.into_iter().zip(fates).filter_map(|(mutant, fate)| Some((mutant, fate?)));
    Mutation { results: results.collect(), all }
}

/// So many of them, spread over all by a generator that starts from `seed`, in their own order.
fn choose(mutants: Vec<Mutant>, max: Option<usize>, seed: u64) -> Vec<Mutant> {
    let Some(max) = max.filter(|max| *max < mutants.len()) else { return mutants };
    let mut state = seed;
    let mut order: Vec<(u64, usize)> = (0..mutants.len()).map(|at| (random(&mut state), at)).collect();
    order.sort_unstable();
    order.truncate(max);
    let mut kept: Vec<usize> = order.into_iter().map(|(_, at)| at).collect();
    kept.sort_unstable();
    kept.into_iter().filter_map(|at| mutants.get(at).cloned()).collect()
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
