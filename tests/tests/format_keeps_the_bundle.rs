//! Formatting never changes what a policy compiles to.

use std::fs;
use std::path::{Path, PathBuf};

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_grammar::format::format;

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
        let file = SourceFile { path: name, bytes: fs::read(&path).unwrap() };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("lictor") => project.files.push(file),
            Some("txt") => project.data.push(file),
            _ => {}
        }
    }
}

fn library() -> Vec<SourceFile> {
    let modules = lictor_stdlib::MODULES.iter();
    modules
        .map(|module| SourceFile { path: module.path.to_owned(), bytes: module.text.as_bytes().to_vec() })
        .collect()
}

/// The text in a layout that nobody has; what is in strings and comments stays.
fn crooked(text: &str) -> String {
    let lines = text.lines().map(|line| match line.contains(['"', '/']) {
        true => format!("{line}\n"),
        false => {
            let line = line.replace(" and ", "\n       and   ").replace(" == ", "==");
            format!("{}   \n", line.replace(" }", "}").replace(", ", ","))
        }
    });
    lines.collect()
}

#[test]
fn three_layouts_of_a_policy_are_one_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/agent-payments/policy");
    let mut project = Project { name: "example".to_string(), library: library(), ..Project::default() };
    collect(&root, &root, &mut project);
    assert!(project.files.len() > 10);
    let with = |change: &dyn Fn(&str) -> String| {
        let mut project = project.clone();
        for file in project.files.iter_mut().chain(&mut project.library) {
            file.bytes = change(std::str::from_utf8(&file.bytes).unwrap()).into_bytes();
        }
        let compiled = compile(&project);
        assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
        let mut bundle = compiled.bundle.unwrap();
        // All that a bundle says of the layout: the digests of its sources, the source map, and the lines of rules and statements.
        bundle.manifest.sources.clear();
        bundle.units.iter_mut().for_each(|unit| unit.map = Default::default());
        for rule in bundle.units.iter_mut().flat_map(|unit| &mut unit.rules) {
            rule.source.1 = 0;
            rule.statements.iter_mut().for_each(|statement| statement.line = 0);
        }
        bundle
    };
    let written = with(&str::to_owned);
    let formatted = with(&|text| format(text).unwrap());
    let straightened = with(&|text| format(&crooked(text)).unwrap());
    for other in [formatted, straightened] {
        assert_eq!(other, written);
    }
}
