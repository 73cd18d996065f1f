//! Whatever an editor writes in the place of a name, the policy is as sound as it was; and when it has done so wherever it can, every
//! request of the examples is decided as before.

#[path = "support/projects.rs"]
mod projects;
#[path = "support/edited.rs"]
mod edited;

use std::collections::BTreeSet;

use edited::{EXAMPLES, after, decided_as_before, example, name, offered, told, workspace};
use lictor_grammar::lex::TokenKind;
use lictor_lsp::ide::actions::ActionKind;
use lictor_lsp::ide::{FileName, Workspace};
use lictor_project::Kind;

/// Where a word of a file begins.
fn words(workspace: &mut Workspace, file: &FileName) -> Vec<u32> {
    let syntax = workspace.syntax(file).unwrap();
    syntax.tokens().filter(|(kind, _)| *kind == TokenKind::Word).map(|(_, range)| range.start).collect()
}

#[test]
fn a_policy_is_as_sound_without_a_name() {
    let (mut count, mut wrong) = (0, Vec::new());
    for example_name in EXAMPLES {
        let project = example(example_name);
        let (mut before, mut changed) = (workspace(&project), workspace(&project));
        for file in project.files.iter().map(|file| name(&file.path)) {
            let mut seen = BTreeSet::new();
            for at in words(&mut before, &file) {
                for change in offered(&mut before, &file, at..at, ActionKind::Inline) {
                    let text = after(&before, &change);
                    if !seen.insert(text.clone()) {
                        continue;
                    }
                    changed.set_disk(&file, Kind::Policy, Some(text.clone().into_bytes()));
                    let told = told(&mut changed, &file);
                    let errors: Vec<&String> = told.iter().filter(|told| told.starts_with('E')).collect();
                    if !errors.is_empty() {
                        let texts: Vec<&str> = change.edits.iter().map(|edit| edit.text.as_str()).collect();
                        wrong.push(format!("{example_name}: {errors:#?}\n{}", texts.join("\n…\n")));
                    }
                    count += 1;
                }
            }
            let whole = before.text(&file).unwrap().as_str().as_bytes().to_vec();
            changed.set_disk(&file, Kind::Policy, Some(whole));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 20, "{count}");
}

#[test]
fn every_request_is_decided_as_before() {
    // Each takes a place of a name away, so that there is an end to it.
    let next = |workspace: &mut Workspace, file: &FileName| {
        let mut words = words(workspace, file).into_iter();
        words.find_map(|at| offered(workspace, file, at..at, ActionKind::Inline).into_iter().next())
    };
    let count: usize = EXAMPLES.iter().map(|example| decided_as_before(example, next)).sum();
    assert!(count > 10, "{count}");
}
