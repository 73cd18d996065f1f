//! The changes that the compiler proposes: one, and all of a file.

use super::{Action, ActionKind, Change};
use crate::ide::FileName;
use crate::ide::findings::Finding;
use crate::ide::format::Edit;

/// What the compiler proposes about a mistake.
pub(super) fn fix(finding: &Finding) -> Option<Action<'_>> {
    let mend = finding.fix.as_ref()?;
    let change = || {
        let edit = Edit { range: mend.range.clone(), text: mend.text.clone() };
        Some(Change::one(mend.file.clone(), edit))
    };
    Some(Action::new(ActionKind::Fix, mend.title.as_str(), change).mending(finding).preferred(true))
}

/// Of changes that touch one another the first is made: the other may not mean the same afterwards.
pub(super) fn fix_all<'a>(file: &'a FileName, findings: &[Finding]) -> Option<Action<'a>> {
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
    let change = move || Some(Change { file: file.clone(), edits: edits.clone() });
    let all = Action::new(ActionKind::FixAll, "Mend everything that can be mended", change);
    Some(Action { mends, ..all })
}
