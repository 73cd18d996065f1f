//! Tables of tests: `tables.md` holds them in fenced blocks, each a project of its own beside the prelude. A line that must raise
//! something ends in a comment that says so: `# error: [E0628] there is no column`.

#![expect(clippy::disallowed_methods, reason = "tests read their fixtures")]

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};

fn fixtures() -> (String, Vec<String>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables.md");
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = |fence: &str| -> Vec<String> {
        let parts = text.split(fence).skip(1);
        parts.map(|part| part.split("```\n").next().unwrap().to_string()).collect()
    };
    (blocks("```lictor\n").remove(0), blocks("```yaml\n"))
}

fn with_table(table: &[u8]) -> Compiled {
    let (prelude, _) = fixtures();
    let file = |path: &str, bytes: &[u8]| SourceFile { path: path.to_string(), bytes: bytes.to_vec() };
    compile(&Project {
        name: "tables".to_string(),
        files: vec![file("prelude.lictor", prelude.as_bytes())],
        tables: vec![file("orders.test.yaml", table)],
        ..Project::default()
    })
}

/// Line, code and message of every error in the table.
fn raised(compiled: &Compiled) -> Vec<(usize, String, String)> {
    let errors = compiled.diagnostics.iter().filter(|told| told.is_error());
    let mut raised: Vec<(usize, String, String)> = errors
        .map(|told| {
            let source = &compiled.sources[told.span().file.0 as usize];
            assert_eq!(source.path, "orders.test.yaml", "{told:?}");
            assert!(told.help.is_some(), "{told:?} does not say what to do");
            let before = &source.bytes[..told.span().start as usize];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            (line, told.code.to_string(), told.message.clone())
        })
        .collect();
    raised.sort();
    raised
}

#[test]
fn every_table_raises_what_it_says() {
    let (_, tables) = fixtures();
    assert!(tables.len() >= 15);
    for table in tables {
        let mut announced: Vec<(usize, String, String)> = Vec::new();
        for (number, line) in (1..).zip(table.lines()) {
            let Some((_, said)) = line.split_once("# error: ") else { continue };
            let (code, words) = said.trim_start_matches('[').split_once("] ").unwrap();
            announced.push((number, code.to_string(), words.to_string()));
        }
        announced.sort();
        let compiled = with_table(table.as_bytes());
        let raised = raised(&compiled);
        let same = raised.len() == announced.len()
            && raised
                .iter()
                .zip(&announced)
                .all(|(told, said)| (told.0, &told.1) == (said.0, &said.1) && told.2.contains(&said.2));
        assert!(same, "{table}\nannounced {announced:#?}\nraised {raised:#?}");
        // Without errors, every row is a test.
        assert_eq!(compiled.tests.is_empty(), !raised.is_empty(), "{table}");
    }
}

#[test]
fn rows_are_requests() {
    let (_, tables) = fixtures();
    let all = |index: usize| -> String {
        let compiled = with_table(tables[index].as_bytes());
        let one = |test: &lictor_compiler::TestCase| {
            let request: serde_json::Value = serde_json::from_str(&test.request).unwrap();
            format!(
                "{} · {}: {} {} {} after {}\n{request:#}\n",
                test.name,
                test.case.as_deref().unwrap(),
                test.decision,
                test.code.as_deref().unwrap_or("-"),
                test.to.as_deref().unwrap_or("-"),
                test.history.len(),
            )
        };
        compiled.tests.iter().map(one).collect()
    };
    insta::assert_snapshot!((0..3).map(all).collect::<Vec<_>>().join("\n----\n"));
}

/// The one error of a table that is too much.
fn refused(table: &[u8]) -> String {
    let compiled = with_table(table);
    let raised = raised(&compiled);
    assert_eq!(raised.len(), 1, "{raised:?}");
    raised[0].1.clone()
}

#[test]
fn hostile_tables_are_refused_at_once() {
    // A billion laughs: nine lists, each of nine times the one before.
    let mut bomb = String::from("l0: &l0 [a, a, a, a, a, a, a, a, a]\n");
    for level in 1..10 {
        let before = vec![format!("*l{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("l{level}: &l{level} [{before}]\n"));
    }
    assert_eq!(refused(bomb.as_bytes()), "E0626");
    assert_eq!(refused(&vec![b'['; 1 << 20]), "E0626");
    assert_eq!(refused("{a: ".repeat(200_000).as_bytes()), "E0626");
    assert_eq!(refused("- ".repeat(400_000).as_bytes()), "E0626");
    assert_eq!(refused(&vec![b'a'; 10 << 20]), "E0626");
    assert_eq!(refused("- a\n".repeat(210_000).as_bytes()), "E0626");
    let chain: String = (1..100).map(|at| format!("a{at}: &a{at} [*a{}]\n", at - 1)).collect();
    assert_eq!(refused(format!("a0: &a0 [x]\n{chain}").as_bytes()), "E0626");
    let past = "given: paper\nrows:\n".to_string()
        + &"  - { after: 60000 allowed paper over 30m, expect: allow }\n".repeat(9);
    assert_eq!(refused(past.as_bytes()), "E0626");
    assert_eq!(refused(b"given: \xff\n"), "E0625");
    assert_eq!(refused(b""), "E0625");
    assert_eq!(refused(b"\xef\xbb\xbf# nothing\n"), "E0625");
    // Long keys and texts, and no line end, are only long.
    assert_eq!(refused(format!("given: {}", "k".repeat(1 << 19)).as_bytes()), "E0629");
}

#[test]
fn cut_off_anywhere_a_table_never_panics() {
    let (_, tables) = fixtures();
    for table in &tables[..3] {
        for end in (0..table.len()).filter(|end| table.is_char_boundary(*end)) {
            with_table(&table.as_bytes()[..end]);
        }
    }
}

#[test]
fn an_example_that_a_table_begins_with_is_used() {
    let compiled = with_table(b"given: paper\nrows:\n  - { total: 40.00 USD, expect: allow }\n");
    let unused = compiled.diagnostics.iter().filter(|told| told.code == "W0501");
    let unused: Vec<&str> = unused.map(|told| told.message.as_str()).collect();
    assert_eq!(unused, ["no test uses the example `back`"]);
}
