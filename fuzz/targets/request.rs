//! Any bytes are a request: they are decided the same every time, and refused where they are no JSON.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use lictor_fuzz::engines;
use lictor_runtime::{Engine, Scratch, Verdict};
use serde::de::IgnoredAny;

static ENGINES: OnceLock<Vec<Engine>> = OnceLock::new();

fuzz_target!(|request: &[u8]| {
    // Only its grammar: a number may be as large as it likes where nobody reads it.
    let is_json = serde_json::from_slice::<IgnoredAny>(request).is_ok();
    let mut scratch = Scratch::default();
    for engine in ENGINES.get_or_init(engines) {
        let decision = engine.decide(&mut scratch, request);
        assert!(is_json || decision.decision == Verdict::Deny, "{}", decision.reason);
        let _ = engine.facts_needed(&mut scratch, request);
        let (traced, _) = engine.trace(&mut scratch, request, None);
        // Before the eyes of a watcher, in memory that was used, and in new one.
        for again in [traced, engine.decide(&mut scratch, request), engine.decide_once(request)] {
            assert_eq!(serde_json::to_value(&decision).unwrap(), serde_json::to_value(&again).unwrap());
        }
    }
});
