//! What the compiler says, as literate fixtures: every Markdown file in `diagnostics/` holds policies in fenced blocks, and each
//! line that must raise something ends in a comment that says so: `// error: [E0302] may be absent`.
//!
//! A block is a project of its own. It begins with the prelude (the first block of the file) as a module beside it. What
//! is raised and what is announced must be the same, line by line: nothing missing, nothing more.

#![expect(clippy::disallowed_methods, reason = "tests read their fixtures")]

use std::path::{Path, PathBuf};

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_grammar::diagnostic::Diagnostic;

/// The file that a block is.
const CASE: &str = "case.lictor";

#[test]
fn every_fixture_raises_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut failures = Vec::new();
    let mut blocks = 0;
    for file in files(&folder) {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut found = fenced(&text).into_iter();
        let (_, _, prelude) = found.next().expect("a fixture begins with its prelude");
        for (title, line, block) in found {
            blocks += 1;
            let (raised, announced) = (raised(&prelude, &block), announced(&block));
            if raised != announced {
                let name = file.file_name().unwrap().to_string_lossy();
                let list = |said: &[Said], without: &[Said]| {
                    let differs = said.iter().filter(|one| !without.contains(one));
                    differs
                        .map(|(at, code, words)| format!("    {}: {code} {words}\n", line + at - 1))
                        .collect::<String>()
                };
                let (missing, more) = (list(&announced, &raised), list(&raised, &announced));
                failures.push(format!(
                    "{name}:{line} {title}\n  announced only:\n{missing}  raised only:\n{more}"
                ));
            }
        }
    }
    assert!(blocks >= 30, "only {blocks} fixtures were found");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The pages of a folder, in alphabetical order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_change_that_is_offered_mends_what_it_is_offered_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let (mut failures, mut mended) = (Vec::new(), 0);
    for file in files(&folder) {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut found = fenced(&text).into_iter();
        let (_, _, prelude) = found.next().unwrap();
        for (title, line, block) in found {
            let block = whole(&block);
            let before = compiled(&prelude, &block);
            let unread = |compiled: &Compiled| {
                compiled.diagnostics.iter().filter(|told| told.code.starts_with("E01")).count()
            };
            for told in &before.diagnostics {
                let Some(fix) = &told.fix else { continue };
                if before.sources[fix.span.file.0 as usize].path != CASE {
                    continue;
                }
                let mut text = block.clone();
                text.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.text);
                let after = compiled(&prelude, &text);
                let is_there = |one: &&Diagnostic| {
                    one.code == told.code && one.message == told.message && one.span() == told.span()
                };
                if after.diagnostics.iter().any(|one| is_there(&one)) || unread(&after) > unread(&before) {
                    let name = file.file_name().unwrap().to_string_lossy();
                    failures.push(format!("{name}:{line} {title}: {told:?}\n{text}"));
                }
                mended += 1;
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(mended >= 80, "only {mended} changes are offered");
}

/// The blocks of a Markdown text, each with the heading above it and the line it starts on.
fn fenced(text: &str) -> Vec<(String, usize, String)> {
    let (mut title, mut blocks, mut open) = (String::new(), Vec::new(), None::<(usize, String)>);
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            Some((start, block)) if line == "```" => {
                blocks.push((title.clone(), *start, std::mem::take(block)));
                open = None;
            }
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None if line.starts_with("```") => open = Some((number + 2, String::new())),
            None if line.starts_with('#') => title = line.trim_start_matches(['#', ' ']).to_string(),
            None => {}
        }
    }
    blocks
}

/// A module of the library that has a rule, which is in force by being imported.
const LIMITS: &str = "module std.limits\nreasons { LIBRARY \"The library says no\" }\nfn idle(n: Int) -> Int = n\n\
                      rule always on * { require context.now >= 2020-01-01T00:00:00Z else LIBRARY }\n";

/// Line and code, with the words that the message must contain.
type Said = (usize, String, String);

fn announced(block: &str) -> Vec<Said> {
    let mut found = Vec::new();
    for (number, line) in block.lines().enumerate() {
        let Some((_, comment)) = line.split_once("// error: ").or_else(|| line.split_once("// warning: "))
        else {
            continue;
        };
        for said in comment.split(" and ") {
            let (code, words) = said.split_once(']').expect("a code in brackets");
            found.push((number + 1, code.trim_start_matches('[').to_string(), words.trim().to_string()));
        }
    }
    found.sort();
    found
}

fn raised(prelude: &str, block: &str) -> Vec<Said> {
    let announced = announced(block);
    let compiled = compiled(prelude, &whole(block));
    let mut said: Vec<Said> = Vec::new();
    for diagnostic in &compiled.diagnostics {
        let source = &compiled.sources[diagnostic.span().file.0 as usize];
        let line =
            1 + source.bytes[..diagnostic.span().start as usize].iter().filter(|b| **b == b'\n').count();
        let line = if source.path == CASE { line } else { 0 };
        // What the prelude declares and a block has no use for is no concern of the block.
        if line == 0 && !diagnostic.is_error() {
            continue;
        }
        let code = diagnostic.code.to_string();
        // The announced words stand for the whole message where it contains them.
        let words = announced
            .iter()
            .find(|(l, c, words)| *l == line && *c == code && diagnostic.message.contains(words));
        said.push((
            line,
            code,
            words.map_or_else(|| diagnostic.message.clone(), |(_, _, words)| words.clone()),
        ));
        assert!(diagnostic.help.is_some(), "{diagnostic:?} does not say what to do");
    }
    assert_eq!(compiled.bundle.is_none(), compiled.diagnostics.iter().any(|d| d.is_error()));
    said.sort();
    said
}

/// A block that says which module it is. Where it does not, that is said below it: the lines of a block stay those of its fixture.
fn whole(block: &str) -> String {
    if block.starts_with("module") { block.to_string() } else { format!("{block}module case\nlayer base\n") }
}

/// What comes of a block beside its prelude.
fn compiled(prelude: &str, block: &str) -> Compiled {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let project = Project {
        name: "fixture".to_string(),
        files: vec![file("prelude.lictor", prelude), file(CASE, block)],
        data: vec![file("merchants.txt", "# ids\nm-1\nm-2\n"), file("broken.txt", "1\ntwo\n")],
        tables: Vec::new(),
        library: vec![
            file("std/money.lictor", "module std.money\nenum Speed { slow, fast }\n"),
            file("std/limits.lictor", LIMITS),
        ],
    };
    compile(&project)
}
