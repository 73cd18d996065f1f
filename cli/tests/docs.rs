//! `lictor docs`: every reference leads somewhere, nothing of a policy becomes more than text, and the same policy gives the same pages.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::{Dir, POLICY};

/// The files of a directory of pages, by name.
fn pages(dir: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    entries.map(read).collect()
}

/// What stands in this attribute, wherever it does. No page holds a quote in a value but as `&quot;`.
fn values<'t>(text: &'t str, attribute: &str) -> Vec<&'t str> {
    let pattern = format!(" {attribute}=\"");
    text.split(&pattern).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The elements of a page, each closed where it must be; fails for anything that a browser would run or fetch.
fn check_elements(name: &str, text: &str) {
    const EMPTY: [&str; 5] = ["meta", "link", "br", "wbr", "!DOCTYPE"];
    const KNOWN: [&str; 40] = [
        "html", "head", "title", "body", "a", "header", "footer", "main", "nav", "section", "article", "div",
        "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "code",
        "strong", "span", "details", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "em", "pre", "small",
        "abbr",
    ];
    let mut open: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1) {
        let inside = tag.split('>').next().unwrap();
        let word = inside.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        if EMPTY.contains(&word) {
            continue;
        }
        assert!(KNOWN.contains(&word), "{name}: <{inside}>");
        for attribute in inside.split(' ').skip(1).filter_map(|part| part.split_once('=')) {
            assert!(!attribute.0.starts_with("on") && attribute.0 != "style", "{name}: <{inside}>");
        }
        if inside.starts_with('/') {
            assert_eq!(open.pop(), Some(word), "{name}");
        } else {
            open.push(word);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
}

/// Fails unless every reference of these pages leads to a place that is there, and every anchor is one place.
fn check_references(pages: &BTreeMap<String, String>) -> usize {
    let anchors: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|(name, text)| {
            let all = values(text, "id");
            let distinct: BTreeSet<&str> = all.iter().copied().collect();
            assert_eq!(all.len(), distinct.len(), "{name}: an anchor stands twice");
            (name.as_str(), distinct)
        })
        .collect();
    let mut count = 0;
    for (name, text) in pages.iter().filter(|(name, _)| name.ends_with(".html")) {
        check_elements(name, text);
        for href in values(text, "href") {
            let (page, anchor) = href.split_once('#').unwrap_or((href, ""));
            let page = if page.is_empty() { name } else { page };
            let there = anchors.get(page).unwrap_or_else(|| panic!("{name}: {href}: there is no such page"));
            assert!(anchor.is_empty() || there.contains(anchor), "{name}: {href}");
            count += 1;
        }
    }
    count
}

fn folder(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path).display().to_string()
}

#[test]
fn every_reference_of_the_examples_leads_somewhere() {
    for example in ["agent-payments/policy", "debt-calls", "deploys", "ward-charts"] {
        let dir = Dir::new();
        dir.run(&["docs", &folder(&format!("examples/{example}")), "-o", "pages"]).ends_with(0);
        let pages = pages(&dir.path("pages"));
        assert!(check_references(&pages) > 100, "{example}");
        for name in ["index.html", "actions.html", "rules.html", "reasons.html", "tests.html", "print.html"] {
            assert!(pages.contains_key(name), "{example}: {name}");
        }
    }
}

#[test]
fn the_library_is_shown_with_every_action() {
    let dir = Dir::new();
    dir.run(&["docs", "--std", "-o", "embedded"]).ends_with(0);
    dir.run(&["docs", &folder("stdlib-policies/std"), "-o", "tested"]).ends_with(0);
    for name in ["embedded", "tested"] {
        let pages = pages(&dir.path(name));
        assert!(check_references(&pages) > 1_000, "{name}");
        let actions: usize = pages
            .iter()
            .filter(|(name, _)| name.starts_with("actions-"))
            .map(|(_, text)| values(text, "id").iter().filter(|id| id.starts_with("action.")).count())
            .sum();
        assert!(actions >= 119, "{name}: {actions}");
        // Of tests that are not at hand nothing is said, not that there are none.
        let speaks =
            pages.values().any(|text| text.contains(">reached by ") || text.contains("no test reaches"));
        assert_eq!(
            (pages.contains_key("tests.html"), speaks),
            (name == "tested", name == "tested"),
            "{name}"
        );
        // Each tool has one heading in its module, however many entries it has.
        let tools = &pages["tools.html"];
        for module in tools.split("<section").skip(1) {
            let headings: Vec<&str> = module.split("<h3>").skip(1).collect();
            let tools: BTreeSet<&str> =
                headings.iter().filter_map(|heading| heading.split("</h3>").next()).collect();
            assert!(!tools.is_empty() && tools.len() == headings.len(), "{name}: {tools:?}");
        }
        assert!(values(tools, "id").contains(&"tools.std.tools.shell"), "{name}");
    }
    let overview = &pages(&dir.path("embedded"))["index.html"];
    assert!(overview.contains("std.actions") && !overview.contains(">reader<"), "{overview}");
}

