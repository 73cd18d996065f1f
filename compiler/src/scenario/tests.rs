//! Tests of turning tests into requests, on a small schema.

use std::collections::BTreeMap;

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Action, Described, Disposition, Enum, Fact, Field, Record, Schema, Type};
use lictor_grammar::span::FileId;
use serde_json::{Value, json};

use super::{Cases, cases};
use crate::TestCase;
use crate::compose::Files;
use crate::modules::Module;
use crate::project::Project;
use crate::variant::Resolver;

fn fields(list: &[(&str, u16)]) -> Vec<Field> {
    list.iter().map(|(name, ty)| Field { name: (*name).to_owned(), ty: *ty, marks: Marks::NONE }).collect()
}

fn described(names: &[&str]) -> Vec<Described> {
    names.iter().map(|name| Described { name: (*name).to_owned(), text: String::new() }).collect()
}

/// `action pay { shop: Shop, amount: Money, rate: Decimal?, wait: Duration?, tags: List<String>? }` and `action ask { }`, two
/// tiers, a fact `listed(name: String) -> Bool?`.
fn schema() -> Schema {
    let types = vec![
        Type::Text { max: 64 },
        Type::Enum(0),
        Type::Int { signed: false },
        Type::Money { signed: false },
        Type::Timestamp,
        Type::Country,
        Type::Optional(5),
        Type::Record(0), // 7: Shop
        Type::Decimal { signed: false },
        Type::Optional(8),
        Type::Duration { signed: false },
        Type::Optional(10),
        Type::List { element: 0, min: 1, max: 9 },
        Type::Optional(12),
        Type::Record(1), // 14: Agent
        Type::Record(2), // 15: User
        Type::Optional(15),
        Type::Record(3), // 17: Mandate
        Type::Optional(17),
        Type::Record(4), // 19: Context
        Type::Bool,
        Type::Optional(20),
        Type::Optional(3),
    ];
    let envelope = [("agent", 14), ("user", 16), ("mandate", 18), ("context", 19)];
    let request = |own: &[(&str, u16)]| fields(&[&envelope, own].concat());
    let record = |name: &str, fields| Record { name: name.to_owned(), fields };
    let records = vec![
        record("Shop", fields(&[("id", 0), ("mcc", 2), ("country", 6)])),
        record("Agent", fields(&[("id", 0), ("tier", 1)])),
        record("User", fields(&[("id", 0)])),
        record("Mandate", fields(&[("ceiling", 22)])),
        record("Context", fields(&[("now", 4), ("ip_country", 6)])),
        record("ask", request(&[])),
        record("pay", request(&[("shop", 7), ("amount", 3), ("rate", 9), ("wait", 11), ("tags", 13)])),
    ];
    let action = |name: &str, request| Action {
        name: name.to_owned(),
        request,
        flags: Vec::new(),
        default: Disposition::Allow,
        unbound: Vec::new(),
        event: false,
    };
    Schema {
        types,
        records,
        enums: vec![Enum {
            name: String::from("Tier"),
            values: vec![String::from("low"), String::from("high")],
        }],
        actions: vec![action("ask", 5), action("pay", 6)],
        facts: vec![Fact {
            name: String::from("listed"),
            params: fields(&[("name", 0)]),
            result: 21,
            marks: Marks::NONE,
        }],
        reasons: described(&["TOO_MUCH"]),
        roles: described(&["finance"]),
        tiers: Some(0),
        ..Schema::default()
    }
}

const SHOP: &str = "example coffee = pay { shop: { id: \"m-1\", mcc: 5814 }, amount: 4.50 USD }\n";

