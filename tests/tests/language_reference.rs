//! The language reference is a policy: its blocks are one project, which compiles without a word, and whose tests pass.

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::variant::variant;
use lictor_runtime::{Engine, MemoryHistory, Scratch};
use lictor_zones::Zones;

#[test]
fn the_blocks_of_the_reference_are_one_policy() {
    let text = include_str!("../../docs/language.md");
    let tables: Vec<SourceFile> = text
        .split("```yaml\n")
        .skip(1)
        .map(|part| part.split("```\n").next().unwrap().as_bytes().to_vec())
        .map(|bytes| SourceFile { path: "orders.test.yaml".to_string(), bytes })
        .collect();
    assert_eq!(tables.len(), 1);
    let name = "reference".to_string();
    let project = Project { name, files: modules(text), tables, ..Project::default() };
    let compiled = compile(&project);
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);

    let engine = Engine::from_bundle(compiled.bundle.clone().unwrap()).unwrap();
    let mut scratch = Scratch::default();
    assert!(compiled.tests.len() >= 5);
    for test in &compiled.tests {
        let set = variant(&compiled, &test.settings).unwrap();
        let engine = if test.settings.is_empty() { &engine } else { &Engine::from_bundle(set).unwrap() };
        let mut history = MemoryHistory::with_clocks(Box::new(Zones::default()));
        for past in &test.history {
            assert!(history.state(engine, &mut scratch, past.request.as_bytes(), past.state).is_some());
        }
        let decision = engine.decide_with_history(&mut scratch, test.request.as_bytes(), &history);
        let decision = serde_json::to_value(decision).unwrap();
        let expected = test.code.as_deref().unwrap_or("OK");
        assert_eq!(decision["decision"], test.decision, "{}: {decision:#}", test.name);
        assert_eq!(decision["reason_code"], expected, "{}: {decision:#}", test.name);
    }
}

/// The modules of a document: a block that begins with `module`, or with its documentation, begins one; the others belong to the
/// module before them.
fn modules(text: &str) -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
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
