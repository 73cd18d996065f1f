//! Messages as text: what is wrong, the lines with marks under the places, what to do, and the line as the offered change makes it.

use std::fmt::Write;

use lictor_grammar::diagnostic::{Diagnostic, Fix};

/// A message about these sources, which are numbered as they stand.
pub fn message(sources: &[&str], told: &Diagnostic) -> String {
    let mut text = format!("{}: {}\n", told.code, told.message);
    for (index, label) in told.labels.iter().enumerate() {
        let sign = if index == 0 { "^" } else { "-" };
        let Some(source) = sources.get(label.span.file.0 as usize) else {
            writeln!(text, "  in the library: {}", label.text).unwrap();
            continue;
        };
        let (start, end) = (label.span.start as usize, label.span.end as usize);
        let (from, to) = line_around(source, start);
        let width = source[start..end.clamp(start, to)].chars().count().max(1);
        let before: String = source[from..start].chars().map(|_| ' ').collect();
        writeln!(text, "  {}", source[from..to].replace('\t', " ")).unwrap();
        writeln!(text, "{}", format!("  {before}{} {}", sign.repeat(width), label.text).trim_end()).unwrap();
    }
    if let Some(help) = &told.help {
        writeln!(text, "  help: {help}").unwrap();
    }
    if let Some(fix) = &told.fix {
        let mended = apply(sources[fix.span.file.0 as usize], fix);
        let (from, to) = line_around(&mended, fix.span.start as usize);
        writeln!(text, "  mended: {}", mended[from..to].trim()).unwrap();
    }
    text
}

/// The source as a change makes it.
pub fn apply(source: &str, fix: &Fix) -> String {
    let (start, end) = (fix.span.start as usize, fix.span.end as usize);
    format!("{}{}{}", &source[..start], fix.text, &source[end..])
}

/// Where the line around a byte begins and ends.
fn line_around(source: &str, at: usize) -> (usize, usize) {
    let from = source[..at].rfind('\n').map_or(0, |end| end + 1);
    let to = source[at..].find('\n').map_or(source.len(), |end| at + end);
    (from, to)
}
