//! The library, for whoever proposes something of it that a policy does not import.

use std::sync::OnceLock;

use lictor_compiler::modules::{Module, module_of_path};
use lictor_compiler::project::SourceFile;
use lictor_grammar::parse_bytes;
use lictor_grammar::span::{FileId, Span};
use lictor_project::{library, library_path, library_text};

/// The modules of the library, read once.
pub fn library_modules() -> &'static [Module] {
    static MODULES: OnceLock<Vec<Module>> = OnceLock::new();
    MODULES.get_or_init(|| {
        let read = |file: SourceFile| {
            let name = module_of_path(&file.path);
            let ast = parse_bytes(FileId::default(), &file.bytes).file;
            Module { name, file: FileId::default(), ast, library: true, in_full: false }
        };
        library().into_iter().map(read).collect()
    })
}

/// The text of a place in one of them.
pub fn text_in_library(module: &str, span: Span) -> &'static str {
    let text = library_path(module).and_then(library_text).unwrap_or_default();
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}
