//! Whatever condition an editor makes a function, the policy is as sound as it was; and when it has done so wherever it can, every
//! request of the examples is decided as before.

#[path = "support/projects.rs"]
mod projects;
#[path = "support/edited.rs"]
mod edited;

use std::collections::BTreeMap;
use std::ops::Range;

use edited::{EXAMPLES, after, decisions, example, name, told, workspace};
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
    let mut count = 0;
    for example_name in EXAMPLES {
        let mut project = example(example_name);
        let before = decisions(example_name, &project);
        let mut workspace = workspace(&project);
        for file in &mut project.files {
            let name = name(&file.path);
            // Each makes its condition a call, of which there is nothing more to make.
            loop {
                let parts = parts(&mut workspace, &name);
                let change = parts
                    .into_iter()
                    .find_map(|range| offered(&mut workspace, &name, range).into_iter().next());
                let Some(change) = change else { break };
                file.bytes = after(&workspace, &change).into_bytes();
                workspace.set_disk(&name, Kind::Policy, Some(file.bytes.clone()));
                count += 1;
            }
        }
        let after = decisions(example_name, &project);
        assert_eq!(before.len(), after.len());
        for (number, (before, after)) in before.iter().zip(&after).enumerate() {
            assert_eq!(before, after, "{example_name}: request {number}");
        }
    }
    assert!(count > 40, "{count}");
}
