//! Evaluations that are recorded: what they say yes to counts from then on, and each has a record.

use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, OBSERVE, count, send_once, told};
use crate::{ONE, SEVERAL, SHOP, Shop, purchase};

/// A budget of a hundred dollars a day.
const BUDGET: &str = r#"rule a_day on shop.buy at amount {
  let spent = total(price of executed shop.buy per agent.id over 1d in USD)
  require spent + price <= 100 USD else TOO_OFTEN
}

rule kept on"#;

/// An evaluation of what may be done three times a day.
pub fn counted() -> Value {
    json!({
        "subject": { "type": "agent", "id": "shopper-7" }, "action": { "name": "shop.count" },
        "resource": { "type": "action", "id": "shop.count" },
    })
}

/// So many of them in one request, which ends when this says.
fn batch(size: usize, semantic: &str) -> Value {
    let mut batch = counted();
    batch["evaluations"] = vec![json!({}); size].into();
    batch["options"] = json!({ "evaluations_semantic": semantic, "reasons": true });
    batch
}

/// The decisions of a batch, as letters.
pub fn letters(answer: &Value) -> String {
    let all = answer["evaluations"].as_array().unwrap().iter();
    all.map(|one| if one["decision"] == true { 'y' } else { 'n' }).collect()
}

/// The decisions in the log, oldest first.
fn decided(server: &Server, shop: &Shop) -> Vec<Value> {
    let answer = server.get("/audit/events?kind=decided", &shop.auditor).json();
    answer["events"].as_array().unwrap().iter().map(|event| event["record"].clone()).collect()
}

/// That the log is whole, and that each decision comes to the same again.
#[track_caller]
fn audited(shop: &Shop, decisions: u64) {
    let run = shop.dir.run(&["audit", "verify", "data", "--format", "json"]).ends_with(0).json();
    assert_eq!(run["clean"], true, "{run}");
    let run = shop.dir.run(&["audit", "replay", "data", "--format", "json"]).ends_with(0).json();
    assert_eq!((&run["good"], &run["same"]), (&json!(true), &json!(decisions)), "{run}");
}

#[test]
fn what_is_told_yes_counts_and_is_recorded() {
    let shop = Shop::new();
    let server = shop.serve(&["--evaluations", "recorded"]);
    for (number, wanted) in [true, true, true, false, false].into_iter().enumerate() {
        // Whoever carries it out asks for the same agent.
        let key = if number == 1 { &shop.checkout } else { &shop.agent };
        let answer = told(&server, ONE, key, &counted());
        assert_eq!(answer["decision"], wanted, "{number}: {answer}");
        match wanted {
            true => assert_eq!(answer, json!({ "decision": true })),
            false => assert_eq!(answer["context"]["reason_code"], "TOO_OFTEN"),
        }
    }
    // However it is asked for, it is one count.
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &count())["reasonCode"], "TOO_OFTEN");
    let all = decided(&server, &shop);
    let said: Vec<_> = all.iter().map(|record| &record["evaluated"]).collect();
    let by = |name: &str| json!({ "by": name, "outcome": "unknown" });
    let (agent, no) = (by("shopper-7"), json!({ "by": "shopper-7" }));
    assert_eq!(said, [&agent, &by("till-1"), &agent, &no, &no, &Value::Null]);
    assert!(all.iter().all(|record| record.get("token").is_none() && record["receipt"].is_object()));
    let csv = server.get("/audit/export?as=csv&kind=decided", &shop.auditor).body;
    assert_eq!(csv.matches(",unknown,").count(), 3, "{csv}");
    drop(server);
    audited(&shop, 6);
    // It is still counted after a start, and where evaluations are advice nobody knows.
    let server = shop.serve(&[]);
    assert_eq!(told(&server, ONE, &shop.agent, &counted())["context"]["reason_code"], "TOO_OFTEN");
    drop(server);
    let server = shop.serve(&["--evaluations", "advisory"]);
    assert_eq!(told(&server, ONE, &shop.agent, &counted())["context"]["reason_code"], "FACT_UNAVAILABLE");
    drop(server);
    audited(&shop, 7);
}

