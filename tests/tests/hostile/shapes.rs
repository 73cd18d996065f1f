//! Files that are long, deep or wide in one way. Each ends; how long they take is shown by the example `growth`.

use crate::corpus::alone;
use crate::survive::{refused, survive};

const HEAD: &str = "\
module hostile.shapes
layer base
action pay { n: Int, s: String
  default allow }
reasons { C \"c\" }
";

/// A policy that ends with this text.
fn policy(rest: &str) -> lictor_compiler::project::Project {
    alone(format!("{HEAD}{rest}\n").as_bytes())
}

fn rule(condition: &str) -> lictor_compiler::project::Project {
    policy(&format!("rule r on pay {{ deny when {condition} as C }}"))
}

#[test]
fn a_megabyte_on_one_line() {
    let many = |piece: &str| piece.repeat((1 << 20) / piece.len());
    for text in [many("x"), many("("), many("1 + "), many("not "), many("a.b.c "), many("\\"), many("9")] {
        refused(&rule(&text));
    }
    refused(&rule(&format!("s == \"{}\"", many("é"))));
    refused(&policy(&format!("record {} {{ n: Int }}", many("R"))));
    survive(&policy(&format!("// {}", many("a comment without an end "))));
    survive(&policy(&many(" ")));
    survive(&policy(&many("\t\n")));
}

#[test]
fn what_nests_to_the_bound_compiles_and_what_nests_deeper_is_told() {
    let wrapped = |n: usize, open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(n), close.repeat(n))
    };
    let shapes: [(&str, &str, &str, usize); 10] = [
        ("(", "n > 3", ")", 60),
        ("not ", "n > 3", "", 60),
        ("n > 3 and ", "n > 3", "", 250),
        ("n > 3 or ", "n > 3", "", 250),
        ("", "n > 3", " unless n > 4", 250),
        ("n + ", "n > 3", "", 250),
        ("n - ", "n > 3", "", 250),
        ("n * ", "n > 3", "", 250),
        ("if n > 3 then true else ", "n > 3", "", 250),
        ("if ", "n > 3", " then true else false", 60),
    ];
    for (open, inner, close, most) in shapes {
        let compiled = survive(&rule(&wrapped(most, open, inner, close)));
        assert!(compiled.bundle.is_some(), "{most} of `{open}`: {:#?}", compiled.diagnostics.first());
        for n in [300, 100_000] {
            let compiled = refused(&rule(&wrapped(n, open, inner, close)));
            assert_eq!(compiled.diagnostics[0].code, "E0116", "{n} of `{open}`");
        }
    }
    let blocks =
        |n: usize| policy(&format!("rule r on pay {{ {} }}", wrapped(n, "when n > 3 { ", "deny as C", " }")));
    assert!(survive(&blocks(60)).bundle.is_some());
    refused(&blocks(100));
    refused(&blocks(100_000));
}

#[test]
fn what_declarations_nest_has_a_bound_too() {
    let each = |n: usize, text: &dyn Fn(usize) -> String| (0..n).map(text).collect::<String>();
    let codes = |text: &str| {
        let mut codes: Vec<_> = refused(&policy(text)).diagnostics.iter().map(|told| told.code).collect();
        codes.dedup();
        codes
    };
    let n = 20_000;
    let functions = each(n, &|i| format!("fn f{}(x: Int) -> Int = f{i}(x)\n", i + 1));
    assert_eq!(codes(&format!("fn f0(x: Int) -> Int = x\n{functions}")), ["E0311"]);
    assert_eq!(codes(&format!("fn f0(x: Int) -> Int = f{n}(x)\n{functions}")), ["E0310"]);
    let tall = each(60, &|i| format!("fn f{}(x: Int) -> Int = f{i}(x){}\n", i + 1, " + 1".repeat(200)));
    assert_eq!(codes(&format!("fn f0(x: Int) -> Int = x\n{tall}")), ["E0311"]);
    let records = each(n, &|i| format!("record R{} {{ r: R{i} }}\n", i + 1));
    assert_eq!(codes(&format!("record R0 {{ n: Int }}\n{records}")), ["E0219"]);
    assert_eq!(codes(&format!("record R0 {{ r: R{n} }}\n{records}")), ["E0219"]);
    assert_eq!(codes(&format!("record R {{ l: {}Int{} }}", "List<".repeat(40), ">".repeat(40))), ["E0219"]);
    let lets = each(9_000, &|i| format!("  let v{} = not v{i}\n", i + 1));
    let lets = |last: &str| format!("rule r on pay {{\n  let v0 = n > 3\n{lets}  deny when {last} as C\n}}");
    assert_eq!(codes(&lets("v9000")), ["E0430"]);
}

#[test]
fn hundreds_of_files_with_mistakes() {
    let mut project = policy("rule r on pay { deny when m > 3 as C }");
    for number in 0..400 {
        let mut file = project.files[0].clone();
        file.path = format!("{number:03}.lictor");
        file.bytes.truncate(number % HEAD.len());
        project.files.push(file);
    }
    let compiled = refused(&project);
    let told =
        |file: usize| compiled.diagnostics.iter().filter(|told| told.span().file.0 as usize == file).count();
    let most = (0..compiled.sources.len()).map(told).max().unwrap();
    assert!(most <= 3, "{most} errors in one file");
}
