//! Where something new is put, and how it is written there.

use lictor_compiler::modules::Module;
use lictor_grammar::ast::{Item, ItemKind};
use lictor_grammar::format::format;
use lictor_grammar::span::Span;

use super::{Change, organize};
use crate::ide::format::{Edit, smallest};
use crate::ide::{Analysis, FileName, Syntax, Text};

/// The modules that the author can change, with their files.
pub(super) fn own_modules(analysis: &Analysis) -> impl Iterator<Item = (&FileName, &Module)> {
    let own = analysis.modules().iter().filter(|module| !module.library);
    own.filter_map(|module| Some((analysis.place(module.span())?.0, module)))
}

/// An item after changes of its text, each with the place that it replaces, in the order of the text. Where the item was laid out as the
/// formatter does it, it still is.
pub(super) fn rewritten(analysis: &Analysis, item: &Item, changes: &[(Span, String)]) -> Option<Change> {
    let old = analysis.text(item.span);
    let was_formatted = format(old).is_ok_and(|formatted| formatted.trim_end() == old.replace("\r\n", "\n"));
    changed(analysis, item, changes, was_formatted)
}

fn changed(analysis: &Analysis, item: &Item, changes: &[(Span, String)], formats: bool) -> Option<Change> {
    let (file, place) = analysis.place(item.span)?;
    let old = analysis.text(item.span);
    let mut new = old.to_owned();
    for (span, text) in changes.iter().rev() {
        let at = |offset: u32| offset.checked_sub(item.span.start).map(|at| at as usize);
        let range = at(span.start)?..at(span.end)?;
        new.get(range.clone())?;
        new.replace_range(range, text);
    }
    let new = if formats { laid_out(&new) } else { new };
    let new = if old.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new };
    let mut edit = smallest(old, 0..old.len(), &new, 0..new.len());
    edit.range = edit.range.start + place.start..edit.range.end + place.start;
    Some(Change::one(file.clone(), edit))
}

/// An item as the formatter writes it; as it is, where it cannot be read.
pub(super) fn laid_out(item: &str) -> String {
    format(item).map_or_else(|_| item.to_owned(), |formatted| formatted.trim_end().to_owned())
}

/// An item that ends in braces, with one thing more between them, laid out anew.
pub(super) fn with_entry(analysis: &Analysis, item: &Item, entry: &str) -> Option<Change> {
    let inside = analysis.text(item.span).strip_suffix('}')?;
    // Behind a comment one cannot go on in the same line.
    let entry = if inside.contains('\n') { format!("\n  {entry}\n") } else { format!(" {entry} ") };
    let start = item.span.start + u32::try_from(inside.trim_end().len()).ok()?;
    let gap = Span { start, end: item.span.end.saturating_sub(1), ..item.span };
    changed(analysis, item, &[(gap, entry)], true)
}

/// A new item below what a file begins with: its name, its layer, its imports.
pub(super) fn at_top(file: &FileName, syntax: &Syntax, item: &str) -> Change {
    let begins = |item: &&Item| {
        matches!(item.kind, ItemKind::Module(_) | ItemKind::Layer(_)) || organize::is_import(item)
    };
    let last = syntax.items().take_while(begins).last().map(|item| syntax.range(item.span).end);
    let text = syntax.text();
    let (at, item) = match last {
        Some(end) => (line_end(text, end), format!("\n\n{item}")),
        None => (0, format!("{item}\n\n")),
    };
    Change::one(file.clone(), inserted(text, at, &item))
}

/// A new import, among the others where they are sorted.
pub(in crate::ide) fn import(file: &FileName, syntax: &Syntax, module: &str) -> Change {
    let text = syntax.text();
    let line = format!("import {module}");
    let Some(run) = organize::runs(syntax).into_iter().next() else { return at_top(file, syntax, &line) };
    let next = run.iter().find(|import| text.slice((*import).clone()) > line.as_str());
    let edit = match (next, run.last()) {
        (Some(next), _) => inserted(text, next.start, &format!("{line}\n")),
        (None, last) => {
            let end = line_end(text, last.map_or(0, |last| last.end));
            inserted(text, end, &format!("\n{line}"))
        }
    };
    Change::one(file.clone(), edit)
}

/// Puts something in, with the line ends that the text has.
pub(super) fn inserted(text: &Text, at: u32, new: &str) -> Edit {
    Edit { range: at..at, text: new.replace('\n', text.line_end()) }
}

/// The end of the line in which a place is, behind a comment.
fn line_end(text: &Text, at: u32) -> u32 {
    let line = text.line_of(at);
    text.line_start(line) + u32::try_from(text.line(line).len()).unwrap_or_default()
}

/// Where something is put that stands above an item: above what is written about it, too.
pub(super) fn above(syntax: &Syntax, item: &Item) -> u32 {
    let text = syntax.text();
    let mut line = text.line_of(syntax.range(item.span).start);
    while line > 0 && text.line(line - 1).starts_with("//") && !text.line(line - 1).starts_with("//!") {
        line -= 1;
    }
    text.line_start(line)
}
