//! The message of every code that has an example on its page.

use std::fs;

use crate::fixture::errors;
use crate::project::root;
use crate::render;

#[test]
fn the_example_of_each_page_is_told_in_these_words() {
    let readme = fs::read_to_string(root().join("docs/codes/README.md")).unwrap();
    let prelude = first_policy(&readme).unwrap();
    let mut pages: Vec<_> =
        fs::read_dir(root().join("docs/codes")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let mut told = std::collections::BTreeMap::<String, String>::new();
    for page in pages {
        let code = page.file_stem().unwrap().to_string_lossy().into_owned();
        let Some(example) =
            first_policy(&fs::read_to_string(&page).unwrap()).filter(|_| code.starts_with('E'))
        else {
            continue;
        };
        let example = if example.starts_with("module") {
            example
        } else {
            format!("{example}\nmodule example\nlayer base\n")
        };
        let prelude = if example.contains("import std.payments\n") { "module prelude\n" } else { &prelude };
        let messages = errors(prelude, &example);
        let text: String =
            messages.iter().map(|error| render::message(&[&example, prelude], error) + "\n").collect();
        told.entry(code[..3].to_string()).or_default().push_str(&text);
    }
    let count: usize = told.values().map(|text| text.matches("\n\n").count()).sum();
    assert!(count >= 150, "{count} messages");
    for (family, text) in told {
        insta::assert_snapshot!(family, text);
    }
}

/// The first block of policy on a page.
fn first_policy(page: &str) -> Option<String> {
    let block = page.split("```lictor\n").nth(1)?;
    block.split("```").next().map(str::to_string)
}
