//! What the names in a policy refer to: where each is declared, and where else it stands.

mod declared;
mod symbol;
mod occurrence;
mod request;
mod past;
mod table;

use std::ops::Range;

use lictor_compiler::modules::Module;
use lictor_grammar::ast::Item;
use lictor_grammar::span::{FileId, Span};

pub use declared::{Declared, Part, declaration, declaration_in};
pub use occurrence::{Occurrence, Requests};
pub use symbol::{ENVELOPE, Kind, Symbol};

use super::{Analysis, FileName};
use occurrence::Reader;

/// The names of a project, and of what it uses of the library. An item is read when something is asked that it may answer: what is
/// called by a name stands only in items whose text holds that name.
pub struct Names<'a> {
    analysis: &'a Analysis,
    reader: Reader<'a>,
}

/// A place of a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Found {
    /// The file.
    pub file: FileName,
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// Whether it is declared there.
    pub is_declaration: bool,
}

impl Found {
    /// Where it stands.
    pub fn range(&self) -> Range<u32> {
        self.start..self.end
    }
}

impl<'a> Names<'a> {
    /// The names that were found in a project.
    pub fn of(analysis: &'a Analysis) -> Names<'a> {
        Names { analysis, reader: Reader::new(analysis) }
    }

    /// The name at a place, or that ends there.
    pub fn at(&self, file: &FileName, offset: u32) -> Option<(Range<u32>, Occurrence)> {
        let piece = self.analysis.span(file, offset)?.file;
        let items = self.items().filter(|(_, item)| item.span.file == piece);
        let found = items.flat_map(|(module, item)| self.reader.item(module, item));
        let tables = self.analysis.tables().filter(|table| *table == piece);
        let in_tables = tables.flat_map(|table| table::read(&self.reader, table));
        let placed = found.chain(in_tables).filter_map(|one| Some((self.analysis.place(one.span)?.1, one)));
        let around = placed.filter(|(range, _)| range.start <= offset && offset <= range.end);
        // A name may touch the one before it: the one that begins here comes first.
        around.max_by_key(|(range, _)| (range.start, range.end))
    }

    /// The names in an item, in the order of the text.
    pub fn within(&self, span: Span) -> Vec<(Range<u32>, Occurrence)> {
        let items = self.items().filter(|(_, item)| item.span == span);
        let found = items.flat_map(|(module, item)| self.reader.item(module, item));
        let placed = found.filter_map(|one| Some((self.analysis.place(one.span)?.1, one)));
        let mut found: Vec<(Range<u32>, Occurrence)> = placed.collect();
        found.sort_by_key(|(range, _)| (range.start, range.end));
        found
    }

    /// Everything that is declared, by module and place: in which file and where, and what it is.
    pub fn declared(&self) -> impl Iterator<Item = (&'a FileName, u32, Vec<Symbol>)> {
        let found = self.items().flat_map(|(module, item)| self.reader.item(module, item));
        found.filter(|one| one.is_declaration).filter_map(|one| {
            let (file, range) = self.analysis.place(one.span)?;
            Some((file, range.start, one.symbols))
        })
    }

    /// Where something that these refer to is declared.
    pub fn declarations(&self, symbols: &[Symbol]) -> Vec<Found> {
        self.places(symbols).into_iter().filter(|found| found.is_declaration).collect()
    }

    /// Where one of these stands, by file and place.
    pub fn places(&self, symbols: &[Symbol]) -> Vec<Found> {
        let these = self.called_as(symbols);
        let these = these.filter(|one| one.symbols.iter().any(|symbol| symbols.contains(symbol)));
        let placed = these.filter_map(|one| {
            let (file, range) = self.analysis.place(one.span)?;
            let (start, end, is_declaration) = (range.start, range.end, one.is_declaration);
            Some(Found { file: file.clone(), start, end, is_declaration })
        });
        let mut found: Vec<Found> = placed.collect();
        found.sort();
        found.dedup_by_key(|found| (found.file.clone(), found.start, found.end));
        found
    }

    /// The places of one of them, and whether it is declared there.
    pub fn spans(&self, symbol: &Symbol) -> impl Iterator<Item = (Span, bool)> {
        let all = self.called_as(std::slice::from_ref(symbol));
        all.filter(move |one| one.symbols.contains(symbol)).map(|one| (one.span, one.is_declaration))
    }

    /// All that must have one name with these: a rule about two actions reads the field of both under one name.
    pub fn together(&self, symbols: &[Symbol]) -> Vec<Symbol> {
        let mut all = symbols.to_vec();
        // What stands at one place has one name.
        let several: Vec<Occurrence> = self.called_as(symbols).filter(|one| one.symbols.len() > 1).collect();
        loop {
            let before = all.len();
            for one in &several {
                if one.symbols.iter().any(|symbol| all.contains(symbol)) {
                    let new = one.symbols.iter().filter(|symbol| !all.contains(symbol)).cloned();
                    all.extend(new.collect::<Vec<_>>());
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }

    /// The names in the items and tables that say a word by which one of these is called.
    fn called_as(&self, symbols: &[Symbol]) -> impl Iterator<Item = Occurrence> {
        let says = |piece: FileId| {
            let text = self.analysis.text_of(piece);
            symbols.iter().any(|symbol| text.contains(symbol.last_word()))
        };
        let items = self.items().filter(move |(_, item)| says(item.span.file));
        let in_items = items.flat_map(|(module, item)| self.reader.item(module, item));
        let tables = self.analysis.tables().filter(move |table| says(*table));
        in_items.chain(tables.flat_map(|table| table::read(&self.reader, table)))
    }

    fn items(&self) -> impl Iterator<Item = (&'a Module, &'a Item)> + use<'a> {
        let modules = self.analysis.modules().iter();
        modules.flat_map(|module| module.ast.items.iter().map(move |item| (module, &**item)))
    }
}

/// A name at a place: what it refers to.
pub(super) fn occurrence(span: Span, symbols: Vec<Symbol>, is_declaration: bool) -> Option<Occurrence> {
    (!symbols.is_empty()).then_some(Occurrence { span, symbols, is_declaration })
}
