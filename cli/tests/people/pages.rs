//! The pages, as a browser asks for them: who is let in, what is shown, and what a page that is not ours cannot do.

use serde_json::json;

use crate::desk::{Browser, Desk};

#[test]
fn a_person_signs_in_looks_and_approves() {
    let desk = Desk::new();
    let id = desk.wait_for(&desk.asked());
    let server = desk.serve();
    let nobody = Browser { server: &server, cookie: String::new() };
    let path = format!("/approvals/{id}");
    let away = nobody.get(&path);
    let next = format!("/sign-in?next=%2Fapprovals%2F{id}");
    assert_eq!((away.status, away.field("location")), (303, Some(next.as_str())));
    let form = nobody.get(&next);
    assert!(form.body.contains(&format!("name=\"next\" value=\"{path}\"")), "{}", form.body);

    let wrong = nobody.send("/sign-in", &[("key", "lictor_nonsense")]);
    assert_eq!((wrong.status, wrong.field("set-cookie")), (401, None));
    let agent = nobody.send("/sign-in", &[("key", desk.key("shopper-7"))]);
    assert_eq!((agent.status, agent.field("set-cookie")), (403, None));

    let answer = nobody.send("/sign-in", &[("key", desk.key("ann")), ("next", "//evil.example")]);
    assert_eq!(answer.field("location"), Some("/"));
    let cookie = answer.field("set-cookie").unwrap();
    let (value, flags) = cookie.split_once("; ").unwrap();
    assert_eq!(flags, "Path=/; HttpOnly; SameSite=Strict");
    assert!(!cookie.contains(desk.key("ann")), "{cookie}");
    assert_eq!(value.len(), "lictor_session=".len() + 64);

    let ann = Browser { server: &server, cookie: value.to_owned() };
    let page = ann.get(&path);
    for shown in [
        "shopper-7",
        "shop.buy",
        "200.01 USD",
        "Corner Cafe",
        "LOOKED_AT",
        "2 persons of the role owner",
        "olga",
        "Logical access is restricted",
        "href=\"https://example.com/soc2#cc6.1\"",
        "step_up when price &gt; 80 USD",
        "Whatever is dear is looked at by two people.",
        "shop.lictor",
        "35",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let head = |name: &str| page.field(name).unwrap_or_default().to_owned();
    assert_eq!(
        head("content-security-policy"),
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    assert_eq!((head("x-frame-options"), head("cache-control")), ("DENY".to_owned(), "no-store".to_owned()));
    assert_eq!(head("referrer-policy"), "same-origin");
    for absent in ["<script", "style=\"", "onclick", "javascript:"] {
        assert!(!page.body.contains(absent), "{absent}");
    }

    let approved = ann.answer(&id, "approve");
    assert_eq!((approved.status, approved.field("location")), (303, Some(path.as_str())), "{approved:?}");
    let page = ann.get(&path).body;
    assert!(page.contains("You have answered. It waits for others."), "{page}");
    assert_eq!(Browser::sign_in(&server, desk.key("bob")).answer(&id, "approve").status, 303);
    assert_eq!(server.get(&path, desk.key("aud")).json()["state"], "approved");
    // Whoever may not answer is told why, and finds no button.
    let owner = Browser::sign_in(&server, desk.key("olga")).get("/approvals").body;
    assert!(owner.contains("approved"), "{owner}");

    let out = ann.form(&ann.get("/approvals").body, "/sign-out");
    assert_eq!(ann.send("/sign-out", &[("nonce", "0")]).status, 403);
    assert_eq!(ann.send("/sign-out", &[("nonce", &out[0].1)]).field("location"), Some("/sign-in"));
    assert_eq!(ann.get("/approvals").status, 303);
}

#[test]
fn a_page_that_is_not_ours_answers_nothing() {
    let desk = Desk::new();
    let (id, other) = (desk.wait_for(&desk.asked()), desk.wait_for(&desk.asked()));
    let server = desk.serve();
    let ann = Browser::sign_in(&server, desk.key("ann"));
    let bob = Browser::sign_in(&server, desk.key("bob"));
    let action = format!("/approvals/{id}/approve");
    let fields = |browser: &Browser<'_>, id: &str, word: &str| {
        browser.form(&browser.get(&format!("/approvals/{id}")).body, &format!("/approvals/{id}/{word}"))
    };
    let send = |browser: &Browser<'_>, form: &[(String, String)], head: &[(&str, &str)]| {
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.send_from(&action, &form, head).status
    };
    let own = format!("http://{}", server.address);
    let home: &[(&str, &str)] = &[("origin", &own), ("sec-fetch-site", "same-origin")];
    let form = fields(&ann, &id, "approve");
    // From elsewhere, from nowhere, and from what only looks like it.
    for head in [
        &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")][..],
        &[("origin", own.as_str()), ("sec-fetch-site", "same-site")],
        &[("origin", "null")],
        &[("origin", "https://127.0.0.1")],
        &[],
    ] {
        assert_eq!(send(&ann, &form, head), 403, "{head:?}");
    }
    // With another's nonce, that of another request, that of the other answer, none.
    assert_eq!(send(&ann, &fields(&bob, &id, "approve"), home), 403);
    assert_eq!(send(&ann, &fields(&ann, &other, "approve"), home), 403);
    assert_eq!(send(&ann, &fields(&ann, &id, "deny"), home), 403);
    assert_eq!(send(&ann, &form[..1], home), 403);
    assert_eq!(send(&ann, &[form.clone(), form.clone()].concat(), home), 400);
    // Without a cookie nobody is anybody.
    assert_eq!(send(&Browser { server: &server, cookie: String::new() }, &form, home), 303);
    // A cookie is no key.
    let json = [("content-type", "application/json"), ("cookie", ann.cookie.as_str())];
    assert_eq!(server.send("POST", &action, &json, b"{}").status, 401);
    // Looking changes nothing.
    for path in [action.clone(), format!("/approvals/{id}/deny"), "/sign-out".to_owned()] {
        assert_eq!(ann.get(&path).status, 405, "{path}");
    }
    assert_eq!(server.get(&format!("/approvals/{id}"), desk.key("ann")).json()["version"], 0);
    assert_eq!(send(&ann, &form, home), 303);
    assert_eq!(server.get(&format!("/approvals/{id}"), desk.key("ann")).json()["version"], 1);
    // What was sent before somebody else answered is not what was seen.
    assert_eq!(send(&ann, &form, home), 409);
}

