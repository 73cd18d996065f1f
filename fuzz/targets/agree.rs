//! A policy and a request that are drawn from the bytes: the machine and the reference evaluator decide the same.

#![no_main]
#![allow(dead_code, reason = "of what the suite has, this needs a part")]

#[path = "../../reference/tests/suite/pair.rs"]
mod pair;
#[path = "../../reference/tests/suite/traced.rs"]
mod traced;
#[path = "../../reference/tests/suite/shrink.rs"]
mod shrink;
#[path = "../../reference/tests/suite/case.rs"]
mod case;

use case::Case;
use libfuzzer_sys::fuzz_target;
use lictor_reference::generate::{Policy, Rng};

/// How many requests each policy is asked.
const REQUESTS: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut case) = Case::drawn(0, Rng::steered(bytes), Policy::random) else { return };
    for _ in 0..REQUESTS {
        if let Err(difference) = case.agree() {
            panic!("{difference}");
        }
    }
});
