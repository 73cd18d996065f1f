//! The formatter: what its layout looks like, and that nothing but the layout changes.

#![allow(clippy::disallowed_methods)] // A test reads the policies of the repository.

mod common;

use common::without_spans;
use lictor_grammar::format::{FormatError, WIDTH, format};
use lictor_grammar::lex::TokenKind;
use lictor_grammar::parse;
use lictor_grammar::span::FileId;
use std::path::{Path, PathBuf};

/// Formats a text that can be formatted, and again.
#[track_caller]
fn formatted(source: &str) -> String {
    let text = format(source).unwrap_or_else(|error| panic!("{error}\n{error:#?}\n{source}"));
    assert_eq!(format(&text).as_ref(), Ok(&text), "formatting twice changes it:\n{source}");
    text
}

/// The tree without places.
fn tree(source: &str) -> String {
    without_spans(&format!("{:?}", parse(FileId::default(), source).file))
}

/// The comments in their order.
fn comments(source: &str) -> Vec<&str> {
    let tokens = parse(FileId::default(), source).tokens;
    let texts = tokens.iter().filter(|token| token.kind.is_comment());
    texts.map(|token| source[token.span.start as usize..token.span.end as usize].trim_end()).collect()
}

/// Every policy of the repository that has no syntax errors, by name.
fn corpus() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["examples", "stdlib-policies", "cli/starter", "cli/quickstart", "grammar/tests/samples"] {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let mut all: Vec<(String, String)> = files
        .into_iter()
        .map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect();
    let reference = std::fs::read_to_string(root.join("docs/language.md")).unwrap();
    let blocks = reference.split("```lictor\n").skip(1).filter_map(|rest| rest.split("```").next());
    all.extend(
        blocks.enumerate().map(|(number, block)| (format!("language.md, block {number}"), block.to_string())),
    );
    all.retain(|(_, text)| parse(FileId::default(), text).diagnostics.is_empty());
    assert!(all.len() > 25, "{}", all.len());
    all
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "lictor") {
            files.push(path);
        }
    }
}

#[test]
fn only_the_layout_changes() {
    for (name, source) in corpus() {
        let text = formatted(&source);
        assert_eq!(tree(&source), tree(&text), "{name}");
        assert_eq!(comments(&source), comments(&text), "{name}");
    }
}

#[test]
fn line_ends_of_other_systems_make_no_difference() {
    for (name, source) in corpus() {
        assert_eq!(formatted(&source.replace('\n', "\r\n")), formatted(&source), "{name}");
    }
}

/// The same policy on as few lines as possible, or with blanks and line breaks at random. An item stays in column 1, and a
/// word that is a keyword only at the start of a line stays where it is: both say something.
fn perturbed(source: &str, mut random: impl FnMut() -> u32) -> String {
    let mut text = String::new();
    let mut end = 0;
    for token in parse(FileId::default(), source).tokens {
        let (start, stop) = (token.span.start as usize, token.span.end as usize);
        let gap = &source[end..start];
        let breaks = gap.matches('\n').count();
        let column_1 = start == 0 || source[..start].ends_with('\n');
        let fixed = end == 0 || column_1 || breaks > 1 || token.kind.is_comment();
        match (random() % 4, token.kind) {
            _ if fixed => text.push_str(gap),
            (_, TokenKind::Word | TokenKind::String) if breaks == 1 => {
                text.push('\n');
                text.extend(std::iter::repeat_n(' ', 1 + random() as usize % 9));
            }
            // After a comment, and before a word, a line break cannot simply go or come.
            (0, _) if breaks == 0 && token.kind != TokenKind::Word && !gap.is_empty() => {
                text.push_str("\n  \t ")
            }
            (1, _) if !gap.is_empty() && breaks == 0 => text.push_str("   "),
            (2, TokenKind::RightBrace) if breaks == 1 => text.push_str("\n     "),
            _ => text.push_str(gap),
        }
        text.push_str(&source[start..stop]);
        end = stop;
    }
    text + &source[end..]
}

#[test]
fn the_layout_depends_on_no_blanks_and_line_breaks_inside_items() {
    let mut state = 17_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let mut tried = 0;
    for (name, source) in corpus() {
        for _ in 0..8 {
            let other = perturbed(&source, &mut random);
            if tree(&other) == tree(&source) && parse(FileId::default(), &other).diagnostics.is_empty() {
                tried += 1;
                assert_eq!(formatted(&other), formatted(&source), "{name}:\n{other}");
            }
        }
    }
    assert!(tried > 150, "{tried}");
}

/// The items of a text, each with what stands above it.
fn items(source: &str) -> Vec<&str> {
    let ends = parse(FileId::default(), source).file.items.into_iter().map(|item| item.span.end as usize);
    let mut start = 0;
    ends.map(|end| &source[std::mem::replace(&mut start, end)..end]).collect()
}

#[test]
fn a_comment_in_any_gap_is_kept() {
    let mut tried = 0;
    let corpus = corpus();
    let rich = corpus.iter().filter(|(name, _)| name.contains("samples") || name.contains("language.md"));
    for source in rich.flat_map(|(_, text)| items(text)) {
        for token in parse(FileId::default(), source).tokens {
            for comment in [" // here\n    ", "\n  /// here\n\n  // two\n\n   "] {
                let (before, behind) = source.split_at(token.span.end as usize);
                let text = format!("{before}{comment}{behind}");
                // Some gaps take no comment: a unit stands on the line of its number, an item in column 1.
                if parse(FileId::default(), &text).diagnostics.is_empty() {
                    tried += 1;
                    assert_eq!(comments(&text), comments(&formatted(&text)), "{text}");
                }
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
}

#[test]
fn samples() {
    for (name, source) in common::sample_files("format") {
        insta::assert_snapshot!(name, formatted(&source));
    }
}

#[test]
fn what_has_mistakes_is_not_formatted() {
    for (name, source) in common::sample_files("broken") {
        match format(&source) {
            Err(FormatError::Syntax(diagnostics)) => {
                assert_eq!(diagnostics, parse(FileId::default(), &source).diagnostics, "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn lines_are_no_wider_than_they_should_be() {
    for (name, source) in corpus() {
        for line in formatted(&source).lines() {
            let long = line.chars().count() > WIDTH;
            assert!(!long || line.contains("//") || line.contains('"'), "{name}: {line}");
        }
    }
}

#[test]
fn nothing_and_only_comments_are_policies_too() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n\n  \n"), "");
    assert_eq!(formatted("\n\n// one\n\n\n   // two   \n\n"), "// one\n\n// two\n");
}

#[test]
fn entries_are_as_wide_with_commas_as_on_lines_of_their_own() {
    for length in 1..80 {
        let name = "n".repeat(length);
        for keyword in ["record", "event", "extend"] {
            let apart = format!("{keyword} {name} {{\n  size: Int\n  price: Money\n  since: Date?\n}}\n");
            let listed = format!("{keyword} {name} {{ size: Int, price: Money, since: Date? }}\n");
            assert_eq!(formatted(&apart), formatted(&listed));
        }
    }
}
