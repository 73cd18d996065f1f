//! Small policies, and what the runtime decides by them.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod calls;

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_runtime::{Engine, Scratch};
use serde_json::{Value, json};

/// Compiles modules; an error is a failure.
pub fn engine(modules: &[&str]) -> Engine {
    let compiled = compiled(modules);
    // One declaration serves several policies, so what one of them leaves unused is only warned about.
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    Engine::from_bundle(compiled.bundle.unwrap()).unwrap()
}

/// Compiles modules.
pub fn compiled(modules: &[&str]) -> Compiled {
    let file = |(number, text): (usize, &&str)| SourceFile {
        path: format!("{number}.lictor"),
        bytes: text.as_bytes().to_vec(),
    };
    let files = modules.iter().enumerate().map(file).collect();
    compile(&Project { name: "small".to_string(), files, ..Project::default() })
}

/// Decides a request to `pay` at this moment, with these fields.
pub fn decide_at(engine: &Engine, now: &str, params: Value) -> Value {
    let request =
        json!({ "action": "pay", "agent": { "id": "a-1" }, "context": { "now": now }, "params": params });
    decide(engine, &request)
}

/// Decides a request.
pub fn decide(engine: &Engine, request: &Value) -> Value {
    let decision = engine.decide(&mut Scratch::default(), request.to_string().as_bytes());
    serde_json::to_value(decision).unwrap()
}

/// `allow OK`, `deny TOO_MUCH` …
pub fn outcome(decision: &Value) -> String {
    let text = |member: &str| decision[member].as_str().unwrap().to_string();
    format!("{} {}", text("decision"), text("reason_code"))
}