fn read(text: &str) -> (Vec<TestCase>, Vec<String>) {
    let text = format!("module m\n{text}");
    let parsed = lictor_grammar::parse(FileId(0), &text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let module =
        Module { name: String::from("m"), file: FileId(0), ast: parsed.file, library: false, in_full: true };
    let modules = [module];
    let (mut declared, _) = crate::names::declare(&modules);
    declared.schema = schema();
    let (project, texts) = (Project::default(), Vec::<crate::project::SourceFile>::new());
    let files = Files { project: &project, texts: &texts };
    let resolver = Resolver {
        modules: &modules,
        declared: &declared,
        units: &[],
        files: &files,
        known: BTreeMap::new(),
    };
    let Cases { tests: cases, diagnostics, .. } = cases(resolver, &[]);
    let told = diagnostics.iter().map(|diagnostic| {
        let span = diagnostic.span();
        let place = &text[span.start as usize..span.end as usize];
        let help = diagnostic.help.as_deref().unwrap_or("");
        format!("{} {place}: {}; {help}", diagnostic.code, diagnostic.message)
    });
    (cases, told.collect())
}

fn requests(text: &str) -> Vec<Value> {
    let (cases, told) = read(&format!("{SHOP}{text}"));
    assert_eq!(told, [""; 0]);
    cases.iter().map(|case| serde_json::from_str(&case.request).unwrap()).collect()
}

fn errors(text: &str) -> Vec<String> {
    read(&format!("{SHOP}{text}")).1
}

#[test]
fn what_a_test_leaves_out_is_filled_in() {
    let [request] = requests("test \"a\" { given coffee expect allow }").try_into().unwrap();
    assert_eq!(
        request,
        json!({
            "action": "pay",
            "agent": { "id": "agent", "tier": "low" },
            "context": { "now": "2026-01-01T00:00:00Z" },
            "params": { "shop": { "id": "m-1", "mcc": 5814 }, "amount": { "amount": "4.50", "currency": "USD" } },
        })
    );
}

#[test]
fn later_steps_win_over_earlier_ones_and_over_the_fixture() {
    let [request] = requests(
        "fixture {\n  agent { id: \"f\", tier: high }\n  user { id: \"u-1\" }\n  at 2026-03-01T10:00:00Z\n}\n\
         test \"a\" {\n  given coffee with shop.mcc: 1, agent.id: \"g\"\n  user { id: absent }\n\
         \x20 agent { id: \"h\" }\n  mandate { }\n  expect deny TOO_MUCH\n}",
    )
    .try_into()
    .unwrap();
    assert_eq!(request["agent"], json!({ "id": "h", "tier": "high" }));
    assert_eq!(request["user"], Value::Null);
    assert_eq!(request["mandate"], json!({}));
    assert_eq!(request["context"]["now"], "2026-03-01T10:00:00Z");
    assert_eq!(request["params"]["shop"]["mcc"], 1);
}

#[test]
fn each_type_is_written_as_requests_write_it() {
    let [request] = requests(
        "test \"a\" {\n  given coffee with rate: 2.5%, wait: 15m, tags: [\"x\", \"y\"], amount: -1_000.50 EUR, shop.country: \"DE\"\n\
         \x20 mandate { ceiling: 7 USD }\n  context { now: 2026-01-01T01:00:00+01:00 }\n  expect allow\n}",
    )
    .try_into()
    .unwrap();
    assert_eq!(
        request["params"],
        json!({
            "shop": { "id": "m-1", "mcc": 5814, "country": "DE" }, "amount": { "amount": "-1000.50", "currency": "EUR" },
            "rate": "0.025", "wait": "15m", "tags": ["x", "y"],
        })
    );
    assert_eq!(request["mandate"]["ceiling"], json!({ "amount": "7", "currency": "USD" }));
    assert_eq!(request["context"]["now"], "2026-01-01T00:00:00Z");
}

#[test]
fn a_row_of_cases_is_a_test_of_its_own() {
    let (cases, told) = read(&format!(
        "{SHOP}test \"limit\" {{\n  given coffee\n  cases amount {{\n    500.00 USD: allow,\n    500.01 USD: step_up TOO_MUCH to finance,\n    \
         absent: deny STRUCTURE_INVALID\n  }}\n}}"
    ));
    assert_eq!(told, [""; 0]);
    let shown = cases.iter().map(|case| (case.case.as_deref().unwrap(), case.decision, case.code.as_deref()));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("amount = 500.00 USD", "allow", None),
            ("amount = 500.01 USD", "step_up", Some("TOO_MUCH")),
            ("amount = absent", "deny", Some("STRUCTURE_INVALID")),
        ]
    );
    assert_eq!(cases[1].to.as_deref(), Some("finance"));
    let last: Value = serde_json::from_str(&cases[2].request).unwrap();
    assert_eq!(last["params"].get("amount"), None);
}

#[test]
fn facts_are_asked_with_constants_or_with_what_the_request_holds() {
    let facts = |text: &str| requests(text)[0]["facts"].clone();
    let fixture = "fixture {\n  with listed(shop.id) = true\n  with listed(\"other\") = absent\n}\n";
    assert_eq!(
        facts(&format!("{fixture}test \"a\" {{\n  given coffee with shop.id: \"m-2\"\n  expect allow\n}}")),
        json!([
            { "fact": "listed", "args": { "name": "m-2" }, "value": true },
            { "fact": "listed", "args": { "name": "other" }, "value": null },
        ])
    );
    assert_eq!(
        facts(&format!(
            "{fixture}test \"a\" {{\n  given coffee\n  with listed(\"m-1\") = false\n  expect allow\n}}"
        ))[1],
        json!({ "fact": "listed", "args": { "name": "m-1" }, "value": false })
    );
}