#[test]
fn a_small_policy_gives_these_pages() {
    let dir = Dir::with(&[("policy/shop.lictor", SMALL), ("policy/tests.lictor", SMALL_TESTS)]);
    dir.run(&["docs", "policy", "-o", "pages", "--title", "The shop"]).ends_with(0);
    let pages = pages(&dir.path("pages"));
    check_references(&pages);
    let shown = pages.iter().filter(|(name, _)| !["print.html", "style.css"].contains(&name.as_str()));
    // What every page has around it is shown once, and a tag begins a line, so that a change can be read.
    let shown: String = shown
        .map(|(name, text)| {
            let body = if name == "index.html" { text } else { text.split("<main").nth(1).unwrap() };
            format!("==== {name}\n{}\n", body.replace("><", ">\n<"))
        })
        .collect();
    insta::assert_snapshot!(shown);
}

#[test]
fn words_of_a_policy_stay_words() {
    let dir = Dir::with(&[("policy/shop.lictor", HOSTILE), ("policy/u.lictor", HOSTILE_USER)]);
    dir.run(&["docs", "policy", "-o", "pages", "--title", EVIL]).ends_with(0);
    let pages = pages(&dir.path("pages"));
    check_references(&pages);
    let mut seen = 0;
    for (name, text) in &pages {
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("<b>"), "{name}");
        seen += text.matches("&lt;script&gt;").count();
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn the_same_policy_gives_the_same_pages() {
    let dir = Dir::with(&[("policy/shop.lictor", SMALL), ("again/shop.lictor", SMALL)]);
    dir.run(&["docs", "policy", "-o", "one"]).ends_with(0);
    dir.run(&["docs", "again", "-o", "two"]).ends_with(0);
    assert_eq!(pages(&dir.path("one")), pages(&dir.path("two")));
}

#[test]
fn only_pages_are_written_over() {
    let dir = Dir::with(&[("policy/shop.lictor", POLICY), ("full/index.html", "mine"), ("file", "mine")]);
    for name in ["full", "file"] {
        let told = dir.run(&["docs", "policy", "-o", name]).ends_with(1).stderr;
        assert!(told.contains("C0109"), "{told}");
    }
    assert_eq!(dir.read("full/index.html"), b"mine");
    dir.run(&["docs", "policy", "-o", "pages"]).ends_with(0);
    dir.write("pages/actions-old.html", &dir.read("pages/actions.html"));
    dir.write("pages/notes.html", b"mine");
    let json = dir.run(&["docs", "policy", "-o", "pages", "--format", "json"]).ends_with(0).json();
    assert!(!dir.path("pages/actions-old.html").exists(), "a page of before stays");
    assert_eq!(dir.read("pages/notes.html"), b"mine");
    for name in json["files"].as_array().unwrap() {
        assert!(dir.path("pages").join(name.as_str().unwrap()).is_file(), "{name}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let dir =
        Dir::with(&[("bad/shop.lictor", "module shop\nlayer base\nrule a on nothing { deny as CODE }\n")]);
    dir.run(&["docs", "bad"]).ends_with(2);
    dir.run(&["docs", "-o", "pages"]).ends_with(2);
    dir.run(&["docs", "bad", "--std", "-o", "pages"]).ends_with(2);
    let told = dir.run(&["docs", "bad", "-o", "pages"]).ends_with(1).stderr;
    assert!(told.contains("E0221"), "{told}");
    assert!(!dir.path("pages").exists(), "nothing is written of a policy with errors");
    let told = dir.run(&["docs", "nowhere", "-o", "pages"]).ends_with(1).stderr;
    assert!(told.contains("nowhere"), "{told}");
}

/// A policy with something of everything.
const SMALL: &str = r#"//! What the shop's assistant may buy.
//!
//! - Small things, of `sellers` we know.
//! - Nothing at night.
module shop
layer base

tiers { new, trusted }
roles { desk "The front desk" }
escalate to desk within 15m

/// What the law of the land says.
framework law "The law of the land" {
  /// Nobody is sold to at night.
  NIGHT "Rest at night" source "Act 7, section 3" effect prohibition jurisdiction "DE" from 2020-01-01 verified 2026-01-15
  REST "Rest on Sundays"
  FAIR "Fair prices"
}

reasons {
  /// Said of money alone.
  TOO_MUCH "It is too much"
  CLOSED "The shop is closed"
  UNFIT "It cannot be done"
}

enum Channel { web, phone }

/// Who sells.
record Seller {
  /// How we call them.
  id: String max 20
  country: Country?
}

/// Buy something. It is paid at once.
action shop.buy {
  seller: Seller
  /// All of it.
  price: Money
  channel: Channel
  note: pii String max 80?
  flags financial
  amplifiers { price: if price > 100 USD then 50 else 10 }
  default step_up to desk
  unbound note because "the shop may correct it"
}

action shop.look { default allow }

promise shop.look is never refused

/// How well somebody is known.
fact standing(seller: String) -> Int?

fn dear(price: Money) -> Bool = price > max_price

category dear_things when price > 300 USD

/// The most that anything may cost.
param max_price: Money = 500 USD
  range 0 USD to 1_000 USD
  stricter when lower

risk model {
  flags { financial 10 }
  amplifiers { price 0.2 }
  step_up at 60
  deny at 90
}

/// Nothing dear is bought, and at night nothing at all.
rule dear_or_late on shop.buy at amount cites law.NIGHT, law.FAIR {
  deny when dear(price) as TOO_MUCH "{price} is too much"
  when time_of_day(context.now, "Europe/Berlin") not in 08:00..20:00 {
    deny as CLOSED told as UNFIT
  }
}

rule known_sellers on shop.* {
  step_up when agent.tier == new to desk within 5m other than agent.id as TOO_MUCH
}

example lamp = shop.buy {
  seller: { id: "s-1" }
  price: 20.00 USD
  channel: web
}
"#;

/// Its tests, in a module of their own.
const SMALL_TESTS: &str = r#"//! What must stay true.
module shop.tests

test "in the evening it is closed" {
  given lamp
  cases context.now {
    2026-03-02T10:00:00Z: step_up TOO_MUCH to desk,
    2026-03-02T22:00:00Z: deny CLOSED
  }
}
"#;

/// Names for what would be dangerous if it were more than text.
const EVIL: &str = "<script>alert(1)</script>\"'&";

const HOSTILE: &str = r#"//! <script>alert(1)</script> `<script>x</script>` </main> &lt;
module shop
layer base
roles { desk "<script>desk</script>" }
escalate to desk
framework law "<script>law</script>" { NIGHT "<script>night</script>" source "javascript:alert(1)\"><script>x</script>" }
reasons {
  /// <script>docs</script>
  ODD "<script>odd</script>\" onmouseover=\"x"
}
/// <script>action</script>
/// - <img src=x onerror=alert(1)> `unclosed
action shop.buy {
  /// <b>field</b><script>f</script>
  note: String max 80
  price: Money
  default allow
  unbound note because "<script>unbound</script>"
}
/// <script>param</script>
param words: Set<String> = ["<script>value</script>", "\"><img src=x>"]
  stricter when superset
/// <script>rule</script>
rule odd on shop.buy cites law.NIGHT {
  deny when agent.id in words as ODD "<script>message</script>"
}
rule less on shop.buy { deny when agent.id == "a<b>c" as ODD }
example small = shop.buy { note: "x", price: 3 USD }
test "<script>test</script>" {
  given small
  expect allow
}
"#;

const HOSTILE_USER: &str = r#"module mine
layer user "<script>user</script>"
rule mine on shop.buy { deny when agent.id == "z" as ODD }
"#;
