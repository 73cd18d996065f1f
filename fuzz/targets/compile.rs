//! A policy that is drawn from the bytes, with a few bytes of it changed: the compiler tells what is wrong, or makes a bundle that loads.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_fuzz::{changed, drawn};
use lictor_runtime::Engine;

fuzz_target!(|bytes: &[u8]| {
    let (mut files, changes) = drawn(bytes);
    changes.for_each(|change| _ = changed(&mut files, change));
    let compiled = compile(&Project { name: "random".to_owned(), files, ..Project::default() });
    match compiled.bundle {
        Some(bundle) => drop(Engine::from_bundle(bundle).expect("what the compiler makes is loaded")),
        None => assert!(compiled.diagnostics.iter().any(|told| told.is_error()), "refused without a word"),
    }
});
