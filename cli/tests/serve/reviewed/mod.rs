//! A reviewer that can only narrow: a service that is asked where people are, denies or leaves it to them, and by no answer brings about anything else.

mod reviewer;
mod denies;
mod sent;
mod nothing;
mod overlooked;

use serde_json::{Value, json};

use self::reviewer::{Reviewer, Script, says};
use crate::Shop;
use crate::collected::approver;
use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, VALIDATE, buy, told, with};

/// Asks for so many dollars; the id of the request for approval that waits.
#[track_caller]
fn asks(server: &Server, shop: &Shop, dollars: &str) -> String {
    let told = told(server, AUTHORIZE, &shop.agent, &buy(dollars));
    assert_eq!(
        (&told["decision"], &told["approval"]["state"]),
        (&json!("step_up"), &json!("pending")),
        "{told}"
    );
    told["approval"]["id"].as_str().unwrap().to_owned()
}

fn collect(server: &Server, shop: &Shop, id: &str, dollars: &str) -> Value {
    let mut asked = buy(dollars);
    asked["approval"] = id.into();
    told(server, AUTHORIZE, &shop.agent, &asked)
}

/// The answers that the log has of requests for approval.
fn logged(server: &Server, shop: &Shop) -> Vec<Value> {
    let found = server.get("/audit/events?kind=approval_answered", &shop.auditor).json();
    found["events"].as_array().unwrap().iter().map(|one| one["record"].clone()).collect()
}
