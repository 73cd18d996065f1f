//! The tree-sitter grammar of Lictor, for editors that are written in Rust and for the tests of the grammar.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_lictor() -> *const ();
}

/// The language, for `tree_sitter::Parser::set_language`.
// SAFETY: the function is the one that tree-sitter generated in `src/parser.c`; it takes nothing, and what it gives lives for
// as long as the program.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_lictor) };

/// What colours a text: the captures are those that tree-sitter's editors have in common.
pub const HIGHLIGHTS: &str = include_str!("../../queries/highlights.scm");

/// Which names are bound where.
pub const LOCALS: &str = include_str!("../../queries/locals.scm");

/// What can be folded.
pub const FOLDS: &str = include_str!("../../queries/folds.scm");

/// What is indented.
pub const INDENTS: &str = include_str!("../../queries/indents.scm");
