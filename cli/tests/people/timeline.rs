//! The timeline and its events.

use std::time::{Duration, Instant};

use crate::desk::{Browser, Desk};

#[test]
fn what_happened_is_found_again() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    for _ in 0..60 {
        desk.wait_for(&desk.asked());
    }
    let server = desk.serve();
    let ann = Browser::sign_in(&server, desk.key("ann"));
    assert_eq!(ann.answer(&id, "deny").status, 303);
    let aud = Browser::sign_in(&server, desk.key("aud"));
    let page = aud.get("/").body;
    assert!(page.contains("refused by a person") && page.contains(">asked<"), "{page}");
    let rows = |page: &str| page.matches("<tr><td class=\"when\">").count();
    assert_eq!(rows(&page), 50);
    // The next page begins where this one ends, and together they are all.
    let (_, rest) =
        page.split_once("rel=\"next\"").map(|(before, _)| before.rsplit_once("href=\"").unwrap()).unwrap();
    let older = aud.get(rest.split('"').next().unwrap()).body;
    assert!(rows(&older) >= 11 && !older.contains("rel=\"next\""), "{older}");

    let answered = aud.get("/?what=answered").body;
    assert_eq!(rows(&answered), 1);
    assert!(answered.contains("by ann as owner"), "{answered}");
    assert_eq!(rows(&aud.get("/?agent=shopper-7&what=answered").body), 1);
    assert_eq!(rows(&aud.get("/?agent=shopper-8").body), 0);
    assert_eq!(rows(&aud.get("/?to=2020-01-01").body), 0);
    assert_eq!(rows(&aud.get("/?from=2020-01-01").body), 50);
    assert!(aud.get("/?from=yesterday").body.contains("in UTC"));
    // What nobody understands is told, and what was not asked for is not shown without a word.
    for (query, told) in [
        ("what=nonsense", "Nothing is called “nonsense”"),
        ("outcome=denied", "There is no filter “outcome”"),
        ("agent=a&agent=b", "A filter stands there twice"),
    ] {
        let page = aud.get(&format!("/?{query}")).body;
        assert!(page.contains("role=\"alert\"") && page.contains(told), "{query}: {page}");
    }
    let hostile = aud.get("/?agent=%22%3E%3Cscript%3E&what=%3Cb%3E").body;
    assert!(
        hostile.contains("value=\"&quot;&gt;&lt;script&gt;\"") && !hostile.contains("<script"),
        "{hostile}"
    );

    let index = answered.split("/events/").nth(1).unwrap().split('"').next().unwrap();
    let event = aud.get(&format!("/events/{index}")).body;
    assert!(event.contains("ann") && event.contains(&format!("/approvals/{id}")), "{event}");
    for none in ["/events/999999", "/events/x", "/events/-1"] {
        assert_eq!(aud.get(none).status, 404, "{none}");
    }
    // An agent and a checkout see nothing of it.
    assert_eq!(server.send("GET", "/", &[("accept", "text/html")], b"").status, 303);
}

/// A page of a log with a million records comes as soon as one of a few: the newest, the oldest, one of a day, and one of which there are hardly any.
#[test]
#[ignore = "writing a million records takes a minute"]
fn a_million_events() {
    let desk = Desk::new();
    desk.write_many(1_000_000);
    let server = desk.serve();
    let aud = Browser::sign_in(&server, desk.key("aud"));
    for path in [
        "/",
        "/?before=50",
        "/?before=500000&what=replayed",
        "/?agent=rare",
        "/?agent=rare&before=250000",
        "/?cites=NOWHERE",
        "/?to=2030-01-01",
    ] {
        let started = Instant::now();
        let page = aud.get(path);
        let took = started.elapsed();
        println!("{path}: {} events in {took:?}", page.body.matches("<tr><td class=\"when\">").count());
        assert_eq!(page.status, 200, "{path}");
        assert!(took < Duration::from_secs(2), "{path}: {took:?}");
    }
}
