//! The few lines of a source that a report shows. They are cut out here, and long lines shortened, so that what a report
//! costs depends on what it shows and not on how large the file is.

use lictor_grammar::span::Span;
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::diagnostic::clamp;

/// How many bytes of a line are shown before a marked place, and how many from its start.
const BEFORE: usize = 60;
const FROM: usize = 100;
/// A line longer than this is shortened.
const LONG: usize = BEFORE + FROM + 80;
/// Marked places further apart than this many lines are not shown in one excerpt.
const APART: usize = 60;

/// A text with the places of its lines.
#[derive(Debug)]
pub struct Text {
    /// The name under which people know the file.
    pub name: String,
    /// What stands in it.
    pub text: String,
    starts: Vec<usize>,
}

impl Text {
    /// A file of this name and text.
    pub fn new(name: String, text: String) -> Text {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Text { name, text, starts }
    }

    /// The index of the line that holds a byte.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn line_start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Line and column of a byte, counted from 1; columns are characters.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let before = self.text.get(self.line_start(line)..offset).unwrap_or_default();
        (line + 1, before.chars().count() + 1)
    }
}

/// Some lines of a file and the places marked in them.
#[derive(Debug)]
pub struct Excerpt {
    name: String,
    text: String,
    /// The number of the first line shown, from 0, and how many characters of it were cut away before it.
    first: (usize, usize),
    /// The marked places, the primary one first.
    pub labels: Vec<LabeledSpan>,
}

impl Excerpt {
    /// The lines of a file around these places, the primary one first.
    pub fn new(source: &Text, places: &[(Span, &str)]) -> Excerpt {
        let marked: Vec<((usize, usize), &str)> =
            places.iter().map(|(span, label)| (clamp(&source.text, *span), *label)).collect();
        let Some(((primary, _), _)) = marked.first().copied() else {
            return Excerpt {
                name: source.name.clone(),
                text: String::new(),
                first: (0, 0),
                labels: Vec::new(),
            };
        };
        let near = |&&((start, _), _): &&((usize, usize), &str)| {
            source.line(start).abs_diff(source.line(primary)) <= APART
        };
        let shown: Vec<_> = marked.iter().filter(near).collect();
        let first =
            shown.iter().map(|((start, _), _)| source.line(*start)).min().unwrap_or(0).saturating_sub(1);
        let last = shown.iter().map(|((_, end), _)| source.line(*end)).max().unwrap_or(0) + 2;
        let (from, to) = (source.line_start(first), source.line_start(last));
        let lines = source.text.get(from..to).unwrap_or_default();
        if lines.lines().any(|line| line.len() > LONG) {
            return Excerpt::shortened(source, marked.first().copied());
        }
        let labels = shown
            .iter()
            .enumerate()
            .map(|(n, ((start, end), label))| mark(n, start - from, end - start, label));
        Excerpt {
            name: source.name.clone(),
            text: lines.to_owned(),
            first: (first, 0),
            labels: labels.collect(),
        }
    }

    /// The primary place within a line that is too long to be shown.
    fn shortened(source: &Text, place: Option<((usize, usize), &str)>) -> Excerpt {
        let ((start, end), label) = place.unwrap_or_default();
        let line = source.line(start);
        let border = |at: usize| (0..=at).rev().find(|at| source.text.is_char_boundary(*at)).unwrap_or(0);
        let from = border(start.saturating_sub(BEFORE)).max(source.line_start(line));
        let stop = source.line_start(line + 1).min(source.text.len());
        let to = border((start + FROM).min(stop)).max(start);
        let text = source.text.get(from..to).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let skipped = source.text.get(source.line_start(line)..from).unwrap_or_default().chars().count();
        let length = end.min(from + text.len()).saturating_sub(start).max(1);
        let labels = vec![mark(0, start - from, length.min(text.len()), label)];
        Excerpt { name: source.name.clone(), text: text.to_owned(), first: (line, skipped), labels }
    }
}

fn mark(n: usize, at: usize, length: usize, label: &str) -> LabeledSpan {
    let label = Some(label.to_owned()).filter(|label| !label.is_empty());
    if n == 0 {
        LabeledSpan::new_primary_with_span(label, (at, length))
    } else {
        LabeledSpan::new_with_span(label, (at, length))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        let column = if inner.line() == 0 { inner.column() + self.first.1 } else { inner.column() };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first.0,
            column,
            inner.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lictor_grammar::span::FileId;

    fn excerpt(text: &str, start: u32, end: u32) -> (String, (usize, usize), usize, usize) {
        let source = Text::new("a".to_owned(), text.to_owned());
        let excerpt = Excerpt::new(&source, &[(Span::new(FileId(0), start, end), "")]);
        let label = &excerpt.labels[0];
        (excerpt.text.clone(), excerpt.first, label.offset(), label.len())
    }

    #[test]
    fn a_report_shows_the_lines_around_a_place() {
        assert_eq!(excerpt("one\ntwo\nthree\nfour\n", 8, 13), ("two\nthree\nfour\n".into(), (1, 0), 4, 5));
        assert_eq!(excerpt("one\ntwo", 0, 3), ("one\ntwo".into(), (0, 0), 0, 3));
    }

    #[test]
    fn a_long_line_is_shortened_on_both_sides() {
        let line = "é".repeat(400);
        let (text, first, at, length) = excerpt(&line, 400, 700);
        assert_eq!((text.len(), first, at, length), (160, (0, 170), 60, 100));
    }
}
