//! Which tests reach which rules: what their decisions were traced to do, and no guess by names.

use maud::html;

use super::Chapter;
use super::rules::tests_anchor;
use crate::book::{Book, Kind};
use crate::words::several;

/// The tests.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let tests = book.policy.tests?.tried;
    let mut rules: Vec<String> = Vec::new();
    for rule in book.layers().flat_map(|unit| &unit.rules) {
        let name = format!("{}.{}", rule.module, rule.name);
        if !rules.contains(&name) {
            rules.push(name);
        }
    }
    if tests.is_empty() && rules.is_empty() {
        return None;
    }
    let failed: Vec<_> = tests.iter().filter(|tried| !tried.passed).collect();
    let unreached = rules.iter().filter(|rule| book.tests_of(rule).is_empty()).count();
    let body = html! {
        h1 { "Tests" }
        p {
            "The policy has " (several(tests.len(), "test")) ", each row of a table counted. "
            @if tests.is_empty() { } @else if failed.is_empty() { "All of them pass." } @else { span.lack { (several(failed.len(), "test")) " of them " @if failed.len() == 1 { "fails." } @else { "fail." } } }
            " A test reaches a rule that was asked when its request was decided."
        }
        @if !failed.is_empty() {
            ul { @for tried in &failed { li { (tried.case.name) @if let Some(case) = &tried.case.case { ": " (case) } } } }
        }
        @if unreached > 0 { p.note { (several(unreached, "rule")) @if unreached == 1 { " is" } @else { " are" } " reached by no test." } }
        @if !rules.is_empty() {
            div.wide { table {
                thead { tr { th { "Rule" } th { "Tests that reach it" } } }
                tbody {
                    @for rule in &rules {
                        @let found = book.tests_of(rule);
                        tr id=(tests_anchor(rule)) {
                            td { (book.name(Kind::Rule, rule)) }
                            td {
                                @if found.is_empty() { span.lack { "none" } }
                                @else {
                                    details open[found.len() <= 5] {
                                        summary { (several(found.len(), "test")) }
                                        ul.plain {
                                            @for (name, rows) in &found {
                                                li { (name) @if *rows > 1 { " " span.aside { "(" (several(*rows, "row")) ")" } } }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            } }
        }
    };
    Some(Chapter::new("tests.html", "Tests", Some(tests.len()), body))
}
