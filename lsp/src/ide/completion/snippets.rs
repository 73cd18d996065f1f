//! Frames to be filled in. They are the ones that all editors have, from one source.

use std::sync::OnceLock;

use lictor_grammar::ast::ItemKind;
use lictor_grammar::cursor::Place;
use serde::Deserialize;

use super::Here;
use super::item::{Item, SNIPPET, Sort, stop};

#[derive(Deserialize)]
struct Source {
    prefix: String,
    place: String,
    description: String,
    body: Vec<String>,
}

/// A snippet as the protocol writes it.
struct Snippet {
    prefix: String,
    place: String,
    description: String,
    body: String,
    plain: String,
}

fn all() -> &'static [Snippet] {
    static SNIPPETS: OnceLock<Vec<Snippet>> = OnceLock::new();
    SNIPPETS.get_or_init(|| {
        let source = include_str!("../../../../editors/snippets/snippets.json");
        let read: Vec<Source> = serde_json::from_str(source).unwrap_or_default();
        let snippet = |one: Source| {
            let (body, plain) = written(&one.body.join("\n"));
            Snippet { prefix: one.prefix, place: one.place, description: one.description, body, plain }
        };
        read.into_iter().map(snippet).collect()
    })
}

/// A body as the protocol writes it, and with what it proposes. In the source a proposal may have braces that balance.
fn written(body: &str) -> (String, String) {
    let (mut protocol, mut plain) = (String::new(), String::new());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('$') {
        protocol.push_str(before);
        plain.push_str(before);
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if let Some(inside) = after.strip_prefix('{') {
            let (number, inside) = inside.split_at(digits(inside));
            let end = closing(inside);
            let (proposal, behind) = inside.split_at(end);
            match proposal.strip_prefix('|') {
                Some(choices) => {
                    protocol.push_str(&format!("${{{number}|{}}}", choices));
                    plain.push_str(choices.split([',', '|']).next().unwrap_or_default());
                }
                None => {
                    let proposal = proposal.strip_prefix(':').unwrap_or(proposal);
                    protocol.push_str(&stop(number.parse().unwrap_or(0), proposal));
                    plain.push_str(proposal);
                }
            }
            rest = behind.get(1..).unwrap_or_default();
        } else {
            let (number, behind) = after.split_at(digits(after));
            protocol.push_str(&format!("${number}"));
            rest = behind;
        }
    }
    protocol.push_str(rest);
    plain.push_str(rest);
    (protocol, plain)
}

/// Where the brace stands that closes a stop.
fn closing(text: &str) -> usize {
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

impl Here<'_> {
    /// The frames that fit a place where an item, a statement or a step begins.
    pub(super) fn snippets(&self, items: &mut Vec<Item>) {
        let cursor = &self.look.cursor;
        let begins = |word: &str| cursor.words.contains(&word);
        let places: &[&str] = match cursor.place {
            Place::Item if self.has_head() => &["item"],
            Place::Item => &["file"],
            // These words begin nothing else.
            _ if begins("let") => &["statement"],
            _ if begins("given") || begins("expect") => &["step"],
            _ => &[],
        };
        // `param_set` is a frame for a `param`.
        let word =
            |snippet: &Snippet| snippet.prefix.split('_').next().is_some_and(|word| self.may_begin(word));
        for snippet in all().iter().filter(|one| places.contains(&one.place.as_str()) && word(one)) {
            let mut item = Item::new(Sort::Snippet, format!("{} …", snippet.prefix), SNIPPET);
            item.detail.clone_from(&snippet.description);
            item.filter = Some(snippet.prefix.clone());
            item = item.told(&format!("```lictor\n{}\n```", snippet.plain));
            items.push(item.text(snippet.plain.clone()).snippet(snippet.body.clone()));
        }
    }

    /// Whether the file says which module it is.
    pub(super) fn has_head(&self) -> bool {
        self.syntax.items().any(|item| matches!(item.kind, ItemKind::Module(_)))
    }
}
