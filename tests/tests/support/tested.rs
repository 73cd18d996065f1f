//! Running the tests that stand in a policy.

use std::collections::BTreeSet;

use lictor_compiler::variant::variant;
use lictor_compiler::{Compiled, Duty};
use lictor_runtime::{Engine, MemoryHistory, Scratch};
use lictor_zones::Zones;

/// All tests of a policy come out as they say.
pub fn passes(compiled: &Compiled, at: &str) {
    let usual = Engine::from_bundle(variant(compiled, &[]).unwrap()).unwrap();
    let mut scratch = Scratch::default();
    for test in &compiled.tests {
        let set = variant(compiled, &test.settings).unwrap();
        let engine = if test.settings.is_empty() { &usual } else { &Engine::from_bundle(set).unwrap() };
        let mut history = MemoryHistory::with_clocks(Box::new(Zones::default()));
        for past in &test.history {
            assert!(history.state(engine, &mut scratch, past.request.as_bytes(), past.state).is_some());
        }
        let decision = engine.decide_with_history(&mut scratch, test.request.as_bytes(), &history);
        let decision = serde_json::to_value(decision).unwrap();
        let expected = test.code.as_deref().unwrap_or("OK");
        assert_eq!(decision["decision"], test.decision, "{at}: {} {:?}: {decision:#}", test.name, test.case);
        assert_eq!(decision["reason_code"], expected, "{at}: {} {:?}: {decision:#}", test.name, test.case);
        if let Some(obliged) = &test.obliged {
            let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
            let owed = decision["obligations"].as_array().unwrap().iter();
            let owed = owed.map(|one| Duty { id: text(&one["id"]).unwrap(), by: text(&one["by"]) });
            assert_eq!(owed.collect::<BTreeSet<_>>(), *obliged, "{at}: {} {:?}", test.name, test.case);
        }
        if let Some(observed) = &test.observed {
            let is = (&decision["observed"]["decision"], &decision["observed"]["reason_code"]);
            let expected = (observed.decision, observed.code.as_deref().unwrap_or("OK"));
            assert_eq!(
                (is.0.as_str(), is.1.as_str()),
                (Some(expected.0), Some(expected.1)),
                "{at}: {decision:#}"
            );
        }
    }
}
