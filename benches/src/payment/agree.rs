//! Nothing is timed before everybody gives the same answers.

use std::collections::BTreeMap;

use fastrand::Rng;
use lictor_runtime::Scratch;

use super::lists::Lists;
use super::outcome::Outcome;
use super::request::Request;
use super::{draw, floor, lictor};

/// Asks everybody about so many random requests. How often each code was the answer.
///
/// # Errors
/// The first request on which somebody differs from the floor.
///
/// # Panics
/// A drawn request cannot be read.
pub fn agree(requests: usize, seed: u64) -> Result<BTreeMap<&'static str, usize>, String> {
    let mut rng = Rng::with_seed(seed);
    let (lists, engine, mut scratch) = (Lists::new(), lictor::engine(), Scratch::default());
    #[cfg(feature = "peers")]
    let mut peers = super::peers::Peers::new();
    let mut counts = BTreeMap::new();
    let timed = draw::five().map(|(_, json)| json);
    for at in 0..requests {
        let json = timed.get(at).cloned().unwrap_or_else(|| draw::random(&mut rng));
        let request = Request::read(json.as_bytes()).expect("what is drawn can be read");
        let expected = floor::decide(&lists, &request);
        let answers: [(&str, Outcome<'_>); 1] =
            [("Lictor", lictor::decide(&engine, &mut scratch, json.as_bytes()))];
        #[cfg(feature = "peers")]
        let answers = answers.into_iter().chain(peers.decide(&request));
        for (name, answer) in answers {
            if answer != expected {
                return Err(format!(
                    "{name} says {answer:?}, the floor {expected:?}, about request {at}: {json}"
                ));
            }
        }
        *counts.entry(expected.code).or_default() += 1;
    }
    Ok(counts)
}
