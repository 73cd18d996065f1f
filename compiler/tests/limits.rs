//! Bundles number what is declared with 16 bits. A project with more is told which, where the first too many stands, and what to do.

use std::fmt::Write as _;

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_grammar::diagnostic::Diagnostic;

/// One more than can be numbered.
const TOO_MANY: usize = 65_536;

fn diagnostics(text: String) -> Vec<Diagnostic> {
    let files = vec![SourceFile { path: "base.lictor".to_string(), bytes: text.into_bytes() }];
    let project = Project { name: "limits".to_string(), files, ..Project::default() };
    compile(&project).diagnostics
}

/// The lines `n` times, each with its number for `#`, within the braces of an item.
fn listed(item: &str, line: &str, n: usize) -> String {
    let mut text = format!("module m\nlayer base\n\n{item} {{\n");
    for number in 0..n {
        writeln!(text, "  {}", line.replace('#', &number.to_string())).unwrap();
    }
    text + "}\n"
}

#[track_caller]
fn refused(text: String, what: &str, line: usize) {
    let start = text.lines().take(line - 1).map(|line| line.len() + 1).sum::<usize>();
    let found = diagnostics(text);
    let [only] = found.as_slice() else { panic!("{} diagnostics, first {:?}", found.len(), found.first()) };
    assert_eq!(only.code, "E0377");
    assert_eq!(only.message, format!("there are 65536 {what}, and a bundle can have 65535"));
    assert_eq!(only.span().start as usize, start + 2, "the first that is too many stands in line {line}");
}

#[test]
fn more_reason_codes_than_can_be_numbered() {
    refused(listed("reasons", "R_# \"no\"", TOO_MANY), "reason codes", 4 + TOO_MANY);
}

#[test]
fn more_values_of_an_enum_than_can_be_numbered() {
    refused(listed("enum Size", "s_#,", TOO_MANY), "values of one `enum`", 4 + TOO_MANY);
}

#[test]
fn more_tiers_than_can_be_numbered() {
    refused(listed("tiers", "t_#,", TOO_MANY), "tiers", 4 + TOO_MANY);
}

#[test]
fn as_many_roles_as_can_be_numbered() {
    let found = diagnostics(listed("roles", "r_# \"one of many\"", TOO_MANY - 1));
    assert!(found.iter().all(|diagnostic| !diagnostic.is_error()), "{:?}", found.first());
}
