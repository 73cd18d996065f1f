//! What the compiler says about a project.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use lictor_bundle::schema::Schema;
use lictor_compiler::meaning::Meaning;
use lictor_compiler::modules::{LIBRARY, Module};
use lictor_compiler::session;
use lictor_compiler::typed::Program;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use super::FileName;
use super::names::{Names, Requests};
use super::trial::Material;

/// What the names of the library's files begin with: they are in no file that an editor could open by itself.
pub const LIBRARY_SCHEME: &str = "lictor-library";

/// The file of the library that is a module.
pub fn library_file(module: &str) -> Option<FileName> {
    let path = lictor_project::library_path(module)?;
    Some(FileName::new(&format!("{LIBRARY_SCHEME}:/{path}")))
}

/// The text of a file of the library.
pub fn library_text(file: &FileName) -> Option<&'static str> {
    lictor_project::library_text(file.as_str().strip_prefix(LIBRARY_SCHEME)?.strip_prefix(":/")?)
}

/// What is known about a project in one state of its texts.
pub struct Analysis {
    session: Arc<session::Analysis>,
    /// Which file each path is.
    names: Arc<BTreeMap<Arc<str>, FileName>>,
    files: Vec<FileName>,
    requests: OnceCell<Requests>,
}

impl Analysis {
    /// What a session found. `names` says which file each path of the project is.
    pub fn new(session: session::Analysis, names: &BTreeMap<String, FileName>) -> Analysis {
        let file = |path: &str| match path.strip_prefix(LIBRARY) {
            Some(inside) => FileName::new(&format!("{LIBRARY_SCHEME}:/{inside}")),
            None => names.get(path).cloned().unwrap_or_else(|| FileName::new(path)),
        };
        let files: Vec<FileName> = session.paths().iter().map(|path| file(path)).collect();
        let names = session.paths().iter().cloned().zip(files.iter().cloned()).collect();
        Analysis { session: Arc::new(session), names: Arc::new(names), files, requests: OnceCell::new() }
    }

    /// What can be tried out elsewhere while this goes on, under a name.
    pub fn material(&self, name: String) -> Material {
        Material { name, checked: self.session.clone(), names: self.names.clone() }
    }

    /// Where something stands. Every place that the compiler speaks of goes through here.
    pub fn place(&self, span: Span) -> Option<(&FileName, Range<u32>)> {
        let place = self.session.place(span)?;
        let offset = |at| u32::try_from(at).ok();
        Some((self.names.get(&place.path)?, offset(place.range.start)?..offset(place.range.end)?))
    }

    /// The files of the project, and those of the library that it uses.
    pub fn files(&self) -> &[FileName] {
        &self.files
    }

    /// The modules in force, sorted by name.
    pub fn modules(&self) -> &[Module] {
        &self.session.modules
    }

    /// What is declared; nothing where that is too much to be numbered.
    pub fn schema(&self) -> Option<&Schema> {
        self.session.program.as_ref().map(|program| &program.schema)
    }

    /// What it means, so far as it means something; nothing where it declares too much.
    pub fn program(&self) -> Option<&Program> {
        self.session.program.as_ref()
    }

    /// What the names in expressions of a piece stand for, by their places.
    pub fn meanings(&self, piece: FileId) -> &[Meaning] {
        self.session.meanings(piece)
    }

    /// The text of a place.
    pub fn text(&self, span: Span) -> &str {
        self.session.text(span)
    }

    /// The line in which a place begins.
    pub fn line(&self, span: Span) -> &str {
        self.session.line(span)
    }

    /// The whole text of a piece.
    pub fn text_of(&self, piece: FileId) -> &str {
        self.session.text_of(piece)
    }

    /// The place within its piece of this place in a file.
    pub fn span(&self, file: &FileName, offset: u32) -> Option<Span> {
        let (path, _) = self.names.iter().find(|(_, name)| *name == file)?;
        self.session.span(path, usize::try_from(offset).ok()?)
    }

    /// The tables of tests.
    pub fn tables(&self) -> impl Iterator<Item = FileId> {
        self.session.tables()
    }

    /// The names in the policy, and what they refer to.
    pub fn names(&self) -> Names<'_> {
        Names::of(self)
    }

    /// What the actions and examples of the policy declare. It is looked for once.
    pub fn requests(&self) -> &Requests {
        self.requests.get_or_init(|| Requests::of(self.modules()))
    }

    /// Counts how often declarations changed: as long as it is the same, names mean the same where no text has changed.
    pub fn grounds(&self) -> u64 {
        self.session.grounds
    }

    /// What is wrong, sorted by file and place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.session.diagnostics
    }
}
