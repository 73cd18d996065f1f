//! The pages about codes: every code has one, no page is about a code that nobody gives, and the examples do what the pages say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};

/// Codes of policies whose pages have no example: it would be thousands of lines long, or not be text.
const WITHOUT_EXAMPLE: [&str; 21] = [
    "E0130", "E0131", "E0132", "E0133", "E0311", "E0312", "E0377", "E0430", "E0431", "E0432", "E0433",
    "E0434", "E0435", "E0436", "E0437", "E0438", "E0447", "E0448", "E0247", "E0248", "W0222",
];

/// Codes that running tests raises, and not compiling: their pages are shown to be right by `cli/tests/review.rs`.
const OF_RUNNING: [&str; 2] = ["W0510", "W0511"];

/// 2026-06-01, the day on which the examples are read.
const DAY: i64 = 1_780_272_000_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The pages: code and text.
fn pages() -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join("docs/codes")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<(String, String)> = entries
        .filter(|path| !path.ends_with("README.md"))
        .map(|path| {
            let code = path.file_stem().unwrap().to_string_lossy().into_owned();
            (code, fs::read_to_string(path).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

fn sources(folder: &Path, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The string literals of our sources that are codes.
fn given() -> BTreeSet<String> {
    let mut texts = Vec::new();
    for part in ["grammar", "compiler", "bundle", "project", "ledger", "journal", "cli"] {
        sources(&root().join(part).join("src"), &mut texts);
    }
    let is_code = |text: &&str| {
        text.len() == 5
            && text.starts_with(['E', 'W', 'C', 'B', 'L'])
            && text.bytes().skip(1).all(|byte| byte.is_ascii_digit())
    };
    // `cli/src/pages.rs` names all codes that have a page; it gives none.
    let texts = texts.iter().filter(|text| !text.contains("docs/codes/"));
    texts.flat_map(|text| text.split('"')).filter(is_code).map(str::to_string).collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let with_page: BTreeSet<String> = pages().into_iter().map(|(code, _)| code).collect();
    assert!(with_page.len() > 150);
    assert_eq!(with_page, given());
}

/// The policy blocks of a page.
fn blocks(page: &str) -> Vec<String> {
    fenced(page, "```lictor\n")
}

fn fenced(page: &str, fence: &str) -> Vec<String> {
    let parts = page.split(fence).skip(1);
    parts.map(|part| part.split("```\n").next().unwrap().to_string()).collect()
}

/// What an example raises, beside what the prelude itself would be warned about.
fn raised(example: &str) -> Vec<&'static str> {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let named = if example.starts_with("module") {
        example.to_string()
    } else {
        format!("{example}\nmodule example\nlayer base\n")
    };
    let mut files = vec![file("example.lictor", &named)];
    if !example.contains("import std.payments\n") {
        let readme = fs::read_to_string(root().join("docs/codes/README.md")).unwrap();
        files.push(file("prelude.lictor", &blocks(&readme)[0]));
    }
    told(files, Vec::new(), "example.lictor")
}

/// What a table of tests raises beside the prelude.
fn raised_by_table(table: &str) -> Vec<&'static str> {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let readme = fs::read_to_string(root().join("docs/codes/README.md")).unwrap();
    told(
        vec![file("prelude.lictor", &blocks(&readme)[0])],
        vec![file("example.test.yaml", table)],
        "example.test.yaml",
    )
}

fn told(files: Vec<SourceFile>, tables: Vec<SourceFile>, about: &str) -> Vec<&'static str> {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let library = lictor_stdlib::MODULES.iter().map(|module| file(module.path, module.text)).collect();
    let compiled =
        compile(&Project { name: "page".to_string(), files, tables, library, ..Project::default() });
    let told = compiled
        .diagnostics
        .iter()
        .filter(|told| told.is_error() || compiled.sources[told.span().file.0 as usize].path == about);
    let ended = compiled.out_of_time(DAY);
    told.chain(&ended).map(|told| told.code).collect()
}

#[test]
fn every_example_raises_its_code_and_the_mended_one_nothing() {
    let mut wrong = Vec::new();
    for (code, page) in pages() {
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        let of_policies = ["E01", "E02", "E03", "E04", "E05", "E0620", "E0621", "E0622", "W02", "W04", "W05"]
            .iter()
            .any(|start| code.starts_with(start));
        let without = WITHOUT_EXAMPLE.iter().chain(&OF_RUNNING).any(|known| *known == code);
        let expected = of_policies && !without;
        if let [fails, mended] = fenced(&page, "```yaml\n").as_slice() {
            let (first, second) = (raised_by_table(fails), raised_by_table(mended));
            if first != [code.as_str()] || !second.is_empty() {
                wrong.push(format!("{code}: the table raises {first:?}, the mended one {second:?}"));
            }
        }
        match blocks(&page).as_slice() {
            [] if !expected => {}
            [fails, mended] if expected => {
                let (first, second) = (raised(fails), raised(mended));
                let only = !first.is_empty() && first.iter().all(|raised| *raised == code);
                if !only || !second.is_empty() {
                    wrong.push(format!("{code}: the example raises {first:?}, the mended one {second:?}"));
                }
            }
            blocks => wrong.push(format!("{code}: {} examples", blocks.len())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
