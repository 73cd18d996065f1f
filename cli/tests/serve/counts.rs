//! Counters outlive the policy that asked for them first, and what nobody counted is not known.

use serde_json::json;

use crate::common::server::Server;
use crate::life::{AUTHORIZE, VALIDATE, buy, count, told, with};
use crate::{SHOP, Shop};

/// What the shop's policy asks of the past.
const ASKED: &str = "times(allowed shop.count per agent.id over 1d)";

/// Puts the shop's policy in force with something else in the place of a part of it.
fn change(server: &Server, shop: &Shop, part: &str, other: &str) {
    assert!(SHOP.contains(part));
    shop.dir.write("shop/shop.lictor", SHOP.replace(part, other).as_bytes());
    let told = || server.log().matches("was read again").count();
    let before = told();
    server.signal("HUP");
    crate::common::server::until("it is in force", || told() > before);
}

fn counted(server: &Server, shop: &Shop) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, &count());
    format!("{} {}", told["decision"].as_str().unwrap(), told["reasonCode"].as_str().unwrap())
}

#[test]
fn another_window_is_read_from_the_same_counter() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    for _ in 0..3 {
        assert_eq!(counted(&server, &shop), "allowed OK");
    }
    for other in [
        "times(allowed shop.count per agent.id over 6h)",
        "times(executed shop.count per agent.id over 7 days in UTC)",
        "times(attempted shop.count per agent.id over 400d)",
    ] {
        change(&server, &shop, ASKED, other);
        assert_eq!(counted(&server, &shop), "denied TOO_OFTEN", "{other}");
    }
    change(&server, &shop, ">= 3", ">= 4");
    // What was refused was attempted, and not done.
    assert_eq!(counted(&server, &shop), "allowed OK");
    assert!(!server.log().contains("was not counted before"));
}

#[test]
fn what_was_not_counted_is_not_known() {
    let shop = Shop::new();
    let server = shop.serve(&[]);
    assert_eq!(counted(&server, &shop), "allowed OK");
    for other in [
        "times(allowed shop.count over 1d)",
        "times(allowed shop.look, shop.count per agent.id over 1d)",
        "times(allowed shop.count per agent.id over 1d where agent.tier == known)",
    ] {
        change(&server, &shop, ASKED, other);
        assert_eq!(counted(&server, &shop), "denied FACT_UNAVAILABLE", "{other}");
        let log = server.log();
        let line = log.lines().rfind(|line| line.contains("was not counted before")).unwrap();
        assert!(line.contains(other), "{line}");
    }
    // Where another policy decided in between, there is a gap.
    change(&server, &shop, ASKED, ASKED);
    assert_eq!(counted(&server, &shop), "denied FACT_UNAVAILABLE");
    drop(server);
    assert_eq!(counted(&shop.serve(&[]), &shop), "denied FACT_UNAVAILABLE");
    // An operator may say that it does not matter; that is kept.
    assert_eq!(counted(&shop.serve(&["--counts-from-nothing"]), &shop), "allowed OK");
    let server = shop.serve(&[]);
    assert_eq!(counted(&server, &shop), "allowed OK");
    assert_eq!(counted(&server, &shop), "denied TOO_OFTEN");
}

#[test]
fn what_people_were_asked_does_not_count_against_itself() {
    let rule = "rule once on shop.buy at policy {\n  deny when times(attempted shop.buy per agent.id over 1d) >= 1 as TOO_OFTEN\n}\n\nrule kept on";
    let shop = Shop::with(&SHOP.replacen("rule kept on", rule, 1));
    let args = ["keys", "add", "dora", "--role", "approver", "--approves", "owner", "--data", "data"];
    let owner = shop.dir.run(&args).ends_with(0).stdout.trim().to_owned();
    let server = shop.serve(&[]);
    let asked = told(&server, AUTHORIZE, &shop.agent, &buy("85.00"));
    let id = asked["approval"]["id"].as_str().unwrap();
    // To anything else it does.
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("5.00"))["reasonCode"], "TOO_OFTEN");
    assert_eq!(server.post(&format!("/approvals/{id}/approve"), &owner, "{}").status, 200);
    let mut collecting = buy("85.00");
    collecting["approval"] = json!(id);
    let refused = told(&server, AUTHORIZE, &shop.agent, &collecting);
    assert_eq!(refused["reasonCode"], "TOO_OFTEN", "the one in between counts");
    let shop = Shop::with(&SHOP.replacen("rule kept on", rule, 1));
    let owner = shop.dir.run(&args).ends_with(0).stdout.trim().to_owned();
    let server = shop.serve(&[]);
    let asked = told(&server, AUTHORIZE, &shop.agent, &buy("85.00"));
    let id = asked["approval"]["id"].as_str().unwrap();
    assert_eq!(server.post(&format!("/approvals/{id}/approve"), &owner, "{}").status, 200);
    collecting["approval"] = json!(id);
    let granted = told(&server, AUTHORIZE, &shop.agent, &collecting);
    assert_eq!(granted["decision"], "allowed", "{granted}");
    let token = granted["executionToken"].as_str().unwrap();
    assert_eq!(told(&server, VALIDATE, &shop.checkout, &with(token, &buy("85.00")))["allowed"], true);
}