#[test]
fn what_an_agent_wrote_stays_what_an_agent_wrote() {
    let desk = Desk::new();
    let mut asked = desk.asked();
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\u{202e}DSU 00.0\u{200b}\n</div></main><form action=\"https://evil\">\u{1b}[31m";
    asked["fields"][1]["value"] = json!({ "words": [evil, 0] });
    asked["fields"][0]["value"] = json!({ "words": ["p\u{430}ypal", 0] });
    asked["demands"][0]["reason"] = json!(format!("200.01 USD to {evil}"));
    asked["asker"]["agent"] = json!("shopper-7");
    asked["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "path": "note", "by": "agent", "value": { "words": ["long ".repeat(300), 44] } }));
    let id = desk.wait_for(&asked);
    let server = desk.serve();
    let ann = Browser::sign_in(&server, desk.key("ann"));
    for path in [
        format!("/approvals/{id}"),
        "/approvals".to_owned(),
        "/".to_owned(),
        format!("/events/{}", id.split_once('.').unwrap().1),
    ] {
        let page = ann.get(&path);
        assert_eq!(page.status, 200, "{path}");
        for absent in
            ["<script", "<img", "onerror=alert(2)>", "https://evil\">", "\u{202e}", "\u{200b}", "\u{1b}"]
        {
            assert!(!page.body.contains(absent), "{path}: {absent}");
        }
    }
    let page = ann.get(&format!("/approvals/{id}")).body;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    for shown in [
        "U+202E",
        "U+200B",
        "U+000A",
        "U+001B",
        "Letters of several scripts",
        "All 1500 characters",
        "44 more characters",
        "the agent's own words",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    // What is asked for stays the same, whatever else is claimed.
    assert!(page.contains("<strong><bdi>200.01</bdi> <bdi>USD</bdi></strong>"), "{page}");
}
