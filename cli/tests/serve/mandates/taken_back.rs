//! Mandates that are taken back, and tokens that rest on what has ended.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Behaviour, House, Issuer, denied, mandate, reading, seconds};
use crate::common::server::until;
use crate::life::{AUTHORIZE, VALIDATE, told, with};

#[test]
fn what_the_service_does_not_say_refuses_and_what_it_takes_back_is_not_used() {
    let house = House::new();
    let server = house.serve();
    let mut number = 0;
    let mut next = || {
        number += 1;
        house.read_on(&mandate(&format!("n-{number}")))
    };
    for (behaviour, result) in [
        (Behaviour::Late, "late"),
        (Behaviour::Stale, "stale"),
        (Behaviour::OtherType, "other_type"),
        (Behaviour::Broken, "failed"),
        (Behaviour::Garbage, "other_type"),
        (Behaviour::Deaf, "failed"),
    ] {
        house.service.is(behaviour);
        let counted = || {
            let metrics = server.operations("/metrics").body;
            let line = format!("lictor_facts_total{{result=\"{result}\"}} ");
            metrics.lines().find_map(|found| found.strip_prefix(&line)).unwrap().parse::<u64>().unwrap()
        };
        let before = counted();
        assert_eq!(
            denied(&told(&server, AUTHORIZE, &house.agent, &next())).0,
            "FACT_UNAVAILABLE",
            "{behaviour:?}"
        );
        assert!(counted() > before, "{behaviour:?}");
    }
    assert_eq!(server.operations("/readyz").json()["factsWithoutAnswer"], json!(["mandate_revoked"]));
    house.service.is(Behaviour::Good);
    let granted = told(&server, AUTHORIZE, &house.agent, &next());
    assert_eq!(granted["decision"], "allowed", "{granted}");
    assert_eq!(server.operations("/readyz").json(), json!({ "ready": true }));
    // A mandate that was taken back after the token was granted: the answer is asked for anew.
    house.service.is(Behaviour::Revoked);
    thread::sleep(Duration::from_millis(2_200));
    let presented = with(granted["executionToken"].as_str().unwrap(), &reading());
    let refused = told(&server, VALIDATE, &house.checkout, &presented);
    assert_eq!((&refused["allowed"], &refused["tokenConsumed"]), (&json!(false), &json!(false)), "{refused}");
    assert_eq!(refused["policy"]["reasonCode"], "MANDATE_REVOKED", "{refused}");
    assert_eq!(denied(&told(&server, AUTHORIZE, &house.agent, &next())).0, "MANDATE_REVOKED");
    // And where nobody says so any more.
    house.service.is(Behaviour::Broken);
    thread::sleep(Duration::from_millis(2_200));
    let refused = told(&server, VALIDATE, &house.checkout, &presented);
    assert_eq!(refused["policy"]["reasonCode"], "FACT_UNAVAILABLE", "{refused}");
}

#[test]
fn a_token_does_not_outlive_the_statement_or_the_key_that_it_rests_on() {
    let house = House::new();
    let server = house.serve();
    let mut short = mandate("m-1");
    short["exp"] = (seconds() + 3).into();
    let granted = told(&server, AUTHORIZE, &house.agent, &house.read_on(&short));
    assert_eq!(granted["decision"], "allowed", "{granted}");
    let other = told(&server, AUTHORIZE, &house.agent, &house.read_on(&mandate("m-2")));
    thread::sleep(Duration::from_millis(3_100));
    let present = |granted: &Value| {
        told(
            &server,
            VALIDATE,
            &house.checkout,
            &with(granted["executionToken"].as_str().unwrap(), &reading()),
        )
    };
    let refused = present(&granted);
    assert_eq!(
        (&refused["reasonCode"], &refused["policy"]["reasonCode"]),
        (&json!("POLICY_DENIED"), &json!("STATEMENT_EXPIRED")),
        "{refused}"
    );
    // The issuer takes its key back.
    house.dir.write("acme.json", Issuer::new(9).jwks().replace("k-1", "k-2").as_bytes());
    until("the key is gone", || {
        let told = told(&server, AUTHORIZE, &house.agent, &house.read_on(&mandate("m-3")));
        told["reasonCode"] == "STATEMENT_INVALID"
    });
    assert_eq!(present(&other)["policy"]["reasonCode"], "STATEMENT_INVALID");
}
