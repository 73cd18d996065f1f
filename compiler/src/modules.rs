//! Which modules are in force: every module of the project, and every library module that one of them imports or uses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lictor_bundle::program::Mode;
use lictor_grammar::ast::{File, Item, ItemKind, Layer, Path};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::parse_bytes;
use lictor_grammar::span::{FileId, Span};

use crate::both::halves;
use crate::project::{Project, SourceFile};
use crate::suggest;
use crate::uses;

/// What stands before the path of a file of the library, so that it is not taken for one of the project.
pub const LIBRARY: &str = "library:";

/// So many bytes are parsed in the time that it takes to begin a thread, and some more.
const WORTH_A_THREAD: usize = 32 << 10;

/// A module in force.
#[derive(Clone, PartialEq, Debug)]
pub struct Module {
    /// `acme.payments`
    pub name: String,
    /// Its file.
    pub file: FileId,
    /// What stands in it.
    pub ast: File,
    /// Whether it came from the library.
    pub library: bool,
    /// Whether what it loosens is in force: it is the project's own, or a module of the project says `use`.
    pub in_full: bool,
}

impl Module {
    /// The layer it says it belongs to; a module that says nothing is a library.
    pub fn layer(&self) -> Option<&Layer> {
        self.ast.items.iter().find_map(|item| match &item.kind {
            ItemKind::Layer(line) => Some(&line.layer),
            _ => None,
        })
    }

    /// Where it says that it is only observed.
    pub fn observe(&self) -> Option<Span> {
        self.ast.items.iter().find_map(|item| match &item.kind {
            ItemKind::Layer(line) => line.observe,
            _ => None,
        })
    }

    /// Where it says that it belongs to the base; a library says nothing.
    pub fn says_base(&self) -> Option<Span> {
        self.ast.items.iter().find_map(|item| match &item.kind {
            ItemKind::Layer(line) if line.layer == Layer::Base => Some(item.span),
            _ => None,
        })
    }

    /// Where it begins.
    pub fn span(&self) -> Span {
        self.ast.items.first().map_or(Span::new(self.file, 0, 0), |item| item.span)
    }
}

/// Whether the base counts, and with it everything that stands on it. Where its modules do not agree, that is an error of its own.
pub(crate) fn mode(modules: &[Module]) -> Mode {
    let observed = |module: &Module| module.says_base().is_some() && module.observe().is_some();
    if modules.iter().any(observed) { Mode::Observed } else { Mode::Enforced }
}

/// The modules in force, sorted by name, and the files they stand in.
pub struct Gathered {
    /// The modules.
    pub modules: Vec<Module>,
    /// The files, each at the index of its [`FileId`].
    pub sources: Vec<SourceFile>,
}

/// Parses the project's files and the library modules they import, directly or through one another.
pub fn gather(project: &Project) -> (Gathered, Vec<Diagnostic>) {
    let mut own: Vec<&SourceFile> = project.files.iter().collect();
    own.sort_by(|a, b| a.path.cmp(&b.path));
    let parse = |files: &[&SourceFile], from: usize| -> Vec<Read> {
        files.iter().zip(from..).map(|(file, at)| Read::of(file_id(at), &file.bytes)).collect()
    };
    let read = halves(&own, |file| file.bytes.len(), WORTH_A_THREAD, parse);
    let mut sources: Vec<SourceFile> = own.into_iter().cloned().collect();
    let library: BTreeMap<String, &SourceFile> =
        project.library.iter().map(|file| (module_of_path(&file.path), file)).collect();
    let (modules, diagnostics) = in_force(read, &library, |file| {
        let read = Read::of(file_id(sources.len()), &file.bytes);
        sources.push(SourceFile { path: format!("{LIBRARY}{}", file.path), bytes: file.bytes.clone() });
        read
    });
    (Gathered { modules, sources }, diagnostics)
}

/// A file that was read.
pub(crate) struct Read {
    /// Where what concerns all of it is told.
    pub file: FileId,
    /// What stands in it.
    pub ast: File,
    /// What is wrong with its text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Read {
    fn of(file: FileId, bytes: &[u8]) -> Read {
        let parsed = parse_bytes(file, bytes);
        Read { file, ast: parsed.file, diagnostics: parsed.diagnostics }
    }
}

