//! Calls of tools: a policy of one file, and what it makes of a call.

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Scratch};
use lictor_stdlib::Profile;
use serde_json::{Value, json};

use super::outcome;

/// An engine for a policy that may import what the library has.
pub fn engine(policy: &str) -> Engine {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let compiled = compile(&Project {
        name: "tools".to_string(),
        files: vec![file("base.lictor", policy)],
        library: lictor_stdlib::MODULES.iter().map(|module| file(module.path, module.text)).collect(),
        ..Project::default()
    });
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    Engine::from_bundle(compiled.bundle.unwrap()).unwrap()
}

/// An engine for a profile, as whoever starts from it has it.
pub fn of_profile(profile: &Profile) -> Engine {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let own = profile.files.iter().filter(|(name, _)| name.ends_with(".lictor"));
    let compiled = compile(&Project {
        name: profile.name.to_string(),
        files: own.map(|(name, text)| file(name, text)).collect(),
        library: lictor_stdlib::MODULES.iter().map(|module| file(module.path, module.text)).collect(),
        ..Project::default()
    });
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", profile.name);
    Engine::from_bundle(compiled.bundle.unwrap()).unwrap()
}

/// A call of a tool by an agent.
pub fn call(tool: &str, input: Value) -> Value {
    json!({ "tool": tool, "input": input, "agent": { "id": "a" }, "context": { "now": "2026-03-01T10:00:00Z" } })
}

/// What is decided of a request.
pub fn decided(engine: &Engine, request: &Value) -> Value {
    let decision = engine.decide(&mut Scratch::default(), request.to_string().as_bytes());
    serde_json::to_value(decision).unwrap()
}

/// The action that a call became, and what was decided: `email.send allow OK`.
pub fn came(engine: &Engine, tool: &str, input: Value) -> String {
    let decision = decided(engine, &call(tool, input));
    let action = decision["call"]["action"].as_str().unwrap_or("-").to_owned();
    format!("{action} {}", outcome(&decision))
}

/// The reason that is given.
pub fn reason(engine: &Engine, request: &Value) -> String {
    decided(engine, request)["reason"].as_str().unwrap().to_owned()
}
