//! Every name, in the order of the alphabet.

use std::collections::BTreeMap;

use maud::html;

use super::Chapter;
use crate::book::{Book, Kind};

/// All names.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let mut letters: BTreeMap<char, Vec<(String, &str, Kind)>> = BTreeMap::new();
    for (kind, name) in book.everything() {
        // A rule is looked for by its own name, not by that of its module.
        let own = match kind {
            Kind::Rule => name.rsplit('.').next().unwrap_or(name),
            _ => name,
        };
        let letter = own.chars().next().map_or('#', |letter| letter.to_ascii_uppercase());
        letters.entry(letter).or_default().push((own.to_owned(), name, kind));
    }
    letters.values_mut().for_each(|names| {
        names.sort_by(|a, b| (a.0.to_lowercase(), a.1, a.2).cmp(&(b.0.to_lowercase(), b.1, b.2)));
    });
    let body = html! {
        h1 { "Index" }
        p.letters { @for letter in letters.keys() { a href={ "#" (letter_anchor(*letter)) } { (letter) } " " } }
        @for (letter, names) in &letters {
            h2 id=(letter_anchor(*letter)) { (letter) }
            ul.columns {
                @for (own, name, kind) in names {
                    li {
                        @match book.href(*kind, name) { Some(href) => a href=(href) { code { (own) } }, None => code { (own) } }
                        " " span.aside { (kind.word()) @if own != name { " of " (name.rsplit_once('.').map_or("", |(module, _)| module)) } }
                    }
                }
            }
        }
    };
    Some(Chapter::new("names.html", "Index", None, body))
}

fn letter_anchor(letter: char) -> String {
    crate::anchor::anchor("letter", &letter.to_string())
}
