//! What `docs/grammar.md` says of the syntax is what the parser is made of: its grammar, its words and its limits.
//!
//! Where they differ, `UPDATE_GRAMMAR_PAGE=1 cargo test -p lictor-tests --test grammar_page` writes the page's grammar and its
//! words anew; the rest of the page is written by people.

#[path = "support/ebnf.rs"]
mod ebnf;

use std::path::{Path, PathBuf};

use lictor_grammar::keywords::{ITEMS, Keyword, RESERVED, STATEMENTS, STEPS};
use lictor_grammar::parse;
use lictor_grammar::span::FileId;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Compares the part of the page between `begin` and `end` with what it should be, or writes it.
fn holds(begin: &str, end: &str, should: &str) {
    let page = read("docs/grammar.md");
    let (before, rest) = page.split_once(begin).unwrap();
    let (is, after) = rest.split_once(end).unwrap();
    if std::env::var_os("UPDATE_GRAMMAR_PAGE").is_some() {
        std::fs::write(root().join("docs/grammar.md"), format!("{before}{begin}{should}{end}{after}"))
            .unwrap();
    } else {
        let without = |one: &str, other: &str| -> Vec<String> {
            one.lines()
                .filter(|line| !other.lines().any(|known| known == *line))
                .map(str::to_string)
                .collect()
        };
        let (old, new) = (without(is, should), without(should, is));
        assert!(
            is == should,
            "write it anew with UPDATE_GRAMMAR_PAGE=1\nit says {old:#?}\nit should {new:#?}"
        );
    }
}

#[test]
fn the_grammar_is_the_parsers() {
    let grammar = ebnf::ebnf(&read("grammar/src/grammar.lalrpop"));
    holds("```ebnf\n", "```\n", &grammar);
}

