//! Every module of the library compiles where it is the only one that a policy brings in: a module says itself what it stands on, and never leaves that to
//! one which happens to be imported beside it.

#[path = "support/projects.rs"]
mod projects;

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_runtime::Engine;

/// What a policy may be told of a module: that it uses no word of it, that nobody has compared a citation with its source yet, or that one is still to come.
const SAID: [&str; 3] = ["W0201", "W0221", "W0224"];
/// That an import alone puts not all of it in force.
const TO_BE_USED: &str = "W0222";

/// A policy that brings in this module, and has somebody whom its rules may ask.
fn alone(how: &str, module: &str) -> Compiled {
    let asked = "roles { desk \"Whoever sits there\" }\nescalate to desk within 1h\n";
    let text = format!("module house.base\nlayer base\n\n{how} {module}\n\n{asked}");
    let files = vec![SourceFile { path: "base.lictor".to_owned(), bytes: text.into_bytes() }];
    compile(&Project { name: "house".to_owned(), files, library: projects::library(), ..Project::default() })
}

#[test]
fn every_module_stands_by_itself() {
    let mut otherwise = Vec::new();
    let mut tried = |how: &str, module: &str| {
        let compiled = alone(how, module);
        let mut to_be_used = false;
        for told in &compiled.diagnostics {
            match told.code {
                TO_BE_USED if how == "import" => to_be_used = true,
                code if SAID.contains(&code) => {}
                code => otherwise.push(format!("{how} {module}: {code}: {}", told.message)),
            }
        }
        if let Some(bundle) = compiled.bundle {
            Engine::from_bundle(bundle).unwrap_or_else(|error| panic!("{how} {module}: {error}"));
        }
        to_be_used
    };
    let used = lictor_stdlib::MODULES.iter().filter(|module| {
        let to_be_used = tried("import", module.name);
        to_be_used && !tried("use", module.name)
    });
    assert!(used.count() > 30, "what tool calls are is brought in by `use`");
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}

/// The test would say so: a module that leaves something to another is found.
#[test]
fn a_module_that_leaves_something_to_another_is_found() {
    let mut library = projects::library();
    let telephone =
        library.iter_mut().find(|file| file.path == "packs/collections/telephone.lictor").unwrap();
    let text = String::from_utf8(telephone.bytes.clone()).unwrap();
    telephone.bytes = text.replace("import std.collections.debt\n", "").into_bytes();
    let text = "module house.base\nlayer base\n\nimport std.collections.telephone\n";
    let files = vec![SourceFile { path: "base.lictor".to_owned(), bytes: text.as_bytes().to_vec() }];
    let compiled = compile(&Project { name: "house".to_owned(), files, library, ..Project::default() });
    assert!(compiled.diagnostics.iter().any(|told| told.code == "E0208"), "{:#?}", compiled.diagnostics);
}
