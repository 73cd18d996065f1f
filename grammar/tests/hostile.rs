//! Whatever the source is, parsing ends, soon, without a panic, and what is done with the tree afterwards is safe.

#![allow(clippy::disallowed_types)] // It measures how long parsing takes.

mod common;

use common::{Dice, everything};
use lictor_grammar::bytes::{MAX_SOURCE, parse_bytes};
use lictor_grammar::span::FileId;
use lictor_grammar::{MAX_ERRORS, Parsed, parse};
use std::time::{Duration, Instant};

/// Parses, and does to the tree what others will: walks over it, copies it, drops it.
fn survive(source: &str) -> Parsed {
    let parsed = parse(FileId(0), source);
    let copy = parsed.clone();
    assert_eq!(copy, parsed);
    assert!(format!("{:?}", copy.file).len() < 200 * source.len() + 10_000);
    assert!(parsed.diagnostics.len() <= MAX_ERRORS + 1);
    for diagnostic in &parsed.diagnostics {
        for label in &diagnostic.labels {
            assert!(
                label.span.start <= label.span.end && label.span.end as usize <= source.len(),
                "{diagnostic:?}"
            );
            assert!(source.is_char_boundary(label.span.start as usize), "{diagnostic:?}");
            assert!(source.is_char_boundary(label.span.end as usize), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.is_empty() && diagnostic.message.len() < 400, "{diagnostic:?}");
    }
    parsed
}

#[test]
fn every_beginning_of_a_file() {
    let source = everything();
    for end in (0..source.len()).filter(|&end| source.is_char_boundary(end)) {
        survive(&source[..end]);
    }
}

#[test]
fn files_with_a_piece_left_out_or_doubled() {
    let source = everything();
    let tokens = parse(FileId(0), &source).tokens;
    let mut dice = Dice::new(7);
    for _ in 0..400 {
        let a = tokens[dice.below(tokens.len())].span;
        let b = tokens[dice.below(tokens.len())].span;
        let (from, to) = (a.start.min(b.start) as usize, a.end.max(b.end) as usize);
        survive(&format!("{}{}", &source[..from], &source[to..]));
        survive(&format!("{} {}", &source[..to], &source[from..]));
        let a = a.start as usize..a.end as usize;
        survive(&format!("{}{}", &source[..a.start], &source[a.end..]));
    }
}

#[test]
fn soups_of_tokens() {
    let source = everything();
    let tokens = parse(FileId(0), &source).tokens;
    let words: Vec<&str> =
        tokens.iter().map(|t| &source[t.span.start as usize..t.span.end as usize]).collect();
    let extra =
        ["\n", "\nrule ", "\n  ", "&&", ";", "!", "'a'", "“a”", "$", "@", "é", "\"", "null", "/*", "#", "…"];
    let mut dice = Dice::new(1);
    for round in 0..600 {
        let mut soup = String::from(
            ["", "rule r on a {\n", "test \"t\" {\n", "action a {\n", "fn f() -> T = "][round % 5],
        );
        for _ in 0..dice.below(120) {
            match dice.below(6) {
                0 => soup.push_str(extra[dice.below(extra.len())]),
                _ => soup.push_str(words[dice.below(words.len())]),
            }
            soup.push(if dice.below(8) == 0 { '\n' } else { ' ' });
        }
        survive(&soup);
    }
}

#[test]
fn bytes_at_random() {
    let mut dice = Dice::new(3);
    for length in 0..400 {
        let bytes: Vec<u8> = (0..length).map(|_| dice.below(256) as u8).collect();
        parse_bytes(FileId(0), &bytes);
        let text: Vec<u8> = (0..length).map(|_| dice.below(128) as u8).collect();
        survive(std::str::from_utf8(&text).unwrap());
        parse_bytes(FileId(0), &text);
    }
}

/// Long sources that are nothing but one thing. What takes time proportional to their length takes less than a second
/// here, debug build included; what takes time proportional to its square takes many minutes.
#[test]
fn a_quarter_of_a_megabyte_of_one_thing() {
    let rule = |body: &str| format!("rule r on a {{\n  require {body} else C\n}}\n");
    let test = |body: &str| format!("test \"t\" {{\n{body}\n}}\n");
    let many = |piece: &str| piece.repeat((1 << 18) / piece.len());
    let sources = [
        many("("),
        many("x"),
        many("@"),
        many("@ "),
        many("\""),
        many("é"),
        many("\u{202e} "),
        many("/*"),
        many("'"),
        many("“ "),
        many("\n}"),
        many("9"),
        many("{ "),
        many("rule\n"),
        many("rul\n"),
        many("x\n"),
        many("/// a\n"),
        rule(&many("(")),
        rule(&many("not ")),
        rule(&many("- ")),
        rule(&many("if ")),
        rule(&many("if a then ")),
        rule(&format!("{}a{}", many("("), many(")"))),
        rule(&format!("{}true", many("if a then b else "))),
        rule(&many("a + ")),
        rule(&many("a.")),
        rule(&many("a or b and ")),
        rule(&many("a[")),
        rule(&many("x(")),
        rule(&many("a, ")),
        rule(&format!("a in [{}1]", many("1, "))),
        rule(&format!("a in [{}1]", many("not , "))),
        rule(&format!("f({})", many("a b "))),
        rule(&many("otherwise ")),
        rule(&many("a otherwise ")),
        rule(&many("when ")),
        rule(&many("\nwhen a ")),
        rule(&many("let = ")),
        rule(&many("\nfoo ")),
        rule(&many("\ndeny as C \"{a}{b}{{{\" ")),
        rule(&format!("{} x", "not ".repeat(400)).replace(" x", &many(" ]( "))),
        rule(&format!("{}{}", "not ".repeat(400), many("b "))),
        rule(&format!("{}{}", "f(if a then ".repeat(60), many("b "))),
        format!("record R {{\n{}\n}}\n", many("\nrecrod a")),
        rule(&many("times(")),
        rule(&many("times(allowed a) ")),
        rule(&many("a < ")),
        format!("record R {{ a: {}Int }}\n", many("List<")),
        format!("record R {{ a: {} }}\n", many("pii ")),
        format!("record R {{ {} }}\n", many("a: Int, ")),
        format!("record R {{ {} }}\n", many("a Int ")),
        format!("module {}\n", many("a.")),
        format!("param x: Int = {}\n", many("1, ")),
        format!("param x: Int = 1 {}\n", many("fixed ")),
        format!("param x: Int = 1 {}\n", many("\n  foo ")),
        test(&many("with a: 1\n")),
        test(&many("given a\n")),
        test(&many("cases a { 1: allow }\n")),
        test(&format!("cases a {{ {} }}", many("1: allow, "))),
        test(&format!("cases a {{ {} }}", many("1 allow, "))),
        format!("reasons {{ {} }}\n", many("A \"b\" ")),
        format!("reasons {{ A \"{}\" }}\n", many("\\q")),
        many("    "),
        format!("set a = \"{}\"\n", many("a")),
    ];
    for source in sources {
        let begun = Instant::now();
        let parsed = parse(FileId(0), &source);
        drop(parsed);
        let head: String = source.chars().take(60).collect();
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?} for {head:?}", begun.elapsed());
    }
}

