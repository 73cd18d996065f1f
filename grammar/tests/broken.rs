//! Broken sources: one mistake is one error, at its place and in plain words.
//!
//! Each file in `samples/broken/` says in its first line how many mistakes it has.

mod common;

use common::{render, sample_files};
use lictor_grammar::parse;
use lictor_grammar::span::FileId;

#[test]
fn every_mistake_is_told_once() {
    let mut wrong = Vec::new();
    for (name, source) in sample_files("broken") {
        let first = source.lines().next().unwrap();
        let mistakes: usize = first.strip_prefix("// mistakes: ").unwrap().parse().unwrap();
        let parsed = parse(FileId(0), &source);
        if parsed.diagnostics.len() != mistakes {
            wrong.push(format!("{name}: {mistakes} mistakes, {} errors", parsed.diagnostics.len()));
        }
        insta::assert_snapshot!(name, render(&source, &parsed.diagnostics));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_symbol_of_the_grammar_is_shown() {
    for (name, source) in sample_files("broken") {
        for diagnostic in parse(FileId(0), &source).diagnostics {
            let shown = format!("{} {}", diagnostic.message, diagnostic.help.unwrap_or_default());
            for symbol in
                ["Text\"", "NameText", "LabelText", "WhenBlock", "RecordOpen", "AnyAction", "Unread", "["]
            {
                let quoted = source.contains(symbol) || symbol == "[";
                assert!(quoted || !shown.contains(symbol), "{name}: {shown}");
            }
        }
    }
}
