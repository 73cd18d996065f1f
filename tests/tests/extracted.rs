//! Whatever condition an editor makes a function, the policy is as sound as it was; and when it has done so wherever it can, every
//! request of the examples is decided as before.

#[path = "support/projects.rs"]
mod projects;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_lsp::ide::actions::{ActionKind, Asked, Change, actions};
use lictor_lsp::ide::tree::{Node, walk};
use lictor_lsp::ide::{FileName, Workspace};
use lictor_project::Kind;
use lictor_runtime::{Engine, Scratch};
use serde_json::Value;

const EXAMPLES: [&str; 4] = ["agent-payments", "debt-calls", "deploys", "ward-charts"];

fn example(name: &str) -> Project {
    projects::folder(&format!("examples/{name}/policy"))
}

fn workspace(project: &Project) -> Workspace {
    let mut workspace = Workspace::default();
    workspace.set_folders(vec![String::from("/w")]);
    for (files, kind) in [(&project.files, Kind::Policy), (&project.data, Kind::Data)] {
        for file in files {
            workspace.set_disk(&name(&file.path), kind, Some(file.bytes.clone()));
        }
    }
    workspace
}

fn name(path: &str) -> FileName {
    FileName::new(&format!("/w/{path}"))
}

/// The parts of rules, the larger ones first.
fn parts(workspace: &mut Workspace, file: &FileName) -> Vec<Range<u32>> {
    let syntax = workspace.syntax(file).unwrap();
    let mut parts = Vec::new();
    for item in syntax.items().filter(|item| matches!(item.kind, lictor_grammar::ast::ItemKind::Rule(_))) {
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

/// What would come of making functions of a condition.
fn offered(workspace: &mut Workspace, file: &FileName, range: Range<u32>) -> Vec<Change> {
    let syntax = workspace.syntax(file).unwrap();
    let analysis = workspace.analysis(file).unwrap();
    let asked = Asked { analysis: &analysis, file, syntax: &syntax, findings: &[] };
    let all = actions(asked, range).into_iter();
    let extract = all.filter(|action| action.kind == ActionKind::Extract && action.disabled.is_none());
    extract.map(|action| action.change().unwrap()).collect()
}

fn after(workspace: &Workspace, change: &Change) -> String {
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

fn told(workspace: &mut Workspace, file: &FileName) -> Vec<String> {
    let analysis = workspace.analysis(file).unwrap();
    analysis.diagnostics().iter().map(|told| format!("{} {}", told.code, told.message)).collect()
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

/// What is decided of the example's requests, without what names the policy.
fn decisions(example_name: &str, project: &Project) -> Vec<Value> {
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
