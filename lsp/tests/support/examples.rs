//! The examples as workspaces.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lictor_lsp::ide::{FileName, Workspace};
use lictor_project::Kind;

/// All of them.
pub const EXAMPLES: [&str; 4] = ["agent-payments", "debt-calls", "deploys", "ward-charts"];

/// The files of a project, by name.
pub type Files = BTreeMap<FileName, (Kind, Vec<u8>)>;

/// The files of an example.
pub fn example(name: &str) -> Files {
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

/// A workspace that holds them.
pub fn workspace(files: &Files) -> Workspace {
    let mut workspace = Workspace::default();
    workspace.set_folders(vec![String::from("/w")]);
    for (file, (kind, bytes)) in files {
        workspace.set_disk(file, *kind, Some(bytes.clone()));
    }
    workspace
}
