//! Whatever condition an editor makes a function, the policy is as sound as it was; and when it has done so wherever it can, every
//! request of the examples is decided as before.

#[path = "support/projects.rs"]
mod projects;
#[path = "support/edited.rs"]
mod edited;

use std::collections::BTreeMap;
use std::ops::Range;

use edited::{EXAMPLES, after, decided_as_before, example, name, told, workspace};
use lictor_grammar::ast::ItemKind;
use lictor_lsp::ide::actions::{ActionKind, Change};
use lictor_lsp::ide::tree::{Node, walk};
use lictor_lsp::ide::{FileName, Workspace};
use lictor_project::Kind;

/// What would come of making functions of a condition.
fn offered(workspace: &mut Workspace, file: &FileName, range: Range<u32>) -> Vec<Change> {
    edited::offered(workspace, file, range, ActionKind::Extract)
}

/// The parts of rules, the larger ones first.
fn parts(workspace: &mut Workspace, file: &FileName) -> Vec<Range<u32>> {
    let syntax = workspace.syntax(file).unwrap();
    let mut parts = Vec::new();
    for item in syntax.items().filter(|item| matches!(item.kind, ItemKind::Rule(_))) {
        walk(item, &mut |span, node| {
            if node == Node::Part {
                parts.push(syntax.range(span));
            }
        });
    }
    parts.sort_by_key(|range| (std::cmp::Reverse(range.end - range.start), range.start));
    parts.dedup();
    parts
}

#[test]
fn a_policy_is_as_sound_when_a_condition_is_a_function() {
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for example_name in EXAMPLES {
        let project = example(example_name);
        let (mut before, mut changed) = (workspace(&project), workspace(&project));
        for file in project.files.iter().map(|file| name(&file.path)) {
            assert_eq!(told(&mut before, &file), Vec::<String>::new());
            for range in parts(&mut before, &file) {
                for change in offered(&mut before, &file, range) {
                    let text = after(&before, &change);
                    changed.set_disk(&file, Kind::Policy, Some(text.clone().into_bytes()));
                    let told = told(&mut changed, &file);
                    if !told.is_empty() {
                        let texts: Vec<&str> = change.edits.iter().map(|edit| edit.text.as_str()).collect();
                        wrong.push(format!("{example_name}: {told:#?}\n{}", texts.join("\n…\n")));
                    }
                    *counts.entry(example_name).or_insert(0) += 1;
                }
            }
            let whole = before.text(&file).unwrap().as_str().as_bytes().to_vec();
            changed.set_disk(&file, Kind::Policy, Some(whole));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts.len() == EXAMPLES.len() && counts.values().all(|count| *count > 10), "{counts:?}");
}

#[test]
fn every_request_is_decided_as_before() {
    // Each makes its condition a call, of which there is nothing more to make.
    let next = |workspace: &mut Workspace, file: &FileName| {
        let mut parts = parts(workspace, file).into_iter();
        parts.find_map(|range| offered(workspace, file, range).into_iter().next())
    };
    let count: usize = EXAMPLES.iter().map(|example| decided_as_before(example, next)).sum();
    assert!(count > 40, "{count}");
}