/// The modules in force, sorted by name: those of the project's own files, and what they import of the `library`, which is read on demand.
pub(crate) fn in_force<T>(
    own: Vec<Read>,
    library: &BTreeMap<String, T>,
    mut read: impl FnMut(&T) -> Read,
) -> (Vec<Module>, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    own.into_iter().for_each(|file| reader.take(file, false));
    // The imports of library modules are looked at in turn; a module that is there already is not read again.
    // Said once is enough, however many modules import it.
    let mut missing: BTreeSet<String> = BTreeSet::new();
    let mut next = 0;
    while next < reader.modules.len() {
        for import in imports(&reader.modules[next].ast) {
            let name = import.text();
            if reader.names.contains_key(&name) || missing.contains(&name) {
                continue;
            }
            match library.get(&name) {
                Some(file) => reader.take(read(file), true),
                None => {
                    // No module imports itself.
                    let own = &reader.modules[next].name;
                    let known = library.keys().chain(reader.names.keys()).filter(|known| *known != own);
                    let known = known.map(String::as_str);
                    let help =
                        suggest::help(&name, known, "import a module of this project or of the library");
                    let message = format!("there is no module `{name}`");
                    reader.diagnostics.push(Diagnostic::error("E0203", import.span, message).suggested(help));
                    missing.insert(name);
                }
            }
        }
        next += 1;
    }
    reader.modules.sort_by(|a, b| a.name.cmp(&b.name));
    uses::apply(&mut reader.modules, &mut reader.diagnostics);
    (reader.modules, reader.diagnostics)
}

#[derive(Default)]
struct Reader {
    modules: Vec<Module>,
    names: BTreeMap<String, Span>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    /// Takes the next file.
    fn take(&mut self, read: Read, library: bool) {
        let Read { file: id, ast, diagnostics } = read;
        let broken = diagnostics.iter().any(Diagnostic::is_error);
        self.diagnostics.extend(diagnostics);
        let Some(path) = self.name_of(&ast, id, broken) else { return };
        let name = path.text();
        if let Some(first) = self.names.get(&name) {
            self.diagnostics.push(
                Diagnostic::error("E0202", path.span, format!("there are two modules `{name}`"))
                    .also(*first, "the first stands here")
                    .help("give one of them another name: a module is one file"),
            );
            return;
        }
        self.names.insert(name.clone(), path.span);
        self.modules.push(Module { name, file: id, ast, library, in_full: !library });
    }

    /// The module's name. A file that could not be read whole may have lost it: that was reported already.
    fn name_of(&mut self, file: &File, id: FileId, broken: bool) -> Option<Path> {
        let mut found: Vec<&Path> = Vec::new();
        let mut layers = BTreeSet::new();
        for item in &file.items {
            match &item.kind {
                ItemKind::Module(path) => found.push(path),
                ItemKind::Layer(_) => {
                    layers.insert(item.span);
                }
                _ => {}
            }
        }
        if let (Some(first), Some(second)) = (layers.first(), layers.iter().nth(1)) {
            self.diagnostics.push(
                Diagnostic::error("E0204", *second, "a module belongs to one layer")
                    .also(*first, "this one is said first")
                    .help("remove one of the `layer` lines, or move its rules to a file of their own"),
            );
        }
        if let [first, second, ..] = found.as_slice() {
            self.diagnostics.push(
                Diagnostic::error("E0201", second.span, "a file holds one module")
                    .also(first.span, "the first begins here")
                    .help("remove this line, or move what follows it to a file of its own"),
            );
        }
        if found.is_empty() && !broken {
            self.diagnostics.push(
                Diagnostic::error("E0201", Span::new(id, 0, 0), "this file does not say which module it is")
                    .help("begin it with `module` and a name, such as `module acme.payments`"),
            );
        }
        match found.first() {
            Some(path) => Some((*path).clone()),
            // The rest of a broken file is still checked, under a name that nobody else has.
            None if broken => Some(placeholder(id)),
            None => None,
        }
    }
}

/// The id of the file that is the n-th, counted from 0.
fn file_id(at: usize) -> FileId {
    FileId(u32::try_from(at).unwrap_or(u32::MAX))
}

fn placeholder(id: FileId) -> Path {
    let span = Span::new(id, 0, 0);
    Path { names: vec![lictor_grammar::ast::Name { text: format!("file{}", id.0), span }], span }
}

fn imports(file: &File) -> Vec<Path> {
    let path = |item: &Arc<Item>| match &item.kind {
        ItemKind::Import(path) | ItemKind::Use(path) => Some(path.clone()),
        _ => None,
    };
    file.items.iter().filter_map(path).collect()
}

/// The module that a file of the library holds, from where it stands: `std/actions/file.lictor` is `std.actions.file`. A pack has a
/// folder of its own beside `std`: `packs/hiring/hiring.lictor` is `std.hiring`, and `packs/hiring/places.lictor` `std.hiring.places`.
pub fn module_of_path(path: &str) -> String {
    let path = path.strip_suffix(".lictor").unwrap_or(path);
    match path.strip_prefix("packs/").and_then(|within| within.split_once('/')) {
        Some((pack, part)) if part == pack => format!("std.{pack}"),
        Some((pack, part)) => format!("std.{pack}.{}", part.replace('/', ".")),
        None => path.replace('/', "."),
    }
}
