//! What the names in a policy refer to: where each is declared, and where else it stands.

mod declared;
mod symbol;
mod occurrence;
mod request;
mod past;

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_grammar::span::Span;

pub use declared::{Declared, Part, declaration};
pub use occurrence::Occurrence;
pub use symbol::{Kind, Symbol};

use super::{Analysis, FileName};
use occurrence::Reader;

/// The names of a project, and of what it uses of the library.
#[derive(Default)]
pub struct Names {
    /// By file and place.
    all: BTreeMap<FileName, Vec<(Range<u32>, Occurrence)>>,
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

impl Names {
    /// Looks at every item of a project.
    pub fn of(analysis: &Analysis) -> Names {
        let reader = Reader::new(analysis);
        let mut names = Names::default();
        for module in analysis.modules() {
            for item in &module.ast.items {
                for occurrence in reader.item(module, item) {
                    if let Some((file, range)) = analysis.place(occurrence.span) {
                        names.all.entry(file.clone()).or_default().push((range, occurrence));
                    }
                }
            }
        }
        for found in names.all.values_mut() {
            found.sort_by_key(|(range, _)| (range.start, range.end));
            found.dedup_by_key(|(range, _)| range.clone());
        }
        names
    }

    /// The name at a place, or that ends there.
    pub fn at(&self, file: &FileName, offset: u32) -> Option<(&Range<u32>, &Occurrence)> {
        let all = self.all.get(file)?;
        let after = all.partition_point(|(range, _)| range.start <= offset);
        let around = all.get(..after)?.iter().rev().take(2);
        // A name may touch the one before it: the one that begins here comes first.
        around.map(|(range, found)| (range, found)).find(|(range, _)| offset <= range.end)
    }

    /// Everything that is declared, by file and place.
    pub fn declared(&self) -> impl Iterator<Item = (&FileName, u32, &[Symbol])> {
        let all = self.all.iter().flat_map(|(file, all)| all.iter().map(move |found| (file, found)));
        let declared = all.filter(|(_, (_, found))| found.is_declaration);
        declared.map(|(file, (range, found))| (file, range.start, found.symbols.as_slice()))
    }

    /// Where something that these refer to is declared.
    pub fn declarations(&self, symbols: &[Symbol]) -> Vec<Found> {
        self.places(symbols).into_iter().filter(|found| found.is_declaration).collect()
    }

    /// Where one of these stands, by file and place.
    pub fn places(&self, symbols: &[Symbol]) -> Vec<Found> {
        let mut found = Vec::new();
        for (file, all) in &self.all {
            let these =
                all.iter().filter(|(_, one)| one.symbols.iter().any(|symbol| symbols.contains(symbol)));
            found.extend(these.map(|(range, one)| Found {
                file: file.clone(),
                start: range.start,
                end: range.end,
                is_declaration: one.is_declaration,
            }));
        }
        found
    }

    /// The places of one of them, and whether it is declared there.
    pub fn spans(&self, symbol: &Symbol) -> impl Iterator<Item = (Span, bool)> {
        let all = self.all.values().flatten().filter(|(_, one)| one.symbols.contains(symbol));
        all.map(|(_, one)| (one.span, one.is_declaration))
    }

    /// All that must have one name with these: a rule about two actions reads the field of both under one name.
    pub fn together(&self, symbols: &[Symbol]) -> Vec<Symbol> {
        let mut all = symbols.to_vec();
        loop {
            let before = all.len();
            for (_, one) in self.all.values().flatten().filter(|(_, one)| one.symbols.len() > 1) {
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
}

/// A name at a place: what it refers to.
pub(super) fn occurrence(span: Span, symbols: Vec<Symbol>, is_declaration: bool) -> Option<Occurrence> {
    (!symbols.is_empty()).then_some(Occurrence { span, symbols, is_declaration })
}
