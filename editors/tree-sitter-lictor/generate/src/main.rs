//! Writes the parser anew from `grammar.js`, as `tree-sitter generate` does:
//!
//! ```text
//! cargo run --manifest-path editors/tree-sitter-lictor/generate/Cargo.toml
//! ```
//!
//! With `--check` it says whether what is committed is what the grammar gives. It needs `node`, in which the grammar is written.

use std::path::Path;
use std::{env, fs, process};

/// Which parsers editors can load: 14 is what everyone can, Neovim 0.7 too.
const ABI: usize = 14;

/// What is generated of the grammar.
const FILES: [&str; 3] = ["grammar.json", "node-types.json", "parser.c"];

fn main() {
    let Some(folder) = Path::new(env!("CARGO_MANIFEST_DIR")).parent() else { process::exit(1) };
    let check = env::args().any(|argument| argument == "--check");
    let made = if check {
        env::temp_dir().join(format!("lictor-parser-{}", process::id()))
    } else {
        folder.join("src")
    };
    fs::create_dir_all(&made).expect("a folder for what is generated");
    let grammar = folder.join("grammar.js");
    let generated = tree_sitter_generate::generate_parser_in_directory(
        folder,
        Some(&made),
        Some(&grammar),
        ABI,
        None,
        Some("node"),
        true,
        Default::default(),
    );
    if let Err(error) = generated {
        eprintln!("{error}");
        process::exit(1);
    }
    if !check {
        return;
    }
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let stale: Vec<&str> = FILES
        .into_iter()
        .filter(|file| read(&made.join(file)) != read(&folder.join("src").join(file)))
        .collect();
    let _ = fs::remove_dir_all(&made);
    if !stale.is_empty() {
        eprintln!("not what grammar.js gives: {}", stale.join(", "));
        eprintln!(
            "write them anew: cargo run --manifest-path editors/tree-sitter-lictor/generate/Cargo.toml"
        );
        process::exit(1);
    }
}
