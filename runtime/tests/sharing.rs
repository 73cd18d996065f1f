//! Threads share an engine, and one of them may replace it.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};

use lictor_bundle::program::{Effect, Stage, UnitKey};
use lictor_runtime::{Decision, Engine, Live, Scratch, Verdict};
use support::{LIMIT, Policy, always, charge};

#[test]
fn what_a_host_shares_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    fn moved<T: Send>() {}
    shared::<Engine>();
    shared::<Live>();
    shared::<Decision>();
    moved::<Scratch>();
}

#[test]
fn every_decision_is_made_by_one_policy_while_it_is_replaced() {
    let allowing = Policy::new().engine();
    let mut refusing = Policy::new();
    refusing.rule(UnitKey::Base, Stage::Amount, "never", always(Effect::Deny, LIMIT));
    let refusing = refusing.engine();
    let request = charge().to_string();
    let ids = [&allowing, &refusing].map(Engine::id);
    assert_ne!(ids[0], ids[1]);

    let live = Live::new(allowing.clone());
    let seen_both = AtomicBool::new(false);
    let decide = || {
        let mut scratch = Scratch::default();
        let mut seen = [0; 2];
        while seen.iter().any(|times| *times < 100) {
            let engine = live.engine();
            let decision = engine.decide(&mut scratch, request.as_bytes());
            let which = usize::from(engine.id() == ids[1]);
            assert_eq!(decision.decision, [Verdict::Allow, Verdict::Deny][which]);
            assert_eq!(decision.bundle.0, engine.id().0);
            seen[which] += 1;
        }
        seen_both.store(true, Ordering::Relaxed);
    };
    let replace = || {
        while !seen_both.load(Ordering::Relaxed) {
            assert_eq!(live.swap(refusing.clone()).id(), ids[0]);
            assert_eq!(live.swap(allowing.clone()).id(), ids[1]);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(replace);
        // Where an assertion fails, the other one must end all the same.
        let decided = scope.spawn(decide).join();
        seen_both.store(true, Ordering::Relaxed);
        decided.unwrap();
    });
}
