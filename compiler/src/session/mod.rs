//! A policy that is checked again and again while it is written.
//!
//! A session keeps what every item came to. After an edit, the items whose text changed are parsed again, and the rules that changed, or
//! that stand on a declaration that did, are checked again. What it says is what [`compile`](crate::compile) says of the same texts
//! (`tests/tests/session.rs` holds one against the other), but for what is found only when code is written.
//!
//! Places are within pieces: a piece is an item with the comments above it, and has a [`FileId`] of its own, so that what was found in
//! one stays true when what stands above it grows. [`Analysis::place`] says where in its file a place is now.

mod numbers;
mod file;
mod analysis;
mod written;
mod look;

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::FileId;

pub use analysis::{Analysis, Place};
pub use file::{OpenFile, Piece};
pub use look::Look;

use crate::both;
use crate::front::{self, Source};
use crate::lints;
use crate::memory::Memory;
use crate::modules::{self, LIBRARY, Module, Read};
use crate::project::{Project, SourceFile};
use analysis::{Meanings, Places};
use numbers::Numbers;

/// The numbers from which on the pieces of files of the library, and tables of tests, are numbered: behind all others.
const FIRST_OF_LIBRARY: u32 = 1 << 31;
const FIRST_TABLE: u32 = 3 << 30;

/// A policy under work.
pub struct Session {
    /// What is not kept in pieces: data, tables of tests, and the library. What was found out holds on to it as it was then.
    project: Arc<Project>,
    files: BTreeMap<String, OpenFile>,
    numbers: Numbers,
    /// The modules of the library that were needed so far, by their paths.
    library: BTreeMap<String, Arc<OpenFile>>,
    memory: Memory,
}

impl Session {
    /// A session about a project.
    pub fn new(project: Project) -> Session {
        let Project { name, files, data, tables, library } = project;
        let mut session = Session {
            project: Arc::new(Project { name, files: Vec::new(), data, tables, library }),
            files: BTreeMap::new(),
            numbers: Numbers::default(),
            library: BTreeMap::new(),
            memory: Memory::of_session(),
        };
        for file in files {
            session.set(&file.path, Some(&file.bytes));
        }
        session
    }

    /// What a policy file of the project holds now; nothing where it is not there any more.
    pub fn set(&mut self, path: &str, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes else {
            self.files.remove(path);
            return;
        };
        let before = self.files.remove(path).unwrap_or_default();
        let neighbours = self.neighbours(path);
        let file = before.changed(bytes, |kept| self.numbers.between(neighbours, kept));
        match file {
            Some(file) => _ = self.files.insert(path.to_owned(), file),
            None => self.renumber(path, bytes),
        }
    }

    /// What a file of values, or a table of tests, holds now.
    pub fn set_beside(&mut self, path: &str, bytes: Option<&[u8]>, is_table: bool) {
        let project = Arc::make_mut(&mut self.project);
        let files = if is_table { &mut project.tables } else { &mut project.data };
        files.retain(|file| file.path != path);
        files.extend(bytes.map(|bytes| SourceFile { path: path.to_owned(), bytes: bytes.to_vec() }));
    }

    /// A policy file of the project.
    pub fn file(&self, path: &str) -> Option<&OpenFile> {
        self.files.get(path)
    }

    /// The policy files of the project, by their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &OpenFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Checks the policy as it is now.
    pub fn check(&mut self) -> Analysis {
        let Session { project, files, library, memory, .. } = self;
        both::apart(|| check(project, files, library, memory))
    }

    /// The numbers between which those of a file's pieces lie: pieces are numbered in the order of files, and in them of the text.
    fn neighbours(&self, path: &str) -> (u32, u32) {
        let before = self
            .files
            .range::<str, _>((Unbounded, Excluded(path)))
            .rev()
            .find_map(|(_, file)| file.pieces().last());
        let after = self
            .files
            .range::<str, _>((Excluded(path), Unbounded))
            .find_map(|(_, file)| file.pieces().first());
        (before.map_or(0, |piece| piece.id().0), after.map_or(FIRST_OF_LIBRARY, |piece| piece.id().0))
    }

    /// Numbers all pieces anew, since there was no number left where one was needed. Nothing that was found stays true.
    fn renumber(&mut self, path: &str, bytes: &[u8]) {
        let mut texts: BTreeMap<String, Vec<u8>> =
            std::mem::take(&mut self.files).into_iter().map(|(path, file)| (path, file.bytes())).collect();
        texts.insert(path.to_owned(), bytes.to_vec());
        self.memory.forget();
        self.numbers = Numbers::for_bytes(texts.values().map(Vec::len).sum());
        for (path, bytes) in texts {
            let neighbours = self.neighbours(&path);
            let numbered = OpenFile::default().changed(&bytes, |kept| self.numbers.between(neighbours, kept));
            self.files.insert(path, numbered.unwrap_or_default());
        }
    }
}

fn check(
    project: &Arc<Project>,
    files: &BTreeMap<String, OpenFile>,
    library: &mut BTreeMap<String, Arc<OpenFile>>,
    memory: &mut Memory,
) -> Analysis {
    let mut places = Places::default();
    let (modules, mut diagnostics) = in_force(project, files, library, None, &mut places);
    let mut tables: Vec<(FileId, SourceFile)> = Vec::new();
    let mut sorted: Vec<&SourceFile> = project.tables.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    for (at, table) in sorted.into_iter().enumerate() {
        let id = FileId(FIRST_TABLE + number(at));
        places.add(&table.path, &OpenFile::unread(id, &table.bytes));
        tables.push((id, table.clone()));
    }
    places.sort();

    let source = Source { project, texts: &places, modules: &modules, tables: &tables };
    let checked = front::check(&source, memory, &mut diagnostics);
    if let Some(checked) = &checked
        && checked.layout.is_some()
    {
        diagnostics.extend(lints::report(&modules, &checked.program, &checked.in_tables, memory));
    }
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span(), diagnostic.code));
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    let (mut program, mut tests, mut meanings) = (None, Vec::new(), Meanings::default());
    let mut layers = Vec::new();
    if let Some(checked) = checked {
        program = Some(checked.program);
        layers = checked.layers;
        tests = if sound { checked.tests } else { Vec::new() };
        meanings = Meanings::new(checked.meanings, memory.meanings());
    }
    let project = project.clone();
    let grounds = memory.grounds;
    Analysis { diagnostics, modules, program, tests, grounds, project, layers, meanings, places }
}

/// The modules in force, and where their pieces stand. What was read of one piece may be replaced by something else.
fn in_force(
    project: &Project,
    files: &BTreeMap<String, OpenFile>,
    library: &mut BTreeMap<String, Arc<OpenFile>>,
    instead: Option<&Piece>,
    places: &mut Places,
) -> (Vec<Module>, Vec<Diagnostic>) {
    let own = files.iter().map(|(path, file)| {
        places.add(path, file);
        file.read(instead)
    });
    let own: Vec<Read> = own.collect();
    let by_name: BTreeMap<String, &SourceFile> =
        project.library.iter().map(|file| (modules::module_of_path(&file.path), file)).collect();
    modules::in_force(own, &by_name, |file| {
        let first = FIRST_OF_LIBRARY + number(library.len()) * (1 << 16);
        let known = library
            .entry(file.path.clone())
            .or_insert_with(|| Arc::new(OpenFile::whole(FileId(first), &file.bytes)));
        places.add(&format!("{LIBRARY}{}", file.path), known);
        known.read(None)
    })
}

/// A position as a number of files.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
