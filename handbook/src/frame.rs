//! What every page has around it: the way to the others, and the stylesheet that they share.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::book::Book;
use crate::pages::{self, Chapter};
use crate::policy::Policy;

/// How the pages look: one file, which also says how they are printed.
const STYLE: &str = include_str!("style.css");

/// A file of the book.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// Its name, without a folder: all of them lie beside one another.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// The pages of a policy, sorted by name; `index.html` is the first to read, and `print.html` is all of them in one.
pub fn pages(policy: &Policy<'_>) -> Vec<Page> {
    let book = Book::new(policy, false);
    let chapters = pages::chapters(&book);
    let mut files: Vec<Page> = chapters
        .iter()
        .map(|chapter| Page {
            name: chapter.file.clone(),
            text: page(&book, &chapters, chapter).into_string(),
        })
        .collect();
    let whole = Book::new(policy, true);
    let text = print(&whole, &pages::chapters(&whole)).into_string();
    files.push(Page { name: "print.html".to_owned(), text });
    files.push(Page { name: "style.css".to_owned(), text: STYLE.to_owned() });
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// What every page begins with, so that pages are only written over pages.
pub const MARK: &str = "<meta name=\"generator\" content=\"lictor docs\">";

/// No page runs anything, wherever its words come from: a browser that reads this would not let it.
const NOTHING_RUNS: &str = "script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'";

fn head(title: &str, whole: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            (PreEscaped(MARK))
            meta name="color-scheme" content="light dark";
            meta http-equiv="Content-Security-Policy" content=(NOTHING_RUNS);
            title { @if title == whole { (whole) } @else { (title) " · " (whole) } }
            link rel="stylesheet" href="style.css";
        }
    }
}

fn page(book: &Book<'_>, chapters: &[Chapter], chapter: &Chapter) -> Markup {
    let title = book.policy.title;
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&chapter.title, title))
            body {
                a.skip href="#main" { "To the text" }
                header {
                    p.book { a href="index.html" { (title) } }
                    nav aria-label="Pages" {
                        ul {
                            @for other in chapters.iter().filter(|other| other.within.is_none()) {
                                (entry(chapters, other, chapter))
                            }
                        }
                    }
                }
                main #main {
                    (chapter.body)
                }
                footer { p { a href="print.html" { "All pages in one, to print" } } }
            }
        }
    }
}

/// A page among the others; the one that is shown has its parts below it.
fn entry(chapters: &[Chapter], other: &Chapter, shown: &Chapter) -> Markup {
    let is_shown = other.file == shown.file;
    let is_open = is_shown || shown.within.as_deref() == Some(&other.file);
    let within: Vec<&Chapter> =
        chapters.iter().filter(|part| part.within.as_deref() == Some(&other.file)).collect();
    html! {
        li {
            a href=(other.file) aria-current=[is_shown.then_some("page")] {
                (other.short)
                @if let Some(count) = other.count { " " span.count { (count) } }
            }
            @if is_open && !within.is_empty() {
                ul {
                    @for part in within {
                        li {
                            a href=(part.file) aria-current=[(part.file == shown.file).then_some("page")] {
                                (part.short)
                                @if let Some(count) = part.count { " " span.count { (count) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// All pages in one.
fn print(book: &Book<'_>, chapters: &[Chapter]) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(book.policy.title, book.policy.title))
            body.whole {
                main #main {
                    @for chapter in chapters {
                        section.chapter id={ "page." (chapter.file.trim_end_matches(".html")) } {
                            (PreEscaped(chapter.body.0.as_str()))
                        }
                    }
                }
            }
        }
    }
}
