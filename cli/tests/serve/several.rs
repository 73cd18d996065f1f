//! A gateway of several tenants, as whoever runs it meets it: what concerns one of them leaves the others as they are.

use crate::bundles::{build, send};
use crate::common::server::{Answer, Server, until};
use crate::life::{AUTHORIZE, buy, told};
use crate::tenants::{FILE, Keys, Two};
use crate::two::{cluster, database};
use crate::{ONE, purchase};

fn decision(server: &Server, keys: &Keys, dollars: &str) -> String {
    let told = told(server, AUTHORIZE, &keys.agent, &buy(dollars));
    told["decision"].as_str().unwrap().to_owned()
}

/// Two tenants of whom bloom takes bundles that are signed, edition 7 to begin with.
fn signed(begin: &str) -> Two {
    let two = Two::with(&FILE.replace("policy: bloom", &format!("{begin}keys: [good.pub]")));
    two.dir.run(&["keygen", "-o", "good"]).ends_with(0);
    two.dir.write("first.bundle", &build(&two.dir, "60", "7", Some("good.key")));
    two
}

#[test]
fn a_bundle_is_of_whoever_sent_it() {
    let two = signed("policy: first.bundle, ");
    let server = two.serve(&[]);
    let current = |keys: &Keys| server.get("/bundles/current", &keys.auditor).json();
    let (acme, bloom) = (current(&two.acme), current(&two.bloom));
    assert_eq!((&acme["sequence"], &bloom["sequence"]), (&0.into(), &7.into()));
    let next = build(&two.dir, "40", "8", Some("good.key"));
    assert_eq!(send(&server, &two.acme.admin, &next).error().1, "NOBODY_TRUSTED");
    assert_eq!(send(&server, &two.bloom.admin, &next).status, 200);
    assert_eq!((current(&two.acme), &current(&two.bloom)["sequence"]), (acme, &8.into()));
    assert_eq!(
        (&*decision(&server, &two.acme, "70.00"), &*decision(&server, &two.bloom, "50.00")),
        ("allowed", "denied")
    );
    // It is kept with its tenant.
    drop(server);
    let server = two.serve(&[]);
    assert_eq!(
        (&*decision(&server, &two.acme, "70.00"), &*decision(&server, &two.bloom, "50.00")),
        ("allowed", "denied")
    );
}