#[test]
fn names_that_do_not_exist_are_told_with_the_nearest_that_does() {
    let told = errors(
        "test \"a\" {\n  given cofee\n  expect allow\n}\ntest \"b\" {\n  given coffee with amout: 1 USD, shop.mc: 1\n  agent { teir: low }\n\
         \x20 with lsted(\"x\") = true\n  expect deny TOO_MUSH\n}\ntest \"c\" {\n  given coffee\n  cases shop.id.x { 1: step_up TOO_MUCH to finanse }\n}\n\
         example x = pya { }",
    );
    assert_eq!(
        told,
        [
            "E0503 pya: there is no action `pya`; did you mean `pay`?",
            "E0502 cofee: there is no example `cofee`; did you mean `coffee`?",
            "E0504 amout: `pay` has no field `amout`; did you mean `amount`?",
            "E0504 mc: `shop` has no field `mc`; did you mean `mcc`?",
            "E0504 teir: `agent` has no field `teir`; did you mean `tier`?",
            "E0509 lsted: there is no fact `lsted`; did you mean `listed`?",
            "E0507 TOO_MUSH: there is no reason code `TOO_MUSH`; did you mean `TOO_MUCH`?",
            "E0508 finanse: there is no role `finanse`; did you mean `finance`?",
            "E0504 x: `id` has no field `x`; name a field that is declared",
        ]
    );
}

#[test]
fn values_of_the_wrong_kind_are_told() {
    let told = errors(
        "test \"a\" {\n  given coffee with amount: 500, shop.mcc: \"5814\", shop.id: 1.5, rate: 15m, tags: \"x\", shop: true\n\
         \x20 agent { tier: medium }\n  at 2026-01-01\n  context { ip_country: amount + 1 }\n  with listed(shop.mcc) = 1\n  with listed() = true\n\
         \x20 expect allow\n}\ntest \"b\" {\n  given coffee with amount: 5 QQQ, shop.mcc: 99999999999999999999999, shop: { id: \"a\", id: \"b\", mmc: 1 }\n  expect allow\n}",
    );
    assert_eq!(
        told,
        [
            "E0505 500: `amount` takes an amount of money, not a bare number; write it like `500.00 USD`",
            "E0505 \"5814\": `shop.mcc` takes a whole number, not a text; write it like `12`",
            "E0505 1.5: `shop.id` takes a text, not a number with decimals; write it like `\"text\"`",
            "E0505 15m: `rate` takes a number, not a length of time; write it like `0.25` or `2.5%`",
            "E0505 \"x\": `tags` takes a list, not a text; write it like `[a, b]`",
            "E0505 true: `shop` takes a record, not a yes or no; write it like `{ field: value }`",
            "E0505 medium: `Tier` has no value `medium`; there are `high` and `low`; write one of its values",
            "E0505 2026-01-01: `context.now` takes a moment, not a date; write it like `2026-03-01T10:00:00Z`",
            "E0505 amount + 1: `ip_country` takes a constant: a country; write it like `\"US\"`",
            "E0505 1: `listed` takes a yes or no, not a bare number; write it like `true` or `false`",
            "E0505 shop.mcc: `shop.mcc` is not what `name` is asked with; name a field of the type that the fact declares, or write a constant",
            "E0509 listed: `listed` is asked with (name), and here are 0 values; write `with listed(name) = …`",
            "E0506 QQQ: there is no currency `QQQ`; write the three letters of ISO 4217, such as `USD`",
            "E0506 99999999999999999999999: the number is too large; write another value",
            "E0501 id: the field `id` stands twice; remove one of them, or give it another name",
            "E0504 mmc: `shop` has no field `mmc`; did you mean `mcc`?",
        ]
    );
}

#[test]
fn a_test_is_about_one_request_and_says_what_must_come_of_it() {
    let told = errors(
        "example question = ask { }\nexample question = ask { }\nfixture { given coffee }\nfixture { }\n\
         test \"a\" { given coffee }\ntest \"a\" { expect allow }\ntest \"b\" { given coffee given question expect allow expect deny TOO_MUCH }",
    );
    let codes = told.iter().map(|line| line.split(';').next().unwrap());
    assert_eq!(
        codes.collect::<Vec<_>>(),
        [
            "E0512 given coffee: a fixture only fills in what tests leave out",
            "E0501 fixture { }: a project has one fixture",
            "E0501 question: there are two examples `question`",
            "E0510 \"a\": this test does not say what must come of it",
            "E0501 \"a\": there are two tests \"a\"",
            "E0511 \"a\": this test does not say what is asked for",
            "E0511 question: a test is about one action, and this example is of another",
            "E0510 expect deny TOO_MUCH: a test has one `expect` or one `cases`",
        ]
    );
}
