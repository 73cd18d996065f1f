//! What is offered at the place where somebody writes.
//!
//! The grammar says which words may stand there, and what a name would name; the checks say which names mean something, and what type
//! fits. Here that becomes items with what a person wants to know about each. Nothing is offered that could not stand there.

mod item;
mod words;
mod snippets;
mod declared;
mod named;
mod value;
mod call;
mod request;
mod moment;
mod titles;
mod texts;
mod import;

use std::ops::Range;
use std::rc::Rc;

use lictor_compiler::modules::Module;
use lictor_compiler::session::Look;
use lictor_grammar::ast::{Item as Written, ItemKind};
use lictor_grammar::cursor::{Named, Place};
use lictor_grammar::keywords::Keyword;
use lictor_grammar::span::Span;

use super::{FileName, Syntax, Text, Workspace};
pub use item::{Item, Sort};
pub(super) use words::legal_effect;

/// What is offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What is written of it so far, which an item replaces.
    pub range: Range<u32>,
    /// The items, the likeliest first.
    pub items: Vec<Item>,
    /// Whether the place is between quotes.
    pub is_text: bool,
}

/// What is offered at a place of a policy; nothing where nobody can know what stands there.
pub fn completion(workspace: &mut Workspace, file: &FileName, offset: u32) -> Option<Completion> {
    let look = workspace.look(file, offset)?;
    let mut here = Here::new(&look, file, workspace.syntax(file)?);
    if look.cursor.place == Place::File {
        let values = |text: &Text| {
            let is_value = |line: &&str| !line.is_empty() && !line.starts_with('#');
            text.as_str().lines().map(str::trim).filter(is_value).count()
        };
        here.files =
            workspace.values_below(file).map(|(path, text)| (path.to_owned(), values(text))).collect();
    }
    let mut items = here.items();
    items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    items.dedup_by(|a, b| (&a.label, a.sort) == (&b.label, b.sort));
    let start = u32::try_from(look.start).ok()?;
    let place = |at: usize| u32::try_from(at).ok().map(|at| start + at);
    let range = place(look.cursor.word.start)?..place(look.cursor.word.end)?;
    Some(Completion { range, items, is_text: look.cursor.is_text })
}

/// A place, and what is known about it.
struct Here<'l> {
    look: &'l Look,
    file: &'l FileName,
    syntax: Rc<Syntax>,
    /// The module that it is in.
    own: Option<&'l Module>,
    /// The files of values that it could name, with the number of values in each.
    files: Vec<(String, usize)>,
}

impl<'l> Here<'l> {
    fn new(look: &'l Look, file: &'l FileName, syntax: Rc<Syntax>) -> Here<'l> {
        let name = syntax.items().find_map(|item| match &item.kind {
            ItemKind::Module(path) => Some(path.text()),
            _ => None,
        });
        let own = name.and_then(|name| look.modules.iter().find(|module| module.name == name));
        Here { look, file, syntax, own, files: Vec::new() }
    }

    fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        let cursor = &self.look.cursor;
        if !cursor.is_text {
            self.words(&mut items);
            self.snippets(&mut items);
        }
        self.of_place(&mut items);
        if cursor.is_text && matches!(cursor.place, Place::Value | Place::Entry) {
            items.retain(|item| item.sort == Sort::Text);
        }
        self.before_bracket(&mut items);
        items
    }

    fn of_place(&self, items: &mut Vec<Item>) {
        match self.look.cursor.place {
            Place::Item | Place::Other => {}
            Place::Unit => self.units(items),
            Place::Shown => self.look.sight.iter().for_each(|sight| self.shown(sight, items)),
            Place::File => self.files(items),
            Place::Zone => self.zones(items),
            Place::Tool => self.tools(items),
            Place::Currency => self.currency_texts(items),
            Place::Named(named @ (Named::Given | Named::CaseField | Named::OwnField)) => {
                self.in_request(Some(named), items);
            }
            Place::Named(named) => self.named(named, items),
            Place::Entry => self.in_request(None, items),
            Place::Value if self.is_in(&[Keyword::Normalize]) => self.of_call(items),
            Place::Value => match &self.look.sight {
                Some(sight) => self.values(sight, items),
                None => self.in_request(None, items),
            },
        }
    }

    /// Where a bracket stands behind the place, what is written there has its own already; and only what can be called stands before a `(`.
    fn before_bracket(&self, items: &mut Vec<Item>) {
        let bracket = match self.look.cursor.place {
            Place::Value | Place::Named(Named::Given) => '(',
            Place::Named(Named::Type) => '<',
            _ => return,
        };
        if !self.behind().starts_with(bracket) {
            return;
        }
        items.retain(|item| match item.sort {
            Sort::Word => true,
            Sort::Type => item.snippet.is_some(),
            sort => sort.is_called(),
        });
        items.iter_mut().for_each(|item| item.snippet = None);
    }

    /// All items in force.
    fn all(&self) -> impl Iterator<Item = (&'l Module, &'l Written)> {
        self.look.modules.iter().flat_map(|module| module.ast.items.iter().map(move |item| (module, &**item)))
    }

    /// The item that the place is in, with the mark in it.
    fn marked(&self) -> Option<&'l Written> {
        self.look.cursor.read.as_ref()
    }

    /// Whether the place is in such an item.
    fn is_in(&self, items: &[Keyword]) -> bool {
        self.look.cursor.item.is_some_and(|item| items.contains(&item))
    }

    /// What is written at a place of the policy, on one line.
    fn flat(&self, span: Span) -> String {
        self.look.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What is written behind the word at the place, up to the end of the line.
    fn behind(&self) -> &str {
        let text = self.syntax.text();
        let end = u32::try_from(self.look.start + self.look.cursor.word.end).unwrap_or(u32::MAX);
        let line = text.line_of(end);
        text.slice(end..text.line_start(line + 1)).trim_start_matches(' ')
    }
}
