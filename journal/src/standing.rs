//! The texts that stand open in a request: another place that says one of them says nothing new.

/// The texts of a request, as they are written.
pub(crate) struct Standing {
    /// A line each: no text of JSON has a line break in it.
    lines: Vec<u8>,
    /// Where in the request each was written, and where its line begins.
    begins: Vec<(usize, usize)>,
}

impl Standing {
    /// For something like a request: mostly nothing grows.
    pub fn new() -> Standing {
        Standing { lines: Vec::with_capacity(512), begins: Vec::with_capacity(16) }
    }

    /// A text that is written at this place of the request.
    pub fn note(&mut self, place: usize, written: &[u8]) {
        self.begins.push((place, self.lines.len()));
        self.lines.extend_from_slice(written);
        self.lines.push(b'\n');
    }

    /// What was written from this place on is covered.
    pub fn forget(&mut self, place: usize) {
        let first = self.begins.partition_point(|(at, _)| *at < place);
        if let Some((_, line)) = self.begins.get(first) {
            self.lines.truncate(*line);
            self.begins.truncate(first);
        }
    }

    /// Whether this text stands open.
    pub fn has(&self, written: &[u8]) -> bool {
        self.lines.split(|byte| *byte == b'\n').any(|line| line == written)
    }
}
