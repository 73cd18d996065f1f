//! The table of operators in `docs/language.md` is complete: what it lists compiles and gives what it says, and nothing else compiles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};

const TYPES: [&str; 15] = [
    "Int",
    "Decimal",
    "Money",
    "Timestamp",
    "Duration",
    "Date",
    "TimeOfDay",
    "Weekday",
    "Bool",
    "String",
    "Domain",
    "Colour",
    "Thing",
    "List<Int>",
    "Set<String>",
];

/// What arithmetic can give: the first six types.
const RESULTS: usize = 6;

fn reference() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, part) = page.split_once("### What operators take and give").unwrap();
    part.split_once("\n`x in xs`").unwrap().0.to_string()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Of operations that are functions of two values, those that compile.
fn accepted(tried: &[(String, &str)]) -> BTreeSet<(String, String)> {
    let mut text = "module m\nlayer base\nenum Colour { red, blue }\nrecord Thing { id: Int }\n".to_string();
    let mut starts = BTreeMap::new();
    for (number, (operation, result)) in tried.iter().enumerate() {
        let [left, op, right] = operation.split(' ').collect::<Vec<_>>()[..] else { panic!("{operation}") };
        starts.insert(text.len(), number);
        text.push_str(&format!("fn f{number}(a: {left}, b: {right}) -> {result} = a {op} b\n"));
    }
    let files = vec![SourceFile { path: "m.lictor".to_string(), bytes: text.into_bytes() }];
    let compiled = compile(&Project { name: "operators".to_string(), files, ..Project::default() });
    let mut wrong = BTreeSet::new();
    for error in compiled.diagnostics.iter().filter(|told| told.is_error()) {
        assert!(error.code.starts_with("E03"), "{error:?}");
        let (_, number) = starts.range(..=error.span().start as usize).next_back().unwrap();
        wrong.insert(*number);
    }
    let right = tried.iter().enumerate().filter(|(number, _)| !wrong.contains(number));
    right.map(|(_, (operation, result))| (operation.clone(), (*result).to_string())).collect()
}

/// Every operation of two types by one of these operators.
fn operations<'a>(operators: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    let pairs = TYPES.iter().flat_map(|left| TYPES.iter().map(move |right| (left, right)));
    pairs.flat_map(|(left, right)| operators.iter().map(move |op| format!("{left} {op} {right}")))
}

#[test]
fn arithmetic_is_what_the_table_says() {
    let page = reference();
    let mut listed = BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let words: Vec<&str> = quoted(row).collect();
        let (result, operations) = words.split_last().unwrap();
        listed.extend(operations.iter().map(|operation| (operation.to_string(), result.to_string())));
    }
    let tried: Vec<(String, &str)> = operations(&["+", "-", "*", "/", "div"])
        .flat_map(|operation| TYPES[..RESULTS].iter().map(move |result| (operation.clone(), *result)))
        .collect();
    let all = accepted(&tried);
    let by_itself = |(operation, result): &&(String, String)| {
        // An Int is a Decimal where one is taken, and so is what comes of it.
        let wider = |text: String| text != *operation && all.contains(&(text, result.clone()));
        let widened = wider(operation.replacen("Int", "Decimal", 1))
            || wider(operation.replace("Int", "Decimal"))
            || operation.rfind("Int").is_some_and(|at| wider(format!("{}Decimal", &operation[..at])));
        let whole = result == "Decimal" && all.contains(&(operation.clone(), "Int".to_string()));
        !(widened || whole)
    };
    let found: BTreeSet<_> = all.iter().filter(by_itself).cloned().collect();
    assert_eq!(found, listed);
}

#[test]
fn comparisons_are_what_the_page_says() {
    let page = reference();
    let ordered =
        page.split_once("`<` `<=` `>` `>=` take two of ").unwrap().1.split_once(", or two tiers").unwrap().0;
    let ordered: BTreeSet<&str> = quoted(ordered).collect();
    let numbers = ["Int", "Decimal"];
    for (operator, takes) in [("<", &ordered), ("==", &TYPES[..12].iter().copied().collect())] {
        let tried: Vec<(String, &str)> =
            operations(&[operator]).map(|operation| (operation, "Bool")).collect();
        let expected = TYPES.iter().flat_map(|left| TYPES.iter().map(move |right| (left, right))).filter(
            |(left, right)| {
                takes.contains(*left)
                    && (left == right || (numbers.contains(left) && numbers.contains(right)))
            },
        );
        let expected: BTreeSet<_> = expected
            .map(|(left, right)| (format!("{left} {operator} {right}"), "Bool".to_string()))
            .collect();
        assert_eq!(accepted(&tried), expected);
    }
}
