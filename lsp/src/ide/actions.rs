//! Changes that are offered: what mends a mistake, what mends all of them, and imports in order.

use std::ops::Range;

use lictor_grammar::ast::ItemKind;

use super::findings::Finding;
use super::format::Edit;
use super::{FileName, Syntax};

/// What unused imports are told with.
const UNUSED_IMPORT: &str = "W0201";

/// What kind of change is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    /// It mends one mistake.
    Fix,
    /// It mends every mistake of the file that has one way to be mended.
    FixAll,
    /// It sorts imports, and takes out those that are twice there or not needed.
    OrganizeImports,
}

/// A change that is offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What it does, for a menu.
    pub title: String,
    /// What kind of change it is.
    pub kind: ActionKind,
    /// What it mends.
    pub mends: Vec<Finding>,
    /// The file that it changes.
    pub file: FileName,
    /// The change, in the order of the text.
    pub edits: Vec<Edit>,
}

/// What is offered for a range of a file of which this is told.
pub fn actions(file: &FileName, syntax: &Syntax, findings: &[Finding], range: Range<u32>) -> Vec<Action> {
    let touched = |finding: &&Finding| finding.range.start <= range.end && range.start <= finding.range.end;
    let mut actions: Vec<Action> = findings.iter().filter(touched).filter_map(fix).collect();
    actions.extend(fix_all(file, findings));
    actions.extend(organize(file, syntax, findings));
    actions
}

fn fix(finding: &Finding) -> Option<Action> {
    let mend = finding.fix.as_ref()?;
    Some(Action {
        title: mend.title.clone(),
        kind: ActionKind::Fix,
        mends: vec![finding.clone()],
        file: mend.file.clone(),
        edits: vec![Edit { range: mend.range.clone(), text: mend.text.clone() }],
    })
}

/// Of changes that touch one another the first is made: the other may not mean the same afterwards.
fn fix_all(file: &FileName, findings: &[Finding]) -> Option<Action> {
    let mut mended: Vec<(&Finding, Edit)> = findings
        .iter()
        .filter_map(|finding| Some((finding, finding.fix.as_ref().filter(|mend| mend.file == *file)?)))
        .map(|(finding, mend)| (finding, Edit { range: mend.range.clone(), text: mend.text.clone() }))
        .collect();
    mended.sort_by_key(|(_, edit)| (edit.range.start, edit.range.end));
    let mut end = None;
    mended.retain(|(_, edit)| {
        let is_apart = end.is_none_or(|end| end < edit.range.start);
        end = end.max(is_apart.then_some(edit.range.end));
        is_apart
    });
    if mended.is_empty() {
        return None;
    }
    let (mends, edits): (Vec<Finding>, Vec<Edit>) =
        mended.into_iter().map(|(finding, edit)| (finding.clone(), edit)).unzip();
    let title = String::from("Mend everything that can be mended");
    Some(Action { title, kind: ActionKind::FixAll, mends, file: file.clone(), edits })
}

/// Sorts each run of imports that nothing stands between, comments included: those may be about one of them.
fn organize(file: &FileName, syntax: &Syntax, findings: &[Finding]) -> Option<Action> {
    let text = syntax.text();
    let mut runs: Vec<Vec<Range<u32>>> = Vec::new();
    let mut end = None;
    for item in syntax.items() {
        let range = syntax.range(item.span);
        if matches!(item.kind, ItemKind::Import(_) | ItemKind::Use(_)) && item.docs.is_empty() {
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
    let unused = |range: &Range<u32>| {
        let told = findings.iter().filter(|finding| finding.code == UNUSED_IMPORT);
        told.into_iter().any(|finding| range.start <= finding.range.start && finding.range.end <= range.end)
    };
    let organized = runs.iter().filter_map(|run| {
        let range = run.first()?.start..run.last()?.end;
        let mut lines: Vec<&str> =
            run.iter().filter(|range| !unused(range)).map(|range| text.slice(range.clone())).collect();
        lines.sort();
        lines.dedup();
        let lines = lines.join(text.line_end());
        (lines != text.slice(range.clone())).then_some(Edit { range, text: lines })
    });
    let edits: Vec<Edit> = organized.collect();
    let title = String::from("Organize imports");
    (!edits.is_empty()).then_some(Action {
        title,
        kind: ActionKind::OrganizeImports,
        mends: Vec::new(),
        file: file.clone(),
        edits,
    })
}
