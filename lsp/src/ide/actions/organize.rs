//! Imports in order.

use std::ops::Range;

use lictor_grammar::ast::{Item, ItemKind};

use super::{Action, ActionKind, Asked, Change};
use crate::ide::Syntax;
use crate::ide::format::Edit;

/// What unused imports are told with.
const UNUSED_IMPORT: &str = "W0201";

/// Whether an item is an `import` or a `use`.
pub(super) fn is_import(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Import(_) | ItemKind::Use(_))
}

/// The runs of imports that nothing stands between, comments included: those may be about one of them.
pub(super) fn runs(syntax: &Syntax) -> Vec<Vec<Range<u32>>> {
    let text = syntax.text();
    let mut runs: Vec<Vec<Range<u32>>> = Vec::new();
    let mut end = None;
    for item in syntax.items() {
        let range = syntax.range(item.span);
        if is_import(item) && item.docs.is_empty() {
            let goes_on = end.is_some_and(|end| text.slice(end..range.start).trim().is_empty());
            end = Some(range.end);
            match runs.last_mut().filter(|_| goes_on) {
                Some(run) => run.push(range),
                None => runs.push(vec![range]),
            }
        } else {
            end = None;
        }
    }
    runs
}

/// Sorts each run, and leaves out what is twice there or not needed.
pub(super) fn organize(asked: Asked<'_>) -> Option<Action<'_>> {
    let text = asked.syntax.text();
    let unused = |range: &Range<u32>| {
        let mut told = asked.findings.iter().filter(|finding| finding.code == UNUSED_IMPORT);
        told.any(|finding| range.start <= finding.range.start && finding.range.end <= range.end)
    };
    let organized = runs(asked.syntax).into_iter().filter_map(|run| {
        let range = run.first()?.start..run.last()?.end;
        let mut lines: Vec<&str> =
            run.iter().filter(|range| !unused(range)).map(|range| text.slice(range.clone())).collect();
        lines.sort();
        lines.dedup();
        let lines = lines.join(text.line_end());
        (lines != text.slice(range.clone())).then_some(Edit { range, text: lines })
    });
    let edits: Vec<Edit> = organized.collect();
    if edits.is_empty() {
        return None;
    }
    let change = move || Some(Change { file: asked.file.clone(), edits: edits.clone() });
    Some(Action::new(ActionKind::OrganizeImports, "Organize imports", change))
}
