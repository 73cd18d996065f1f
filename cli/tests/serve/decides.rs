//! What a decision point says: yes, no, and why, as far as that is for whoever asks.

use serde_json::{Value, json};

use crate::{ONE, Shop, purchase};

/// The answers to evaluations by the agent, in this form.
fn told_in(form: &str, bodies: &[String]) -> Vec<Value> {
    let shop = Shop::new();
    let server = shop.serve(&["--evaluations", form]);
    let ask = |body: &String| {
        let answer = server.post(ONE, &shop.agent, body);
        assert_eq!(answer.status, 200, "{body}: {answer:?}");
        assert_eq!(answer.field("content-type"), Some("application/json"));
        answer.json()
    };
    bodies.iter().map(ask).collect()
}

/// The answers to evaluations that are the same in both forms.
fn told(bodies: &[String]) -> Vec<Value> {
    let [recorded, advised] = ["recorded", "advisory"].map(|form| told_in(form, bodies));
    assert_eq!(recorded, advised);
    recorded
}

/// An evaluation of an action with these fields, on itself.
fn itself(action: &str, properties: Value) -> String {
    json!({
        "subject": { "type": "agent", "id": "shopper-7" }, "action": { "name": action },
        "resource": { "type": "action", "id": action, "properties": properties },
    })
    .to_string()
}

/// The code of a denial.
fn code(answer: &Value) -> &str {
    assert_eq!(answer["decision"], false, "{answer}");
    answer["context"]["reason_code"].as_str().unwrap()
}

#[test]
fn yes_no_and_ask() {
    let answers = told(&[purchase("s-1", "80.00"), purchase("s-1", "80.01"), purchase("s-1", "100.01")]);
    // What obliges is told with a permission: whoever cannot do it must not go on.
    let obligation = json!({
        "id": "keep_record", "type": "obligation",
        "properties": { "reason_code": "KEEP_IT", "reason": "Purchases are kept on record" },
    });
    assert_eq!(answers[0], json!({ "decision": true, "context": { "obligations": [obligation] } }));
    // No person is asked here, so what a person would decide is denied.
    assert_eq!(answers[1]["decision"], false);
    assert_eq!(answers[1]["context"]["outcome"], "step_up");
    assert_eq!(answers[1]["context"]["reason_code"], "LOOKED_AT");
    let denied = json!({ "outcome": "deny", "reason_code": "TOO_DEAR", "reason": "100.01 USD is more than 100.00 USD" });
    assert_eq!(answers[2], json!({ "decision": false, "context": denied }));
}

#[test]
fn what_is_not_for_an_agent_is_not_told() {
    let answers = told(&[purchase("s-13", "1.00")]);
    let context = json!({ "outcome": "deny", "reason_code": "NOT_OPEN", "reason": "This shop is closed" });
    assert_eq!(answers[0], json!({ "decision": false, "context": context }));
}

#[test]
fn what_nobody_knows_here_is_denied() {
    // Where nothing is counted, nobody knows what was.
    assert_eq!(code(&told_in("advisory", &[itself("shop.count", json!({}))])[0]), "FACT_UNAVAILABLE");
    let bodies = [
        itself("shop.ask_facts", json!({ "seller": "s-1" })),
        itself("shop.burn", json!({})),
        itself("shop.look", json!({})),
        itself("shop.look", json!({ "page": 7 })),
        itself("shop.look", json!({ "page": "a", "colour": "red" })),
    ];
    let answers = told(&bodies);
    let codes: Vec<&str> = answers.iter().map(code).collect();
    let structure = "STRUCTURE_INVALID";
    assert_eq!(codes, ["FACT_UNAVAILABLE", "UNKNOWN_ACTION", structure, structure, structure]);
    let reason = |at: usize| answers[at]["context"]["reason"].as_str().unwrap();
    assert!(reason(2).starts_with("params.page: "), "{}", reason(2));
    assert!(reason(4).starts_with("params.colour: "), "{}", reason(4));
}

