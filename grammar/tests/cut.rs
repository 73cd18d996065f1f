//! A source that is parsed in pieces comes to what it comes to when it is parsed whole.

mod common;

use common::{Dice, everything};
use lictor_grammar::ast::Item;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::lex::Token;
use lictor_grammar::span::{FileId, Span};
use lictor_grammar::{MAX_ERRORS, cut, parse, told};
use std::sync::Arc;

/// What a source comes to, as text in which places say line and column, since in pieces they count from elsewhere.
fn shown(
    source: &str,
    start: usize,
    items: &[Arc<Item>],
    found: &[Diagnostic],
    tokens: &[Token],
) -> Vec<String> {
    let at = |span: Span| {
        let (from, to) = (start + span.start as usize, start + span.end as usize);
        format!("{from}..{to} {:?}", &source[from..to])
    };
    let mut lines: Vec<String> =
        tokens.iter().map(|token| format!("{:?} {}", token.kind, at(token.span))).collect();
    lines.extend(items.iter().map(|item| {
        format!("{:?} {} {}", item.docs, at(item.span), common::without_spans(&format!("{:?}", item.kind)))
    }));
    lines.extend(found.iter().map(|one| {
        let labels: Vec<String> =
            one.labels.iter().map(|label| format!("{} {}", at(label.span), label.text)).collect();
        format!(
            "{} {:?} {:?} {labels:?} {:?}",
            one.code,
            one.message,
            one.help,
            one.fix.as_ref().map(|fix| (at(fix.span), &fix.text))
        )
    }));
    lines.sort();
    lines
}

fn same(source: &str) {
    let whole = parse(FileId(0), source);
    if whole.diagnostics.len() >= MAX_ERRORS {
        return;
    }
    let pieces = cut(source);
    assert_eq!(pieces.iter().map(|piece| &source[piece.clone()]).collect::<String>(), source);
    let (mut docs, mut found) = (Vec::new(), Vec::new());
    for piece in pieces {
        let parsed = parse(FileId(0), &source[piece.clone()]);
        docs.extend(parsed.file.docs);
        found.extend(shown(source, piece.start, &parsed.file.items, &parsed.diagnostics, &parsed.tokens));
    }
    found.sort();
    assert_eq!(docs, whole.file.docs);
    let expected = shown(source, 0, &whole.file.items, &whole.diagnostics, &whole.tokens);
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|one| !those.contains(one)).map(|one| one.chars().take(300).collect()).collect()
    };
    let (more, less) = (only(&found, &expected), only(&expected, &found));
    assert!(found == expected, "{source}\nonly in pieces: {more:#?}\nonly whole: {less:#?}");
}

#[test]
fn what_is_said_once_of_a_file_is_said_once_of_its_pieces() {
    let source = "module a # one\nreasons { LATE } # two\nreasons { EARLY } # three\n";
    let pieces = cut(source);
    assert_eq!(pieces.len(), 3);
    let found = pieces.iter().flat_map(|piece| parse(FileId(0), &source[piece.clone()]).diagnostics);
    let whole = parse(FileId(0), source).diagnostics;
    assert_eq!(told(FileId(0), found.collect()), whole);
    assert_eq!(whole.len(), 1);
    // Nor does it matter to what else is said of the line.
    let source = "#\nfn f/#\n\0";
    let found = cut(source).into_iter().flat_map(|piece| parse(FileId(0), &source[piece]).diagnostics);
    let codes = |found: Vec<Diagnostic>| found.iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(codes(told(FileId(0), found.collect())), codes(parse(FileId(0), source).diagnostics));
}

#[test]
fn documentation_behind_an_item_is_that_of_the_next() {
    same("module a\n/// How late.\n# Really.\nfact late(x: Int) -> Int\n");
    same("module a\nlayer base /// How late.\nfact late(x: Int) -> Int\nfact other(x: Int) -> Int\n");
}

#[test]
fn a_policy_is_cut_where_its_items_begin() {
    let source =
        "//! Words.\nmodule a\n\n// one\n/// Two.\nrule r on * {\n  deny as A\n}\n\nfact f(x: Int) -> Int";
    let pieces: Vec<&str> = cut(source).into_iter().map(|piece| &source[piece]).collect();
    let expected = [
        "//! Words.\nmodule a\n",
        "\n// one\n/// Two.\nrule r on * {\n  deny as A\n}\n",
        "\nfact f(x: Int) -> Int",
    ];
    assert_eq!(pieces, expected);
}

#[test]
fn a_space_of_another_kind_is_part_of_the_item_above() {
    for space in ['\u{b}', '\u{c}', '\u{85}', '\u{a0}', '\u{2003}', '\u{2028}', '\u{3000}'] {
        same(&format!("fn\n{space}\nfn e"));
        same(&format!("record A {{\n  known\n{space}\n// Words.\n{space}// More.\nrecord B {{\n"));
        same(&format!("module a\n{space}\nreasons {{ LATE }}\n{space}/// Late.\nreasons {{ EARLY }}\n"));
    }
}

#[test]
fn pieces_come_to_what_the_whole_does() {
    same("");
    same(&everything());
    for source in [
        "x\nmodule a\n",
        "\u{feff}module a\nlayer base\n",
        "module a /* b\nrule c on * { deny as A }\n",
        "rule r on * {\nrisk +5 when a\n}\nrisk model { step_up at 40 }\n",
        "action a.b {\nrule: Int\ntest: Int default allow }\nmodule\nb",
        "rule r on * { require (a\nrule s on * { deny as A }",
        "record R { a: Int }\n/// lost",
    ] {
        same(source);
    }
}

/// What is put into a source.
const INSERTED: [&str; 14] =
    ["\n", "\nrule ", "{", "}", "(", "\"", "//", "/*", "\n/// a\n", "risk", "é", "\r", "a", "\n}\n"];

#[test]
fn pieces_of_broken_sources_do_too() {
    let everything = everything();
    let mut dice = Dice::new(7);
    for _ in 0..120 {
        let mut source = everything.clone();
        for _ in 0..=dice.below(3) {
            let mut at = dice.below(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            if dice.below(2) == 0 {
                source.insert_str(at, INSERTED[dice.below(INSERTED.len())]);
            } else {
                let mut end = (at + dice.below(40)).min(source.len());
                while !source.is_char_boundary(end) {
                    end -= 1;
                }
                source.replace_range(at..end.max(at), "");
            }
        }
        same(&source);
    }
}
