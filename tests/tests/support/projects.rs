//! Projects to compile: folders of the repository, and the blocks of a page.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

use lictor_compiler::project::{Project, SourceFile};

/// The modules that can be imported.
pub fn library() -> Vec<SourceFile> {
    let modules = lictor_stdlib::MODULES.iter();
    modules
        .map(|module| SourceFile { path: module.path.to_owned(), bytes: module.text.as_bytes().to_vec() })
        .collect()
}

/// The project in a folder of the repository, which is named from the root of the repository.
pub fn folder(name: &str) -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    let mut project = Project { name: name.to_string(), library: library(), ..Project::default() };
    collect(&root, &root, &mut project);
    project
}

fn collect(folder: &Path, root: &Path, project: &mut Project) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, root, project);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let table = name.ends_with(".test.yaml");
        let file = SourceFile { path: name, bytes: fs::read(&path).unwrap() };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("lictor") => project.files.push(file),
            Some("txt") => project.data.push(file),
            Some("yaml") if table => project.tables.push(file),
            _ => {}
        }
    }
}

/// The modules of a page: a block that begins with `module`, or with its documentation, begins one; the others belong to the
/// module before them.
pub fn modules(page: &str) -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = Vec::new();
    let mut block: Option<String> = None;
    for line in page.lines() {
        match &mut block {
            Some(code) if line == "```" => {
                let code = std::mem::take(code);
                block = None;
                let begins = code.starts_with("module") || code.starts_with("//!");
                match files.last_mut() {
                    Some(file) if !begins => file.bytes.extend(code.bytes()),
                    _ => files.push(SourceFile {
                        path: format!("{}.lictor", files.len()),
                        bytes: code.into_bytes(),
                    }),
                }
            }
            Some(code) => {
                code.push_str(line);
                code.push('\n');
            }
            None if line == "```lictor" => block = Some(String::new()),
            None => {}
        }
    }
    files
}
