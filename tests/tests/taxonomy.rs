//! The library's taxonomy: it is counted, it is held against `stdlib-policies/tests/taxonomy.tsv`, in which its numbers were laid down before
//! anybody wrote an action, and its own tests pass.
//!
//! `docs/library.md` lists it. `UPDATE_LIBRARY_PAGE=1 cargo test -p lictor-tests --test taxonomy` writes the lists anew; the rest of the
//! page is written by people.

mod support;
#[path = "support/projects.rs"]
mod projects;
#[path = "support/tested.rs"]
mod tested;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_grammar::ast::{Action, DispositionKind, Item, ItemKind};
use lictor_grammar::parse;
use lictor_grammar::span::FileId;
use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::decide;
use tested::passes;

/// The ten amplifiers, in the order in which every action has them.
const AMPLIFIERS: [&str; 10] = [
    "sensitivity",
    "scope",
    "boundary",
    "amount",
    "actor",
    "destination",
    "session",
    "volume",
    "irreversibility",
    "environment",
];

/// The nine flags, in the order in which actions have them.
const FLAGS: [&str; 9] = [
    "destruction",
    "physical",
    "execution",
    "privilege",
    "financial",
    "exposure",
    "governance",
    "outbound",
    "mutation",
];

/// What somebody is protected by: nothing slows it, so that nothing that a request shows makes it weigh more.
const PROTECTIVE: [&str; 4] =
    ["agent.change_autonomy", "collection.record_dispute", "customer.set_consent", "identity.revoke_access"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What was laid down of an action.
struct Row {
    name: String,
    flags: Vec<String>,
    amplifiers: Vec<u64>,
    default: String,
}

fn table() -> Vec<Row> {
    let text = read("stdlib-policies/tests/taxonomy.tsv");
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    assert_eq!(head[2..12], AMPLIFIERS);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 13, "{line}");
        Row {
            name: cells[0].to_owned(),
            flags: cells[1].split(' ').map(str::to_owned).collect(),
            amplifiers: cells[2..12].iter().map(|cell| cell.parse().unwrap()).collect(),
            default: cells[12].to_owned(),
        }
    };
    lines.map(row).collect()
}

/// A domain: its name, what its module says of it, and its actions.
struct Domain {
    name: String,
    docs: String,
    items: Vec<Item>,
}

impl Domain {
    fn actions(&self) -> impl Iterator<Item = (&Item, &Action)> {
        self.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Action(action) => Some((item, action)),
            _ => None,
        })
    }
}

fn domains() -> Vec<Domain> {
    let modules = lictor_stdlib::MODULES.iter();
    let modules = modules.filter_map(|module| Some((module.name.strip_prefix("std.actions.")?, module.text)));
    let domain = |(name, text): (&str, &str)| {
        let parsed = parse(FileId(0), text);
        assert!(parsed.diagnostics.is_empty(), "{name}: {:?}", parsed.diagnostics);
        let docs = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
        Domain {
            name: name.to_owned(),
            docs: docs.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" "),
            items: parsed.file.items.iter().map(|item| Item::clone(item)).collect(),
        }
    };
    modules.map(domain).collect()
}

/// The taxonomy by itself: no weights, no tools, and no rules but its own.
fn alone() -> Project {
    let mut project = projects::folder("stdlib-policies/std");
    let adds = |path: &str| ["risk", "base", "tools"].iter().any(|folder| path.starts_with(folder));
    project.files.retain(|file| !adds(&file.path));
    project.tables.retain(|table| !adds(&table.path));
    project
}

fn taxonomy() -> Compiled {
    sound(&alone())
}

fn sound(project: &Project) -> Compiled {
    let compiled = compile(project);
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
    compiled
}

/// The requests of the tests that are about an action and prove nothing, by its name.
fn bare(compiled: &Compiled) -> BTreeMap<&str, Value> {
    let requests = compiled.tests.iter().filter_map(|test| {
        let action = test.name.strip_suffix(" that proves nothing")?;
        Some((action, serde_json::from_str(&test.request).unwrap()))
    });
    requests.collect()
}

/// The ten amplifiers of a decision, in the order of the table.
fn amplifiers(decision: &Value) -> Vec<Option<u64>> {
    let found = decision["risk"]["amplifiers"].as_array().unwrap();
    assert_eq!(found.len(), AMPLIFIERS.len(), "{decision:#}");
    let value = |name: &&str| {
        let one = found.iter().find(|one| one["name"] == **name).unwrap();
        one["value"].to_string().trim_matches('"').parse().ok()
    };
    AMPLIFIERS.iter().map(value).collect()
}

