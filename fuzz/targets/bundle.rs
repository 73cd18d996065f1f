//! Sections of a bundle, whatever they hold, in a file whose digests are right: it is refused, or it can be run.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_bundle::container::{Trust, open};
use lictor_bundle::disassemble::disassemble;
use lictor_fuzz::sealed;
use lictor_runtime::{Engine, Scratch};

fuzz_target!(|sections: &[u8]| {
    // As it is, no file is right but by chance.
    assert!(open(sections, Trust::Integrity).is_err());
    let Some(file) = sealed(sections) else { return };
    let Ok(opened) = open(&file, Trust::Integrity) else { return };
    let _ = disassemble(&opened.bundle);
    let actions: Vec<String> =
        opened.bundle.schema.actions.iter().map(|action| action.name.clone()).collect();
    let engine = Engine::from_bundle(opened.bundle).expect("what was opened is loaded");
    let mut scratch = Scratch::default();
    for action in actions {
        let request = serde_json::json!({ "action": action, "params": {} }).to_string();
        let _ = engine.decide(&mut scratch, request.as_bytes());
    }
});
