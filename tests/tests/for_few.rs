//! What is run can be made when a bundle is loaded, or when it is first run: the decisions are the same, and what explains them.

#[path = "support/projects.rs"]
mod projects;

use std::fs;
use std::path::Path;

use lictor_bundle::container::{Trust, seal};
use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Scratch};
use serde_json::json;

const EXAMPLES: [&str; 4] = ["agent-payments", "debt-calls", "deploys", "ward-charts"];

/// The same policy twice: made ready at once, and for a few decisions.
fn both(project: &Project) -> [Engine; 2] {
    let file = seal(&compile(project).bundle.unwrap(), &[]).unwrap();
    [Engine::load(&file, Trust::Integrity), Engine::load_for_few(&file, Trust::Integrity)].map(Result::unwrap)
}

fn assert_same([at_once, later]: &[Engine; 2], scratches: &mut [Scratch; 2], request: &str) -> String {
    let [one, other] = scratches;
    let decision = at_once.decide(one, request.as_bytes());
    assert_eq!(later.decide(other, request.as_bytes()), decision, "{request}");
    assert_eq!(
        later.trace(other, request.as_bytes(), None),
        at_once.trace(one, request.as_bytes(), None),
        "{request}"
    );
    decision.reason_code.to_string()
}

#[test]
fn every_example_is_decided_the_same() {
    for example in EXAMPLES {
        let engines = both(&projects::folder(&format!("examples/{example}/policy")));
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(example).join("requests.ndjson");
        let mut scratches = [Scratch::default(), Scratch::default()];
        for request in fs::read_to_string(file).unwrap().lines() {
            assert_same(&engines, &mut scratches, request);
        }
    }
}

const POLICY: &str = r#"
module desk
layer base
tiers { new, known }
roles { boss "Whoever runs it" }
escalate to boss
reasons { LARGE "It is a lot" ODD "It is odd" }
fact vetted(payee: String) -> Bool?
category bulk when amount > 5_000
category odd when payee == "odd"
action pay {
  amount: Int
  payee: String
  default allow
  amplifiers { reach: if amount > 5_000 then 100 else 0 }
}
risk model { amplifiers { reach 0.5 } step_up at 40 deny at 80 }
rule large on pay { step_up when amount > 100 as LARGE }
"#;

const OTHERS: [&str; 3] = [
    "module bulk\nlayer category bulk\nrule bulk on pay { deny when amount > 9_000 as LARGE }\n",
    "module odd\nlayer category odd\nrule odd on pay { deny when amount < 10 as ODD }\n",
    r#"
module relief
layer base
except vetted_payees to desk.large
  when vetted(payee) otherwise false
  expires 2026-06-30
  granted_by "the head of payments"
  because "they have a contract"
"#,
];

/// Exceptions, categories that are tried and categories that a field tells, and amplifiers.
#[test]
fn whatever_a_policy_has_to_run_is_run_the_same() {
    let texts = [POLICY].into_iter().chain(OTHERS).enumerate();
    let files = texts
        .map(|(number, text)| SourceFile {
            path: format!("{number}.lictor"),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    let engines = both(&Project { name: "small".to_owned(), files, ..Project::default() });
    let mut codes = Vec::new();
    for amount in [1, 50, 101, 5_001, 9_001] {
        for payee in ["p", "odd"] {
            for vetted in [true, false] {
                let facts = json!([{ "fact": "vetted", "args": { "payee": payee }, "value": vetted }]);
                let request = json!({ "action": "pay", "agent": { "id": "a-1", "tier": "new" }, "facts": facts,
                    "context": { "now": "2026-06-01T10:00:00Z" }, "params": { "amount": amount, "payee": payee } });
                // New memory each time: nothing of a decision before it can be what makes it the same.
                let mut scratches = [Scratch::default(), Scratch::default()];
                codes.push(assert_same(&engines, &mut scratches, &request.to_string()));
            }
        }
    }
    for code in ["OK", "LARGE", "ODD", "RISK_STEP_UP"] {
        assert!(codes.iter().any(|found| found == code), "{code}: {codes:?}");
    }
}
