//! Maps in requests: what is refused, what is the same, and what a look-up finds.

mod support;

use lictor_bundle::error::ErrorKind;
use lictor_bundle::instr::{Instr, Reg};
use lictor_bundle::schema::Type;
use lictor_bundle::source_map::UnitMap;
use lictor_bundle::verify::verify;
use lictor_runtime::{Engine, Scratch};
use serde_json::{Value, json};
use support::{compiled, decide, engine, outcome};

const POLICY: &str = r#"
module shop.base
layer base

reasons { UNPRICED "It has no price" DEAR "It costs too much" }

record Offer { price: Money, until: Timestamp? }

action pay {
  article: String
  prices: Map<String max 8, Money, min 1, max 3>
  offers: Map<String, Offer>?
  default allow
}

fact stock(shop: String) -> Map<String, Int>

rule priced on pay {
  require article in prices else UNPRICED "{article} has no price"
  deny when prices[article] > 10 USD as DEAR
  deny when any(entry in prices: entry.value > 20 USD) as DEAR "{entry.key} costs {entry.value}"
  deny when offers["x"].price otherwise 0 USD > 5 USD as DEAR "{article}"
  deny when article == "rare" and stock(agent.id)[article] otherwise 0 < 3 as DEAR
}
"#;

fn asked(engine: &Engine, params: &str) -> Value {
    let params: Box<serde_json::value::RawValue> = serde_json::from_str(params).unwrap();
    let request = format!(
        r#"{{"action":"pay","agent":{{"id":"a"}},"context":{{"now":"2026-01-01T00:00:00Z"}},"params":{params}}}"#
    );
    serde_json::to_value(engine.decide_once(request.as_bytes())).unwrap()
}

