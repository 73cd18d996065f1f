//! The texts that a source map shows: as they were written, on one line, without comments.

use std::collections::BTreeMap;

use lictor_bundle::source_map::{Text, UnitMap};
use lictor_grammar::span::{FileId, Span};

use crate::project::SourceFile;

/// Texts with the places of their lines, so that finding one costs nothing that grows with the text.
pub struct Places<'a> {
    /// Sorted by number.
    texts: Vec<Numbered<'a>>,
}

/// A file, or a piece of one, with the number by which spans refer to it.
struct Numbered<'a> {
    number: FileId,
    path: &'a str,
    bytes: &'a [u8],
    /// How many lines of its file end before it.
    lines_before: usize,
    /// Where its lines begin, but for the first.
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    /// The files that spans refer to, in the order of their ids.
    pub fn new(sources: &'a [SourceFile]) -> Places<'a> {
        let numbers = (0..).map(FileId);
        Places::of_pieces(numbers.zip(sources).map(|(number, file)| (number, &*file.path, &*file.bytes)))
    }

    /// The pieces that spans refer to, in the order of their ids: those of a file follow one another, as they do in it.
    pub(crate) fn of_pieces(pieces: impl Iterator<Item = (FileId, &'a str, &'a [u8])>) -> Places<'a> {
        let mut texts: Vec<Numbered<'a>> = Vec::new();
        for (number, path, bytes) in pieces {
            let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            let starts = ends.map(|(at, _)| at + 1).collect();
            let last = texts.last().filter(|last| last.path == path);
            let lines_before = last.map_or(0, |last| last.lines_before + last.starts.len());
            texts.push(Numbered { number, path, bytes, lines_before, starts });
        }
        Places { texts }
    }

    fn find(&self, file: FileId) -> Option<&Numbered<'a>> {
        let found = self.texts.binary_search_by_key(&file, |text| text.number);
        found.ok().and_then(|at| self.texts.get(at))
    }

    /// The file and the line of a span; line 0 of no file where there is none.
    pub fn place(&self, span: Span) -> (&'a str, u32) {
        match self.find(span.file) {
            None => ("", 0),
            Some(text) => {
                let within = text.starts.partition_point(|start| *start <= span.start as usize);
                (text.path, (1 + text.lines_before + within) as u32)
            }
        }
    }

    fn text(&self, span: Span) -> &'a str {
        let bytes =
            self.find(span.file).and_then(|text| text.bytes.get(span.start as usize..span.end as usize));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }
}

/// The texts of one unit.
pub(super) struct Texts<'a> {
    places: &'a Places<'a>,
    pub(super) map: UnitMap,
    known: BTreeMap<Span, u32>,
    /// Where each text was taken from, and where its bytes went.
    taken: Vec<(Span, Moved)>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(places: &'a Places<'a>) -> Texts<'a> {
        Texts { places, map: UnitMap::default(), known: BTreeMap::new(), taken: Vec::new() }
    }

    /// The number of the text at a span.
    pub(super) fn of(&mut self, span: Span) -> u32 {
        if let Some(known) = self.known.get(&span) {
            return *known;
        }
        let (text, moved) = plain(self.places.text(span));
        let (file, line) = self.place(span);
        let number = self.map.texts.len() as u32;
        self.map.texts.push(Text { file, line, text });
        self.taken.push((span, moved));
        self.known.insert(span, number);
        number
    }

    /// The piece of a text at a span, or a text of its own for a span that lies elsewhere.
    pub(super) fn piece(&mut self, within: u32, span: Span) -> (u32, (u16, u16)) {
        let holds = self.taken.get(within as usize).is_some_and(|(outer, _)| {
            outer.file == span.file && outer.start <= span.start && span.end <= outer.end
        });
        let text = if holds { within } else { self.of(span) };
        let Some((outer, moved)) = self.taken.get(text as usize) else { return (text, (0, 0)) };
        let to = |at: u32| moved.to((at - outer.start) as usize);
        (text, (to(span.start), to(span.end)))
    }

    /// The file's number and the line of a span.
    pub(super) fn place(&mut self, span: Span) -> (u16, u32) {
        let (path, line) = self.places.place(span);
        let known = self.map.files.iter().position(|file| file == path);
        let number = known.unwrap_or_else(|| {
            self.map.files.push(path.to_owned());
            self.map.files.len() - 1
        });
        (u16::try_from(number).unwrap_or(u16::MAX), line)
    }

    /// What stands at a span, to its letter.
    pub(super) fn word(&self, span: Span) -> Option<&'a str> {
        Some(self.places.text(span)).filter(|word| !word.is_empty())
    }
}

