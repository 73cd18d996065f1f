//! What a check gives, and where in the files it is about.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use super::file::{OpenFile, Piece};
use super::{FIRST_TABLE, number};
use crate::TestCase;
use crate::meaning::Meaning;
use crate::memory::by_place;
use crate::modules::Module;
use crate::names::LayerId;
use crate::project::Project;
use crate::texts::Texts;
use crate::typed::Program;

/// What is known of a policy at one moment.
pub struct Analysis {
    /// What is wrong with it, and what its author would want to know, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The modules in force, sorted by name.
    pub modules: Vec<Module>,
    /// What it means: all that could be made out, where there are errors; nothing where it declares too much.
    pub program: Option<Program>,
    /// Its tests; none where there are errors.
    pub tests: Vec<TestCase>,
    /// Counts how often something changed that rules stand on: as long as it is the same, so is what names mean where no text has changed.
    pub grounds: u64,
    /// The data that it names, and its tables of tests.
    pub(super) project: Arc<Project>,
    /// The layer of each module.
    pub(super) layers: Vec<LayerId>,
    pub(super) meanings: Meanings,
    pub(super) places: Places,
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file's path within the project; behind [`LIBRARY`](crate::modules::LIBRARY), within the library.
    pub path: Arc<str>,
    /// The bytes.
    pub range: Range<usize>,
}

impl Analysis {
    /// What the names in expressions of a piece stand for, by their places.
    pub fn meanings(&self, piece: FileId) -> &[Meaning] {
        self.meanings.0.get(&piece).map(|meanings| &**meanings).unwrap_or_default()
    }

    /// The same of all pieces, by their numbers.
    pub fn all_meanings(&self) -> impl Iterator<Item = &Meaning> {
        self.meanings.0.values().flat_map(|meanings| meanings.iter())
    }

    /// The text of a place; empty where it is none.
    pub fn text(&self, span: Span) -> &str {
        self.text_of(span.file).get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The whole text of a piece; empty where there is none of this number.
    pub fn text_of(&self, piece: FileId) -> &str {
        let text = self.places.of(piece).map_or(&[][..], |placed| placed.piece.text());
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// The line in which a place begins, without the blanks around it.
    pub fn line(&self, span: Span) -> &str {
        let text = self.text_of(span.file);
        let (before, after) = text.split_at_checked(span.start as usize).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = before.len() + after.find('\n').unwrap_or(after.len());
        text.get(start..end).unwrap_or_default().trim()
    }

    /// How many bytes all policies have that are in force, and the tables of tests.
    pub fn size(&self) -> usize {
        self.places.pieces().map(|(_, piece)| piece.text().len()).sum()
    }

    /// The files that places are in: policies of the project, policies of the library that they use, and tables of tests.
    pub fn paths(&self) -> &[Arc<str>] {
        &self.places.paths
    }

    /// Where this is in its file; nothing for a place of no file.
    pub fn place(&self, span: Span) -> Option<Place> {
        let placed = self.places.of(span.file)?;
        let range = placed.start + span.start as usize..placed.start + span.end as usize;
        Some(Place { path: placed.path.clone(), range })
    }

    /// The tables of tests.
    pub fn tables(&self) -> impl Iterator<Item = FileId> {
        let first = self.places.all.partition_point(|placed| placed.piece.id().0 < FIRST_TABLE);
        self.places.all.iter().skip(first).map(|placed| placed.piece.id())
    }

    /// The place within its piece of this place in a file. Between two pieces it is the end of the first.
    pub fn span(&self, path: &str, at: usize) -> Option<Span> {
        self.places.at(path, at)
    }
}

/// What names stand for, by the pieces that they stand in.
#[derive(Default)]
pub(super) struct Meanings(BTreeMap<FileId, Arc<[Meaning]>>);

impl Meanings {
    /// Those of pieces that are no rules, and those of rules.
    pub fn new(others: Vec<Meaning>, rules: impl Iterator<Item = (FileId, Arc<[Meaning]>)>) -> Meanings {
        let others = by_place(others);
        let others = others.chunk_by(|a, b| a.span.file == b.span.file);
        let others = others.filter_map(|some| Some((some.first()?.span.file, Arc::from(some))));
        let mut all: BTreeMap<FileId, Arc<[Meaning]>> = BTreeMap::new();
        for (piece, meanings) in rules.chain(others) {
            match all.entry(piece) {
                Entry::Vacant(place) => _ = place.insert(meanings),
                // Hardly ever are several items one piece.
                Entry::Occupied(mut known) => {
                    let both = known.get().iter().chain(meanings.iter()).cloned().collect();
                    known.insert(by_place(both).into());
                }
            }
        }
        Meanings(all)
    }
}

/// Where the pieces stand.
#[derive(Default)]
pub(super) struct Places {
    /// By number.
    all: Vec<Placed>,
    paths: Vec<Arc<str>>,
}

struct Placed {
    piece: Arc<Piece>,
    path: Arc<str>,
    start: usize,
}

impl Places {
    pub fn add(&mut self, path: &str, file: &OpenFile) {
        let path: Arc<str> = path.into();
        let placed =
            file.placed().map(|(start, piece)| Placed { piece: piece.clone(), path: path.clone(), start });
        self.all.extend(placed);
        self.paths.push(path);
    }

    /// The pieces with the paths of their files, by number.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, &Piece)> {
        self.all.iter().map(|placed| (&*placed.path, &*placed.piece))
    }

    pub fn sort(&mut self) {
        self.all.sort_by_key(|placed| placed.piece.id());
    }

    /// Puts a piece where the one of its number stood.
    pub fn replace(&mut self, piece: Piece) {
        let at = self.all.binary_search_by_key(&piece.id(), |placed| placed.piece.id());
        if let Some(placed) = at.ok().and_then(|at| self.all.get_mut(at)) {
            placed.piece = Arc::new(piece);
        }
    }

    fn of(&self, file: FileId) -> Option<&Placed> {
        let found = self.all.binary_search_by_key(&file, |placed| placed.piece.id());
        found.ok().and_then(|at| self.all.get(at))
    }

    fn at(&self, path: &str, at: usize) -> Option<Span> {
        let around = |placed: &&Placed| {
            *placed.path == *path && placed.start <= at && at <= placed.start + placed.piece.text().len()
        };
        let placed = self.all.iter().find(around)?;
        let start = number(at - placed.start);
        Some(Span::new(placed.piece.id(), start, start))
    }
}

impl Texts for Places {
    fn text(&self, file: FileId) -> &[u8] {
        self.of(file).map_or(&[], |placed| placed.piece.text())
    }

    fn path(&self, file: FileId) -> &str {
        self.of(file).map_or("", |placed| &placed.path)
    }
}
