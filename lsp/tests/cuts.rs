//! Whatever a text is cut to, every question about it is answered, and every place in the answer is one of the text.

mod support;

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use lictor_lsp::ide::hints::{Wanted, hints};
use lictor_lsp::ide::{
    Document, FileName, Text, Workspace, calls, highlight, hover, rename, setters, signature, types,
};
use lictor_project::Kind;
use support::Dice;

const ROUNDS: usize = 150;

/// Everything that can be asked at a place, and every place that is told.
fn ask(workspace: &mut Workspace, file: &FileName, at: u32, text: &Text) {
    let mut places: Vec<(FileName, Range<u32>)> = Vec::new();
    let here = |range: Range<u32>| (file.clone(), range);
    let (analysis, syntax) = (workspace.analysis(file).unwrap(), workspace.syntax(file).unwrap());
    places.extend(
        highlight::highlights(&syntax, Some(&analysis)).into_iter().map(|painted| here(painted.range)),
    );
    places.extend(hover::hover(&analysis, file, at).map(|told| here(told.range)));
    places.extend(rename::prepare(&analysis, file, at).into_iter().map(here));
    for help in signature::signature(&analysis, &syntax, at).into_iter().flat_map(|help| help.signatures) {
        for parameter in help.parameters {
            assert!(
                help.label.get(parameter.start as usize..parameter.end as usize).is_some(),
                "{}",
                help.label
            );
        }
    }
    for one in setters::setters(&analysis, &syntax) {
        places.push(here(one.range));
        places.extend(one.places);
    }
    let wanted = Wanted { types: true, parameters: true, stages: true };
    for hint in hints(&analysis, &syntax, 0..text.len(), wanted) {
        places.push(here(hint.at..hint.at));
        places.extend(hint.label.into_iter().filter_map(|part| part.target));
    }
    places.extend(
        types::types(&analysis, file, at).into_iter().map(|found| (found.file.clone(), found.range())),
    );
    for user in calls::prepare(&analysis, file, at) {
        for found in calls::incoming(&analysis, &user) {
            places.extend(found.places.into_iter().map(|range| (found.user.file.clone(), range)));
        }
        for found in calls::outgoing(&analysis, &user) {
            places.extend(found.places.into_iter().map(|range| (user.file.clone(), range)));
        }
        places.push((user.file.clone(), user.selection));
        places.push((user.file, user.range));
    }
    places.extend(
        rename::rename(&analysis, file, at, "renamed_here")
            .into_iter()
            .flatten()
            .map(|(file, range, _)| (file, range)),
    );
    for (other, range) in places.into_iter().filter(|(other, _)| other == file) {
        let is_inside = text.as_str().get(range.start as usize..range.end as usize).is_some();
        assert!(is_inside, "{range:?} of {other:?}\n{}", text.as_str());
    }
}

#[test]
fn a_text_cut_anywhere_is_asked_about_everywhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let samples = ["grammar/tests/samples/everything.lictor", "examples/agent-payments/policy/base.lictor"];
    let file = FileName::new("/w/m.lictor");
    let mut dice = Dice(7);
    for sample in samples {
        let whole = fs::read_to_string(root.join(sample)).unwrap();
        let mut workspace = Workspace::default();
        workspace.set_folders(vec![String::from("/w")]);
        for version in 0..ROUNDS {
            // Most of it, with a piece of any length gone: an edit that a person is in the middle of.
            let ends: Vec<usize> = (0..=whole.len()).filter(|&at| whole.is_char_boundary(at)).collect();
            let from = ends[dice.below(ends.len())];
            let length = dice.below(if version % 3 == 0 { whole.len() } else { 60 });
            let to = ends.iter().copied().find(|&at| at >= from + length).unwrap_or(whole.len());
            let text = Text::new(format!("{}{}", &whole[..from], &whole[to..]));
            let document = Document { text: Rc::new(text.clone()), version: version as i32 };
            workspace.open(&file, Kind::Policy, document);
            for at in [from, from.saturating_sub(1), dice.below(text.len() as usize + 1)] {
                ask(&mut workspace, &file, at as u32, &text);
            }
        }
    }
}
