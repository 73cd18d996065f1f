//! A policy that is drawn from the bytes, with a few bytes of it changed: the compiler tells what is wrong, or makes a bundle that loads.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_reference::generate::{Policy, Rng};
use lictor_runtime::Engine;

fuzz_target!(|bytes: &[u8]| {
    let (changes, drawn) =
        bytes.split_at(bytes.len().min(usize::from(bytes.first().copied().unwrap_or(0) % 32)));
    let policy = Policy::random(&mut Rng::steered(drawn));
    let mut files: Vec<SourceFile> = policy
        .files()
        .into_iter()
        .map(|(path, text)| SourceFile { path, bytes: text.into_bytes() })
        .collect();
    for change in changes.chunks_exact(4) {
        let (file, at, what) = (change[0], u16::from_le_bytes([change[1], change[2]]), change[3]);
        let number = usize::from(file) % files.len();
        let text = &mut files[number].bytes;
        let at = usize::from(at) % text.len().max(1);
        match what {
            0..=31 => text.truncate(at),
            32..=63 => drop(text.drain(at..text.len().min(at + 7))),
            64..=95 => text.extend_from_within(at..),
            byte => text.insert(at.min(text.len()), byte),
        }
    }
    let compiled = compile(&Project { name: "random".to_owned(), files, ..Project::default() });
    match compiled.bundle {
        Some(bundle) => drop(Engine::from_bundle(bundle).expect("what the compiler makes is loaded")),
        None => assert!(compiled.diagnostics.iter().any(|told| told.is_error()), "refused without a word"),
    }
});
