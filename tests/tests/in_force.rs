//! The value of a parameter that editors show as in force is the one that decisions are made with, whatever layers set it, and in whichever
//! direction it is stricter.

mod support;

use lictor_bundle::program::UnitKey;
use lictor_bundle::schema::{ParamValue, Scalar};
use lictor_compiler::in_force::in_force;
use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::{compiled, decide};

const BASE: &str = r#"
module desk
layer base
tiers { new, known }
reasons { NO "It is too much" }
category dear when dear
action pay {
  amount: Money
  pieces: Int
  shop: String
  dear: Bool
  default allow
}
"#;

/// A parameter, the values that may be set, a rule that reads it, and the fields of requests that tell one value from another.
struct Kind {
    param: &'static str,
    values: [&'static str; 3],
    rule: &'static str,
    /// Which requests pass where this is in force.
    passes: fn(&ParamValue, &Value) -> bool,
}

fn field(request: &Value, name: &str) -> Value {
    request["params"][name].clone()
}

fn number(value: &ParamValue) -> i64 {
    let ParamValue::Scalar(Scalar::Int(number)) = value else { panic!("{value:?}") };
    *number
}

fn holds(value: &ParamValue, request: &Value) -> bool {
    let ParamValue::Set(members) = value else { panic!("{value:?}") };
    members.contains(&Scalar::Text(field(request, "shop").as_str().unwrap().to_owned()))
}

fn is_affordable(value: &ParamValue, request: &Value) -> bool {
    let ParamValue::Money(amounts) = value else { panic!("{value:?}") };
    let (minor, currency) = (&field(request, "amount")["minor"], &field(request, "amount")["currency"]);
    amounts.iter().any(|amount| match amount {
        Scalar::Money(known, most) => known.to_string() == *currency && minor.as_i64().unwrap() <= *most,
        _ => false,
    })
}

const KINDS: [Kind; 5] = [
    Kind {
        param: "Int = 5 range 0 to 9 stricter when lower",
        values: ["3", "4", "7"],
        rule: "require pieces <= p else NO",
        passes: |value, request| field(request, "pieces").as_i64().unwrap() <= number(value),
    },
    Kind {
        param: "Int = 5 range 0 to 9 stricter when higher",
        values: ["3", "6", "7"],
        rule: "require pieces >= p else NO",
        passes: |value, request| field(request, "pieces").as_i64().unwrap() >= number(value),
    },
    Kind {
        param: "Money = 5 USD, 5 EUR range 0 USD to 9 USD, 0 EUR to 9 EUR stricter when lower",
        values: ["3 USD", "4 USD, 7 EUR", "7 USD, 2 EUR"],
        rule: "require amount <= p else NO",
        passes: is_affordable,
    },
    Kind {
        param: "Set<String> = [\"a\", \"b\", \"c\"] stricter when subset",
        values: ["[\"a\", \"b\"]", "[\"b\", \"c\"]", "[\"c\"]"],
        rule: "require shop in p else NO",
        passes: holds,
    },
    Kind {
        param: "Set<String> = [\"a\"] stricter when superset",
        values: ["[\"b\"]", "[\"a\", \"c\"]", "[\"b\", \"c\"]"],
        rule: "deny when shop in p as NO",
        passes: |value, request| !holds(value, request),
    },
];

/// Requests of which the parameter's values let some pass.
fn requests(dear: bool, tier: &str) -> Vec<Value> {
    let request = |minor: i64, currency: &str, pieces: i64, shop: &str| {
        json!({
            "action": "pay", "agent": { "id": "x", "tier": tier }, "context": { "now": "2026-06-01T10:00:00Z" },
            "params": { "amount": { "minor": minor, "currency": currency }, "pieces": pieces, "shop": shop, "dear": dear },
        })
    };
    let numbers = (0..10).map(|number| request(number * 100, "USD", number, "a"));
    let euros = (0..10).map(|number| request(number * 100, "EUR", number, "b"));
    numbers.chain(euros).chain([request(1, "USD", 5, "c"), request(1, "USD", 5, "d")]).collect()
}

#[test]
fn what_is_shown_as_in_force_is_what_decides() {
    let mut compared = 0;
    for kind in KINDS {
        for loosen in ["", " loosen by category", " loosen by category, agent"] {
            // The base and another layer set one of three values each, or nothing.
            for choice in 0..16_usize {
                let may_loosen = kind.param.contains("range");
                if !loosen.is_empty() && !may_loosen {
                    continue;
                }
                let set = |choice: usize| {
                    let value = kind.values.get(choice & 3);
                    value.map(|value| format!("set p = {value}\n")).unwrap_or_default()
                };
                let base = format!(
                    "{BASE}\nparam p: {}{loosen}\nrule r on pay {{ {} }}\n{}",
                    kind.param,
                    kind.rule,
                    set(choice)
                );
                let dear = format!("module dear\nlayer category dear\n{}", set(choice >> 2));
                let new = format!("module new\nlayer agent new\n{}", set((choice >> 2) + 1));
                let modules = [base.as_str(), &dear, &new];
                let compiled = compiled(&modules);
                let (program, bundle) = (compiled.program.unwrap(), compiled.bundle.unwrap());
                let engine = Engine::from_bundle(bundle).unwrap();
                for (is_dear, tier) in [(false, "known"), (true, "known"), (false, "new"), (true, "new")] {
                    let applies = |key: &UnitKey| match key {
                        UnitKey::Base => true,
                        UnitKey::Category(_) => is_dear,
                        UnitKey::Agent(_) => tier == "new",
                        UnitKey::User(_) => false,
                    };
                    let layers: Vec<_> = program.units.iter().filter(|unit| applies(&unit.key)).collect();
                    let found = in_force(&program.schema.params[0], 0, &layers);
                    for request in requests(is_dear, tier) {
                        let decided = decide(&engine, &request);
                        let passed = decided["decision"] == "allow";
                        assert_eq!(
                            passed,
                            (kind.passes)(&found.value, &request),
                            "{base}{dear}{new}{request}{decided}"
                        );
                        compared += 1;
                    }
                    assert_eq!(
                        found.from.is_empty(),
                        found.value == program.schema.params[0].default,
                        "{base}{dear}{new}{found:?}"
                    );
                }
            }
        }
    }
    assert_eq!(compared, (3 * 3 + 2) * 16 * 4 * 22);
}
