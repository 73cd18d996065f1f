//! What nobody has asked the reviewer about, though it waits: once, whichever gateway it is that asks.

use super::*;
use crate::two::{cluster, database};

fn reviews(server: &Server, outcome: &str) -> u64 {
    let text = server.operations("/metrics").body;
    let line = format!("lictor_reviews_total{{outcome=\"{outcome}\"}} ");
    text.lines()
        .find_map(|shown| shown.strip_prefix(&line))
        .unwrap_or_else(|| panic!("{text}"))
        .parse()
        .unwrap()
}

#[test]
fn a_gateway_that_begins_asks_about_what_waits_and_was_never_asked_about() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    approver(&shop, "dora", &[]);
    reviewer.is(says(r#"{"verdict": "deny", "reason": "never seen before"}"#));
    // Whoever wrote these has asked nobody.
    let before = shop.serve(&[]);
    let ids = [asks(&before, &shop, "85.00"), asks(&before, &shop, "86.00")];
    let decided = asks(&before, &shop, "87.00");
    let owner = approver(&shop, "dana", &[]);
    until("her key is known", || {
        before.post(&format!("/approvals/{decided}/approve"), &owner, "{}").status == 200
    });
    assert_eq!(reviews(&before, "denied"), 0);
    before.signal("KILL");
    drop(before);
    let server = reviewer.serve(&shop, "");
    until("both are denied", || logged(&server, &shop).len() == 3);
    for (id, dollars) in ids.iter().zip(["85.00", "86.00"]) {
        let collected = collect(&server, &shop, id, dollars);
        assert_eq!(
            (&collected["reasonCode"], &collected["reason"]),
            (&json!("APPROVAL_DENIED"), &json!("a reviewer refused this"))
        );
    }
    // What people had decided is none of its business.
    assert_eq!(collect(&server, &shop, &decided, "87.00")["decision"], "allowed");
    assert_eq!((reviewer.count(), reviews(&server, "denied"), reviews(&server, "left")), (2, 2, 0));
    drop(server);
    shop.dir.run(&["audit", "verify", "data"]).ends_with(0);
}

#[test]
fn what_was_asked_is_not_asked_again_when_a_gateway_begins() {
    let (shop, reviewer) = (Shop::new(), Reviewer::start());
    approver(&shop, "dora", &[]);
    let server = reviewer.serve(&shop, "");
    reviewer.is(says(r#"{"verdict": "human"}"#));
    asks(&server, &shop, "85.00");
    until("it is left to people", || reviews(&server, "left") == 1);
    // Silence is what came of it, too.
    reviewer.is(Script::HangsUp);
    asks(&server, &shop, "86.00");
    until("it has not answered", || reviews(&server, "none") == 1);
    drop(server);
    let server = reviewer.serve(&shop, "");
    reviewer.is(says(r#"{"verdict": "deny"}"#));
    // Longer than it takes until what was overlooked is asked about.
    std::thread::sleep(std::time::Duration::from_secs(8));
    assert_eq!((reviewer.count(), reviews(&server, "denied")), (2, 0));
    asks(&server, &shop, "87.00");
    until("the new one is denied", || reviews(&server, "denied") == 1);
    assert_eq!(reviewer.count(), 3);
}

#[test]
fn of_two_gateways_on_one_database_one_asks() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let store = database(&cluster, "reviewed");
    let (shop, other, reviewer) = (Shop::new(), Shop::new(), Reviewer::start());
    approver(&shop, "dora", &[]);
    other.dir.write("data/keys.json", &shop.dir.read("data/keys.json"));
    reviewer.is(says(r#"{"verdict": "human", "reason": "looks fine"}"#));
    // What waits, and nobody has asked about.
    let before = shop.serve(&["--store", &store]);
    let waiting = ["81.00", "82.00", "83.00", "84.00"].map(|dollars| asks(&before, &shop, dollars));
    before.signal("KILL");
    drop(before);
    // Both find it at about the same time.
    let servers =
        [&shop, &other].map(|shop| reviewer.serve_with(shop, "", &["--store", &store, "--rate", "0"]));
    let left = || servers.iter().map(|server| reviews(server, "left")).sum::<u64>();
    until("each was asked about", || left() == 4);
    // And what each of them writes is asked about by one, whoever finds it.
    let mut new = Vec::new();
    for number in 0..10 {
        new.push(asks(&servers[number % 2], &shop, &format!("90.{number:02}")));
    }
    until("each was asked about", || left() == 14);
    std::thread::sleep(std::time::Duration::from_secs(8));
    assert_eq!((reviewer.count(), left()), (14, 14));
    let records = logged(&servers[0], &shop);
    let mut of: Vec<&str> = records.iter().map(|record| record["id"].as_str().unwrap()).collect();
    of.sort_unstable();
    let mut expected: Vec<&str> = waiting.iter().chain(&new).map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(of, expected);
    drop(servers);
    shop.dir.run(&["audit", "verify", "data", "--store", &store]).ends_with(0);
}
