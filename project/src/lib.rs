//! Which files are a project's, and reading them: the same for the command and for the language server. What the files say
//! is the compiler's business.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod kind;
mod marker;
mod problem;
mod walk;
mod search;
mod name;

pub use lictor_stdlib::is_for_its_rules;

pub use kind::{Kind, TABLES};
pub use marker::{MARKER, is_marked, projects};
pub use name::{common_name, common_words, module_name};
pub use problem::Problem;
pub use search::{Search, is_out_of_sight, search};
pub use walk::{Entry, Limits, Walk, beside, is_passed_over, read, walk, walk_within};

use lictor_compiler::project::SourceFile;

/// The path of a module of the standard library, by its name.
pub fn library_path(module: &str) -> Option<&'static str> {
    lictor_stdlib::MODULES.iter().find(|known| known.name == module).map(|known| known.path)
}

/// The text of a file of the standard library, by its path.
pub fn library_text(path: &str) -> Option<&'static str> {
    lictor_stdlib::MODULES.iter().find(|known| known.path == path).map(|known| known.text)
}

/// The modules of the standard library, as the compiler takes them.
pub fn library() -> Vec<SourceFile> {
    let file = |module: &lictor_stdlib::Module| SourceFile {
        path: module.path.to_owned(),
        bytes: module.text.as_bytes().to_vec(),
    };
    lictor_stdlib::MODULES.iter().map(file).collect()
}
