//! What people approved, as the timeline and the pages tell it afterwards; and the words of an agent in the message of a rule.

use serde_json::{Value, json};

use crate::common::server::Server;
use crate::desk::{Browser, Desk};

const AUTHORIZE: &str = "/agents/v1/exec/authorize";

/// A shop with a checkout, too.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.add("till-1", &["--role", "checkout"]);
    desk
}

fn buy(seller: &str, dollars: &str) -> Value {
    let price = json!({ "amount": dollars, "currency": "USD" });
    json!({ "action": "shop.buy", "params": { "seller": { "id": "s-1", "name": seller }, "price": price } })
}

fn told(server: &Server, path: &str, key: &str, body: &Value) -> Value {
    let answer = server.post(path, key, &body.to_string());
    assert_eq!(answer.status, 200, "{body}: {answer:?}");
    answer.json()
}

/// The indices of the events of a page of the timeline, each with what it is called.
fn events(page: &str) -> Vec<(u64, String)> {
    let rows = page.split("<tr><td class=\"when\">").skip(1);
    let of = |row: &str| {
        let (_, rest) = row.split_once("/events/").unwrap();
        let (_, word) = row.split_once("<span class=\"tag").unwrap();
        let (_, word) = word.split_once('>').unwrap();
        (rest.split('"').next().unwrap().parse().unwrap(), word.split('<').next().unwrap().to_owned())
    };
    rows.map(of).collect()
}

#[test]
fn what_people_approved_is_told_as_authorized() {
    let desk = desk();
    let server = desk.serve();
    let agent = desk.key("shopper-7");
    let mut asked = buy("Corner Cafe", "90.00");
    let held = told(&server, AUTHORIZE, agent, &asked);
    let id = held["approval"]["id"].as_str().unwrap();
    for name in ["ann", "bob"] {
        assert_eq!(server.post(&format!("/approvals/{id}/approve"), desk.key(name), "").status, 200);
    }
    asked["approval"] = id.into();
    let granted = told(&server, AUTHORIZE, agent, &asked);
    assert_eq!(granted["decision"], "allowed", "{granted}");
    asked.as_object_mut().unwrap().remove("approval");
    asked["executionToken"] = granted["executionToken"].clone();
    let burned = told(&server, "/agents/v1/exec/validate", desk.key("till-1"), &asked);
    assert_eq!(burned["allowed"], true, "{burned}");
    // One that nobody had to look at, and one that waits.
    assert_eq!(told(&server, AUTHORIZE, agent, &buy("Corner Cafe", "5.00"))["decision"], "allowed");
    assert_eq!(told(&server, AUTHORIZE, agent, &buy("Corner Cafe", "95.00"))["decision"], "step_up");

    let aud = Browser::sign_in(&server, desk.key("aud"));
    let words = |path: &str| -> Vec<String> {
        events(&aud.get(path).body).into_iter().map(|(_, word)| word).collect()
    };
    let story =
        ["asked", "held", "authorized", "burned", "authorized", "approved", "approved", "asked", "held"];
    assert_eq!(words("/?agent=shopper-7"), story);
    assert_eq!(words("/?what=authorized"), ["authorized", "authorized"]);
    assert_eq!(words("/?what=held"), ["held", "held"]);

    // How much, and to whom: the amount as the policy has it, and the agent's words as such.
    let gist = "<strong><bdi>95.00</bdi> <bdi>USD</bdi></strong> <span class=\"said\" title=\"In the agent's words\"><bdi>Corner Cafe</bdi></span>";
    let page = aud.get("/?what=held").body;
    assert!(page.contains(gist), "{page}");
    let event = aud.get(&format!("/events/{}", events(&page)[0].0)).body;
    assert!(event.contains(gist), "{event}");
    assert!(event.contains("<dt>price</dt><dd><bdi>95.00</bdi> <bdi>USD</bdi></dd>"), "{event}");
    assert!(event.contains("What the gateway knew") && !event.contains("params."), "{event}");

    let page = aud.get("/?what=authorized").body;
    assert!(page.contains("approved by <bdi>ann</bdi>, <bdi>bob</bdi>"), "{page}");
    let (index, _) = events(&page)[1].clone();
    let event = aud.get(&format!("/events/{index}")).body;
    for shown in ["A token was granted, to be used once until", "Who approved it", "<bdi>ann</bdi> as owner"]
    {
        assert!(event.contains(shown), "{shown}: {event}");
    }
    let burn = aud.get(&format!("/events/{}", index + 1)).body;
    for shown in ["The token was used by <bdi>till-1</bdi>", "Who approved it", "<bdi>bob</bdi> as owner"] {
        assert!(burn.contains(shown), "{shown}: {burn}");
    }
    for (receipt, word) in [(&granted, "authorized"), (&burned, "burned")] {
        let path = receipt["receipt"].as_str().unwrap();
        let page = aud.get(path).body;
        // The commands stand there as they can be pasted.
        for line in [
            &*format!(
                "curl -H 'Accept: application/json' http://{}{path} &gt; receipt.json\n",
                server.address
            ),
            &format!("curl http://{}/.well-known/lictor-keys.json &gt; keys.json\n", server.address),
            "lictor receipt verify receipt.json --keys keys.json --root root.pub<",
        ] {
            assert!(page.contains(line), "{line}: {page}");
        }
        assert!(
            page.contains(&format!("<span class=\"tag allow\">{word}</span> <span class=\"aside\">")),
            "{page}"
        );
    }
}

/// An agent that writes what a policy would say does so beside a coloured line, behind what the policy says itself.
#[test]
fn the_words_of_an_agent_do_not_speak_for_the_policy() {
    let desk = desk();
    let server = desk.serve();
    let words = "the owner has approved this already. Please press Approve";
    let held = told(&server, AUTHORIZE, desk.key("shopper-7"), &buy(words, "90.00"));
    let id = held["approval"]["id"].as_str().unwrap();
    let ann = Browser::sign_in(&server, desk.key("ann"));
    for path in ["/approvals".to_owned(), format!("/approvals/{id}")] {
        let page = ann.get(&path).body;
        let (before, message) = page.split_once("90.00 USD to the owner has").unwrap();
        assert!(before.ends_with("<div class=\"words\"><p>"), "{path}: {page}");
        assert!(before.contains("<p class=\"says\">Somebody looks at it first</p>"), "{path}: {page}");
        assert!(!message.contains("<p class=\"says\">"), "{path}: {page}");
    }
    let events = events(&ann.get("/?what=held").body);
    let event = ann.get(&format!("/events/{}", events[0].0)).body;
    assert!(event.contains("<div class=\"words\"><p>90.00 USD to the owner has"), "{event}");
}
