//! Whatever a project declares can be renamed, and the policy says the same afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lictor_lsp::ide::names::Kind as Sort;
use lictor_lsp::ide::rename::rename;
use lictor_lsp::ide::{FileName, LIBRARY_SCHEME, Workspace};
use lictor_project::Kind;

/// The files of an example, by name.
fn example(name: &str) -> BTreeMap<FileName, (Kind, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name).join("policy");
    let (mut files, mut folders) = (BTreeMap::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(kind) = path.file_name().and_then(|name| Kind::of(name.to_str()?)) {
                let inside = path.strip_prefix(&root).unwrap().to_str().unwrap();
                files.insert(FileName::new(&format!("/w/{inside}")), (kind, fs::read(&path).unwrap()));
            }
        }
    }
    files
}

fn workspace(files: &BTreeMap<FileName, (Kind, Vec<u8>)>) -> Workspace {
    let mut workspace = Workspace::default();
    workspace.set_folders(vec![String::from("/w")]);
    for (file, (kind, bytes)) in files {
        workspace.set_disk(file, *kind, Some(bytes.clone()));
    }
    workspace
}

/// Every name, once.
fn renamed_one_by_one(example_name: &str) -> usize {
    let files = example(example_name);
    let mut before = workspace(&files);
    let first = files.keys().find(|file| file.as_str().ends_with(".lictor")).unwrap().clone();
    let analysis = before.analysis(&first).unwrap();
    assert!(analysis.diagnostics().is_empty(), "{example_name}: {:?}", analysis.diagnostics());
    let mut after = workspace(&files);
    let mut count = 0;
    for (file, start, symbols) in analysis.names().declared() {
        let kind = symbols[0].kind;
        if file.as_str().starts_with(LIBRARY_SCHEME) || kind == Sort::Module {
            continue;
        }
        // Reason codes are in capitals, and one name is no other's.
        let to = if kind == Sort::Reason { "RENAMED_HERE" } else { "renamed_here" };
        let changes = match rename(&analysis, file, start, to) {
            Ok(changes) => changes,
            // What a library declares and the project adds to.
            Err(refused) => {
                assert!(refused.0.contains("library"), "{symbols:?}: {}", refused.0);
                continue;
            }
        };
        let mut texts: BTreeMap<&FileName, String> = BTreeMap::new();
        for (file, range, new) in changes.iter().rev() {
            let text = texts.entry(file).or_insert_with(|| String::from_utf8(files[file].1.clone()).unwrap());
            text.replace_range(range.start as usize..range.end as usize, new);
        }
        for (file, text) in &texts {
            after.set_disk(file, files[*file].0, Some(text.clone().into_bytes()));
        }
        let told = after.analysis(&first).unwrap();
        let told: Vec<_> = told.diagnostics().iter().map(|one| (one.code, &one.message)).collect();
        assert!(told.is_empty(), "{example_name}: {symbols:?} renamed: {told:#?}");
        for file in texts.keys() {
            after.set_disk(file, files[*file].0, Some(files[*file].1.clone()));
        }
        count += 1;
    }
    count
}

#[test]
fn whatever_is_declared_can_be_renamed() {
    let counts: Vec<usize> =
        ["agent-payments", "debt-calls", "deploys", "ward-charts"].map(renamed_one_by_one).to_vec();
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}