#[test]
fn what_is_wrong_with_one_leaves_the_others() {
    let two = Two::new();
    let server = two.serve(&[]);
    let policy = |tenant: &str, from: &str, to: &str| {
        let at = format!("{tenant}/shop.lictor");
        let text = String::from_utf8(two.dir.read(&at)).unwrap();
        two.dir.write(&at, text.replace(from, to).as_bytes());
    };
    policy("acme", "100 USD", "\"much\"");
    policy("bloom", "60 USD", "75 USD");
    server.signal("HUP");
    until("bloom's policy is read again", || decision(&server, &two.bloom, "70.00") == "allowed");
    server.logs("the one in force stays");
    let line = |what: &str| server.log().lines().find(|line| line.contains(what)).unwrap().to_owned();
    assert!(line("the one in force stays").contains("\"tenant\":\"acme\""));
    assert!(line("was read again").contains("\"tenant\":\"bloom\""));
    assert_eq!(decision(&server, &two.acme, "70.00"), "allowed");

    // Keys that cannot be read let nobody in, where they are.
    two.dir.write("data/acme/keys.json", b"[]");
    let ask = |keys: &Keys| server.post(AUTHORIZE, &keys.agent, &buy("1.00").to_string());
    until("acme's keys are gone", || ask(&two.acme).status == 503);
    assert_eq!(ask(&two.acme).error().1, "KEYS_UNAVAILABLE");
    assert_eq!(ask(&two.bloom).status, 200);
    let because = server.operations("/readyz").json();
    assert_eq!(because["because"], "acme: the keys cannot be read");
    let metrics = server.operations("/metrics").body;
    assert!(metrics.contains("\nlictor_keys_available 0"), "{metrics}");
    assert!(!metrics.contains("acme") && !metrics.contains("bloom"), "{metrics}");
    drop(server);

    // Nothing begins where one cannot.
    let refused = |code: &str, what: &str| {
        let (status, told) = Server::try_start(&two.dir, &["--tenants", "tenants.yaml"]).err().unwrap();
        assert!(status == 1 && told.contains(code) && told.contains(what), "{told}");
    };
    refused("acme/shop.lictor", "\"much\"");
    policy("acme", "\"much\"", "100 USD");
    refused("C0203", "acme: ");
    two.dir.write("tenants.yaml", FILE.replace("bloom }", "bloom, sources: none.yaml }").as_bytes());
    two.dir.write("data/acme/keys.json", br#"{"version": 1, "keys": []}"#);
    refused("C0211", "bloom: ");
    two.dir.write("tenants.yaml", FILE.replace("policy: bloom", "polcy: bloom").as_bytes());
    refused("C0212", "tenants.bloom.polcy");
}

#[test]
fn it_is_ready_when_all_can_decide() {
    let two = signed("");
    let server = two.serve(&[]);
    let ready = || server.operations("/readyz");
    assert_eq!(
        (ready().status, &ready().json()["because"]),
        (503, &"bloom: there is no bundle in force".into())
    );
    assert_eq!(decision(&server, &two.acme, "70.00"), "allowed");
    assert_eq!(server.post(AUTHORIZE, &two.bloom.agent, &buy("1.00").to_string()).error().1, "NO_BUNDLE");
    assert_eq!(send(&server, &two.bloom.admin, &two.dir.read("first.bundle")).status, 200);
    assert_eq!((ready().status, decision(&server, &two.bloom, "50.00")), (200, "allowed".to_owned()));
}

#[test]
fn evaluations_are_of_one_form_for_each() {
    let two = Two::with(&FILE.replace("policy: bloom", "policy: bloom, evaluations: advisory"));
    let server = two.serve(&[]);
    let receipt = |keys: &Keys| {
        let asked = purchase("s-1", "1.00").replacen('{', r#"{"options": {"receipts": true}, "#, 1);
        let told = server.post(ONE, &keys.agent, &asked).json();
        assert_eq!(told["decision"], true, "{told}");
        told["context"]["receipt"].as_str().map(str::to_owned)
    };
    let of_acme = receipt(&two.acme).unwrap();
    assert_eq!(server.send("GET", &of_acme, &[], b"").json()["receipt"]["tenant"], "acme", "{of_acme}");
    assert_eq!(receipt(&two.bloom), None);
}

#[test]
fn one_of_them_may_have_the_paths_without_a_name() {
    let two = Two::with(&format!("default: bloom\n{FILE}"));
    let server = two.serve(&[]);
    let open = |path: &str| server.send("GET", path, &[], b"");
    for path in ["/checkpoint", "/.well-known/jwks.json"] {
        assert_eq!(open(path).body, open(&format!("/t/bloom{path}")).body);
        assert_eq!(server.get(path, &two.acme.auditor).body, open(&format!("/t/acme{path}")).body);
    }
    let receipt = |keys: &Keys| {
        told(&server, AUTHORIZE, &keys.agent, &buy("1.00"))["receipt"].as_str().unwrap().to_owned()
    };
    let (acme, bloom) = (receipt(&two.acme), receipt(&two.bloom));
    assert!(acme.starts_with("/t/acme/r/") && bloom.starts_with("/r/"), "{acme} {bloom}");
    assert_eq!(
        (&open(&acme).json()["receipt"]["tenant"], &open(&bloom).json()["receipt"]["tenant"]),
        (&"acme".into(), &"bloom".into())
    );
}

#[test]
fn people_sign_in_to_their_tenant() {
    let two = Two::new();
    let server = two.serve(&[]);
    told(&server, AUTHORIZE, &two.acme.agent, &buy("70.00"));
    told(&server, AUTHORIZE, &two.bloom.agent, &buy("61.00"));
    let origin = format!("http://{}", server.address);
    let page = |path: &str, cookie: &str| {
        server.send("GET", path, &[("cookie", cookie), ("accept", "text/html")], b"")
    };
    let sign_in = |key: &str, cookie: &str| -> Answer {
        let form =
            [("origin", &*origin), ("cookie", cookie), ("content-type", "application/x-www-form-urlencoded")];
        server.send("POST", "/sign-in", &form, format!("key={key}&next=%2F").as_bytes())
    };
    let stranger = page("/sign-in", "").body;
    assert!(!stranger.contains("acme") && !stranger.contains("bloom"), "{stranger}");
    assert_eq!(page("/", "").field("location"), Some("/sign-in?next=%2F"));
    let held = |answer: &Answer| answer.field("set-cookie").unwrap().split_once(';').unwrap().0.to_owned();
    let acme = held(&sign_in(&two.acme.auditor, ""));
    // Also in a browser that is signed in elsewhere.
    let bloom = held(&sign_in(&two.bloom.auditor, &acme));
    let (of_acme, of_bloom) = (page("/", &acme).body, page("/", &bloom).body);
    assert!(
        of_acme.contains("acme") && !of_acme.contains("bloom") && !of_acme.contains("TOO_DEAR"),
        "{of_acme}"
    );
    assert!(
        of_bloom.contains("bloom") && !of_bloom.contains("acme") && of_bloom.contains("TOO_DEAR"),
        "{of_bloom}"
    );
    assert_eq!(sign_in(&format!("{}0", two.acme.auditor), "").status, 401);
}

#[test]
fn several_share_a_database() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let (two, store) = (Two::new(), database(&cluster, "several"));
    let server = two.serve(&["--store", &store]);
    assert_eq!(
        (&*decision(&server, &two.acme, "70.00"), &*decision(&server, &two.bloom, "70.00")),
        ("allowed", "denied")
    );
    drop(server);
    for tenant in ["acme", "bloom"] {
        two.dir.run(&["audit", "verify", "--store", &store, "--tenant", tenant]).ends_with(0);
    }
    assert!(two.dir.path("data/store.anchor").exists() && !two.dir.path("data/acme/store.db").exists());
    let (status, told) =
        Server::try_start(&two.dir, &["--tenants", "tenants.yaml", "--anchor", "a"]).err().unwrap();
    assert!(status == 1 && told.contains("C0212"), "{told}");
}