#[test]
fn the_library_tests_itself() {
    let compiled = sound(&projects::folder("stdlib-policies/std"));
    assert!(compiled.tests.len() > 119);
    passes(&compiled, "stdlib-policies");
}

#[test]
fn there_are_twenty_domains_with_119_actions() {
    let table = table();
    let names: BTreeSet<&str> = table.iter().map(|row| row.name.as_str()).collect();
    assert_eq!((table.len(), names.len()), (119, 119));
    let domains = domains();
    assert_eq!(domains.len(), 20);
    let declared: Vec<String> = domains
        .iter()
        .flat_map(|domain| domain.actions().map(move |(_, action)| (domain, action.name.text())))
        .inspect(|(domain, name)| assert!(name.starts_with(&format!("{}.", domain.name)), "{name}"))
        .map(|(_, name)| name)
        .collect();
    assert_eq!(declared.len(), 119);
    assert_eq!(declared.iter().map(String::as_str).collect::<BTreeSet<_>>(), names);

    let schema = &taxonomy().bundle.unwrap().schema;
    let sorted = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(schema.flags.iter().map(|flag| flag.name.clone()).collect::<BTreeSet<_>>(), sorted(&FLAGS));
    let named = schema.amplifiers.iter().map(|amplifier| amplifier.name.clone());
    assert_eq!(named.collect::<BTreeSet<_>>(), sorted(&AMPLIFIERS));
}

#[test]
fn every_action_says_all_that_there_is_to_say() {
    for domain in domains() {
        assert!(domain.docs.ends_with('.'), "{}", domain.name);
        for (item, action) in domain.actions() {
            let name = action.name.text();
            assert!(!item.docs.is_empty(), "{name}");
            assert!(action.default.is_some(), "{name}");
            assert!(action.fields.len() >= 3, "{name}");
            assert!(action.fields.iter().all(|field| !field.docs.is_empty()), "{name}");
            assert!(action.unbound.iter().all(|one| one.because.value.len() > 10), "{name}");
            let written: Vec<String> = action.amplifiers.iter().map(|one| one.path.text()).collect();
            assert_eq!(written, AMPLIFIERS, "{name}");
            let flags = FLAGS.iter().filter(|flag| action.flags.iter().any(|own| own.text == **flag));
            assert!(flags.eq(action.flags.iter().map(|own| &own.text)), "{name}: the flags and their order");
        }
    }
}

#[test]
fn a_request_that_proves_nothing_is_what_was_laid_down() {
    let compiled = taxonomy();
    let bare = bare(&compiled);
    let engine = Engine::from_bundle(compiled.bundle.clone().unwrap()).unwrap();
    // A rule that refuses ends the evaluation before the score; here the same rule asks.
    let mut asking = alone();
    let refuses = "deny when change == raise as AUTONOMY_RAISED";
    for file in &mut asking.files {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        file.bytes = text.replace(refuses, &refuses.replace("deny", "step_up")).into_bytes();
    }
    let asking = Engine::from_bundle(compile(&asking).bundle.unwrap()).unwrap();
    for row in table() {
        let name = row.name.as_str();
        let request = bare.get(name).unwrap_or_else(|| panic!("no test is about {name}"));
        let decision = decide(&engine, request);
        assert_eq!(decision["decision"], *row.default, "{name}: {decision:#}");
        let decision = decide(&asking, request);
        assert_eq!(decision["risk"]["flags"], json!(row.flags), "{name}");
        let laid_down: Vec<Option<u64>> = row.amplifiers.iter().copied().map(Some).collect();
        assert_eq!(amplifiers(&decision), laid_down, "{name}: {decision:#}");
    }
}

/// What a field proves: the least and the most of an amplifier.
const PROVES: [(&str, &str, [&str; 2]); 6] = [
    ("data", "sensitivity", ["public", "credential"]),
    ("reach", "boundary", ["team", "anywhere"]),
    ("standing", "destination", ["ours", "blocked"]),
    ("undo", "irreversibility", ["free", "never"]),
    ("environment", "environment", ["sandbox", "safety_critical"]),
    ("content_seen", "session", ["own", "suspicious"]),
];