#[test]
fn a_resource_is_a_field_or_the_action_itself_and_never_passed_over() {
    let of = |action: &str, kind: &str, id: &str, properties: Value| {
        json!({
            "subject": { "type": "agent", "id": "shopper-7" }, "action": { "name": action },
            "resource": { "type": kind, "id": id, "properties": properties },
        })
        .to_string()
    };
    let bodies = [
        of("shop.look", "page", "/hats", json!({})),
        of("shop.look", "page", "/hats", json!({ "colour": "red" })),
        of("shop.close", "action", "shop.close", json!({})),
        of("shop.close", "action", "shop.look", json!({})),
        of("shop.close", "door", "north", json!({})),
        of("shop.look", "door", "north", json!({ "page": "/hats" })),
    ];
    let answers = told(&bodies);
    assert_eq!([&answers[0], &answers[2]], [&json!({ "decision": true }); 2]);
    for at in [1, 3, 4, 5] {
        assert_eq!(code(&answers[at]), "STRUCTURE_INVALID", "{}", answers[at]);
    }
    let reason = answers[4]["context"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("resource.type: \"door\" is no field of shop.close"), "{reason}");
}

#[test]
fn where_it_only_observes_everything_goes_through_and_is_counted() {
    let shop = Shop::new();
    let server = shop.serve(&["--mode", "observe"]);
    let ask = |body: &str| server.post(ONE, &shop.agent, body).json();
    assert_eq!(ask(&purchase("s-1", "100.01")), json!({ "decision": true }));
    assert_eq!(ask(&itself("shop.burn", json!({}))), json!({ "decision": true }));
    let metrics = server.operations("/metrics").body;
    assert!(metrics.contains("lictor_decisions_total{mode=\"observe\",outcome=\"deny\"} 2"), "{metrics}");
    // Who asks is asked for all the same.
    assert_eq!(server.post(ONE, "nobody", &purchase("s-1", "1.00")).status, 401);
}

#[test]
fn whoever_carries_it_out_asks_for_an_agent() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let ask = |body: &str| server.post(ONE, &shop.checkout, body).json();
    assert_eq!(ask(&purchase("s-1", "80.00"))["decision"], true);
    assert_eq!(code(&ask(&purchase("s-1", "80.00").replace("shopper-7", "stranger"))), "UNKNOWN_AGENT");
    // Its own name is none of an agent.
    assert_eq!(code(&ask(&purchase("s-1", "80.00").replace("shopper-7", "till-1"))), "UNKNOWN_AGENT");
    assert_eq!(code(&ask(&purchase("s-1", "80.00").replace("\"agent\"", "\"user\""))), "UNKNOWN_AGENT");
}

#[test]
fn the_metadata_names_the_address_that_was_asked() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let base = format!("http://{}", server.address);
    let wanted = json!({
        "policy_decision_point": base,
        "access_evaluation_endpoint": format!("{base}/access/v1/evaluation"),
        "access_evaluations_endpoint": format!("{base}/access/v1/evaluations"),
    });
    assert_eq!(server.send("GET", "/.well-known/authzen-configuration", &[], b"").json(), wanted);
    drop(server);
    let server = shop.serve(&["--public-url", "https://decide.example.com/"]);
    let answer = server.send("GET", "/.well-known/authzen-configuration", &[], b"").json();
    assert_eq!(answer["policy_decision_point"], "https://decide.example.com");
}

#[test]
fn a_request_is_found_again() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let (key, parent) = (format!("Bearer {}", shop.agent), format!("00-{id}-00f067aa0ba902b7-01"));
    let head = [
        ("authorization", &*key),
        ("content-type", "application/json; charset=utf-8"),
        ("traceparent", &*parent),
        ("x-request-id", "order 17"),
    ];
    let answer = server.send("POST", ONE, &head, purchase("s-1", "1.00").as_bytes());
    assert_eq!((answer.status, answer.field("x-trace-id")), (200, Some(id)));
    assert_eq!(answer.field("x-request-id"), Some("order 17"));
    server.logs(id);
    let log = server.log();
    let line = log.lines().find(|line| line.contains(id)).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        (&line["path"], &line["status"], &line["outcome"]),
        (&json!(ONE), &json!(200), &json!("allow"))
    );
    // Neither who it was by name, nor what was asked, nor the key.
    for secret in ["shopper-7", "Kiosk", &shop.agent[24..]] {
        assert!(!log.contains(secret), "{log}");
    }
}
