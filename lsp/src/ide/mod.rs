//! What is known about policies, for editors of every kind: plain data in, plain data out. No protocol, no files, no clock.
//!
//! Places are bytes of a text, and become the editor's own positions at the very edge ([`Encoding`]).

// Texts and places in them.
mod text;
mod position;
mod document;
mod file;

// What is known about them.
mod projects;
mod syntax;
mod analysis;
mod library;
mod held;
mod workspace;

// What is told.
pub mod findings;

// What is answered about one policy by itself.
pub mod outline;
pub mod format;
pub mod tree;
pub mod folding;
pub mod selection;
pub mod highlight;

// What is answered about one policy among others.
pub mod names;
pub mod hover;
mod readers;
pub mod signature;
pub mod types;
pub mod calls;
pub mod hints;
pub mod setters;
pub mod rename;
pub mod completion;
pub mod links;
pub mod actions;

// What comes of a policy when it is tried out.
pub mod trial;
pub mod tests;
pub mod samples;
pub mod mistakes;
pub mod lens;

pub use analysis::{Analysis, LIBRARY_SCHEME, library_text};
pub use document::{Change, Document};
pub use file::FileName;
pub use position::{Encoding, Position};
pub use projects::{Extent, Policy, divide};
pub use syntax::Syntax;
pub use text::Text;
pub use workspace::Workspace;