#[test]
fn what_is_proved_takes_the_place_of_what_is_usual() {
    let compiled = taxonomy();
    let engine = Engine::from_bundle(compiled.bundle.clone().unwrap()).unwrap();
    let mut proved = BTreeMap::new();
    for (name, request) in bare(&compiled) {
        let domain = domains().into_iter().find(|domain| name.starts_with(&format!("{}.", domain.name)));
        let domain = domain.unwrap();
        let (_, action) = domain.actions().find(|(_, action)| action.name.text() == name).unwrap();
        for (field, amplifier, [least, most]) in PROVES {
            let of_context = field == "content_seen";
            if !of_context && !action.fields.iter().any(|own| own.name.text == field) {
                continue;
            }
            let at = AMPLIFIERS.iter().position(|known| *known == amplifier).unwrap();
            let with = |value: &str| {
                let mut request = request.clone();
                request[if of_context { "context" } else { "params" }][field] = json!(value);
                decide(&engine, &request)
            };
            if PROTECTIVE.contains(&name) {
                assert_eq!(with(most)["risk"], with(least)["risk"], "{name}: {field}");
                continue;
            }
            assert_eq!(amplifiers(&with(least))[at], Some(0), "{name}: {field}");
            assert_eq!(amplifiers(&with(most))[at], Some(100), "{name}: {field}");
            *proved.entry(field).or_insert(0) += 1;
        }
    }
    assert_eq!(proved.len(), PROVES.len());
    assert_eq!(proved["content_seen"], 119 - PROTECTIVE.len());
}

/// Evidence that makes something look harmless is the host's to give.
#[test]
fn the_caller_vouches_for_nothing() {
    for domain in domains() {
        for (_, action) in domain.actions() {
            for field in &action.fields {
                if PROVES.iter().any(|(proof, ..)| *proof == field.name.text) {
                    assert!(
                        field.ty.marks.iter().any(|mark| mark.text == "attested"),
                        "{}",
                        action.name.text()
                    );
                }
            }
        }
    }
}

fn own(text: String, library: Vec<SourceFile>) -> Compiled {
    let files = vec![SourceFile { path: "own.lictor".to_owned(), bytes: text.into_bytes() }];
    compile(&Project { name: "own".to_owned(), files, library, ..Project::default() })
}

#[test]
fn a_domain_is_imported_by_itself_and_only_what_is_imported_is_read() {
    const OWN: &str = "module own\nlayer base\nroles { desk \"The desk\" }\nescalate to desk within 1h\n";
    for domain in domains() {
        let compiled = own(format!("{OWN}import std.actions.{}\n", domain.name), projects::library());
        assert!(compiled.bundle.is_some(), "{}: {:#?}", domain.name, compiled.diagnostics);
        assert_eq!(compiled.sources.len(), 3, "{}", domain.name);
    }
    let all = own(format!("{OWN}import std.actions\nset default file.delete = deny\n"), projects::library());
    assert!(all.diagnostics.is_empty(), "{:#?}", all.diagnostics);
    assert_eq!(all.sources.len(), 1 + 1 + 20 + 1);
    assert_eq!(own(OWN.to_owned(), projects::library()).sources.len(), 1);
}

fn listed() -> String {
    let mut page = String::new();
    for domain in domains() {
        write!(page, "\n### `std.actions.{}`\n\n{}\n\n", domain.name, domain.docs).unwrap();
        page.push_str("| action | | flags | by default |\n|---|---|---|---|\n");
        for (item, action) in domain.actions() {
            let name = action.name.text();
            let flags: Vec<&str> = action.flags.iter().map(|flag| flag.text.as_str()).collect();
            let default = match action.default.as_ref().unwrap().kind {
                _ if name == "agent.change_autonomy" => "deny, but allow what holds the agent shorter",
                _ if name == "customer.set_consent" => "step_up, but allow what withdraws consent",
                _ if name == "identity.revoke_access" => "step_up, but allow what can be given back",
                DispositionKind::Allow => "allow",
                DispositionKind::StepUp => "step_up",
                DispositionKind::Deny => "deny",
            };
            writeln!(page, "| `{name}` | {} | {} | {default} |", item.docs.join(" "), flags.join(", "))
                .unwrap();
        }
    }
    page.push('\n');
    page
}

#[test]
fn the_page_lists_what_the_library_declares() {
    const BEGIN: &str = "<!-- actions -->\n";
    const END: &str = "<!-- end -->";
    let page = read("docs/library.md");
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (is, after) = rest.split_once(END).unwrap();
    let should = listed();
    if std::env::var_os("UPDATE_LIBRARY_PAGE").is_some() {
        std::fs::write(root().join("docs/library.md"), format!("{before}{BEGIN}{should}{END}{after}"))
            .unwrap();
    } else {
        assert!(is == should, "write it anew with UPDATE_LIBRARY_PAGE=1");
    }
}
