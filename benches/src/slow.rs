//! Policies that were written to be slow, each with the request that takes it longest.
//!
//! The bound on their steps is as high as the language lets it be, or nearly so, and the request leaves no way to end early: nothing that
//! is looked for is found.

use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::Engine;

/// A policy with its request.
pub struct Slow {
    /// What it does so slowly.
    pub name: &'static str,
    /// Its engine.
    pub engine: Engine,
    /// The most steps that a decision can take, as the loader has proved it.
    pub steps: u64,
    /// The request that takes longest.
    pub request: String,
}

/// The plainest loop whose every step is one: it adds up, and nothing of it can be done together. What a step takes is taken from it.
#[must_use]
pub fn plain() -> Slow {
    let numbers = list("xs", (1..=1000).map(|number| number.to_string()));
    let rule = "  deny when sum(x in xs: x * x) < 0 as FOUND\n";
    slow("a sum of squares", "xs: List<Int, max 1000>", rule, numbers)
}

/// Those that were written to be slow.
#[must_use]
pub fn all() -> Vec<Slow> {
    let numbers =
        |name: &str, from: i64, count: i64| list(name, (from..from + count).map(|number| number.to_string()));
    // Alike but for their last signs, so that a comparison has to go through all of them.
    let texts = |name: &str, end: char| {
        list(name, (100..175).map(|number| format!("\"{}{number}{end}\"", "x".repeat(396))))
    };
    let days = |name: &str| {
        list(name, (0..300).map(|day| format!("\"2026-{:02}-{:02}\"", 1 + day / 28, 1 + day % 28)))
    };
    let holidays: Vec<String> =
        (0..240).map(|day| format!("{}-{:02}-{}", 2020 + day / 24, 1 + day / 2 % 12, 17 + day % 2)).collect();
    let calendar = format!("calendar ours = [{}] from 2020-01-01 until 2029-12-31\n", holidays.join(", "));
    vec![
        slow(
            "loops in loops in loops",
            "xs: List<Int, max 48>, ys: List<Int, max 48>, zs: List<Int, max 48>",
            "  deny when any(x in xs: any(y in ys: any(z in zs: x + y == z))) as FOUND\n",
            [numbers("xs", 1, 48), numbers("ys", 1, 48), numbers("zs", 1000, 48)].join(","),
        ),
        slow(
            "sums in a loop",
            "xs: List<Int, max 200>, ys: List<Int, max 200>",
            "  deny when any(x in xs: sum(y in ys: x * y) < 0) as FOUND\n",
            [numbers("xs", 1, 200), numbers("ys", 1, 200)].join(","),
        ),
        slow(
            "long texts compared",
            "xs: List<String max 400, max 75>, ys: List<String max 400, max 75>",
            "  deny when any(x in xs: any(y in ys: x == y)) as FOUND\n",
            [texts("xs", 'a'), texts("ys", 'b')].join(","),
        ),
        slow(
            "long texts searched",
            "xs: List<String max 400, max 150>",
            &format!("  deny when any(x in xs: x.contains(\"{}y\")) as FOUND\n", "x".repeat(60)),
            list("xs", (0..150).map(|number| format!("\"{}{number:04}\"", "x".repeat(396)))),
        ),
        slow(
            "patterns on long texts",
            "xs: List<String max 400, max 150>",
            "  deny when any(x in xs: x.matches(r\"(x|xx)*y\")) as FOUND\n",
            list("xs", (0..150).map(|_| format!("\"{}\"", "x".repeat(400)))),
        ),
        slow(
            "addresses in networks",
            "xs: List<Ip, max 70>, nets: List<Cidr, max 70>",
            "  deny when any(x in xs: any(net in nets: x in net)) as FOUND\n",
            [
                list("xs", (0..70).map(|host| format!("\"2001:db8:ffff:ffff:ffff:ffff:ffff:{host:x}\""))),
                list("nets", (0..70).map(|net| format!("\"2001:db8:0:ffff:ffff:ffff:{net:x}:0/112\""))),
            ]
            .join(","),
        ),
        slow(
            "amounts divided",
            "xs: List<Money, max 140>, ys: List<Decimal, max 140>",
            "  deny when any(x in xs: any(y in ys: x * y / (y + 1) == 0.07 USD)) as FOUND\n",
            [
                list(
                    "xs",
                    (1..=140).map(|cents| format!(r#"{{"amount":"{cents}000.01","currency":"USD"}}"#)),
                ),
                list("ys", (1..=140).map(|number| format!("\"{number}.333333\""))),
            ]
            .join(","),
        ),
        slow_with(
            &calendar,
            "working days counted",
            "xs: List<Date, max 300>, ys: List<Date, max 40>",
            "  deny when any(x in xs: any(y in ys: business_days(x, y, ours) == 9999)) as FOUND\n",
            [days("xs"), list("ys", (1..=28).map(|day| format!("\"2027-03-{day:02}\"")))].join(","),
        ),
    ]
}

fn slow(name: &'static str, fields: &str, rules: &str, params: String) -> Slow {
    slow_with("", name, fields, rules, params)
}

fn slow_with(items: &str, name: &'static str, fields: &str, rules: &str, params: String) -> Slow {
    let source = format!(
        "module slow.example\nlayer base\n{items}reasons {{ FOUND \"What is looked for is there\" }}\n\
         action slow.run {{ {}\n default allow }}\nrule slowly on slow.run {{\n{rules}}}\n",
        fields.replace(">, ", ">\n "),
    );
    let file = SourceFile { path: "slow.lictor".to_owned(), bytes: source.into() };
    let project = Project { name: "slow".to_owned(), files: vec![file], ..Project::default() };
    let compiled = lictor_compiler::compile(&project);
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{name}: {:?}", compiled.diagnostics));
    let steps = lictor_bundle::verify::verify(&bundle).expect("what was compiled is verified");
    let steps = steps.first().expect("there is one action").total();
    let engine = Engine::from_bundle(bundle).expect("what was compiled is loaded");
    let request = format!(
        r#"{{"action":"slow.run","agent":{{"id":"a-1"}},"context":{{"now":"2026-03-01T10:00:00Z"}},"params":{{{params}}}}}"#
    );
    Slow { name, engine, steps, request }
}

/// A list of a request.
fn list(name: &str, items: impl Iterator<Item = String>) -> String {
    format!("\"{name}\":[{}]", items.collect::<Vec<_>>().join(","))
}
