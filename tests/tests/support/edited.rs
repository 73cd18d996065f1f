//! The examples in an editor, and what is decided by what it makes of them.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::ops::Range;
use std::path::Path;

use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_lsp::ide::actions::{ActionKind, Asked, Change, actions};
use lictor_lsp::ide::{FileName, Workspace};
use lictor_project::Kind;
use lictor_runtime::{Engine, Scratch};
use serde_json::Value;

use super::projects;

/// All of them.
pub const EXAMPLES: [&str; 4] = ["agent-payments", "debt-calls", "deploys", "ward-charts"];

/// The project of an example.
pub fn example(name: &str) -> Project {
    projects::folder(&format!("examples/{name}/policy"))
}

/// An editor that shows it.
pub fn workspace(project: &Project) -> Workspace {
    let mut workspace = Workspace::default();
    workspace.set_folders(vec![String::from("/w")]);
    for (files, kind) in [(&project.files, Kind::Policy), (&project.data, Kind::Data)] {
        for file in files {
            workspace.set_disk(&name(&file.path), kind, Some(file.bytes.clone()));
        }
    }
    workspace
}

/// What the editor calls a file of it.
pub fn name(path: &str) -> FileName {
    FileName::new(&format!("/w/{path}"))
}

/// What would come of the changes of this kind that are offered for a range.
pub fn offered(
    workspace: &mut Workspace,
    file: &FileName,
    range: Range<u32>,
    kind: ActionKind,
) -> Vec<Change> {
    let syntax = workspace.syntax(file).unwrap();
    let analysis = workspace.analysis(file).unwrap();
    let asked = Asked { analysis: &analysis, file, syntax: &syntax, findings: &[] };
    let all = actions(asked, range).into_iter();
    let such = all.filter(|action| action.kind == kind && action.disabled.is_none());
    such.map(|action| action.change().unwrap()).collect()
}

/// A file after a change.
pub fn after(workspace: &Workspace, change: &Change) -> String {
    let mut text = workspace.text(&change.file).unwrap().as_str().to_owned();
    let mut end = text.len();
    for edit in change.edits.iter().rev() {
        let range = edit.range.start as usize..edit.range.end as usize;
        assert!(range.end <= end, "edits stand in the order of the text");
        end = range.start;
        text.replace_range(range, &edit.text);
    }
    text
}

/// The example, after all of `next` was done to it, one change at a time, until there is none left: every request must be decided as
/// before. How many changes that were is given.
pub fn decided_as_before(
    example_name: &str,
    mut next: impl FnMut(&mut Workspace, &FileName) -> Option<Change>,
) -> usize {
    let mut count = 0;
    let mut project = example(example_name);
    let before = decisions(example_name, &project);
    let mut workspace = workspace(&project);
    for file in &mut project.files {
        let name = name(&file.path);
        while let Some(change) = next(&mut workspace, &name) {
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
    count
}

/// What is told about a project.
pub fn told(workspace: &mut Workspace, file: &FileName) -> Vec<String> {
    let analysis = workspace.analysis(file).unwrap();
    analysis.diagnostics().iter().map(|told| format!("{} {}", told.code, told.message)).collect()
}

/// What is decided of the example's requests, without what names the policy.
pub fn decisions(example_name: &str, project: &Project) -> Vec<Value> {
    let compiled = compile(project);
    let engine = Engine::from_bundle(compiled.bundle.unwrap()).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(example_name);
    let requests = fs::read_to_string(path.join("requests.ndjson")).unwrap();
    let tests = compiled.tests.iter().map(|test| test.request.as_str());
    let mut scratch = Scratch::default();
    let decide = |request: &str| {
        let decision = engine.decide(&mut scratch, request.as_bytes());
        let mut decision = serde_json::to_value(&decision).unwrap();
        decision.as_object_mut().unwrap().remove("bundle");
        decision
    };
    requests.lines().chain(tests).map(decide).collect()
}
