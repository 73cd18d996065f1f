//! Coverage as LCOV writes it, which tools that draw coverage beside sources read: the format of `geninfo(1)`. A rule is a function, its
//! places are lines and branches, and tests are what is counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::coverage::{Coverage, Rule};

/// One record for each file that has rules.
pub fn lcov(coverage: &Coverage) -> String {
    let mut files: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &coverage.rules {
        files.entry(&rule.file).or_default().push(rule);
    }
    files.into_iter().map(|(path, rules)| file(path, &rules)).collect()
}

fn file(path: &str, rules: &[&Rule]) -> String {
    let mut functions = String::new();
    let mut branches = String::new();
    let mut lines: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut found, mut hit, mut block) = (0, 0, 0);
    for rule in rules {
        put(&mut functions, format_args!("FN:{},{}", rule.line, rule.rule));
        put(&mut functions, format_args!("FNDA:{},{}", rule.ran, rule.rule));
        let mut reached = |line: u32, tests: u32| {
            let known = lines.entry(line).or_default();
            *known = tests.max(*known);
        };
        reached(rule.line, rule.ran);
        for point in &rule.points {
            reached(point.line, point.tests());
            // What can go one way only is no branch.
            if point.ways.len() < 2 {
                continue;
            }
            for (number, way) in point.ways.iter().enumerate() {
                // A dash says that nobody ever came here.
                let taken = if point.tests() == 0 { "-".to_owned() } else { way.tests.to_string() };
                put(&mut branches, format_args!("BRDA:{},{block},{number},{taken}", point.line));
                found += 1;
                hit += usize::from(way.tests > 0);
            }
            block += 1;
        }
    }
    let ran = rules.iter().filter(|rule| rule.ran > 0).count();
    let mut text = String::new();
    put(&mut text, format_args!("TN:\nSF:{path}"));
    text.push_str(&functions);
    put(&mut text, format_args!("FNF:{}\nFNH:{ran}", rules.len()));
    text.push_str(&branches);
    put(&mut text, format_args!("BRF:{found}\nBRH:{hit}"));
    for (line, tests) in &lines {
        put(&mut text, format_args!("DA:{line},{tests}"));
    }
    let reached = lines.values().filter(|tests| **tests > 0).count();
    put(&mut text, format_args!("LF:{}\nLH:{reached}\nend_of_record", lines.len()));
    text
}

/// Adds a line. Writing to a text cannot fail.
fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    let _ = writeln!(text, "{line}");
}
