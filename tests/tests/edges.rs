//! Data flows one way: which crate may use which of ours, read from what cargo says rather than from a habit.

use std::collections::{BTreeMap, BTreeSet};

/// Each crate of ours, and those of ours that it may use.
const EDGES: &[(&str, &[&str])] = &[
    ("lictor-grammar", &[]),
    ("lictor-commands", &[]),
    ("lictor-bundle", &["lictor-commands"]),
    ("lictor-compiler", &["lictor-grammar", "lictor-commands", "lictor-bundle"]),
    ("lictor-runtime", &["lictor-commands", "lictor-bundle"]),
    ("lictor-capi", &["lictor-runtime"]),
    ("lictor-zones", &["lictor-bundle", "lictor-runtime"]),
    ("lictor-ledger", &["lictor-bundle"]),
    ("lictor-evidence", &["lictor-bundle", "lictor-ledger"]),
    ("lictor-store", &["lictor-ledger"]),
    (
        "lictor-journal",
        &["lictor-bundle", "lictor-runtime", "lictor-ledger", "lictor-evidence", "lictor-store"],
    ),
    ("lictor-witness", &["lictor-ledger"]),
    ("lictor-stdlib", &[]),
    ("lictor-suite", &["lictor-bundle", "lictor-compiler", "lictor-runtime", "lictor-zones"]),
    (
        "lictor-report",
        &["lictor-grammar", "lictor-bundle", "lictor-compiler", "lictor-runtime", "lictor-suite"],
    ),
    (
        "lictor-handbook",
        &["lictor-grammar", "lictor-bundle", "lictor-compiler", "lictor-suite", "lictor-report"],
    ),
    ("lictor-project", &["lictor-compiler", "lictor-stdlib"]),
    (
        "lictor-lsp",
        &[
            "lictor-commands",
            "lictor-bundle",
            "lictor-grammar",
            "lictor-compiler",
            "lictor-runtime",
            "lictor-project",
            "lictor-suite",
            "lictor-report",
        ],
    ),
    (
        "lictor-gateway",
        &[
            "lictor-bundle",
            "lictor-runtime",
            "lictor-ledger",
            "lictor-evidence",
            "lictor-store",
            "lictor-journal",
            "lictor-zones",
        ],
    ),
    (
        "lictor-hook",
        &["lictor-commands", "lictor-bundle", "lictor-runtime", "lictor-zones", "lictor-evidence"],
    ),
    ("lictor-mcp", &["lictor-bundle", "lictor-runtime", "lictor-zones", "lictor-evidence"]),
    (
        "lictor",
        &[
            "lictor-grammar",
            "lictor-bundle",
            "lictor-compiler",
            "lictor-runtime",
            "lictor-ledger",
            "lictor-evidence",
            "lictor-journal",
            "lictor-witness",
            "lictor-zones",
            "lictor-stdlib",
            "lictor-project",
            "lictor-suite",
            "lictor-report",
            "lictor-handbook",
            "lictor-lsp",
            "lictor-gateway",
            "lictor-hook",
            "lictor-mcp",
        ],
    ),
    (
        "lictor-tests",
        &[
            "lictor-grammar",
            "lictor-bundle",
            "lictor-compiler",
            "lictor-runtime",
            "lictor-ledger",
            "lictor-evidence",
            "lictor-zones",
            "lictor-stdlib",
            "lictor-project",
            "lictor-lsp",
            "lictor-hook",
        ],
    ),
    (
        "lictor-reference",
        &["lictor-commands", "lictor-bundle", "lictor-compiler", "lictor-runtime", "lictor-stdlib"],
    ),
    ("tree-sitter-lictor", &[]),
];

/// What only the tests and the documentation of a crate use beyond that.
const TESTS: [(&str, &str); 12] = [
    ("lictor-runtime", "lictor-compiler"),
    ("lictor-store", "lictor-bundle"),
    ("lictor-store", "lictor-compiler"),
    ("lictor-store", "lictor-runtime"),
    ("lictor-journal", "lictor-compiler"),
    ("lictor-journal", "lictor-zones"),
    ("lictor-witness", "lictor-bundle"),
    ("lictor", "lictor-store"),
    ("lictor-capi", "lictor-bundle"),
    ("lictor-capi", "lictor-compiler"),
    ("tree-sitter-lictor", "lictor-grammar"),
    ("lictor-reference", "tree-sitter-lictor"),
];

#[test]
fn crates_use_only_what_stands_before_them() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        EDGES.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    let mut seen = BTreeSet::new();
    for (name, uses) in workspace() {
        let allowed = allowed.get(name.as_str()).unwrap_or_else(|| {
            panic!(
                "{name} has no place in the house yet: give it a line in EDGES, and one in ARCHITECTURE.md"
            )
        });
        for other in &uses {
            assert!(allowed.contains(other.as_str()), "{name} must not use {other}");
        }
        seen.insert(name);
    }
    assert_eq!(seen.len(), EDGES.len(), "EDGES names a crate that is not there");
}

#[test]
fn no_crate_of_another_repository_is_patched_in() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    let sources: Vec<&str> = lock.lines().filter_map(|line| line.strip_prefix("source = ")).collect();
    assert!(sources.len() > 100, "{}", sources.len());
    for source in sources {
        assert!(source.starts_with("\"registry+"), "a crate comes from {source}");
    }
}

/// The crates of this workspace, and for each the others of ours that it uses, tests included.
fn workspace() -> BTreeMap<String, BTreeSet<String>> {
    let packages = packages();
    let ours =
        |name: &str| packages.iter().any(|package| package["name"] == name && package["source"].is_null());
    let mut found = BTreeMap::new();
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        let only_tests = |dependency: &&serde_json::Value| {
            let pair = [&package["name"], &dependency["name"]].map(|name| name.as_str().unwrap());
            dependency["kind"] == "dev" && TESTS.contains(&(pair[0], pair[1]))
        };
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let dependencies = dependencies.filter(|dependency| !only_tests(dependency));
        let uses =
            dependencies.filter_map(|dependency| dependency["name"].as_str()).filter(|name| ours(name));
        found.insert(package["name"].as_str().unwrap().to_string(), uses.map(str::to_string).collect());
    }
    found
}

fn packages() -> Vec<serde_json::Value> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}
