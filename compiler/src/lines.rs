//! From places in texts to lines, for what a bundle says about where its rules were written.

use lictor_grammar::span::Span;

use crate::project::SourceFile;

/// Where the lines of the sources begin. Found once: a rule in a long file must not be found by reading the file again.
pub(crate) struct Lines<'a> {
    files: Vec<(&'a str, Vec<usize>)>,
}

impl<'a> Lines<'a> {
    /// Those of all sources.
    pub fn new(sources: &'a [SourceFile]) -> Lines<'a> {
        let ends = |source: &SourceFile| {
            let bytes = source.bytes.iter().enumerate();
            bytes.filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect()
        };
        Lines { files: sources.iter().map(|source| (source.path.as_str(), ends(source))).collect() }
    }

    /// The path and the line, from 1, of the first byte of a span.
    pub fn place(&self, span: Span) -> (String, u32) {
        let Some((path, ends)) = self.files.get(span.file.0 as usize) else { return (String::new(), 0) };
        let before = ends.partition_point(|end| *end < span.start as usize);
        (path.to_string(), 1 + before as u32)
    }
}
