//! Several evaluations in one request, as AuthZEN 1.0 writes them.

use serde_json::{Value, json};

use crate::common::server::Server;
use crate::{SEVERAL, Shop, purchase};

/// A batch of purchases at these prices.
fn batch(prices: &[&str], options: Value) -> Value {
    let mut batch: Value = serde_json::from_str(&purchase("s-1", "1.00")).unwrap();
    let action = |price: &&str| json!({ "action": { "name": "shop.buy", "properties": { "price": { "amount": price, "currency": "USD" } } } });
    batch["evaluations"] = prices.iter().map(action).collect();
    if !options.is_null() {
        batch["options"] = options;
    }
    batch
}

fn ask(shop: &Shop, server: &Server, batch: &Value) -> Value {
    let answer = server.post(SEVERAL, &shop.agent, &batch.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The decisions of a batch, as letters.
fn decisions(answer: &Value) -> String {
    let all = answer["evaluations"].as_array().unwrap().iter();
    all.map(|one| if one["decision"].as_bool().unwrap() { 'y' } else { 'n' }).collect()
}

#[test]
fn a_batch_ends_when_it_says() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let semantic = |name: &str| json!({ "evaluations_semantic": name });
    let of = |prices: &[&str], options: Value| decisions(&ask(&shop, &server, &batch(prices, options)));
    let mixed = ["1", "200", "2", "300"];
    assert_eq!(of(&mixed, Value::Null), "ynyn");
    assert_eq!(of(&mixed, json!({})), "ynyn");
    assert_eq!(of(&mixed, semantic("execute_all")), "ynyn");
    assert_eq!(of(&mixed, semantic("deny_on_first_deny")), "yn");
    assert_eq!(of(&mixed, semantic("permit_on_first_permit")), "y");
    assert_eq!(of(&["200", "300", "3"], semantic("permit_on_first_permit")), "nny");
    assert_eq!(of(&["1", "2"], semantic("deny_on_first_deny")), "yy");
    let (status, _, message) =
        server.post(SEVERAL, &shop.agent, &batch(&mixed, semantic("at_random")).to_string()).error();
    assert_eq!(status, 400);
    assert!(message.starts_with("options.evaluations_semantic: is \"at_random\""), "{message}");
}

#[test]
fn items_are_bare_unless_somebody_asks_and_obligations_are_always_told() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let bare = ask(&shop, &server, &batch(&["200", "1"], Value::Null));
    assert_eq!(bare["evaluations"][0], json!({ "decision": false }));
    assert_eq!(bare["evaluations"][1]["context"]["obligations"][0]["id"], "keep_record");
    let told = ask(&shop, &server, &batch(&["200"], json!({ "reasons": true })));
    assert_eq!(told["evaluations"][0]["context"]["reason_code"], "TOO_DEAR");
}

#[test]
fn what_an_item_has_itself_replaces_the_default_whole() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let mut one = batch(&[], json!({ "reasons": true }));
    // The seller of the default has a name, this one has none: nothing of the default is mixed in.
    one["evaluations"] = json!([{ "resource": { "type": "seller", "id": "s-2" } }, {}]);
    let answer = ask(&shop, &server, &one);
    assert_eq!(decisions(&answer), "ny");
    let reason = answer["evaluations"][0]["context"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("params.seller.name: is missing"), "{reason}");
}

#[test]
fn none_is_one() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    for evaluations in [None, Some(json!([]))] {
        let mut one = batch(&[], Value::Null);
        one.as_object_mut().unwrap().remove("evaluations");
        if let Some(evaluations) = evaluations {
            one["evaluations"] = evaluations;
        }
        let answer = ask(&shop, &server, &one);
        assert_eq!((&answer["decision"], answer.get("evaluations")), (&json!(true), None));
    }
}

#[test]
fn a_batch_with_a_mistake_is_no_batch() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let refused = |batch: Value, wanted: &str| {
        let (status, _, message) = server.post(SEVERAL, &shop.agent, &batch.to_string()).error();
        assert_eq!(status, 400, "{message}");
        assert!(message.starts_with(wanted), "{message}");
    };
    let mut one = batch(&["1", "2"], Value::Null);
    one["evaluations"][1]["context"] = json!({ "now": "2020-01-01T00:00:00Z" });
    refused(one, "evaluations[1].context.now: is for the gateway");
    let mut one = batch(&["1"], Value::Null);
    one.as_object_mut().unwrap().remove("resource");
    refused(one, "evaluations[0].resource: is missing");
    let mut one = batch(&["1"], Value::Null);
    one["evaluations"] = json!({});
    refused(one, "evaluations: is not a list");
    let mut one = batch(&["1"], Value::Null);
    one["evaluations"] = json!([7]);
    refused(one, "evaluations[0]: is not an object");
    // A default is read also where nothing comes of it.
    let mut one = batch(&["1"], Value::Null);
    one["action"] = json!({ "name": 7 });
    refused(one, "action.name: is not a text");
    refused(batch(&vec!["1"; 101], Value::Null), "evaluations: has 101 elements");
    assert_eq!(decisions(&ask(&shop, &server, &batch(&vec!["1"; 100], Value::Null))).len(), 100);
}