/// A request for `a` with these members of `prices` and `offers`.
fn with(engine: &Engine, prices: &str, offers: &str) -> Value {
    asked(engine, &format!(r#"{{"article":"a","prices":{prices}{offers}}}"#))
}

fn usd(minor: i64) -> String {
    format!(r#"{{"minor":{minor},"currency":"USD"}}"#)
}

#[test]
fn what_is_no_such_map_is_refused_with_its_path() {
    let engine = engine(&[POLICY]);
    let one = usd(100);
    let cases = [
        ("[]".to_string(), "params.prices: must be an object with a member for each key, not a list"),
        ("null".to_string(), "params.prices: must be an object with a member for each key, not null"),
        ("{}".to_string(), "params.prices: has 0, and needs at least 1 entry"),
        (format!(r#"{{"a":{one},"b":{one},"a":{one}}}"#), "params.prices.a: is there twice; send it once"),
        (format!(r#"{{"a":{one},"\u0061":{one}}}"#), "params.prices.a: is there twice; send it once"),
        (format!(r#"{{"a":{one},"b":{one},"c":{one},"d":{one}}}"#), "params.prices: has more than 3 entries"),
        (
            format!(r#"{{"123456789":{one}}}"#),
            "params.prices: has the key \"123456789\" of 9 bytes, and a key may have 8 at most",
        ),
        (r#"{"a":{"minor":1,"currency":"USX"}}"#.to_string(), "params.prices.a.currency: "),
        (r#"{"a":null}"#.to_string(), "params.prices.a: must be an amount"),
    ];
    for (prices, reason) in cases {
        let decision = with(&engine, &prices, "");
        assert_eq!(outcome(&decision), "deny STRUCTURE_INVALID", "{prices}");
        let said = decision["reasons"][0]["reason"].as_str().unwrap();
        assert!(said.starts_with(reason), "{prices}: {said}");
    }
    let nested = with(&engine, &format!(r#"{{"a":{one}}}"#), r#","offers":{"x":{"price":7}}"#);
    let said = nested["reasons"][0]["reason"].as_str().unwrap();
    assert!(said.starts_with("params.offers.x.price: must be an amount"), "{said}");
}

#[test]
fn the_order_of_entries_says_nothing_and_absent_is_not_empty() {
    let engine = engine(&[POLICY]);
    let digest = |prices: &str, offers: &str| {
        let decision = with(&engine, prices, offers);
        assert_eq!(outcome(&decision), "allow OK");
        decision["request_digest"].as_str().unwrap().to_string()
    };
    let (one, two) = (usd(100), usd(200));
    let sorted = format!(r#"{{"a":{one},"b":{two},"é":{one}}}"#);
    let mixed = format!(r#"{{"é":{one},"b":{two},"a":{one}}}"#);
    assert_eq!(digest(&sorted, ""), digest(&mixed, ""));
    assert_ne!(digest(&sorted, ""), digest(&sorted, r#","offers":{}"#));
    assert_ne!(digest(&format!(r#"{{"a":{one},"b":{two}}}"#), ""), digest(&sorted, ""));
}

#[test]
fn a_key_is_found_wherever_it_stands_and_nothing_else_is() {
    let engine = engine(&[POLICY]);
    let many = format!(r#"{{"z":{0},"m":{0},"b":{0}}}"#, usd(100));
    for (article, expected) in [
        ("b", "allow OK"),
        ("m", "allow OK"),
        ("z", "allow OK"),
        ("a", "deny UNPRICED"),
        ("n", "deny UNPRICED"),
        ("zz", "deny UNPRICED"),
        ("", "deny UNPRICED"),
        ("B", "deny UNPRICED"),
    ] {
        let decision = asked(&engine, &format!(r#"{{"article":"{article}","prices":{many}}}"#));
        assert_eq!(outcome(&decision), expected, "{article}");
    }
    let dear = with(&engine, &format!(r#"{{"a":{},"q":{}}}"#, usd(1), usd(2_001)), "");
    assert_eq!(dear["reasons"][0]["reason"], json!("q costs 20.01 USD"));
    let offers = format!(r#","offers":{{"w":{{"price":{0}}},"x":{{"price":{0}}}}}"#, usd(501));
    assert_eq!(outcome(&with(&engine, &format!(r#"{{"a":{}}}"#, usd(1)), &offers)), "deny DEAR");
}

#[test]
fn an_explanation_says_what_was_looked_for_and_where() {
    let engine = engine(&[POLICY]);
    let request = json!({ "action": "pay", "agent": { "id": "a" }, "context": { "now": "2026-01-01T00:00:00Z" },
                          "params": { "article": "b", "prices": { "a": { "minor": 1, "currency": "USD" } } } });
    let (_, explanation) = engine.explain(&mut Scratch::default(), request.to_string().as_bytes(), None);
    let rules = explanation.stages.iter().flat_map(|stage| &stage.rules);
    let first = rules.flat_map(|rule| &rule.steps).find_map(|step| step.condition.as_ref()).unwrap();
    assert_eq!((first.text.as_str(), first.truth), ("article in prices", Some(false)));
    let inside: Vec<_> =
        first.inside.iter().map(|node| (node.text.as_str(), node.value.as_deref())).collect();
    assert_eq!(inside, [("prices", Some("1 entry")), ("article", Some("b"))]);
}

#[test]
fn a_loader_refuses_a_look_up_of_something_else() {
    let kind = |change: fn(&mut Reg, &mut Reg, &mut Reg, &mut u16)| {
        let mut bundle = compiled(&[POLICY]).bundle.unwrap();
        for unit in &mut bundle.units {
            unit.map = UnitMap::default();
            for instr in unit.code.codes.iter_mut().flat_map(|code| &mut code.instrs) {
                if let Instr::Lookup { to, map, key, width } = instr {
                    change(to, map, key, width);
                }
            }
        }
        verify(&bundle).map(|_| ()).unwrap_err().kind
    };
    assert_eq!(kind(|_, map, key, _| *map = *key), ErrorKind::Register);
    assert_eq!(kind(|_, map, key, _| *key = *map), ErrorKind::Register);
    assert_eq!(kind(|to, _, _, _| *to = u16::MAX), ErrorKind::Register);
    assert_eq!(kind(|to, _, _, _| *to += 1), ErrorKind::Register);
    assert_eq!(kind(|_, _, _, width| *width = 2), ErrorKind::Operand);
    assert_eq!(kind(|_, _, _, width| *width = u16::MAX), ErrorKind::Operand);

    let mut unsorted = compiled(&[POLICY]).bundle.unwrap();
    for ty in &mut unsorted.schema.types {
        if let Type::Map { entry, .. } = ty {
            *entry = 0;
        }
    }
    assert_eq!(verify(&unsorted).map(|_| ()).unwrap_err().kind, ErrorKind::Schema);
}

#[test]
fn what_a_look_up_costs_grows_as_halving_does() {
    let steps = |max: u32| {
        let policy = POLICY
            .replace("min 1, max 3", &format!("min 1, max {max}"))
            .replace("offers[\"x\"]", "offers[\"y\"]");
        let any = "  deny when any(entry in prices: entry.value > 20 USD) as DEAR \"{entry.key} costs {entry.value}\"\n";
        let bundle = compiled(&[&policy.replace(any, "")]).bundle.unwrap();
        verify(&bundle).unwrap()[0].total()
    };
    // Two look-ups, each with one comparison more for twice as many entries; keys of 8 bytes cost one step more each.
    assert_eq!(steps(8) - steps(4), steps(4_096) - steps(2_048));
    assert_eq!(steps(8) - steps(4), 4);
}

#[test]
fn a_fact_answers_with_a_map() {
    let engine = engine(&[POLICY]);
    let request = |value: Value| {
        json!({ "action": "pay", "agent": { "id": "a" }, "context": { "now": "2026-01-01T00:00:00Z" },
                "params": { "article": "rare", "prices": { "rare": { "minor": 1, "currency": "USD" } } },
                "facts": [{ "fact": "stock", "args": { "shop": "a" }, "value": value }] })
    };
    assert_eq!(outcome(&decide(&engine, &request(json!({ "rare": 3 })))), "allow OK");
    assert_eq!(outcome(&decide(&engine, &request(json!({ "rare": 2 })))), "deny DEAR");
    assert_eq!(outcome(&decide(&engine, &request(json!({})))), "deny DEAR");
}
