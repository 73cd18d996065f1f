//! Documents to lines, and lines to text.

use super::doc::{Doc, Kind, columns};
use super::{INDENT, WIDTH};

/// The lines written so far.
#[derive(Default)]
pub(super) struct Page<'s> {
    lines: Vec<Line<'s>>,
    /// The line that is being written.
    line: Line<'s>,
    /// Whether a comment ended the line, so that what comes next must begin another.
    ended: bool,
    /// Where the document begins that is being written, and whether any text of it was written.
    base: usize,
    inside: bool,
}

#[derive(Default)]
struct Line<'s> {
    indent: usize,
    text: String,
    columns: usize,
    /// The comment behind the text.
    note: Option<&'s str>,
}

impl Line<'_> {
    /// Writes text of this many columns.
    fn push(&mut self, text: &str, columns: usize) {
        if self.text.is_empty() {
            // Most lines then stay where they are while they grow.
            self.text.reserve(text.len().max(WIDTH));
        }
        self.text.push_str(text);
        self.columns += columns;
    }
}

impl<'s> Page<'s> {
    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len() + usize::from(!self.line.text.is_empty())
    }

    /// Begins a line.
    pub fn begin(&mut self, indent: usize) {
        self.ended = false;
        if !self.line.text.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        self.line.indent = indent;
    }

    /// Writes a document on a line of its own.
    pub fn line(&mut self, indent: usize, doc: Doc<'s>) {
        self.begin(indent);
        (self.base, self.inside) = (indent, false);
        self.put(&doc, indent, false, 0);
    }

    /// Writes a comment on a line of its own.
    pub fn comment(&mut self, indent: usize, text: &'s str) {
        self.line(indent, Doc::own(text));
    }

    /// Writes a comment behind the line.
    pub fn note(&mut self, note: Option<&'s str>) {
        if let Some(text) = note {
            self.line.note = Some(text);
            self.ended = true;
        }
    }

    /// Leaves a line blank, but never two, nor the first.
    pub fn blank(&mut self) {
        self.begin(0);
        if self.lines.last().is_some_and(|line| !line.text.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// Puts the lines of another page below.
    pub fn append(&mut self, mut other: Page<'s>) {
        self.begin(0);
        other.begin(0);
        self.lines.append(&mut other.lines);
    }

    /// `tail` is how many columns of text must stand on the last line of the document behind it.
    fn put(&mut self, doc: &Doc<'s>, indent: usize, flat: bool, tail: usize) {
        match &doc.kind {
            Kind::Text(text) => self.write(text, doc.width, indent),
            Kind::Blanks(count) => self.blanks(*count),
            Kind::Line if flat => self.blanks(1),
            Kind::Soft if flat => {}
            Kind::Line | Kind::Soft | Kind::Hard => self.begin(indent),
            Kind::Own(text) => {
                if !self.line.text.is_empty() {
                    self.begin(self.after_comment(indent));
                }
                self.line.push(text, columns(text));
                self.ended = true;
            }
            Kind::Trailing(text) => self.note(Some(text)),
            Kind::Nest(columns, inner) => self.put(inner, indent + columns, flat, tail),
            Kind::Group(inner) => {
                let fits = !doc.forced && self.column(indent) + doc.width + tail <= WIDTH;
                self.put(inner, indent, flat || fits, tail);
            }
            Kind::Concat(parts) => self.concat(parts, indent, flat, tail),
            Kind::Fill(elements) => {
                let last = elements.len().saturating_sub(1);
                for (index, element) in elements.iter().enumerate() {
                    let tail = if index == last { tail } else { 0 };
                    if index > 0 {
                        let width = self.column(indent) + 1 + element.width + tail;
                        if flat || (!element.forced && !self.ended && width <= WIDTH) {
                            self.blanks(1);
                        } else {
                            self.begin(indent);
                        }
                    }
                    self.put(element, indent, flat, tail);
                }
            }
        }
    }

    fn concat(&mut self, parts: &[Doc<'s>], indent: usize, flat: bool, tail: usize) {
        if flat {
            parts.iter().for_each(|part| self.put(part, indent, true, tail));
            return;
        }
        let mut tails = Vec::with_capacity(parts.len());
        let mut behind = tail;
        for part in parts.iter().rev() {
            tails.push(behind);
            behind = if part.breaks { part.head } else { part.head + behind };
        }
        for (part, tail) in parts.iter().zip(tails.into_iter().rev()) {
            self.put(part, indent, false, tail);
        }
    }

    fn write(&mut self, text: &str, columns: usize, indent: usize) {
        if self.ended {
            self.begin(self.after_comment(indent));
        }
        self.inside = true;
        self.line.push(text, columns);
    }

    /// Where a line begins that only a comment made necessary: further in than the first line, since in column 1 a word would
    /// begin an item.
    fn after_comment(&self, indent: usize) -> usize {
        if self.inside { indent.max(self.base + INDENT) } else { indent }
    }

    fn blanks(&mut self, count: usize) {
        if !self.ended && !self.line.text.is_empty() {
            self.line.text.extend(std::iter::repeat_n(' ', count));
            self.line.columns += count;
        }
    }

    /// The column at which the next text will stand.
    fn column(&self, indent: usize) -> usize {
        if self.ended { self.after_comment(indent) } else { self.line.indent + self.line.columns }
    }

    /// All lines as text. Comments behind lines that follow each other at the same indent stand in one column.
    /// `length` is about how long that is.
    pub fn text(mut self, length: usize) -> String {
        self.begin(0);
        let mut text = String::with_capacity(length + length / 8);
        let mut rest = self.lines.as_slice();
        while let Some(first) = rest.first() {
            let aligned = |line: &&Line| line.note.is_some() && line.indent == first.indent;
            let run = rest.iter().take_while(aligned).count();
            let (lines, others) = rest.split_at_checked(run.max(1)).unwrap_or((rest, &[]));
            let noted = lines.iter().take(run);
            let width = noted.map(|line| columns(line.text.trim_end())).max().unwrap_or(0);
            for line in lines {
                let content = line.text.trim_end();
                if !content.is_empty() {
                    text.extend(std::iter::repeat_n(' ', line.indent));
                }
                text.push_str(content);
                if let Some(note) = line.note {
                    text.extend(std::iter::repeat_n(' ', width - columns(content) + 2));
                    text.push_str(note);
                }
                text.push('\n');
            }
            rest = others;
        }
        text
    }
}
