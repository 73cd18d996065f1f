//! The pages, a file for each kind, in the order in which they are read.

mod overview;
mod actions;
mod rules;
mod parameters;
mod reasons;
mod citations;
mod tests;
mod risk;
mod people;
mod types;
mod facts;
mod tools;
mod names;

use maud::Markup;

use crate::book::Book;

/// A page before anything is put around it.
pub struct Chapter {
    /// Its file.
    pub file: String,
    /// What it is called.
    pub title: String,
    /// The same among the others.
    pub short: String,
    /// How much it holds, where that is counted.
    pub count: Option<usize>,
    /// The page that it is a part of.
    pub within: Option<String>,
    /// What it says.
    pub body: Markup,
}

impl Chapter {
    fn new(file: &str, title: &str, count: Option<usize>, body: Markup) -> Chapter {
        let (file, title) = (file.to_owned(), title.to_owned());
        Chapter { file, short: title.clone(), title, count, within: None, body }
    }
}

/// All pages of a book in their order. Of what a policy does not have there is no page.
pub fn chapters(book: &Book<'_>) -> Vec<Chapter> {
    let mut chapters = vec![overview::chapter(book)];
    chapters.extend(actions::chapters(book));
    let others = [
        rules::chapter,
        parameters::chapter,
        reasons::chapter,
        citations::chapter,
        tests::chapter,
        risk::chapter,
        people::chapter,
        types::chapter,
        facts::chapter,
        tools::chapter,
        names::chapter,
    ];
    chapters.extend(others.iter().filter_map(|chapter| chapter(book)));
    chapters
}