#[test]
fn of_a_batch_each_sees_what_those_before_it_have_spent() {
    let shop = Shop::with(&SHOP.replacen("rule kept on", BUDGET, 1));
    let server = shop.serve(&[]);
    let mut all: Value = serde_json::from_str(&purchase("s-1", "1.00")).unwrap();
    let price = |dollars: &&str| json!({ "action": { "name": "shop.buy", "properties": { "price": { "amount": dollars, "currency": "USD" } } } });
    all["evaluations"] = ["40.00", "40.00", "40.00", "20.00", "0.01"].iter().map(price).collect();
    all["options"] = json!({ "receipts": true });
    let answer = told(&server, SEVERAL, &shop.agent, &all);
    assert_eq!(letters(&answer), "yynyn", "{answer}");
    // Each of them has a receipt, which says that there is no token.
    for (one, decision) in answer["evaluations"].as_array().unwrap().iter().zip(["allow", "allow", "deny"]) {
        let path = one["context"]["receipt"].as_str().unwrap();
        let receipt = server.send("GET", path, &[("accept", "application/json")], b"").json().to_string();
        assert!(receipt.contains(&format!("\"decision\":\"{decision}\"")), "{receipt}");
        assert!(receipt.contains("\"event\":\"decided\"") && !receipt.contains("\"token\""), "{receipt}");
    }
    let mut one: Value = serde_json::from_str(&purchase("s-1", "0.01")).unwrap();
    one["options"] = json!({ "receipts": true });
    let answer = told(&server, ONE, &shop.agent, &one);
    assert_eq!(answer["context"]["reason_code"], "TOO_OFTEN");
    assert!(answer["context"]["receipt"].as_str().unwrap().starts_with("/r/"), "{answer}");
    drop(server);
    audited(&shop, 6);
}

#[test]
fn what_a_batch_does_not_come_to_is_not_spent() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let ask =
        |size: usize, semantic: &str| letters(&told(&server, SEVERAL, &shop.agent, &batch(size, semantic)));
    assert_eq!(ask(4, "permit_on_first_permit"), "y");
    assert_eq!(ask(4, "permit_on_first_permit"), "y");
    // One is left.
    assert_eq!(ask(4, "deny_on_first_deny"), "yn");
    assert_eq!(ask(3, "permit_on_first_permit"), "nnn");
    assert_eq!(ask(3, "execute_all"), "nnn");
    let all = decided(&server, &shop);
    assert_eq!(all.len(), 1 + 1 + 2 + 3 + 3);
    // All of a request have its id.
    assert_eq!((&all[2]["trace"], all[1]["trace"] == all[2]["trace"]), (&all[3]["trace"], false));
    let metrics = server.operations("/metrics").body;
    for line in ["mode=\"enforce\",outcome=\"allow\"} 3", "mode=\"enforce\",outcome=\"deny\"} 7"] {
        assert!(metrics.contains(&format!("lictor_decisions_total{{{line}")), "{metrics}");
    }
    drop(server);
    audited(&shop, 10);
}

