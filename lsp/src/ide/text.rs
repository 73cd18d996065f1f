//! A text with the places of its lines, and how an edit changes both.

use std::ops::Range;

/// A text that knows where its lines begin. A line ends with a line feed, a carriage return, or both in this order, as the
/// Language Server Protocol counts lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    text: String,
    /// Where each line begins, in ascending order; the first is 0.
    lines: Vec<u32>,
}

impl Default for Text {
    fn default() -> Text {
        Text::new(String::new())
    }
}

impl Text {
    /// Finds the lines of a text.
    pub fn new(text: String) -> Text {
        let mut lines = vec![0];
        push_lines(&text, 0..text.len(), &mut lines);
        Text { text, lines }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its length in bytes.
    pub fn len(&self) -> u32 {
        offset(self.text.len())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How many lines it has, at least one: the one after the last line end counts.
    pub fn line_count(&self) -> u32 {
        offset(self.lines.len())
    }

    /// The line that the byte at `at` stands in, counted from 0.
    pub fn line_of(&self, at: u32) -> u32 {
        offset(self.lines.partition_point(|&start| start <= at)).saturating_sub(1)
    }

    /// Where a line begins; the end of the text for a line that is not there.
    pub fn line_start(&self, line: u32) -> u32 {
        self.lines.get(line as usize).copied().unwrap_or(self.len())
    }

    /// A line without its end.
    pub fn line(&self, line: u32) -> &str {
        let range = self.line_start(line)..self.line_start(line.saturating_add(1));
        self.slice(range).trim_end_matches(['\r', '\n'])
    }

    /// What its first line ends with; a line feed where there is one line only.
    pub fn line_end(&self) -> &'static str {
        match self.text.find(['\r', '\n']).map(|at| self.text.get(at..)) {
            Some(Some(rest)) if rest.starts_with("\r\n") => "\r\n",
            Some(Some(rest)) if rest.starts_with('\r') => "\r",
            _ => "\n",
        }
    }

    /// What stands in a range; nothing where there is no such range.
    pub fn slice(&self, range: Range<u32>) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Replaces what stands in `range`, whose ends are ends of characters, and finds only those lines again that the edit
    /// can have changed.
    pub fn replace(&mut self, range: Range<u32>, with: &str) {
        // A carriage return and a line feed can meet at either end: so one line more is looked at on both sides.
        let first = self.line_of(range.start).saturating_sub(1);
        let last = self.line_of(range.end).saturating_add(2);
        let window = self.line_start(first)..self.line_start(last);
        let after = self.lines.split_off((last as usize).min(self.lines.len()));
        let added = offset(with.len());
        let shift = |at: u32| at - (range.end - range.start) + added;

        self.text.replace_range(range.start as usize..range.end as usize, with);
        self.lines.truncate(first as usize + 1);
        push_lines(&self.text, window.start as usize..shift(window.end) as usize, &mut self.lines);
        // The line after the window begins where the last one in it ends.
        let known = self.lines.last().copied();
        self.lines.extend(after.into_iter().map(shift).filter(|&start| Some(start) != known));
    }
}

/// Adds the places after the line ends that stand in `range`.
fn push_lines(text: &str, range: Range<usize>, lines: &mut Vec<u32>) {
    let bytes = text.as_bytes();
    for at in range {
        match bytes.get(at) {
            Some(b'\n') => lines.push(offset(at + 1)),
            Some(b'\r') if bytes.get(at + 1) != Some(&b'\n') => lines.push(offset(at + 1)),
            _ => {}
        }
    }
}

/// A place in a text. Texts of 4 GiB and more are not held.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
