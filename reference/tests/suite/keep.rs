//! More policy never lets more through; the order of files and the number of times one asks mean nothing.

use super::case::Case;
use super::laws::{self, Tried};

const POLICIES: u64 = 60;
/// How many requests each changed policy is asked.
const REQUESTS: usize = 25;

#[test]
fn random_policies_keep_the_laws() {
    let mut tried = Tried::default();
    for seed in 10_001..=10_000 + POLICIES {
        let Ok(mut case) = Case::new(seed) else { continue };
        tried.add(laws::hold(&mut case, REQUESTS).unwrap_or_else(|broken| panic!("{broken}")));
    }
    let all = [tried.rules, tried.layers, tried.several, tried.values];
    assert!(all.iter().all(|law| law.decided >= 500 && law.refused >= 300), "{tried:?}");
    assert!(tried.observed >= 1_000, "{tried:?}");
    // What is added is of consequence, or the law would say nothing.
    assert!([tried.rules, tried.layers, tried.several].iter().all(|law| law.tightened >= 10), "{tried:?}");
}

/// The compiler refuses most policies that use parameters without regard to polarity. Those it takes must keep the laws.
#[test]
fn what_the_polarity_check_lets_pass_keeps_the_laws() {
    let mut tried = Tried::default();
    for seed in 20_001..=20_000 + 4 * POLICIES {
        let Ok(mut case) = Case::wild(seed) else { continue };
        tried.add(
            laws::parameters_only_tighten(&mut case, REQUESTS).unwrap_or_else(|broken| panic!("{broken}")),
        );
    }
    assert!(tried.decided() >= 1_000, "{tried:?}");
}
