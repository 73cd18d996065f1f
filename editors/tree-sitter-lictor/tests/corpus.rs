//! What the trees look like: `test/corpus/*.txt`, in the form that `tree-sitter test` reads.

mod support;

use std::fs;
use std::path::Path;

use support::{files, parse};

/// A case: its title, the text, and the tree as it was written down.
struct Case {
    title: String,
    text: String,
    tree: String,
}

/// A line of `=` above a title and below it, the text, `---`, and the tree.
fn cases(page: &str) -> Vec<Case> {
    let is_bar = |line: &str| line.len() >= 3 && line.bytes().all(|byte| byte == b'=');
    let lines: Vec<&str> = page.lines().collect();
    let begins: Vec<usize> = (2..lines.len())
        .filter(|&index| is_bar(lines[index]) && is_bar(lines[index - 2]))
        .map(|index| index - 2)
        .collect();
    let ends = begins.iter().skip(1).copied().chain([lines.len()]);
    let mut cases = Vec::new();
    for (begin, end) in begins.iter().copied().zip(ends) {
        let title = lines[begin + 1].to_string();
        let body = lines[begin + 3..end].join("\n");
        let (text, tree) = body.split_once("\n---\n").unwrap_or_else(|| panic!("{title}: no `---`"));
        cases.push(Case { title, text: format!("{}\n", text.trim()), tree: flat(tree) });
    }
    cases
}

/// A tree on one line, so that only what it says is compared.
fn flat(tree: &str) -> String {
    tree.split_whitespace().collect::<Vec<_>>().join(" ").replace(" )", ")")
}

#[test]
fn trees_are_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test/corpus");
    let mut count = 0;
    for path in files(&folder, "txt") {
        for Case { title, text, tree } in cases(&fs::read_to_string(&path).unwrap()) {
            assert_eq!(flat(&parse(&text).root_node().to_sexp()), tree, "{}: {title}", path.display());
            count += 1;
        }
    }
    assert!(count >= 30, "only {count} cases");
}

#[test]
fn a_text_that_is_typed_bit_by_bit_has_the_tree_of_the_whole() {
    let text = fs::read_to_string(support::root().join("grammar/tests/samples/everything.lictor")).unwrap();
    let mut parser = support::parser();
    let mut tree = parser.parse("", None).unwrap();
    let mut typed = String::new();
    for line in text.split_inclusive('\n') {
        let old = typed.len();
        typed.push_str(line);
        let place = |byte: usize| {
            let before = &typed[..byte];
            let row = before.matches('\n').count();
            tree_sitter::Point { row, column: byte - before.rfind('\n').map_or(0, |at| at + 1) }
        };
        tree.edit(&tree_sitter::InputEdit {
            start_byte: old,
            old_end_byte: old,
            new_end_byte: typed.len(),
            start_position: place(old),
            old_end_position: place(old),
            new_end_position: place(typed.len()),
        });
        tree = parser.parse(&typed, Some(&tree)).unwrap();
    }
    assert_eq!(tree.root_node().to_sexp(), parse(&text).root_node().to_sexp());
}
