//! What the suites share: the sample files, and diagnostics as text.

#![allow(dead_code)] // Not every suite needs everything.
#![allow(clippy::disallowed_methods)] // A test reads its samples.

use lictor_grammar::ast::{Expr, ExprKind, UnaryOp};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;
use std::fmt::Write;
use std::path::Path;

/// The sample files of a folder, by name, in alphabetical order.
pub fn sample_files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(folder);
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lictor"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The sample that has everything.
pub fn everything() -> String {
    let files = sample_files(".");
    files.into_iter().find(|(name, _)| name == "everything").unwrap().1
}

/// Diagnostics as text: the line, marks under the place, the words, the help.
pub fn render(source: &str, diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        writeln!(text, "{}: {}", diagnostic.code, diagnostic.message).unwrap();
        for label in &diagnostic.labels {
            place(&mut text, source, label.span, &label.text);
        }
        if let Some(help) = &diagnostic.help {
            writeln!(text, "  help: {help}").unwrap();
        }
        text.push('\n');
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn place(text: &mut String, source: &str, span: Span, words: &str) {
    let (start, end) = (span.start as usize, span.end as usize);
    let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
    let number = source[..start].matches('\n').count() + 1;
    let before: String = source[line_start..start].chars().map(|c| if c == '\t' { c } else { ' ' }).collect();
    let width = source[start..end.min(line_end)].chars().count().max(1);
    let line: String = source[line_start..line_end].escape_debug().to_string().replace("\\\"", "\"");
    let line: String = line.chars().take(120).collect();
    writeln!(text, "  {number:>3} | {line}").unwrap();
    writeln!(text, "      | {before}{} {words}", "^".repeat(width.min(60))).unwrap();
}

/// An expression with a pair of parentheses for each node.
pub fn shape(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Name(text)
        | ExprKind::Number(text)
        | ExprKind::Duration(text)
        | ExprKind::Timestamp(text) => text.clone(),
        ExprKind::Percent(text) => format!("{text}%"),
        ExprKind::Quantity(number, unit) => format!("{} {}", number.text, unit.text),
        ExprKind::Field(object, name) => format!("{} of {}", name.text, shape(object)),
        ExprKind::Index(object, key) => format!("{}[{}]", shape(object), shape(key)),
        ExprKind::Method(object, name, args) => {
            let args: Vec<String> = args.iter().map(shape).collect();
            format!("{} of {}({})", name.text, shape(object), args.join(", "))
        }
        ExprKind::Quantifier(q) => {
            format!("{:?}({} in {}: {})", q.kind, q.variable.text, shape(&q.over), shape(&q.body))
        }
        ExprKind::Unary(UnaryOp::Not, operand) => format!("not({})", shape(operand)),
        ExprKind::Unary(UnaryOp::Negate, operand) => format!("-({})", shape(operand)),
        ExprKind::Binary(op, _, left, right) => format!("({} {} {})", shape(left), op.symbol(), shape(right)),
        ExprKind::In(left, right) => format!("({} in ({}))", shape(left), shape(right)),
        ExprKind::Range(from, to, closed) => {
            format!("({} {} {})", shape(from), if *closed { "..=" } else { ".." }, shape(to))
        }
        ExprKind::Is(operand, what) => format!("({} is {what:?})", shape(operand)),
        ExprKind::If(condition, yes, no) => {
            format!("if({}, {}, {})", shape(condition), shape(yes), shape(no))
        }
        ExprKind::Otherwise(value, other) => format!("({} otherwise {})", shape(value), shape(other)),
        ExprKind::Unless(value, other) => format!("({} unless {})", shape(value), shape(other)),
        other => format!("{other:?}"),
    }
}

/// The debug form of a tree without the places, and with names as bare words.
pub fn without_spans(tree: &str) -> String {
    let mut text = String::new();
    let mut rest = tree;
    while let Some(at) = rest.find("Span {") {
        let before = rest[..at].strip_suffix("span: ").unwrap_or(&rest[..at]);
        text.push_str(before.strip_suffix(", ").unwrap_or(before));
        let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
        rest = &rest[end..];
    }
    text.push_str(rest);
    let mut short = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Name { text: \"") {
        short.push_str(&rest[..at]);
        let name = &rest[at + 14..];
        let end = name.find('"').unwrap_or(name.len());
        short.push_str(&name[..end]);
        rest = name[end..].strip_prefix("\" }").unwrap_or(&name[end..]);
    }
    short + rest
}

/// A generator of the kind x → a·x + c, good enough to stir.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
