//! What is compiled: texts in memory. Reading files is the caller's business.

/// A policy file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFile {
    /// Its path within the project, `/` between the parts; for the library its path within the library.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Everything a compilation may look at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Project {
    /// What the bundle will be called.
    pub name: String,
    /// The project's own `.lictor` files, in any order.
    pub files: Vec<SourceFile>,
    /// Other files of the project that `file("…")` may name.
    pub data: Vec<SourceFile>,
    /// The project's tables of tests, YAML texts, in any order.
    pub tables: Vec<SourceFile>,
    /// The modules that `import` may bring in from outside the project.
    pub library: Vec<SourceFile>,
}
