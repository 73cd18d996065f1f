//! Formatting never changes what a policy compiles to.

#[path = "support/projects.rs"]
mod projects;

use lictor_compiler::compile;
use lictor_grammar::format::format;

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
    let project = projects::folder("examples/agent-payments/policy");
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
        for unit in &mut bundle.units {
            unit.map = Default::default();
            unit.sources.clear();
        }
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
