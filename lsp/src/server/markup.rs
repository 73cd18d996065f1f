//! What is told in more than a line: in Markdown for clients that say they show it, and without its fences for all others.

use tower_lsp::ls_types::{Documentation, MarkupContent, MarkupKind};

/// What documents something, for a client that takes these formats; one that names none takes a text without any.
pub fn documentation(formats: Option<&Vec<MarkupKind>>, markdown: String) -> Documentation {
    match formats {
        Some(formats) if !formats.is_empty() => Documentation::MarkupContent(markup(Some(formats), markdown)),
        _ => Documentation::String(plain(&markdown)),
    }
}

/// A text in Markdown for a client that takes these formats.
pub fn markup(formats: Option<&Vec<MarkupKind>>, markdown: String) -> MarkupContent {
    if formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)) {
        return MarkupContent { kind: MarkupKind::Markdown, value: markdown };
    }
    MarkupContent { kind: MarkupKind::PlainText, value: plain(&markdown) }
}

/// The lines that say something. What is left of the marks, such as the quotes around a name, reads well enough.
fn plain(markdown: &str) -> String {
    let is_mark = |line: &&str| line.starts_with("```") || *line == "---";
    let lines: Vec<&str> = markdown.lines().filter(|line| !is_mark(line)).collect();
    lines.join("\n").trim().to_owned()
}
