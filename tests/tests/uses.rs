//! `use`: what a library loosens is in force where the project says so, and nowhere else.

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_runtime::Engine;

const TOOLS: &str = "module std.loose\nimport std.words\naction mail.send { to: String default step_up to user }\n\
                     set default mail.send = allow\nset most = 900\n";

const WORDS: &str = "module std.words\nimport std.deeper\nreasons { TOO_MUCH \"Too much\" }\n";

const DEEPER: &str = "module std.deeper\nset default mail.send = deny\n";

const OWN: &str = "param most: Int = 5\n  fixed\nrule short on mail.send { require agent.names is absent or size(agent.names) <= most else TOO_MUCH }\n\
                   extend Agent { names: List<String>? }\n";

fn compiled(head: &str) -> Compiled {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let own = format!("module own\nlayer base\n{head}\n{OWN}");
    compile(&Project {
        name: "small".to_string(),
        files: vec![file("own.lictor", &own)],
        library: vec![
            file("std/loose.lictor", TOOLS),
            file("std/words.lictor", WORDS),
            file("std/deeper.lictor", DEEPER),
        ],
        ..Project::default()
    })
}

fn told(head: &str) -> Vec<String> {
    compiled(head).diagnostics.iter().map(|told| format!("{} {}", told.code, told.message)).collect()
}

/// What is decided about a mail by somebody who has names.
fn decision(head: &str, names: usize) -> String {
    let compiled = compiled(head);
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let engine = Engine::from_bundle(compiled.bundle.unwrap()).unwrap();
    let names = vec!["\"x\""; names].join(",");
    let request = format!(
        r#"{{"action":"mail.send","agent":{{"id":"a","names":[{names}]}},"context":{{"now":"2026-03-01T10:00:00Z"}},"params":{{"to":"x"}}}}"#
    );
    engine.decide_once(request.as_bytes()).reason_code.to_string()
}

#[test]
fn an_import_loosens_nothing() {
    assert_eq!(
        told("import std.loose"),
        ["W0222 `std.loose` sets the default of an action, and by an import alone that is not in force"]
    );
    assert_eq!(decision("import std.loose", 5), "DEFAULT_STEP_UP");
    assert_eq!(decision("import std.loose", 6), "TOO_MUCH");
}

#[test]
fn a_use_brings_it_into_force_and_imports() {
    assert!(told("use std.loose").is_empty(), "{:?}", told("use std.loose"));
    assert!(told("use std.loose\nimport std.loose").is_empty());
    assert_eq!(decision("use std.loose", 5), "OK");
    assert_eq!(decision("use std.loose", 6), "OK");
    // What a library imports is not used with it.
    assert_eq!(decision("import std.loose\nuse std.deeper", 5), "DEFAULT_DENY");
    assert_eq!(
        told("use std.loose\nuse std.deeper"),
        ["E0205 this layer sets the default of `mail.send` twice"]
    );
}

#[test]
fn a_use_names_a_library_that_needs_one() {
    assert_eq!(told("use std.loose\nuse std.words"), ["E0246 `std.words` has nothing that needs a `use`"]);
    assert_eq!(
        told("use std.loose\nuse own"),
        ["E0246 `own` is a module of this project, which is in force anyway"]
    );
    let found = compiled("use std.loose\nuse std.losse").diagnostics;
    assert_eq!(found.iter().map(|told| told.code).collect::<Vec<_>>(), ["E0203"]);
    assert_eq!(found[0].help.as_deref(), Some("did you mean `std.loose`?"));
}
