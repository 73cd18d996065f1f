//! Users in whose name an agent acts.

use serde_json::{Value, json};

use super::{Issuer, mandate, seconds};
use crate::common::Dir;
use crate::common::server::Server;
use crate::life::{AUTHORIZE, told};

/// A policy that knows in whose name an agent acts.
const OFFICE: &str = r#"module office
layer base

roles { owner "Whoever owns the budget" }
escalate to owner within 15m

reasons {
  NOT_ANN   "Only Ann has this done"
  NOT_STAFF "Only staff has this done"
  LARGE     "Somebody else looks at it first"
}

extend User { staff: Bool? }

action office.order {
  article: String max 40
  default allow
}

rule for_ann on office.order {
  require user.id otherwise "nobody" == "ann" else NOT_ANN
  require user.staff otherwise false else NOT_STAFF
  step_up when article == "desk" to owner as LARGE
}
"#;

#[test]
fn an_agent_acts_in_the_name_of_a_user_who_says_so() {
    let sources =
        "issuers:\n  acme:\n    keys: acme.json\n    asserts: [mandate, user]\n    audience: office\n";
    let issuer = Issuer::new(7);
    let dir = Dir::with(&[
        ("office/office.lictor", OFFICE),
        ("sources.yaml", sources),
        ("acme.json", &issuer.jwks()),
    ]);
    let key = dir.run(&["keys", "add", "coder-1", "--role", "agent", "--data", "data"]).ends_with(0).stdout;
    let server = Server::start(&dir, &["office", "--sources", "sources.yaml"]);
    let now = seconds();
    let user = |id: &str, staff: Value| {
        let claims = json!({
            "iss": "acme", "aud": ["elsewhere", "office"], "sub": id, "iat": now, "exp": now + 60,
            "may_act": { "sub": "coder-1" }, "user": { "staff": staff },
        });
        issuer.sign("user", &claims)
    };
    let order = json!({ "action": "office.order", "params": { "article": "paper" } });
    let code = |name: &str, statement: String| {
        let mut asked = order.clone();
        asked[name] = statement.into();
        told(&server, AUTHORIZE, key.trim(), &asked)["reasonCode"].as_str().unwrap().to_owned()
    };
    assert_eq!(code("user", user("ann", json!(true))), "OK");
    assert_eq!(code("user", user("bob", json!(true))), "NOT_ANN");
    assert_eq!(code("user", user("ann", json!(false))), "NOT_STAFF");
    assert_eq!(code("user", user("ann", json!("yes"))), "STRUCTURE_INVALID");
    assert_eq!(told(&server, AUTHORIZE, key.trim(), &order)["reasonCode"], "NOT_ANN");
    // A mandate that Bob has given is none for Ann's orders.
    let mut of_bob = mandate("m-1");
    (of_bob["aud"], of_bob["user"]) = (json!("office"), json!("bob"));
    let mut asked = order.clone();
    (asked["user"], asked["mandate"]) =
        (user("ann", json!(true)).into(), issuer.sign("mandate", &of_bob).into());
    assert_eq!(told(&server, AUTHORIZE, key.trim(), &asked)["reasonCode"], "STATEMENT_CONFLICT");
    // An evaluation takes the same statements, among the circumstances.
    let evaluation = |user: Value| {
        json!({ "subject": { "type": "agent", "id": "coder-1" },
            "action": { "name": "office.order", "properties": { "article": "paper" } },
            "resource": { "type": "action", "id": "office.order" }, "context": { "user": user } })
    };
    let decision = |user: Value| told(&server, crate::ONE, key.trim(), &evaluation(user))["decision"].clone();
    assert_eq!(decision(user("ann", json!(true)).into()), true);
    assert_eq!(decision(user("bob", json!(true)).into()), false);
    let forged = told(&server, crate::ONE, key.trim(), &evaluation("a.b.c".into()));
    assert_eq!(forged["context"]["reason_code"], "STATEMENT_INVALID", "{forged}");
    let (status, _, message) =
        server.post(crate::ONE, key.trim(), &evaluation(json!({ "id": "ann" })).to_string()).error();
    assert_eq!(status, 400);
    assert!(message.starts_with("context.user: is for a registered issuer to say"), "{message}");
}

#[test]
fn a_user_does_not_approve_what_is_done_in_their_name() {
    let sources = "issuers:\n  acme:\n    keys: acme.json\n    asserts: [mandate, user]\n";
    let issuer = Issuer::new(7);
    let dir = Dir::with(&[
        ("office/office.lictor", OFFICE),
        ("sources.yaml", sources),
        ("acme.json", &issuer.jwks()),
    ]);
    let made = |args: &[&str]| {
        let run = dir.run(&[&["keys", "add"], args, &["--data", "data"]].concat());
        run.ends_with(0).stdout.trim().to_owned()
    };
    let agent = made(&["coder-1", "--role", "agent"]);
    let [ann, dora] = ["ann", "dora"].map(|name| made(&[name, "--role", "approver", "--approves", "owner"]));
    let server = Server::start(&dir, &["office", "--sources", "sources.yaml"]);
    let now = seconds();
    let claims = |user: &str| {
        json!({ "iss": "acme", "aud": "default", "sub": user, "iat": now, "exp": now + 60,
            "may_act": { "sub": "coder-1" }, "user": { "staff": true } })
    };
    let mut asked = json!({ "action": "office.order", "params": { "article": "desk" } });
    asked["user"] = issuer.sign("user", &claims("ann")).into();
    let waits = told(&server, AUTHORIZE, &agent, &asked);
    assert_eq!((&waits["decision"], &waits["reasonCode"]), (&json!("step_up"), &json!("LARGE")), "{waits}");
    let id = waits["approval"]["id"].as_str().unwrap();
    let approve = |key: &str| server.post(&format!("/approvals/{id}/approve"), key, "{}");
    assert_eq!(approve(&ann).status, 403, "{:?}", approve(&ann));
    assert_eq!(approve(&dora).status, 200);
    asked["approval"] = id.into();
    // What was approved for Ann is not collected in the name of somebody else, or of nobody.
    let mut others = asked.clone();
    others["user"] = issuer.sign("user", &claims("dora")).into();
    let mut nobodys = asked.clone();
    nobodys.as_object_mut().unwrap().remove("user");
    for other in [others, nobodys] {
        assert_eq!(told(&server, AUTHORIZE, &agent, &other)["reasonCode"], "INTENT_MISMATCH");
    }
    assert_eq!(told(&server, AUTHORIZE, &agent, &asked)["decision"], "allowed");
}
