//! The diagnostics of a compilation, drawn for people or written for programs.

use lictor_compiler::project::SourceFile;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};
use serde_json::{Value, json};

use super::Paint;
use super::excerpt::{Excerpt, Text};
use super::report::{Elsewhere, Report, draw, severity_word};

/// The most diagnostics that are drawn for people: whoever mends these sees the next.
const DRAWN: usize = 100;

/// The texts that spans refer to, with the names under which people know them.
pub struct Sources {
    files: Vec<Text>,
    /// The files' paths within the project, in the same order.
    paths: Vec<String>,
}

impl Sources {
    /// The sources of a compilation; `name` gives each the path that is shown.
    pub fn new(files: &[SourceFile], name: impl Fn(&SourceFile) -> String) -> Sources {
        Sources {
            files: files.iter().map(|file| Text::new(name(file), readable(&file.bytes))).collect(),
            paths: files.iter().map(|file| file.path.clone()).collect(),
        }
    }

    /// The path under which people know a file of the project.
    pub fn shown(&self, path: &str) -> String {
        let file = self.paths.iter().position(|known| known == path).and_then(|at| self.files.get(at));
        file.map_or_else(|| path.to_owned(), |file| file.name.clone())
    }

    fn get(&self, file: FileId) -> Option<&Text> {
        self.files.get(usize::try_from(file.0).ok()?)
    }

    /// The path under which people know a file, and where a span begins and ends in it: line and column, from 1.
    pub fn region(&self, span: Span) -> Option<(&str, [usize; 4])> {
        let source = self.get(span.file)?;
        let (start, end) = clamp(&source.text, span);
        let ((line, column), (end_line, end_column)) =
            (source.line_and_column(start), source.line_and_column(end));
        Some((&source.name, [line, column, end_line, end_column]))
    }

    /// The line on which a span begins, and where in it.
    pub fn line(&self, span: Span) -> (String, usize) {
        let Some(source) = self.get(span.file) else { return (String::new(), 0) };
        let at = clamp(&source.text, span).0;
        let before = source.text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let rest = source.text.get(start..).unwrap_or_default();
        (rest.lines().next().unwrap_or_default().to_owned(), at - start)
    }

    /// `path:line:column` of the first byte of a span, counted from 1.
    pub fn place(&self, span: Span) -> String {
        match self.get(span.file) {
            None => String::from("(nowhere)"),
            Some(source) => {
                let (line, column) = source.line_and_column(clamp(&source.text, span).0);
                format!("{}:{line}:{column}", source.name)
            }
        }
    }
}

/// Draws all diagnostics, and a line that counts them. Nothing is drawn where there are none.
pub fn diagnostics(all: &[Diagnostic], sources: &Sources, paint: Paint) -> String {
    let mut text = String::new();
    for diagnostic in all.iter().take(DRAWN) {
        let primary = diagnostic.span().file;
        let (here, there): (Vec<_>, Vec<_>) =
            diagnostic.labels.iter().partition(|label| label.span.file == primary);
        let excerpt = sources.get(primary).map(|source| {
            let labels = here.iter().map(|label| (label.span, label.text.as_str())).collect::<Vec<_>>();
            Excerpt::new(source, &labels)
        });
        let elsewhere = there
            .iter()
            .filter_map(|label| {
                let excerpt = Excerpt::new(sources.get(label.span.file)?, &[(label.span, "")]);
                Some(Elsewhere { message: label.text.clone(), excerpt })
            })
            .collect();
        let report = Report {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            excerpt,
            elsewhere,
        };
        text.push_str(&draw(&report, paint));
        text.push('\n');
    }
    if all.len() > DRAWN {
        text.push_str(&format!("{} more are not shown; mend these first\n", all.len() - DRAWN));
    }
    if !all.is_empty() {
        text.push_str(&count(all));
        text.push('\n');
        text.push_str(&hint(all));
    }
    text
}