#[test]
fn a_megabyte_on_one_line() {
    let terms = "a + 1 < b and ".repeat(20);
    let statement = format!("deny when {terms} c as CODE \"{{a}} is too much\" ");
    let source = format!("rule r on a {{ {} }}\n", statement.repeat((1 << 20) / statement.len()));
    assert_eq!(survive(&source).diagnostics.len(), 0);
}

#[test]
fn nesting_has_a_bound_and_chains_have_another() {
    let errors = |body: String| {
        let parsed = survive(&format!("fn f() -> T = {body}\n"));
        parsed.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    let deep = vec!["E0116"];
    let fine: Vec<&str> = Vec::new();
    let wrapped = |n: usize, open: &str, close: &str| format!("{}a{}", open.repeat(n), close.repeat(n));
    assert_eq!(errors(wrapped(64, "(", ")")), fine);
    assert_eq!(errors(wrapped(65, "(", ")")), deep);
    assert_eq!(errors(wrapped(63, "f(", ")")), fine);
    assert_eq!(errors(wrapped(63, "not ", "")), fine);
    assert_eq!(errors(wrapped(64, "not ", "")), deep);
    assert_eq!(errors(wrapped(64, "- ", "")), deep);
    assert_eq!(errors(wrapped(200, "b + ", "")), fine);
    assert_eq!(errors(wrapped(200, "b or ", "")), fine);
    assert_eq!(errors(wrapped(255, "b and ", "")), fine);
    assert_eq!(errors(wrapped(256, "b and ", "")), deep);
    assert_eq!(errors(wrapped(200, "", ".b")), fine);
    assert_eq!(errors(wrapped(300, "", ".b")), deep);
    assert_eq!(errors(wrapped(200, "if b then c else ", "")), fine);
    assert_eq!(errors(wrapped(300, "if b then c else ", "")), deep);
    assert_eq!(errors(wrapped(300, "", " unless b")), deep);
    assert_eq!(errors(wrapped(300, "", " otherwise b")), deep);
    assert_eq!(errors(wrapped(600, "- ", "")), deep);
    let types = |n: usize| format!("record R {{ a: {}Int{} }}\n", "List<".repeat(n), ">".repeat(n));
    assert_eq!(survive(&types(63)).diagnostics.len(), 0);
    assert_eq!(survive(&types(64)).diagnostics.len(), 1);
    assert_eq!(survive(&types(600)).diagnostics.len(), 1);
    let blocks =
        |n: usize| format!("rule r on a {{ {}deny as C{} }}\n", "when a { ".repeat(n), " }".repeat(n));
    assert_eq!(survive(&blocks(63)).diagnostics.len(), 0);
    assert_eq!(survive(&blocks(64)).diagnostics.len(), 1);
}

#[test]
fn a_long_list_is_no_depth() {
    let numbers = "-1, ".repeat(20_000);
    assert_eq!(survive(&format!("param x: List<Int, max 20000> = [{numbers}]\n")).diagnostics.len(), 0);
}

#[test]
fn sources_that_are_no_text() {
    let codes = |bytes: &[u8]| {
        let parsed = parse_bytes(FileId(0), bytes);
        parsed.diagnostics.iter().map(|d| (d.code, d.span().start)).collect::<Vec<_>>()
    };
    assert_eq!(codes(b"module a\n"), []);
    assert_eq!(codes(b""), []);
    assert_eq!(codes(b"module a\n// \xff\n"), [("E0130", 12)]);
    assert_eq!(codes(b"\xef\xbb\xbfmodule a\n"), [("E0131", 0)]);
    assert_eq!(codes(b"\xff\xfem\0"), [("E0130", 0)]);
    assert_eq!(codes(&vec![b'\n'; MAX_SOURCE]), []);
    assert_eq!(codes(&vec![b'\n'; MAX_SOURCE + 1]), [("E0132", 0)]);
    assert_eq!(codes(b"module a // \r deny\n"), [("E0101", 12)]);
    assert_eq!(codes(b"module a // \0\x07 deny\n"), [("E0101", 12)]);
}

#[test]
fn errors_have_a_limit() {
    let parsed = survive(&"record R { a }\n".repeat(5_000));
    assert_eq!(parsed.diagnostics.len(), MAX_ERRORS + 1);
    assert_eq!(parsed.diagnostics.last().unwrap().code, "E0133");
}
