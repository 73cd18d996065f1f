//! Whatever the compiler's parser takes, this one takes too: every policy of the repository, and every block of a page or a
//! fixture that is one.

mod support;

use std::fs;
use std::path::Path;

use lictor_grammar::parse as compile;
use lictor_grammar::span::FileId;
use support::{broken, files, parse, root};

/// Where policies are, and where pages that show some.
const FOLDERS: [&str; 11] = [
    "examples",
    "stdlib-policies",
    "cli",
    "lsp",
    "grammar",
    "compiler",
    "reference",
    "tests",
    "docs",
    "editors/snippets",
    "editors/tree-sitter-lictor/test",
];

/// A text and where it comes from.
struct Written {
    place: String,
    text: String,
}

/// The blocks of a page that are policies.
fn blocks(place: &str, page: &str) -> Vec<Written> {
    let mut found = Vec::new();
    let mut open: Option<Written> = None;
    for (number, line) in (1..).zip(page.lines()) {
        match &mut open {
            None if line.starts_with("```lictor") => {
                open = Some(Written { place: format!("{place}:{number}"), text: String::new() });
            }
            None => {}
            Some(_) if line == "```" => found.extend(open.take()),
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
        }
    }
    found
}

fn corpus() -> Vec<Written> {
    let named = |path: &Path| path.strip_prefix(root()).unwrap_or(path).display().to_string();
    let mut corpus = Vec::new();
    for folder in FOLDERS {
        let folder = root().join(folder);
        for path in files(&folder, "lictor") {
            corpus.push(Written { place: named(&path), text: fs::read_to_string(&path).unwrap_or_default() });
        }
        for path in files(&folder, "md") {
            corpus.extend(blocks(&named(&path), &fs::read_to_string(&path).unwrap_or_default()));
        }
    }
    corpus
}

fn is_accepted(text: &str) -> bool {
    compile(FileId(0), text).diagnostics.is_empty()
}

#[test]
fn what_the_compiler_takes_has_no_error_here() {
    let corpus = corpus();
    let accepted: Vec<&Written> = corpus.iter().filter(|written| is_accepted(&written.text)).collect();
    // Of 850 texts or so, most are policies; the others are there for their mistakes.
    assert!(accepted.len() >= 650, "only {} of {} texts", accepted.len(), corpus.len());
    let mut wrong = Vec::new();
    for Written { place, text } in accepted {
        let tree = parse(text);
        if let Some(node) = broken(tree.root_node()) {
            let line = text.lines().nth(node.start_position().row).unwrap_or_default();
            wrong.push(format!("{place}+{}: {}\n    {line}", node.start_position().row + 1, node.to_sexp()));
        }
    }
    assert!(wrong.is_empty(), "{} texts\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn items_are_those_that_the_compiler_finds() {
    for Written { place, text } in corpus().iter().filter(|written| is_accepted(&written.text)) {
        let tree = parse(text);
        let root = tree.root_node();
        let mut cursor = root.walk();
        let starts: Vec<usize> = root
            .named_children(&mut cursor)
            .filter(|node| !node.is_extra())
            .map(|node| node.start_byte())
            .collect();
        let items: Vec<usize> =
            compile(FileId(0), text).file.items.iter().map(|item| item.span.start as usize).collect();
        assert_eq!(starts, items, "{place}");
    }
}
