//! The texts that places refer to.

use lictor_grammar::span::FileId;

use crate::project::SourceFile;

/// Where the text of a file is found. What is not there is empty.
pub(crate) trait Texts {
    /// What it holds.
    fn text(&self, file: FileId) -> &[u8];
    /// Its path within the project.
    fn path(&self, file: FileId) -> &str;
}

/// Each at the index of its [`FileId`].
impl Texts for Vec<SourceFile> {
    fn text(&self, file: FileId) -> &[u8] {
        self.get(file.0 as usize).map_or(&[], |source| &source.bytes)
    }

    fn path(&self, file: FileId) -> &str {
        self.get(file.0 as usize).map_or("", |source| &source.path)
    }
}
