//! Layers: what categories, tiers and users change, and for whom.

use crate::decisions::{Case, usd};

fn order(params: &str, tier: &str, user: &str) -> String {
    let agent =
        format!(r#""agent":{{"id":"a-1","tier":"{tier}"}},"context":{{"now":"2026-03-01T10:00:00Z"}}"#);
    format!(r#"{{"action":"house.order",{agent},{user}"params":{params}}}"#)
}

pub fn layers() -> Vec<Case<'static>> {
    let params = |shop: &str, total: &str, pieces: &str| {
        format!(r#"{{"shop":"{shop}","total":{},"pieces":{pieces}}}"#, usd(total))
    };
    let user = |id: &str| format!(r#""user":{{"id":"{id}"}},"#);
    let u1 = user("u-1");
    vec![
        (
            "the base",
            "a user who has said nothing, an agent who is tried",
            order(&params("s-1", "200.00", "2"), "regular", &u1),
            "allow OK",
        ),
        (
            "on trial",
            "an observed layer would have asked, and does not count",
            order(&params("s-1", "20.00", "3"), "regular", &u1),
            "allow OK",
        ),
        (
            "no user",
            "there are layers of users, and nobody says whose apply",
            order(&params("s-1", "20.00", "2"), "regular", ""),
            "deny USER_REQUIRED",
        ),
        (
            "a category loosens",
            "furniture may cost more, where the base lets it",
            order(&params("s-2", "750.00", "1"), "regular", &u1),
            "allow OK",
        ),
        (
            "elsewhere it does not",
            "the same price outside of the category",
            order(&params("s-1", "750.00", "1"), "regular", &u1),
            "deny TOO_DEAR",
        ),
        (
            "a tier tightens",
            "a trainee orders little",
            order(&params("s-1", "20.00", "4"), "trainee", &u1),
            "step_up BULK",
        ),
        (
            "a tier adds a rule",
            "a trainee orders no furniture",
            order(&params("s-2", "20.00", "1"), "trainee", &u1),
            "deny NOT_ABLE",
        ),
        (
            "a user tightens",
            "fifty at most, in furniture too",
            order(&params("s-2", "50.01", "1"), "regular", &user("u-7")),
            "deny TOO_DEAR",
        ),
        (
            "a user takes shops away",
            "s-3 is none of theirs",
            order(&params("s-3", "20.00", "1"), "regular", &user("u-7")),
            "deny NOT_HERE",
        ),
        (
            "a user beyond ASCII",
            "ids compare by bytes",
            order(&params("s-1", "20.00", "2"), "regular", &user("ü-1")),
            "step_up BULK",
        ),
        (
            "the same id composed otherwise",
            "u and two dots are another person",
            order(&params("s-1", "20.00", "2"), "regular", &user("u\u{308}-1")),
            "allow OK",
        ),
        (
            "an unknown tier",
            "nobody declared it",
            order(&params("s-1", "20.00", "2"), "chief", &u1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a parameter in the request",
            "the limits are not the caller's to say",
            order(&params("s-1", "20.00", "2"), "regular", &format!(r#"{u1}"max_total":1,"#)),
            "deny STRUCTURE_INVALID",
        ),
    ]
}
