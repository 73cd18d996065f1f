//! The thresholds of the score: layers lower them, and the decision says whose was in force.

mod support;

use serde_json::{Value, json};
use support::{compiled, decide, engine, outcome};

const BASE: &str = r#"
module desk
layer base
tiers { new, known }
roles { boss "Whoever runs it" }
escalate to boss
reasons { LARGE "It is a lot" }
category bulk when amount > 50
risk model { step_up at 40 deny at 80 }
action pay {
  amount: Int
  default allow
}
rule large on pay {
  risk +20 when amount > 10 as LARGE
  risk +20 when amount > 20 as LARGE
  risk +40 when amount > 90 as LARGE
}
"#;
const NEW: &str = "module new\nlayer agent new\nset risk step_up at 20\n";
const BULK: &str = "module bulk\nlayer category bulk\nset risk deny at 40\nset risk step_up at 30\n";

fn pay(modules: &[&str], tier: &str, amount: i64) -> Value {
    let request = json!({ "action": "pay", "agent": { "id": "a", "tier": tier },
        "context": { "now": "2026-06-01T10:00:00Z" }, "params": { "amount": amount } });
    decide(&engine(modules), &request)
}

#[test]
fn the_lowest_of_the_layers_that_apply_counts() {
    let all = [BASE, NEW, BULK];
    assert_eq!(outcome(&pay(&all, "known", 11)), "allow OK");
    let asked = pay(&all, "new", 11);
    assert_eq!(outcome(&asked), "step_up RISK_STEP_UP");
    assert_eq!(asked["layer"], json!("agent new"));
    let at_base = pay(&all, "known", 21);
    assert_eq!(outcome(&at_base), "step_up RISK_STEP_UP");
    assert_eq!(at_base["layer"], json!("base"));
    let refused = pay(&all, "known", 51);
    assert_eq!(outcome(&refused), "deny RISK_DENY");
    assert_eq!(refused["layer"], json!("category bulk"));
    assert_eq!(outcome(&pay(&[BASE], "known", 51)), "step_up RISK_STEP_UP");
}

#[test]
fn a_promise_counts_on_the_lowest_of_all() {
    let promise = "module promised\nlayer base\npromise pay is never refused\n";
    let errors =
        |modules: &[&str]| compiled(modules).diagnostics.iter().filter(|told| told.is_error()).count();
    let small = BASE.replace("  risk +40 when amount > 90 as LARGE\n", "");
    assert_eq!(errors(&[&small, promise]), 0);
    assert_eq!(errors(&[&small, promise, BULK]), 1);
    assert_eq!(errors(&[&small, promise, NEW]), 0);
}
