//! What is compiled here: the examples of the repository and small texts.

use std::fs;
use std::path::{Path, PathBuf};

use lictor_compiler::project::{Project, SourceFile};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of a project.
pub fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() }
}

/// The modules of the library.
pub fn library() -> Vec<SourceFile> {
    lictor_stdlib::MODULES.iter().map(|module| file(module.path, module.text)).collect()
}

/// The policy of an example, without its tests.
pub fn example(name: &str) -> Project {
    let policy = root().join("examples").join(name).join("policy");
    let mut project = Project { name: name.to_string(), library: library(), ..Project::default() };
    read(&policy, "", &mut project);
    project
}

fn read(folder: &Path, below: &str, project: &mut Project) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = format!("{below}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            if name != "tests" {
                read(&path, &format!("{name}/"), project);
            }
            continue;
        }
        let source = SourceFile { path: name.clone(), bytes: fs::read(&path).unwrap() };
        if name.ends_with(".lictor") {
            if name != "tests.lictor" {
                project.files.push(source);
            }
        } else if !name.ends_with(".test.yaml") {
            project.data.push(source);
        }
    }
}

/// The text of a file of the project.
pub fn text(project: &Project, index: usize) -> String {
    String::from_utf8(project.files[index].bytes.clone()).unwrap()
}