/// The words of the language in the grammar, in the order of the alphabet.
fn words(grammar: &str) -> Vec<&str> {
    let quoted = grammar.split('"').skip(1).step_by(2);
    let mut words: Vec<&str> = quoted.filter(|word| word.starts_with(char::is_alphabetic)).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn listed(words: &[Keyword]) -> String {
    words.iter().map(|word| format!("`{}`", word.text())).collect::<Vec<_>>().join(" ")
}

#[test]
fn its_words_are_the_languages() {
    let grammar = ebnf::ebnf(&read("grammar/src/grammar.lalrpop"));
    let all: Vec<Keyword> = words(&grammar)
        .into_iter()
        .map(|word| Keyword::from_text(word).unwrap_or_else(|| panic!("`{word}` is no word of the language")))
        .collect();
    let special = [RESERVED, ITEMS, STATEMENTS, STEPS].concat();
    assert!(special.iter().all(|word| all.contains(word)));
    let others: Vec<Keyword> = all.into_iter().filter(|word| !special.contains(word)).collect();
    let table = format!(
        "| | |\n|---|---|\n| reserved: they name nothing | {} |\n| begin an item, in column 1 | {} |\n| begin a statement of a rule | {} |\n\
         | begin a step of a test | {} |\n| go on with something | {} |\n",
        listed(RESERVED),
        listed(ITEMS),
        listed(STATEMENTS),
        listed(STEPS),
        listed(&others),
    );
    holds("<!-- words -->\n", "<!-- end -->", &table);
}

#[test]
fn every_word_is_shown_in_the_sample() {
    let sample = read("grammar/tests/samples/everything.lictor");
    let shown: Vec<&str> = sample.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let grammar = ebnf::ebnf(&read("grammar/src/grammar.lalrpop"));
    let missing: Vec<&str> = words(&grammar).into_iter().filter(|word| !shown.contains(word)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Where a limit is set, what it is set to, and the row of the page that says so.
const LIMITS: &[(&str, &str, &str)] = &[
    ("grammar/src/bytes.rs", "MAX_SOURCE: usize = 16 << 20", "| a file | 16 MiB | `E0132` |"),
    ("grammar/src/brackets.rs", "MAX_NESTING: usize = 64", "| brackets one in the other | 64 | `E0116` |"),
    (
        "grammar/src/build/expr.rs",
        "MAX_HEIGHT: u16 = 256",
        "| operators in one chain, `a + b + …` | 255 | `E0116` |",
    ),
    (
        "bundle/src/verify/schema.rs",
        "MAX_DEPTH: u8 = 32",
        "| records and lists one in the other | 32 | `E0219` |",
    ),
    (
        "compiler/src/check/function.rs",
        "MAX_HEIGHT: usize = lictor_grammar::MAX_EXPRESSION_HEIGHT",
        "| levels of a function, likewise | 256 | `E0311` |",
    ),
    ("grammar/src/sink.rs", "MAX_ERRORS: usize = 100", "| errors told of one file | 100 | `E0133` |"),
    (
        "compiler/src/names/types.rs",
        "DEFAULT_TEXT_MAX: u32 = 4_096",
        "| bytes of a `String` without `max` | 4,096 | `STRUCTURE_INVALID` |",
    ),
    (
        "compiler/src/names/types.rs",
        "DEFAULT_LIST_MAX: u32 = 100",
        "| elements of a `List` without `max` | 100 | `STRUCTURE_INVALID` |",
    ),
    (
        "compiler/src/names/types.rs",
        "DEFAULT_SET_MAX: u32 = 1_000",
        "| elements of a `Set` in a request without `max` | 1,000 | `STRUCTURE_INVALID` |",
    ),
    (
        "compiler/src/names/compound.rs",
        "DEFAULT_MAP_MAX: u32 = 100",
        "| entries of a `Map` without `max` | 100 | `STRUCTURE_INVALID` |",
    ),
    (
        "compiler/src/ids.rs",
        "MOST: usize = 65_535",
        "| declarations of one kind, values of one `enum` | 65,535 | `E0377` |",
    ),
    (
        "compiler/src/names/types.rs",
        "LARGEST_BOUND: u32 = 65_536",
        "| what `min` and `max` may say | 65,536 | `E0218` |",
    ),
    ("bundle/src/currency.rs", "MAX_DIGITS: u8 = 18", "| decimals of a `currency` | 18 | `E0375` |"),
    (
        "compiler/src/names/weights.rs",
        "MAX_WEIGHT: i128 = 100 * SCALE",
        "| weights of flags and amplifiers | 0 to 100 | `E0230` |",
    ),
    (
        "compiler/src/check/collection.rs",
        "MAX_QUANTIFIERS: usize = 3",
        "| `all`, `any`, `count`, `sum` one in the other | 3 | `E0314` |",
    ),
    (
        "compiler/src/check/function.rs",
        "MAX_NODES: usize = 20_000",
        "| parts of a function, once what it calls is written out | 20,000 | `E0311` |",
    ),
    (
        "compiler/src/lower/bounds.rs",
        "MAX_NODES: usize = 20_000",
        "| parts of a rule, likewise | 20,000 | `E0430` |",
    ),
    ("compiler/src/rules/message.rs", "MAX_VALUES: usize = 32", "| values in one message | 32 | `E0228` |"),
    ("bundle/src/pattern.rs", "MAX_SOURCE: usize = 1_000", "| bytes of a pattern | 1,000 | `E0353` |"),
    ("bundle/src/pattern.rs", "MAX_STATES: usize = 2_000", "| states of its table | 2,000 | `E0353` |"),
    (
        "bundle/src/history.rs",
        "MAX_WINDOW: i64 = 400 * 86_400_000",
        "| how far a question about the past looks back | 400 days | `E0442` |",
    ),
    (
        "bundle/src/history.rs",
        "MAX_FACTS: usize = 32",
        "| facts and questions of one decision | 32 | `E0447` |",
    ),
    (
        "compiler/src/history/declare.rs",
        "MAX_WORDS: usize = 400",
        "| letters of one question | 400 | `E0448` |",
    ),
    (
        "bundle/src/verify/steps.rs",
        "MAX_STEPS: u64 = 1_000_000",
        "| steps of one decision, at the worst | 1,000,000 | `E0433` |",
    ),
    (
        "compiler/src/scenario/past.rs",
        "MOST: u32 = 100_000",
        "| requests that a test states with `after` | 100,000 | `E0513` |",
    ),
    (
        "compiler/src/scenario/table/yaml.rs",
        "MAX_BYTES: usize = 1 << 20",
        "| a table of tests | 1 MiB | `E0626` |",
    ),
    (
        "runtime/src/decode/mod.rs",
        "MAX_REQUEST: usize = 64 * 1024",
        "| a request | 64 KiB | `STRUCTURE_INVALID` |",
    ),
    (
        "runtime/src/decode/fault.rs",
        "MAX_DEPTH: u32 = 32",
        "| brackets one in the other in a request | 32 | `STRUCTURE_INVALID` |",
    ),
    ("bundle/src/container.rs", "MAX_FILE: usize = 1 << 30", "| a bundle | 1 GiB | `B0101` |"),
];

#[test]
fn its_limits_are_those_in_force() {
    let page = read("docs/grammar.md");
    for (file, set, row) in LIMITS {
        assert!(read(file).contains(&format!("const {set};")), "{file} does not say {set}");
        assert!(page.contains(row), "docs/grammar.md lacks {row}");
    }
    let rows = page.split("## Limits").nth(1).unwrap().lines().filter(|line| line.starts_with("| ")).count();
    assert_eq!(rows, LIMITS.len() + 1, "a limit on the page is not checked");
}

/// The condition of a rule as the parser understands it, without the places.
fn tree(condition: &str) -> String {
    let parsed = parse(FileId(0), &format!("rule r on a {{\n  deny when {condition} as C\n}}\n"));
    assert!(parsed.diagnostics.is_empty(), "{condition}: {:?}", parsed.diagnostics);
    let [item] = parsed.file.items.as_slice() else { panic!("{condition}") };
    let shown = format!("{:?}", item.kind);
    shown.split("Span {").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).skip(1).collect()
}

#[test]
fn operators_bind_as_its_examples_say() {
    let page = read("docs/grammar.md");
    let (_, examples) = page.split_once("What is written, and how it is read:").unwrap();
    let rows = examples
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix("` |")?.split_once("` | `"));
    let rows: Vec<_> = rows.take_while(|(written, _)| !written.is_empty()).collect();
    assert!(rows.len() >= 7, "{rows:?}");
    for (written, read) in rows {
        assert_ne!(written, read);
        assert_eq!(tree(written), tree(read), "{written}");
    }
}