#[test]
fn forty_at_once_never_overshoot_a_window_of_three() {
    let shop = Shop::new();
    let server = shop.serve(&["--rate", "0"]);
    let start = Barrier::new(40);
    let told: Vec<Value> = thread::scope(|scope| {
        let all: Vec<_> = (0..40)
            .map(|number| {
                let (server, shop, start) = (&server, &shop, &start);
                scope.spawn(move || {
                    start.wait();
                    // Some ask alone, some in pairs, some through a checkout, some for a token.
                    match number % 4 {
                        0 => told(server, ONE, &shop.agent, &counted()),
                        1 => told(server, ONE, &shop.checkout, &counted()),
                        2 => told(server, SEVERAL, &shop.agent, &batch(2, "execute_all")),
                        _ => told(server, AUTHORIZE, &shop.agent, &count()),
                    }
                })
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let yes = |told: &Value| match told.get("evaluations") {
        Some(_) => letters(told).matches('y').count(),
        None => usize::from(told["decision"] == true || told["decision"] == "allowed"),
    };
    assert_eq!(told.iter().map(yes).sum::<usize>(), 3, "{told:?}");
    drop(server);
    audited(&shop, 50);
}

#[test]
fn a_person_is_not_asked_and_what_was_refused_is_an_attempt() {
    let rule = "rule once on shop.buy at policy {\n  deny when times(attempted shop.buy per agent.id over 1d) >= 2 as TOO_OFTEN\n}\n\nrule kept on";
    let shop = Shop::with(&SHOP.replacen("rule kept on", rule, 1));
    let server = shop.serve(&[]);
    let ask = |dollars: &str| server.post(ONE, &shop.agent, &purchase("s-1", dollars)).json();
    let held = ask("80.01");
    assert_eq!(
        (&held["decision"], &held["context"]["outcome"]),
        (&json!(false), &json!("step_up")),
        "{held}"
    );
    let waiting = server.get("/approvals", &shop.auditor).json();
    assert_eq!(waiting["approvals"], json!([]), "{waiting}");
    assert_eq!(ask("100.01")["context"]["reason_code"], "TOO_DEAR");
    assert_eq!(ask("1.00")["context"]["reason_code"], "TOO_OFTEN");
    let kinds = server.get("/audit/events?action=shop.buy", &shop.auditor).json();
    let kinds: Vec<_> = kinds["events"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["decided", "decided", "decided"]);
    drop(server);
    audited(&shop, 3);
}

#[test]
fn what_is_sent_again_is_not_spent_again() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let ask = |path: &str, once: &str, body: &Value| send_once(&server, path, &shop.agent, once, body);
    for number in 0..4 {
        let answer = ask(ONE, "k-1", &counted());
        assert_eq!(answer.json(), json!({ "decision": true }));
        assert_eq!(answer.field("idempotent-replayed"), (number > 0).then_some("true"));
    }
    // Of a batch, what was done is not done again; the same key at another path is another key.
    let mut pair = batch(1, "execute_all");
    let first = ask(SEVERAL, "k-1", &pair);
    assert_eq!((letters(&first.json()), first.field("idempotent-replayed")), ("y".to_owned(), None));
    let again = ask(SEVERAL, "k-1", &pair);
    assert_eq!((again.json(), again.field("idempotent-replayed")), (first.json(), Some("true")));
    assert_eq!(letters(&ask(SEVERAL, "k-2", &batch(2, "execute_all")).json()), "yn");
    assert_eq!(letters(&ask(SEVERAL, "k-2", &batch(2, "execute_all")).json()), "yn");
    // A no is given once more, too.
    let no = ask(ONE, "k-3", &counted()).json();
    assert_eq!((&no["decision"], ask(ONE, "k-3", &counted()).json()), (&json!(false), no.clone()));
    pair["options"] = json!({});
    for (path, once, body) in [(SEVERAL, "k-1", &pair), (ONE, "k-1", &pair)] {
        let (status, code, _) = ask(path, once, body).error();
        assert_eq!((status, &*code), (422, "IDEMPOTENCY_KEY_REUSED"));
    }
    assert_eq!(ask(ONE, "with space", &counted()).error().0, 400);
    // The checkout's key of the same text is its own.
    assert_eq!(send_once(&server, ONE, &shop.checkout, "k-1", &counted()).json()["decision"], false);
    assert_eq!(decided(&server, &shop).len(), 6);
}

#[test]
fn what_no_policy_is_asked_about_is_recorded_as_refused() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    let of = |part: &str, other: &str| purchase("s-1", "1.00").replace(part, other);
    for (body, code) in [
        (of("shopper-7", "stranger"), "UNKNOWN_AGENT"),
        (of("\"seller\"", "\"door\""), "STRUCTURE_INVALID"),
        (of("\"shop.buy\"", "\"shop.burn\""), "UNKNOWN_ACTION"),
        (of("USD", "XYZ"), "STRUCTURE_INVALID"),
    ] {
        let answer = server.post(ONE, &shop.checkout, &body).json();
        assert_eq!((&answer["decision"], &answer["context"]["reason_code"]), (&json!(false), &json!(code)));
    }
    let all = server.get("/audit/events?from=0&limit=100", &shop.auditor).json();
    let all: Vec<String> = all["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["kind"] == "decided" || event["kind"] == "refused")
        .map(|event| {
            let record = &event["record"];
            let why = record.get("code").unwrap_or(&record["judged"]["outcome"]["reason_code"]);
            format!("{} {}", event["kind"].as_str().unwrap(), why.as_str().unwrap())
        })
        .collect();
    assert_eq!(
        all,
        [
            "refused UNKNOWN_AGENT",
            "refused STRUCTURE_INVALID",
            "decided UNKNOWN_ACTION",
            "decided STRUCTURE_INVALID"
        ]
    );
    // Whoever says what only the host may say is told so, and a batch with a mistake in it is no batch: nothing of it is recorded.
    let mut all: Value = serde_json::from_str(&purchase("s-1", "1.00")).unwrap();
    all["evaluations"] = json!([{}, { "resource": { "type": "seller", "id": "s-1", "properties": { "name": "Kiosk", "rating": 5 } } }]);
    let (status, _, message) = server.post(SEVERAL, &shop.agent, &all.to_string()).error();
    assert_eq!(status, 400);
    assert!(
        message.starts_with("evaluations[1].resource.properties.rating: is for the gateway"),
        "{message}"
    );
    assert_eq!(decided(&server, &shop).len(), 2);
}

#[test]
fn where_nothing_holds_it_is_let_through_and_counts() {
    let shop = Shop::new();
    let server = shop.serve(&["--mode", "observe"]);
    let mut unread = counted();
    unread["resource"]["properties"] = json!({ "colour": "red" });
    for body in [&counted(), &counted(), &counted(), &counted(), &unread] {
        assert_eq!(told(&server, ONE, &shop.agent, body), json!({ "decision": true }));
    }
    let all = decided(&server, &shop);
    let said: Vec<_> =
        all.iter().map(|record| record["judged"]["outcome"]["decision"].as_str().unwrap()).collect();
    assert_eq!(said, ["allow", "allow", "allow", "deny", "deny"]);
    assert!(all.iter().all(|record| record["evaluated"]["outcome"] == "unknown"), "{all:?}");
    // What was let through counts where it holds again.
    drop(server);
    let server = shop.serve(&[]);
    assert_eq!(told(&server, ONE, &shop.agent, &counted())["context"]["reason_code"], "TOO_OFTEN");
}

#[test]
fn people_see_that_it_was_an_evaluation() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    told(&server, ONE, &shop.checkout, &counted());
    told(
        &server,
        OBSERVE,
        &shop.checkout,
        &json!({ "agent": "shopper-7", "action": "shop.count", "params": {} }),
    );
    let origin = format!("http://{}", server.address);
    let form = [("origin", &*origin), ("content-type", "application/x-www-form-urlencoded")];
    let answer = server.send("POST", "/sign-in", &form, format!("key={}&next=%2F", shop.auditor).as_bytes());
    let (held, _) = answer.field("set-cookie").unwrap().split_once(';').unwrap();
    let page = |path: &str| server.send("GET", path, &[("cookie", held), ("accept", "text/html")], b"").body;
    let timeline = page("/?what=authorized");
    assert_eq!(timeline.matches("evaluated for till-1").count(), 1, "{timeline}");
    let index = timeline.split("/events/").nth(1).unwrap().split('"').next().unwrap();
    let event = page(&format!("/events/{index}"));
    assert!(event.contains("till-1 wanted to know") && event.contains("is spent"), "{event}");
}

#[test]
fn what_cannot_be_recorded_is_not_said_yes_to() {
    let Some(cluster) = crate::two::cluster::Cluster::start() else { return };
    let shop = Shop::new();
    let store = crate::two::database(&cluster, "evaluated");
    let server = shop.serve(&["--store", &store, "--rate", "0"]);
    let many = |size: usize| {
        let mut all: Value = serde_json::from_str(&purchase("s-1", "1.00")).unwrap();
        all["evaluations"] = vec![json!({}); size].into();
        all
    };
    assert_eq!(letters(&told(&server, SEVERAL, &shop.agent, &many(3))), "yyy");
    // It goes away while a batch is decided: what was told before counts, and the rest is refused.
    let allowed = || {
        let metrics = server.operations("/metrics").body;
        let line =
            metrics.lines().find(|line| line.contains("{mode=\"enforce\",outcome=\"allow\"}")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
    };
    let ask = || send_once(&server, SEVERAL, &shop.agent, "k-1", &many(100));
    let answer = thread::scope(|scope| {
        let asking = scope.spawn(ask);
        until("the batch has begun", || allowed() > 3);
        cluster.kill();
        asking.join().unwrap()
    });
    assert_eq!(answer.status, 200, "{answer:?}");
    let told_all = letters(&answer.json());
    assert_eq!(told_all.len(), 100);
    let yes = told_all.trim_end_matches('n').len();
    assert!((1..100).contains(&yes) && told_all[..yes].bytes().all(|letter| letter == b'y'), "{told_all}");
    for (path, body) in [(ONE, counted()), (SEVERAL, many(2))] {
        let answer = server.post(path, &shop.agent, &body.to_string());
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.error().1.starts_with("STORE_"), "{answer:?}");
    }
    cluster.up();
    until("it is ready again", || server.operations("/readyz").status == 200);
    assert_eq!(told(&server, ONE, &shop.agent, &counted()), json!({ "decision": true }));
    let recorded = || {
        let events = server.get("/audit/events?action=shop.buy&limit=1000", &shop.auditor).json();
        events["events"].as_array().unwrap().len()
    };
    // The one that was under way when the store went may be there, and nobody was told yes for it.
    assert!((3 + yes..=3 + yes + 1).contains(&recorded()), "{yes} told, {} recorded", recorded());
    // Sent again it is gone on with, and each has happened once.
    for repeated in [None, Some("true")] {
        let answer = ask();
        assert_eq!(
            (letters(&answer.json()), answer.field("idempotent-replayed")),
            ("y".repeat(100), repeated)
        );
        assert_eq!(recorded(), 3 + 100);
    }
    for what in ["verify", "replay"] {
        shop.dir.run(&["audit", what, "data", "--store", &store]).ends_with(0);
    }
}