/// Where the bytes of a text went, and its end.
enum Moved {
    /// Nowhere: it is shown as it was written. Most texts are.
    Kept,
    /// Each to its place.
    To(Vec<u16>),
}

impl Moved {
    fn to(&self, at: usize) -> u16 {
        match self {
            Moved::Kept => u16::try_from(at).unwrap_or_default(),
            Moved::To(places) => places.get(at).copied().unwrap_or_default(),
        }
    }
}

/// A text on one line and without comments, and where its bytes went. A text that is longer than its bytes can be numbered is cut.
fn plain(text: &str) -> (String, Moved) {
    if is_plain(text) {
        return (text.to_owned(), Moved::Kept);
    }
    let mut shown = String::with_capacity(text.len());
    let mut moved = Vec::with_capacity(text.len() + 1);
    let (mut in_string, mut escaped, mut in_comment) = (false, false, false);
    for (at, c) in text.char_indices() {
        if c == '/' && !in_string && text.get(at..).is_some_and(|rest| rest.starts_with("//")) {
            in_comment = true;
        }
        in_comment &= c != '\n';
        let is_blank = in_comment || (!in_string && c.is_whitespace());
        // Where a blank is left out, its place is the end of what was there before.
        let length = if is_blank { shown.trim_end().len() } else { shown.len() };
        moved.resize(at + c.len_utf8(), u16::try_from(length).unwrap_or(u16::MAX));
        if is_blank {
            if !shown.is_empty() && !shown.ends_with(' ') {
                shown.push(' ');
            }
            continue;
        }
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && c == '\\' && !escaped;
        shown.push(c);
    }
    let end = shown.trim_end().len();
    moved.push(u16::try_from(end).unwrap_or(u16::MAX));
    shown.truncate(end);
    if shown.len() > usize::from(u16::MAX) {
        let at = (0..=usize::from(u16::MAX)).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(0);
        shown.truncate(at);
    }
    (shown, Moved::To(moved))
}

/// Whether a text is shown as it was written, as far as can be told at a glance: no blanks in a row or at an end, nothing that may be a
/// comment, and short enough to be numbered.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let together = |pair: &[u8]| matches!(pair, b"  " | b"//");
    text.len() <= usize::from(u16::MAX)
        && bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ')
        && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && !bytes.windows(2).any(together)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_on_one_line_without_its_comments() {
        let text = "require a // why\n     and  b\n  else C \"x  // y\\\" \"";
        let (shown, moved) = plain(text);
        assert_eq!(shown, "require a and b else C \"x  // y\\\" \"");
        let at = |word: &str| usize::from(moved.to(text.find(word).unwrap()));
        assert_eq!(&shown[at("and")..][..3], "and");
        assert_eq!(&shown[at("b\n")..][..1], "b");
        assert_eq!(usize::from(moved.to(text.find(" // why").unwrap())), "require a".len());
        assert_eq!(usize::from(moved.to(text.len())), shown.len());
    }

    #[test]
    fn a_text_of_one_line_stays_as_it_is() {
        let text = "require a and b else C \"x\"";
        let (shown, moved) = plain(text);
        assert_eq!(shown, text);
        assert!((0..=text.len()).all(|at| usize::from(moved.to(at)) == at));
    }
}
