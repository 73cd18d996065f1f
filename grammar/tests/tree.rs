//! Sources without mistakes: the tree that they come to.

mod common;

use common::{everything, render};
use lictor_grammar::ast::{ExprKind, File, ItemKind, StatementKind, TestStepKind};
use lictor_grammar::lex::TokenKind;
use lictor_grammar::parse;
use lictor_grammar::span::FileId;
use std::sync::Arc;

/// The tree of a source that must be without mistakes.
fn tree(source: &str) -> File {
    let parsed = parse(FileId(0), source);
    assert!(parsed.diagnostics.is_empty(), "{}", render(source, &parsed.diagnostics));
    parsed.file
}

/// The body of the one `fn` in a source, as text with a pair of parentheses for each node.
fn shape(expression: &str) -> String {
    let file = tree(&format!("fn f() -> T = {expression}\n"));
    match &file.items[0].kind {
        ItemKind::Fn(function) => common::shape(&function.body),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_has_its_tree() {
    // A line for each item, and one for each statement or step; places would make it unreadable, and have a test.
    let mut lines = Vec::new();
    for item in tree(&everything()).items {
        let Ok(item) = Arc::try_unwrap(item) else { panic!("nobody else has it") };
        match item.kind {
            ItemKind::Rule(mut rule) => {
                let body = std::mem::take(&mut rule.body);
                lines.push(format!("{rule:?}"));
                lines.extend(body.iter().map(|statement| format!("  {:?}", statement.kind)));
            }
            ItemKind::Test(mut test) => {
                let steps = std::mem::take(&mut test.steps);
                lines.push(format!("{:?} {test:?}", item.docs));
                lines.extend(steps.iter().map(|step| format!("  {:?}", step.kind)));
            }
            kind => lines.push(format!("{:?} {kind:?}", item.docs)),
        }
    }
    insta::assert_snapshot!(common::without_spans(&lines.join("\n")));
}

#[test]
fn places_cover_what_they_name() {
    let source = everything();
    let parsed = parse(FileId(3), &source);
    let text = |span: lictor_grammar::span::Span| {
        assert_eq!(span.file, FileId(3));
        &source[span.start as usize..span.end as usize]
    };
    for item in &parsed.file.items {
        let whole = text(item.span);
        assert!(!whole.is_empty() && !whole.starts_with(' ') && !whole.ends_with('\n'), "{whole}");
        if let ItemKind::Rule(rule) = &item.kind {
            assert!(whole.starts_with("rule prices") && whole.ends_with('}'));
            assert_eq!(text(rule.name.span), "prices");
            assert_eq!(text(rule.on[1].span), "shop.rent.*");
            let StatementKind::Let(first) = &rule.body[0].kind else { panic!() };
            assert_eq!(text(rule.body[0].span), "let dear = price > max_price");
            assert_eq!(text(first.value.span), "price > max_price");
            let ExprKind::Binary(_, sign, left, _) = &first.value.kind else { panic!() };
            assert_eq!((text(*sign), text(left.span)), (">", "price"));
        }
        if let ItemKind::Test(test) = &item.kind
            && test.name.value.starts_with("lamps")
        {
            assert!(text(test.steps[0].span).starts_with("given lamp with"));
            let TestStepKind::Given(_, with) = &test.steps[0].kind else { panic!() };
            assert_eq!(text(with[0].path.span), "seller.id");
        }
    }
}

#[test]
fn tokens_cover_the_text() {
    let source = everything();
    let parsed = parse(FileId(0), &source);
    let mut end = 0;
    for token in &parsed.tokens {
        let gap = &source[end..token.span.start as usize];
        assert!(gap.chars().all(char::is_whitespace), "{gap:?}");
        end = token.span.end as usize;
    }
    assert!(source[end..].trim().is_empty());
    let count = |kind| parsed.tokens.iter().filter(|token| token.kind == kind).count();
    assert_eq!((count(TokenKind::ModuleDoc), count(TokenKind::Doc)), (2, 13));
}

#[test]
fn windows_line_ends_change_nothing_but_places() {
    let source = everything();
    let unix = format!("{:?}", tree(&source));
    let windows = format!("{:?}", tree(&source.replace('\n', "\r\n")));
    assert_eq!(common::without_spans(&unix), common::without_spans(&windows));
}

#[test]
fn operators_bind_as_documented() {
    let cases = [
        ("a or b and not c == d", "(a or (b and not((c == d))))"),
        ("a unless b or c unless d", "((a unless (b or c)) unless d)"),
        ("if a then b else c unless d", "if(a, b, (c unless d))"),
        ("if a then b else if c then d else e", "if(a, b, if(c, d, e))"),
        ("a + b * c - d div e", "((a + (b * c)) - (d div e))"),
        ("a - b - c", "((a - b) - c)"),
        ("-a * b", "(-(a) * b)"),
        ("- -a", "-(-(a))"),
        ("a otherwise 0 + 1", "((a otherwise 0) + 1)"),
        ("-a otherwise b", "-((a otherwise b))"),
        ("a otherwise -1 < b", "((a otherwise -(1)) < b)"),
        ("a otherwise b otherwise c", "((a otherwise b) otherwise c)"),
        ("a.b.c[d].e(f).g", "g of e of c of b of a[d](f)"),
        ("a + 1 in b .. c + 1", "((a + 1) in ((b .. (c + 1))))"),
        ("0..5", "(0 .. 5)"),
        ("a in 0..=5", "(a in ((0 ..= 5)))"),
        ("a not in b", "not((a in (b)))"),
        ("not a is present and b", "(not((a is Present)) and b)"),
        ("a is not empty", "not((a is Empty))"),
        ("(a or b) and c", "((a or b) and c)"),
        (
            "all(x in xs + ys: x > 1 and any(y in x.zs: y))",
            "All(x in (xs + ys): ((x > 1) and Any(y in zs of x: y)))",
        ),
        ("5 USD * 2.5% + 3 months", "((5 USD * 2.5%) + 3 months)"),
        ("t - 7d < 2026-01-01T00:00:00Z", "((t - 7d) < 2026-01-01T00:00:00Z)"),
    ];
    for (source, expected) in cases {
        assert_eq!(shape(source), expected, "{source}");
    }
}

#[test]
fn keywords_that_are_not_reserved_name_things() {
    let words = [
        "module", "layer", "rule", "test", "param", "set", "on", "at", "when", "deny", "require", "let",
        "to", "within", "range", "fixed", "min", "max", "div", "default", "flags", "agent", "user", "model",
        "because", "expect", "with", "cases", "given", "other", "than", "quorum", "loosen", "by", "cites",
        "allow", "file", "absent_",
    ];
    for word in words {
        tree(&format!("record R {{ {word}: Int }}\n"));
        tree(&format!("action a.{word} {{\n  {word}: Int\n  x: Int,\n  {word}2: String max 4\n}}\n"));
        tree(&format!("param {word}: Int = 5\n"));
        tree(&format!("fn {word}({word}: Int) -> Int = {word} + {word} * {word}.{word}\n"));
        tree(&format!(
            "rule {word} on {word}.{word} {{\n  let {word} = {word}\n  require {word} else C\n}}\n"
        ));
        tree(&format!(
            "rule r on a {{\n  step_up when {word} to {word} as {word} \"{{{word}.{word}}}\"\n}}\n"
        ));
        tree(&format!(
            "test \"t\" {{\n  given {word} with {word}: {word}, {word}.{word}: {word}\n  expect deny C\n}}\n"
        ));
    }
}

#[test]
fn a_list_may_stand_before_a_clause_of_its_action() {
    let clauses = ["default allow", "flags large", "amplifiers { haste: 3 }", "unbound xs because \"n\""];
    for clause in clauses {
        for ty in ["List<Int>", "Map<String, Money>", "List<String max 3, max 9>"] {
            let file = tree(&format!("action a {{ xs: {ty} {clause} }}\n"));
            let ItemKind::Action(action) = &file.items[0].kind else { panic!() };
            let is_there = action.default.is_some()
                || !action.flags.is_empty()
                || !action.amplifiers.is_empty()
                || !action.unbound.is_empty();
            assert!(is_there && action.fields.len() == 1, "{ty} {clause}");
        }
    }
}

#[test]
fn documentation_is_kept_where_it_stands() {
    let file = tree(
        "//! One.\n//! Two.\n\n/// Of the record.\nrecord R {\n  /// Of the field.\n  a: Int\n}\n//// A line.\nfn f() -> Int = 1\n",
    );
    assert_eq!(file.docs, ["One.", "Two."]);
    assert_eq!(file.items[0].docs, ["Of the record."]);
    let ItemKind::Record(record) = &file.items[0].kind else { panic!() };
    assert_eq!(record.fields[0].docs, ["Of the field."]);
    assert!(file.items[1].docs.is_empty());
}
