//! What the queries say: colours by assertions in `test/highlight/*.lictor`, in the form that `tree-sitter test` reads, and
//! that every keyword has one; folds, indents and names in a policy.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lictor_grammar::keywords::Keyword;
use support::{files, parse, root};
use tree_sitter::{Language, Node, Query, QueryCursor, StreamingIterator};
use tree_sitter_highlight::{HighlightConfiguration, HighlightEvent, Highlighter};
use tree_sitter_lictor::{FOLDS, HIGHLIGHTS, INDENTS, LANGUAGE, LOCALS};

/// Which capture colours each byte of a text, the innermost; as an editor sees it.
fn colours(text: &str) -> Vec<Option<String>> {
    let language: Language = LANGUAGE.into();
    let mut configuration = HighlightConfiguration::new(language, "lictor", HIGHLIGHTS, "", LOCALS).unwrap();
    let names: Vec<String> = configuration.names().iter().map(|name| name.to_string()).collect();
    configuration.configure(&names);
    let mut highlighter = Highlighter::new();
    let events = highlighter.highlight(&configuration, text.as_bytes(), None, |_| None).unwrap();
    let (mut colours, mut open) = (vec![None; text.len()], Vec::new());
    for event in events {
        match event.unwrap() {
            HighlightEvent::HighlightStart(highlight) => open.push(names[highlight.0].clone()),
            HighlightEvent::HighlightEnd => {
                open.pop();
            }
            HighlightEvent::Source { start, end } => colours[start..end].fill(open.last().cloned()),
        }
    }
    colours
}

/// The captures of a query in a text: the name, and the text that it covers.
fn captures(query: &str, text: &str) -> Vec<(String, String)> {
    let query = Query::new(&LANGUAGE.into(), query).unwrap();
    let tree = parse(text);
    let mut cursor = QueryCursor::new();
    let mut found = Vec::new();
    let mut all = cursor.captures(&query, tree.root_node(), text.as_bytes());
    while let Some((matched, index)) = all.next() {
        let capture = matched.captures[*index];
        let name = query.capture_names()[capture.index as usize].to_string();
        found.push((name, text[capture.node.byte_range()].to_string()));
    }
    found
}

#[test]
fn colours_are_those_asserted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test/highlight");
    let mut count = 0;
    for path in files(&folder, "lictor") {
        let text = fs::read_to_string(&path).unwrap();
        let colours = colours(&text);
        let (mut above, mut start) = (0, 0);
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let assertion = line.trim_start().strip_prefix("//").and_then(|rest| {
                let at = rest.find('^').filter(|&at| rest[..at].trim().is_empty());
                let column = if rest.starts_with(" <-") {
                    Some(line.find("//")?)
                } else {
                    at.map(|at| line.len() - rest.len() + at)
                };
                Some((column?, rest.trim_start_matches([' ', '<', '-', '^']).trim().to_string()))
            });
            match assertion {
                Some((column, name)) => {
                    let colour = colours[above + column].as_deref().unwrap_or("nothing");
                    assert_eq!(colour, name, "{}:{number}", path.display());
                    count += 1;
                }
                None => above = start,
            }
            start += line.len();
        }
    }
    assert!(count >= 60, "only {count} assertions");
}

#[test]
fn each_node_is_captured_once() {
    let text = fs::read_to_string(root().join("grammar/tests/samples/everything.lictor")).unwrap();
    let query = Query::new(&LANGUAGE.into(), HIGHLIGHTS).unwrap();
    let tree = parse(&text);
    let mut cursor = QueryCursor::new();
    let mut times: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    let mut all = cursor.captures(&query, tree.root_node(), text.as_bytes());
    while let Some((matched, index)) = all.next() {
        let node = matched.captures[*index].node;
        times.entry(node.id()).or_insert_with(|| (0, text[node.byte_range()].to_string())).0 += 1;
    }
    let twice: Vec<&(usize, String)> = times.values().filter(|(count, _)| *count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// The words of the tree that stand for themselves, each with where it begins.
fn words<'t>(node: Node<'t>, found: &mut Vec<Node<'t>>) {
    if !node.is_named() && node.kind().starts_with(char::is_alphabetic) {
        found.push(node);
    }
    let mut cursor = node.walk();
    let children: Vec<Node> = node.children(&mut cursor).collect();
    for child in children {
        words(child, found);
    }
}

#[test]
fn keywords_are_the_languages_and_each_has_a_colour() {
    let text = fs::read_to_string(root().join("grammar/tests/samples/everything.lictor")).unwrap();
    let (tree, colours) = (parse(&text), colours(&text));
    let mut found = Vec::new();
    words(tree.root_node(), &mut found);
    for word in &found {
        let colour = colours[word.start_byte()].as_deref().unwrap_or("nothing");
        let fits = colour.starts_with("keyword") || ["boolean", "constant.builtin"].contains(&colour);
        assert!(fits, "`{}` in line {} is {colour}", word.kind(), word.start_position().row + 1);
    }
    // The sample shows every word of the language, also those that are words in one place and names elsewhere.
    let here: BTreeSet<&str> = found.iter().map(|word| word.kind()).collect();
    let language: BTreeSet<&str> = Keyword::ALL.iter().map(|word| word.text()).chain(["obliged"]).collect();
    assert_eq!(here, language);
}

const POLICY: &str = r#"rule limit on shop.buy {
  let dear = price > most
  when dear {
    deny when all(item in items: item.price > 5 USD) as TOO_DEAR
  }
}

fn near(a: Money, b: Money) -> Bool = a <= b
"#;

#[test]
fn queries_of_other_editors_name_what_there_is() {
    let mut count = 0;
    for editor in ["helix", "zed"] {
        for path in files(&root().join("editors").join(editor), "scm") {
            let query = fs::read_to_string(&path).unwrap();
            Query::new(&LANGUAGE.into(), &query)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            count += 1;
        }
    }
    assert!(count >= 5, "only {count} queries");
}

#[test]
fn bodies_fold() {
    let folds = captures(FOLDS, POLICY);
    let first_lines: Vec<&str> = folds.iter().map(|(_, text)| text.lines().next().unwrap()).collect();
    assert_eq!(first_lines, ["rule limit on shop.buy {", "when dear {"]);
}

#[test]
fn what_is_inside_is_indented() {
    let indents = captures(INDENTS, POLICY);
    let count = |name: &str| indents.iter().filter(|(capture, _)| capture == name).count();
    // Two blocks and the arguments of no call; each closing sign ends one.
    assert_eq!((count("indent.begin"), count("indent.end")), (2, 4));
}

#[test]
fn names_are_bound_where_they_are_declared() {
    let locals = captures(LOCALS, POLICY);
    let of = |name: &str| -> Vec<&str> {
        locals.iter().filter(|(capture, _)| capture == name).map(|(_, text)| text.as_str()).collect()
    };
    assert_eq!(of("local.definition"), ["dear", "item", "a", "b"]);
    assert_eq!(of("local.reference"), ["price", "most", "dear", "items", "item", "a", "b"]);
}
