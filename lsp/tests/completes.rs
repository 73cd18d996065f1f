//! Whatever word stands in a policy, and whatever stands between quotes that is one of a list or shown by a message, was offered where it stands, however little of the rest is written yet.

mod support;

use std::collections::BTreeSet;
use std::ops::Range;

use lictor_bundle::country::Country;
use lictor_bundle::zone::Zone;
use lictor_grammar::lex::TokenKind;
use lictor_lsp::ide::completion::{Completion, Sort, completion};
use lictor_lsp::ide::tree::{Class, Node, walk};
use lictor_lsp::ide::{Document, FileName, Text, Workspace};
use lictor_project::Kind;
use support::examples::{EXAMPLES, example, workspace};

/// How much of a word, and of what stands around it, is there when somebody asks what to write.
#[derive(Clone, Copy, Debug)]
enum Written {
    /// The word is taken out.
    AllElse,
    /// All but the first letter of the word is taken out.
    FirstLetter,
    /// The rest of the line is missing.
    ToTheWord,
    /// The rest of the file up to the next item is missing.
    NoEnd,
}

const ALL: [Written; 4] = [Written::AllElse, Written::FirstLetter, Written::ToTheWord, Written::NoEnd];

impl Written {
    /// The text as far as it is written, and the place in it.
    fn of(self, text: &str, word: Range<usize>) -> (String, u32) {
        let (before, after) = (&text[..word.start], &text[word.end..]);
        let line = after.find('\n').unwrap_or(after.len());
        let item = after.find("\n\n").unwrap_or(after.len());
        let (kept, after) = match self {
            Written::AllElse => ("", after),
            Written::FirstLetter => (&text[word.start..word.start + 1], after),
            Written::ToTheWord => ("", &after[line..]),
            Written::NoEnd => ("", &after[item..]),
        };
        (format!("{before}{kept}{after}"), (word.start + kept.len()) as u32)
    }
}

fn show(workspace: &mut Workspace, file: &FileName, text: String, version: i32) {
    let text = Text::new(text).into();
    workspace.open(file, Kind::Policy, Document { text, version });
}

fn offers(found: &Completion, word: &str) -> bool {
    let begins =
        |label: &str| label.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    found.items.iter().any(|item| item.sort != Sort::Snippet && begins(&item.label))
}

/// Looks at every word of a project's policies but those that are new in it, and tells which were not offered; how many words there are.
fn missing_in(name: &str, missing: &mut Vec<String>) -> usize {
    let files = example(name);
    let mut workspace = workspace(&files);
    // Elsewhere two letters are a text of the author's own.
    let is_such = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().contains(": Country");
    let has_countries = files.values().any(|(_, bytes)| is_such(bytes));
    let mut count = 0;
    for (file, (kind, bytes)) in &files {
        if *kind != Kind::Policy {
            continue;
        }
        let text = std::str::from_utf8(bytes).unwrap();
        let analysis = workspace.analysis(file).unwrap();
        let syntax = workspace.syntax(file).unwrap();
        // What a name declares nobody can know.
        let mut declared = BTreeSet::new();
        for item in syntax.items() {
            walk(item, &mut |span, node| {
                // What is demanded is declared nowhere.
                if matches!(
                    node,
                    Node::Name(_, true) | Node::Whole(_, true) | Node::Name(Class::Obligation, _)
                ) {
                    declared.insert(syntax.range(span).start);
                }
            });
        }
        let words = syntax.tokens().filter(|(kind, _)| *kind == TokenKind::Word).map(|(_, range)| range);
        let texts = syntax.tokens().filter(|(kind, _)| *kind == TokenKind::String);
        let texts = texts
            .flat_map(|(_, range)| in_text(text, range.start as usize..range.end as usize, has_countries));
        for range in words.chain(texts).collect::<Vec<_>>() {
            let name = analysis.names().at(file, range.start).map(|(_, found)| found);
            if name.is_some_and(|found| found.is_declaration) || declared.contains(&range.start) {
                continue;
            }
            let word = &text[range.start as usize..range.end as usize];
            // One way each: whatever is written often is looked at in all ways.
            let written = ALL[count % ALL.len()];
            count += 1;
            let (text, at) = written.of(text, range.start as usize..range.end as usize);
            show(&mut workspace, file, text, 1);
            if !completion(&mut workspace, file, at).is_some_and(|found| offers(&found, word)) {
                let line = syntax.text().line_of(range.start);
                let line = format!("{}:{}: {}", file.last(), line + 1, syntax.text().line(line).trim());
                missing.push(format!("{word} {written:?}: {line}"));
            }
        }
        show(&mut workspace, file, text.to_owned(), 2);
    }
    count
}

/// What of a text is offered: all of it, where it is one of a list; or what it shows, where it is a message.
fn in_text(text: &str, quoted: Range<usize>, has_countries: bool) -> Vec<Range<u32>> {
    let inside = quoted.start + 1..quoted.end - 1;
    let written = &text[inside.clone()];
    let tool = text[..quoted.start].ends_with("given tool ");
    let is_listed = (has_countries && Country::parse(written).is_some())
        || Zone::parse(written).is_some()
        || written.ends_with(".txt")
        || tool;
    let (mut paths, mut end) = (Vec::new(), 0);
    if is_listed {
        paths.push(inside.start as u32..inside.end as u32);
        return paths;
    }
    while let Some((open, close)) = written[end..].find('{').and_then(|open| {
        let open = end + open + 1;
        Some((open, open + written[open..].find('}')?))
    }) {
        let mut at = inside.start + open;
        for word in written[open..close].split('.') {
            paths.push(at as u32..(at + word.len()) as u32);
            at += word.len() + 1;
        }
        end = close;
    }
    paths
}

#[test]
fn whatever_word_is_written_was_offered() {
    let mut missing = Vec::new();
    let count: usize = EXAMPLES.iter().map(|name| missing_in(name, &mut missing)).sum();
    assert!(count > 3_000, "{count}");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
