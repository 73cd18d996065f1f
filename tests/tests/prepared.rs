//! A request that was read once is decided the same each time it is evaluated, and as it would have been in one step.

#[path = "support/projects.rs"]
mod projects;

use std::fs;
use std::path::Path;

use lictor_compiler::compile;
use lictor_runtime::{Engine, MemoryHistory, Scratch};

const EXAMPLES: [&str; 4] = ["agent-payments", "debt-calls", "deploys", "ward-charts"];

fn requests(example: &str) -> Vec<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(example).join("requests.ndjson");
    fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn reading_once_changes_no_decision() {
    for example in EXAMPLES {
        let compiled = compile(&projects::folder(&format!("examples/{example}/policy")));
        let engine = Engine::from_bundle(compiled.bundle.unwrap()).unwrap();
        let (mut scratch, mut other) = (Scratch::default(), Scratch::default());
        let mut memory = MemoryHistory::default();
        for line in requests(example) {
            let decision = engine.decide_with_history(&mut scratch, line.as_bytes(), &memory);
            match engine.prepare(&mut other, line.as_bytes()) {
                Err(refusal) => assert_eq!(*refusal, decision),
                Ok(mut prepared) => {
                    // Without what happened before it may come out otherwise, and leaves nothing behind.
                    let alone = prepared.evaluate(None).decision();
                    for _ in 0..2 {
                        let mut evaluated = prepared.evaluate(Some(&memory));
                        assert_eq!(evaluated.verdict(), decision.decision, "{line}");
                        assert_eq!(evaluated.reason_code(), decision.reason_code, "{line}");
                        assert_eq!(evaluated.class(), decision.class, "{line}");
                        let digests = [decision.request_digest, decision.facts_digest];
                        assert_eq!(evaluated.digests(), digests, "{line}");
                        assert_eq!(
                            evaluated.score(),
                            decision.risk.as_ref().map(|risk| risk.score),
                            "{line}"
                        );
                        assert_eq!(evaluated.decision(), decision, "{line}");
                    }
                    assert_eq!(prepared.evaluate(None).decision(), alone, "{line}");
                }
            }
            memory.record(&engine, &mut scratch, &decision);
        }
    }
}
