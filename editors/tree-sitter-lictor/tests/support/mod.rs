//! The policies of the repository, and the parser under test.

#![allow(dead_code)] // Each suite uses a part.

use std::fs;
use std::path::{Path, PathBuf};

use tree_sitter::{Node, Parser, Tree};

/// Where the repository begins.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A parser of Lictor.
pub fn parser() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_lictor::LANGUAGE.into()).expect("a language that this library can load");
    parser
}

/// The tree of a text.
pub fn parse(text: &str) -> Tree {
    parser().parse(text, None).expect("nothing stops the parser")
}

/// The first place in a tree where something was skipped, or put in.
pub fn broken(node: Node) -> Option<Node> {
    if !node.has_error() && !node.is_missing() {
        return None;
    }
    if node.is_error() || node.is_missing() {
        return Some(node);
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).find_map(|child| broken(child))
}

/// The files below a folder that end so, in order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found
}
