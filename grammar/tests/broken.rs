//! Broken sources: one mistake is one error, at its place and in plain words.
//!
//! Each file in `samples/broken/` says in its first line how many mistakes it has.

mod common;

use common::{render, sample_files};
use lictor_grammar::span::FileId;
use lictor_grammar::{cut, parse};

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

/// Every item of the samples that can be read.
fn items() -> Vec<String> {
    let sound = |source: &&str| parse(FileId(0), source).diagnostics.is_empty();
    let files: Vec<String> = sample_files(".").into_iter().map(|(_, source)| source).collect();
    let pieces = files.iter().flat_map(|source| cut(source).into_iter().map(|piece| &source[piece]));
    pieces.filter(sound).map(str::to_string).collect()
}

/// A bracket that is put in, or taken away, unbalances an item wherever it stands; an item that were then left out, or read in part, and
/// nothing said of it, would be a rule that never refuses.
#[test]
fn no_bracket_too_many_or_too_few_goes_unsaid() {
    let mut tried = 0;
    for item in items() {
        let tokens = parse(FileId(0), &item).tokens;
        for token in tokens.iter().filter(|token| !token.kind.is_comment()) {
            let (start, end) = (token.span.start as usize, token.span.end as usize);
            let is_bracket = ["(", ")", "[", "]", "{", "}"].contains(&&item[start..end]);
            let brackets = ["(", ")", "[", "]", "{", "}"]
                .map(|sign| format!("{}{sign}{}", &item[..start], &item[start..]));
            let without = is_bracket.then(|| format!("{}{}", &item[..start], &item[end..]));
            for broken in brackets.into_iter().chain(without) {
                tried += 1;
                assert!(!parse(FileId(0), &broken).diagnostics.is_empty(), "nothing is said of:\n{broken}");
            }
        }
    }
    assert!(tried > 5_000, "{tried}");
}
