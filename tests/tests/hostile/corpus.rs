//! The policies of the repository, which the tests break.

use lictor_compiler::project::{Project, SourceFile};

use crate::projects;

/// Projects that compile, small enough to be compiled hundreds of times: the example, the starter and the reference.
pub fn projects() -> Vec<Project> {
    let mut example = projects::folder("examples/agent-payments/policy");
    // Its tests are most of its text, and make each compilation ten times as long.
    example.files.retain(|file| !file.path.starts_with("tests/"));
    let starter = projects::folder("cli/starter");
    let reference = Project {
        name: "reference".to_string(),
        files: projects::modules(include_str!("../../../docs/language.md")),
        library: projects::library(),
        ..Project::default()
    };
    vec![example, starter, reference]
}

/// Every policy file of the repository, those with mistakes too.
pub fn files() -> Vec<SourceFile> {
    let folders = [
        "examples",
        "cli/starter",
        "cli/quickstart",
        "stdlib-policies",
        "grammar/tests/samples",
        "tests/policies",
    ];
    let found = folders.iter().flat_map(|name| projects::folder(name).files);
    found.chain(projects::modules(include_str!("../../../docs/language.md"))).collect()
}

/// A project of one file, which can import the library.
pub fn alone(bytes: &[u8]) -> Project {
    let file = SourceFile { path: "alone.lictor".to_string(), bytes: bytes.to_vec() };
    Project {
        name: "alone".to_string(),
        files: vec![file],
        library: projects::library(),
        ..Project::default()
    }
}
