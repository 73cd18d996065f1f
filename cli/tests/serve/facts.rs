//! Facts from outside: where they come from, how long they count, and that what is not known refuses.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::server::{Server, until};
use crate::life::{AUTHORIZE, OBSERVE, VALIDATE, told, with};

const POLICY: &str = r#"module shop
layer base

reasons {
  NOT_SOLD      "The store does not sell this"
  STALE_PRICE   "The price is no longer known to hold"
  PRICE_DIFFERS "What is asked for is not the price"
  BLOCKED       "Nothing is bought there"
  CLOSED        "Nothing is bought today"
}

fact variant_price(store: String, variant: String) -> Sourced<Money>?
fact store_blocked(store: String) -> Bool
fact open_today() -> Bool

action shop.buy {
  store: String max 40
  variant: String max 40
  price: Money
  default allow
}

rule the_price_holds on shop.buy at freshness {
  deny when store_blocked(store) as BLOCKED
  require open_today() else CLOSED
  let known = variant_price(store, variant)
  require known is present else NOT_SOLD
  require known.state == verified else STALE_PRICE "The price is {known.state}"
  require price == known.value else PRICE_DIFFERS
}
"#;

const SOURCES: &str = "\
# Where the facts come from.
facts:
  variant_price:
    table: tables/catalogue.json
    key: { store: shop, variant: sku }
    answer: price
    max_age: 1h
  store_blocked:
    table: tables/blocked.json
    key: [store]
    listed: true
    max_age: 1h
    revokes: true
  open_today:
    value: true
";

struct Shop {
    dir: Dir,
    agent: String,
    checkout: String,
}

fn catalogue(price: &str) -> String {
    json!([{ "shop": "store-1", "sku": "v-1", "title": "Tea", "price": { "amount": price, "currency": "USD" } }])
        .to_string()
}

impl Shop {
    fn new() -> Shop {
        let dir = Dir::with(&[
            ("shop/shop.lictor", POLICY),
            ("sources.yaml", SOURCES),
            ("tables/catalogue.json", &catalogue("19.99")),
            ("tables/blocked.json", "[]"),
        ]);
        let made = |name: &str, role: &str| {
            let run = dir.run(&["keys", "add", name, "--role", role, "--data", "data"]);
            run.ends_with(0).stdout.trim().to_owned()
        };
        let (agent, checkout) = (made("shopper-7", "agent"), made("till-1", "checkout"));
        Shop { dir, agent, checkout }
    }

    fn serve(&self) -> Server {
        Server::start(&self.dir, &["shop", "--sources", "sources.yaml"])
    }

    /// Replaces a file at once, as whoever exports tables does.
    fn replace(&self, name: &str, text: &str) {
        self.dir.write("tables/next", text.as_bytes());
        fs::rename(self.dir.path("tables/next"), self.dir.path(name)).unwrap();
    }

    /// The code with which a purchase is answered.
    #[track_caller]
    fn code(&self, server: &Server, asked: &Value) -> String {
        let answer = told(server, AUTHORIZE, &self.agent, asked);
        let allowed = answer["decision"] == "allowed";
        assert_eq!(allowed, answer["reasonCode"] == "OK", "{answer}");
        answer["reasonCode"].as_str().unwrap().to_owned()
    }

    /// Waits until a purchase is answered so: files are looked at once a second.
    #[track_caller]
    fn becomes(&self, server: &Server, asked: &Value, code: &str) {
        until(code, || self.code(server, asked) == code);
    }
}

fn buy(store: &str, variant: &str, price: &str) -> Value {
    let price = json!({ "amount": price, "currency": "USD" });
    json!({ "action": "shop.buy", "params": { "store": store, "variant": variant, "price": price } })
}

#[test]
fn a_table_says_what_something_costs() {
    let shop = Shop::new();
    let server = shop.serve();
    let tea = buy("store-1", "v-1", "19.99");
    assert_eq!(shop.code(&server, &tea), "OK");
    assert_eq!(shop.code(&server, &buy("store-1", "v-1", "19.98")), "PRICE_DIFFERS");
    assert_eq!(shop.code(&server, &buy("store-1", "v-2", "19.99")), "NOT_SOLD");
    assert_eq!(shop.code(&server, &buy("store-2", "v-1", "19.99")), "NOT_SOLD");
    // AuthZEN asks the same sources.
    let evaluation = |price: &str| {
        let properties = buy("store-1", "v-1", price)["params"].clone();
        let body = json!({ "subject": { "type": "agent", "id": "shopper-7" },
            "action": { "name": "shop.buy", "properties": properties },
            "resource": { "type": "action", "id": "shop.buy" } });
        told(&server, crate::ONE, &shop.agent, &body)["decision"].clone()
    };
    assert_eq!((evaluation("19.99"), evaluation("19.98")), (json!(true), json!(false)));
    // Another price in the file is another price a second later.
    shop.replace("tables/catalogue.json", &catalogue("20.99"));
    shop.becomes(&server, &tea, "PRICE_DIFFERS");
    assert_eq!(shop.code(&server, &buy("store-1", "v-1", "20.99")), "OK");
}

