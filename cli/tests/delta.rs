//! `lictor delta` and `lictor apply`: the policy of one user is compiled, signed and put in place by itself.

mod common;

use common::{Dir, POLICY, charge};

fn user(id: &str, dollars: u32) -> String {
    format!("module users.{}\nlayer user \"{id}\"\nset max_amount = {dollars} USD\n", id.replace('-', "_"))
}

/// A bundle of two users, its keys, and a policy in which one of them has a lower limit since; the other one's file is broken.
fn shop() -> Dir {
    let dir = Dir::with(&[
        ("p/shop.lictor", POLICY),
        ("p/one.lictor", &user("u-1", 300)),
        ("p/two.lictor", &user("u-2", 300)),
        ("request.json", &charge("120.00").replace("\"context\"", "\"user\":{\"id\":\"u-1\"},\"context\"")),
    ]);
    for name in ["main", "users"] {
        dir.run(&["keygen", "-o", name]).ends_with(0);
    }
    dir.run(&["keys", "add", "trusted.json", "main.pub"]).ends_with(0);
    dir.run(&["keys", "add", "trusted.json", "users.pub", "--purpose", "user-layer"]).ends_with(0);
    dir.run(&["build", "p", "-o", "b.bundle", "--key", "main.key", "--sequence", "1"]).ends_with(0);
    dir.write("p/one.lictor", user("u-1", 100).as_bytes());
    dir.write("p/two.lictor", b"module users.u_2\nlayer user \"u-2\"\nset max_amount = \n");
    dir
}

const DELTA: [&str; 12] = [
    "delta",
    "b.bundle",
    "p",
    "--user",
    "u-1",
    "--sequence",
    "2",
    "-o",
    "one.delta",
    "--key",
    "users.key",
    "--format=json",
];

#[test]
fn one_users_policy_is_replaced_and_nobody_elses_is_read() {
    let dir = shop();
    let made = dir.run(&DELTA).ends_with(0).json();
    let apply = ["apply", "b.bundle", "one.delta", "--trusted", "trusted.json"];
    let came = dir.run(&[&apply[..], &["-o", "c.bundle", "--sign", "main.key", "--format", "json"]].concat());
    assert_eq!(came.ends_with(0).json()["bundle"], made["to"]);
    let decide = |bundle| {
        let run = dir.run(&[
            "decide",
            bundle,
            "--request",
            "request.json",
            "--key",
            "main.pub",
            "--format",
            "json",
        ]);
        run.json()["reason_code"].as_str().unwrap().to_owned()
    };
    assert_eq!((decide("b.bundle"), decide("c.bundle")), ("OK".to_owned(), "AMOUNT_OVER_LIMIT".to_owned()));
    let shown = dir.run(&["inspect", "c.bundle", "--format", "json"]).ends_with(0).json();
    assert_eq!((&shown["bundle"], &shown["sequence"]), (&made["to"], &serde_json::json!(2)));
}

#[test]
fn what_may_not_be_changed_is_refused_with_its_code() {
    let dir = shop();
    dir.run(&DELTA).ends_with(0);
    let refused = |arguments: &[&str], code: &str| {
        let run = dir.run(arguments).ends_with(1);
        assert!(run.stderr.contains(code), "{arguments:?}: {}", run.stderr);
    };
    let apply = |options: &[&'static str]| [&["apply", "b.bundle", "one.delta"], options].concat();
    refused(&apply(&["--key", "main.pub"]), "B0107");
    refused(&apply(&["--trusted", "trusted.json", "--max-steps", "1"]), "B0177");
    let twice = ["apply", "b.bundle", "one.delta", "one.delta", "--trusted", "trusted.json"];
    refused(&twice, "B0160");
    let with = |from: &str, to: &'static str| DELTA.map(|word| if word == from { to } else { word }).to_vec();
    refused(&with("2", "1"), "B0175");
    refused(&with("u-1", "u-3"), "B0162");
    let second = dir.run(&with("u-1", "u-2")).ends_with(1);
    assert!(second.stderr.contains("two.lictor"), "{}", second.stderr);
    let declares = format!(
        "{}reasons {{ MINE \"It is mine\" }}\nrule mine on payment.charge {{ deny as MINE }}\n",
        user("u-1", 100)
    );
    dir.write("p/one.lictor", declares.as_bytes());
    refused(&DELTA, "B0165");
}

#[test]
fn the_sources_may_have_gone_on_and_what_is_used_is_shown() {
    let dir = shop();
    // Another action, another reason code, another field behind those that there were: nothing that this user has to do with.
    let more = "\naction ask.first {\n  what: String max 20\n  default allow\n}\n\nreasons { A_FIRST \"It is the first\" }\n";
    dir.write("p/more.lictor", format!("module shop.more\nlayer base\n{more}").as_bytes());
    dir.run(&DELTA).ends_with(0);
    dir.run(&[
        "apply",
        "b.bundle",
        "one.delta",
        "--trusted",
        "trusted.json",
        "-o",
        "c.bundle",
        "--sign",
        "main.key",
    ])
    .ends_with(0);
    let shown = dir.run(&["inspect", "c.bundle", "--format", "json"]).ends_with(0).json();
    let layers = shown["layers"].as_array().unwrap();
    let of = |layer: &str| layers.iter().find(|shown| shown["layer"] == layer).unwrap()["imports"].clone();
    assert!(of("base").is_null());
    let imports = of("user u-1");
    assert_eq!(imports["declared"].as_array().unwrap().len(), 1);
    assert_eq!(imports["declared"][0]["kind"], "setting of the parameter");
    assert_eq!(imports["declared"][0]["name"], "max_amount");
    assert_eq!(imports["declared"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!((&imports["fields"], &imports["sha256"]), (&serde_json::json!([]), &of("user u-2")["sha256"]));
    let text = dir.run(&["inspect", "c.bundle"]).ends_with(0).stdout;
    assert_eq!(text.matches("    uses setting of the parameter max_amount\n").count(), 2, "{text}");

    // What it does use is another one now, and is named.
    dir.write("p/shop.lictor", POLICY.replace("max_amount: Money", "max_amount: signed Money").as_bytes());
    let refused = dir.run(&DELTA).ends_with(1);
    let named = "user u-1: it uses the setting of the parameter `max_amount`";
    assert!(refused.stderr.contains("B0165") && refused.stderr.contains(named), "{}", refused.stderr);
}
