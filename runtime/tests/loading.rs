//! An engine from a file, and from memory.

mod support;

use lictor_bundle::container::{Trust, seal};
use lictor_bundle::error::ErrorKind;
use lictor_bundle::keys::SigningKey;
use lictor_bundle::program::Stage;
use lictor_runtime::Engine;
use support::*;

#[test]
fn a_file_decides_like_the_bundle_it_was_written_from() {
    let key = SigningKey::from_seed([3; 32]);
    let engine = Policy::new().engine();
    let file = seal(engine.bundle(), std::slice::from_ref(&key)).unwrap();
    for trust in [Trust::Integrity, Trust::Keys(&[key.verifying_key()])] {
        let loaded = Engine::load(&file, trust).unwrap();
        assert_eq!((loaded.id(), loaded.bundle()), (engine.id(), engine.bundle()));
        let decision = decide(&loaded, &charge());
        assert_eq!(decision, decide(&engine, &charge()));
        assert_eq!(decision.bundle.to_string(), engine.id().to_string());
    }
    let other = SigningKey::from_seed([4; 32]).verifying_key();
    assert_eq!(Engine::load(&file, Trust::Keys(&[other])).unwrap_err().kind, ErrorKind::UntrustedSigner);
}

#[test]
fn a_bundle_from_memory_is_verified_too() {
    let mut bundle = Policy::new().engine().bundle().clone();
    bundle.manifest.stages.swap(2, 3);
    assert_eq!(bundle.manifest.stages[2], Stage::Expiry);
    assert_eq!(Engine::from_bundle(bundle).unwrap_err().kind, ErrorKind::Order);
}