#[test]
fn what_a_token_was_granted_on_is_what_it_is_used_on_but_for_what_was_revoked() {
    let shop = Shop::new();
    let server = shop.serve();
    let tea = buy("store-1", "v-1", "19.99");
    let grant = || {
        let granted = told(&server, AUTHORIZE, &shop.agent, &tea);
        with(granted["executionToken"].as_str().unwrap(), &tea)
    };
    let (first, second) = (grant(), grant());
    shop.replace("tables/catalogue.json", &catalogue("20.99"));
    shop.becomes(&server, &tea, "PRICE_DIFFERS");
    // The price is that of then, as it was recorded.
    let used = told(&server, VALIDATE, &shop.checkout, &first);
    assert_eq!((&used["allowed"], &used["reasonCode"]), (&json!(true), &json!("OK")), "{used}");
    // Whom nothing goes to is asked now.
    shop.replace("tables/blocked.json", r#"[{"store": "store-1"}]"#);
    shop.becomes(&server, &tea, "BLOCKED");
    let refused = told(&server, VALIDATE, &shop.checkout, &second);
    assert_eq!((&refused["allowed"], &refused["reasonCode"]), (&json!(false), &json!("POLICY_DENIED")));
    assert_eq!(refused["policy"]["reasonCode"], "BLOCKED", "{refused}");
    // What happened without a token is recorded with the same facts.
    let mut happened = tea.clone();
    happened["agent"] = "shopper-7".into();
    assert_eq!(told(&server, OBSERVE, &shop.checkout, &happened)["observed"], true);
    // The log has the facts, and decides everything again from them alone.
    drop(server);
    let log = shop.dir.run(&["audit", "export", "data", "--as", "jsonl"]).ends_with(0).stdout;
    assert!(log.contains(r#""fact":"variant_price""#) && log.contains(r#""state":"verified""#), "{log}");
    shop.dir.run(&["audit", "replay", "data"]).ends_with(0);
}

#[test]
fn what_a_source_does_not_say_refuses() {
    let shop = Shop::new();
    let tea = buy("store-1", "v-1", "19.99");
    let unknown = |sources: &str, tables: &[(&str, &str)], result: &str| {
        for (name, text) in tables {
            shop.replace(name, text);
        }
        shop.dir.write("sources.yaml", sources.as_bytes());
        let server = shop.serve();
        let code = shop.code(&server, &tea);
        let metrics = server.operations("/metrics").body;
        let counted = metrics
            .lines()
            .find(|line| line.starts_with(&format!("lictor_facts_total{{result=\"{result}\"}}")));
        assert!(counted.is_some_and(|line| !line.ends_with(" 0")), "{sources}\n{metrics}");
        code
    };
    let price = |text: &str| json!([{ "shop": "store-1", "sku": "v-1", "price": text }]).to_string();
    // Too old: a sourced value says so, and anything else is not known.
    let old = r#"{"as_of": "2020-01-01T00:00:00Z", "rows": [{"shop": "store-1", "sku": "v-1", "price": {"amount": "19.99", "currency": "USD"}}]}"#;
    assert_eq!(unknown(SOURCES, &[("tables/catalogue.json", old)], "known"), "STALE_PRICE");
    let old = r#"{"as_of": "2020-01-01T00:00:00Z", "rows": []}"#;
    let fresh = catalogue("19.99");
    let tables = [("tables/catalogue.json", fresh.as_str()), ("tables/blocked.json", old)];
    assert_eq!(unknown(SOURCES, &tables, "stale"), "FACT_UNAVAILABLE");
    // Dated later than now.
    let later = r#"{"as_of": "2999-01-01T00:00:00Z", "rows": []}"#;
    assert_eq!(unknown(SOURCES, &[("tables/blocked.json", later)], "stale"), "FACT_UNAVAILABLE");
    // Of another type.
    let tables = [("tables/blocked.json", "[]"), ("tables/catalogue.json", &price("19.99"))];
    assert_eq!(unknown(SOURCES, &tables, "other_type"), "FACT_UNAVAILABLE");
    let not_a_truth = SOURCES.replace("value: true", "value: [1]");
    assert_eq!(unknown(&not_a_truth, &[], "other_type"), "FACT_UNAVAILABLE");
    // Asked with something else, or nobody to ask.
    let other_key = SOURCES.replace("key: { store: shop, variant: sku }", "key: { store: shop, size: sku }");
    assert_eq!(unknown(&other_key, &[("tables/catalogue.json", &fresh)], "other_key"), "FACT_UNAVAILABLE");
    let nobody = SOURCES.replace("open_today", "open_tomorrow");
    assert_eq!(unknown(&nobody, &[], "no_source"), "FACT_UNAVAILABLE");
    let null = SOURCES.replace("value: true", "value: null");
    assert_eq!(unknown(&null, &[], "nothing"), "FACT_UNAVAILABLE");
}

#[test]
fn a_file_that_cannot_be_read_any_more_grows_old() {
    let shop = Shop::new();
    let sources = SOURCES.replace("listed: true\n    max_age: 1h", "listed: true\n    max_age: 2s");
    shop.dir.write("sources.yaml", sources.as_bytes());
    let server = shop.serve();
    let tea = buy("store-1", "v-1", "19.99");
    // It stays good while it stands there, however long ago it was written.
    thread::sleep(Duration::from_secs(3));
    assert_eq!(shop.code(&server, &tea), "OK");
    shop.replace("tables/blocked.json", "[{]");
    shop.becomes(&server, &tea, "FACT_UNAVAILABLE");
    assert!(server.log().contains("tables/blocked.json"), "{}", server.log());
    let ready = server.operations("/readyz").json();
    assert_eq!((&ready["ready"], &ready["factsWithoutAnswer"]), (&json!(true), &json!(["store_blocked"])));
    assert!(server.operations("/metrics").body.contains("lictor_fact_sources_failing 1"));
    shop.replace("tables/blocked.json", "[]");
    shop.becomes(&server, &tea, "OK");
}

#[test]
fn a_gateway_says_at_its_start_what_it_cannot_know() {
    let shop = Shop::new();
    let server = Server::start(&shop.dir, &["shop"]);
    server.logs("open_today, store_blocked, variant_price");
    drop(server);
    shop.dir.write("sources.yaml", SOURCES.replace("open_today", "open_tomorrow").as_bytes());
    let server = shop.serve();
    server.logs("open_tomorrow");
    server.logs("\"facts\":\"open_today\"");
    drop(server);
    for (wrong, told) in [
        (SOURCES.replace("key:", "keys:"), "line 4: facts.variant_price has no `key`"),
        (
            SOURCES.replace("answer:", "answers:"),
            "line 6: facts.variant_price.answers is nothing that is read here",
        ),
        (SOURCES.replace("    max_age: 1h\n", ""), "has no `max_age`"),
        (
            SOURCES.replace("max_age: 1h", "max_age: soon"),
            "line 7: facts.variant_price.max_age is no length of time",
        ),
        (SOURCES.replace("value: true", "value: true\n    table: x.json"), "several places"),
        (
            SOURCES.replace("listed: true", "listed: yes"),
            "line 11: facts.store_blocked.listed is neither true nor false",
        ),
        (SOURCES.replace("catalogue.json", "nowhere.json"), "nowhere.json: No such file"),
        (format!("{SOURCES}  open_today:\n    value: false\n"), "`open_today` stands there twice"),
        (format!("{SOURCES}secrets: {{}}\n"), "secrets is nothing that is read here"),
        ("facts: [".to_owned(), "is not YAML"),
        (String::new(), "is empty"),
    ] {
        shop.dir.write("sources.yaml", wrong.as_bytes());
        let (status, shown) =
            Server::try_start(&shop.dir, &["shop", "--sources", "sources.yaml"]).err().expect(&wrong);
        let shown =
            shown.replace('\n', " ").split_whitespace().collect::<Vec<_>>().join(" ").replace(" │ ", " ");
        assert_eq!(status, 1, "{shown}");
        assert!(shown.contains("C0211") && shown.contains(told), "{told}: {shown}");
    }
}