/// All diagnostics as JSON, each with the places it concerns: path, bytes from and to, line and column from 1.
pub fn diagnostics_json(all: &[Diagnostic], sources: &Sources) -> Value {
    let errors = all.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let list = all.iter().map(|diagnostic| {
        let labels = diagnostic.labels.iter().filter_map(|label| {
            let source = sources.get(label.span.file)?;
            let (start, end) = clamp(&source.text, label.span);
            let (line, column) = source.line_and_column(start);
            let (end_line, end_column) = source.line_and_column(end);
            Some(json!({
                "file": source.name, "start": start, "end": end, "line": line, "column": column,
                "end_line": end_line, "end_column": end_column, "text": label.text,
            }))
        });
        json!({
            "code": diagnostic.code, "severity": severity_word(diagnostic.severity), "message": diagnostic.message,
            "help": diagnostic.help, "page": diagnostic.page(), "labels": labels.collect::<Vec<_>>(), "fix": fix(diagnostic, sources),
        })
    });
    json!({
        "ok": errors == 0, "errors": errors, "warnings": all.len() - errors, "diagnostics": list.collect::<Vec<_>>(),
    })
}

/// The change that mends a mistake: what stands between the two bytes gives way to the text. Null where a person has to choose.
fn fix(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let change = diagnostic.fix.as_ref().and_then(|fix| Some((fix, sources.region(fix.span)?)));
    change.map_or(Value::Null, |(fix, (file, _))| {
        json!({ "file": file, "start": fix.span.start, "end": fix.span.end, "text": fix.text })
    })
}

/// The errors in one line, each with its place: for a log, of which each line is a whole.
pub fn errors_line(all: &[Diagnostic], sources: &Sources) -> String {
    const SHOWN: usize = 3;
    let errors = || all.iter().filter(|diagnostic| diagnostic.is_error());
    let line = |diagnostic: &Diagnostic| {
        let place = diagnostic.labels.first().and_then(|label| {
            let source = sources.get(label.span.file)?;
            let (line, column) = source.line_and_column(clamp(&source.text, label.span).0);
            Some(format!("{}:{line}:{column}: ", source.name))
        });
        format!("{}{}: {}", place.unwrap_or_default(), diagnostic.code, diagnostic.message)
    };
    let shown: Vec<String> = errors().take(SHOWN).map(line).collect();
    let more = match errors().count().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{}{more}", shown.join("; "))
}

/// Where to read more, told once, with the first code that there is.
fn hint(all: &[Diagnostic]) -> String {
    let first = all.iter().find(|diagnostic| diagnostic.is_error()).or(all.first());
    let what = |first: &Diagnostic| if first.is_error() { "an error" } else { "a warning" };
    first
        .map(|first| format!("for more about {}: lictor explain {}\n", what(first), first.code))
        .unwrap_or_default()
}

/// `3 errors, 1 warning`
fn count(all: &[Diagnostic]) -> String {
    let errors = all.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let number = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, all.len() - errors) {
        (errors, 0) => number(errors, "error"),
        (0, warnings) => number(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", number(errors, "error"), number(warnings, "warning")),
    }
}

/// The text of a file with every byte that is not UTF-8 replaced by one `?`, so that offsets stay what they are.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// A span as offsets that lie in the text, on borders of characters, and cover something: miette leaves out a label that
/// covers nothing at the end of a file, and panics beyond it.
pub(super) fn clamp(text: &str, span: Span) -> (usize, usize) {
    let last = text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at);
    let (start, end) = match span.start as usize {
        start if start < text.trim_end().len() => (start, (span.end as usize).clamp(start, text.len())),
        // At the end of the file: its last character that shows.
        _ => (last, (last + 1).min(text.len())),
    };
    let border = |at: &usize| text.is_char_boundary(*at);
    let start = (0..=start).rev().find(border).unwrap_or(0);
    let end = (end..=text.len()).find(border).unwrap_or(text.len());
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_becomes_one_that_can_be_drawn() {
        let clamped = |text: &str, start, end| clamp(text, Span::new(FileId(0), start, end));
        assert_eq!(clamped("a é b", 2, 3), (2, 4));
        assert_eq!(clamped("a é b", 3, 4), (2, 4));
        assert_eq!(clamped("ab\n\n", 4, 4), (1, 2));
        assert_eq!(clamped("ab\n\n", 900, 1_000), (1, 2));
        assert_eq!(clamped("aé\n", 3, 3), (1, 3));
        assert_eq!(clamped("ab cd", 1, 900), (1, 5));
        assert_eq!(clamped("ab", 1, 0), (1, 1));
        assert_eq!(clamped("", 0, 0), (0, 0));
    }

    #[test]
    fn offsets_stay_what_they_are_where_bytes_are_no_text() {
        assert_eq!(readable(b"caf\xe9\xff = \xc3\xa9"), "caf?? = \u{e9}");
    }
}
