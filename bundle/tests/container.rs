//! The file: what was written is read back, and anything else is refused.

mod builder;

use builder::{bundle, key};
use lictor_bundle::container::{MAX_FILE, Trust, open, seal};
use lictor_bundle::digest::bundle_id;
use lictor_bundle::error::ErrorKind;
use lictor_bundle::keys::SigningKey;
use sha2::{Digest, Sha256};

fn signed() -> Vec<u8> {
    seal(&bundle(), &[key()]).unwrap()
}

/// Puts the digest of what is before it at the end again, as anybody can.
fn with_digest(mut file: Vec<u8>) -> Vec<u8> {
    let contents = file.len() - 32;
    let digest = Sha256::digest(&file[..contents]);
    file[contents..].copy_from_slice(&digest);
    file
}

fn kind(file: &[u8], trust: Trust<'_>) -> ErrorKind {
    open(file, trust).unwrap_err().kind
}

#[test]
fn what_is_sealed_is_opened() {
    let keys = [key().verifying_key()];
    let sealed = open(&signed(), Trust::Keys(&keys)).unwrap();
    assert_eq!(sealed.bundle, bundle());
    assert_eq!(sealed.id, bundle_id(&bundle()).unwrap());
    assert_eq!(sealed.signatures.len(), 1);
    assert_eq!(sealed.signatures[0].key_id, keys[0].id());
    assert!(sealed.signatures[0].trusted);

    let unasked = open(&signed(), Trust::Integrity).unwrap();
    assert_eq!(unasked.bundle, bundle());
    assert!(!unasked.signatures[0].trusted);
}

#[test]
fn the_id_names_the_contents_and_nothing_else() {
    let id = bundle_id(&bundle()).unwrap();
    assert_eq!(open(&seal(&bundle(), &[]).unwrap(), Trust::Integrity).unwrap().id, id);
    let changes: [fn(&mut lictor_bundle::program::Bundle); 4] = [
        |bundle| bundle.manifest.tests.run += 1,
        |bundle| bundle.schema.risk_deny_at -= 1,
        |bundle| bundle.conditions[0].category = 0,
        |bundle| bundle.units[3].sets.clear(),
    ];
    for change in changes {
        let mut changed = bundle();
        change(&mut changed);
        assert_ne!(bundle_id(&changed).unwrap(), id);
    }
}

#[test]
fn sealing_twice_gives_the_same_bytes_in_any_order_of_keys() {
    let other = || SigningKey::from_seed([8; 32]);
    let file = seal(&bundle(), &[key(), other()]).unwrap();
    assert_eq!(file, seal(&bundle(), &[other(), key(), other()]).unwrap());

    // One trusted signature is enough, whichever it is.
    let sealed = open(&file, Trust::Keys(&[other().verifying_key()])).unwrap();
    let trusted: Vec<_> = sealed.signatures.iter().filter(|signature| signature.trusted).collect();
    assert_eq!(trusted.len(), 1);
    assert_eq!(trusted[0].key_id, other().verifying_key().id());
}

#[test]
fn every_flipped_byte_is_refused() {
    let keys = [key().verifying_key()];
    let file = signed();
    for position in 0..file.len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut flipped = file.clone();
            flipped[position] ^= mask;
            assert!(open(&flipped, Trust::Keys(&keys)).is_err(), "byte {position}");
            assert!(open(&flipped, Trust::Integrity).is_err(), "byte {position}");
        }
    }
}

#[test]
fn every_flipped_byte_is_refused_even_where_the_digest_was_made_to_fit() {
    let keys = [key().verifying_key()];
    let file = signed();
    // All of what frames and signs, and a sample of what is signed, since an honest verification takes its time.
    for position in (0..400).chain((400..file.len() - 32).step_by(23)) {
        let mut flipped = file.clone();
        flipped[position] ^= 0x01;
        let error = open(&with_digest(flipped), Trust::Keys(&keys)).unwrap_err();
        assert!(error.kind <= ErrorKind::Digest, "byte {position}: {error}");
    }
}

#[test]
fn every_length_but_the_right_one_is_refused() {
    let keys = [key().verifying_key()];
    let file = signed();
    for length in 0..file.len() {
        assert!(open(&file[..length], Trust::Keys(&keys)).is_err(), "{length} bytes");
        if length > 40 {
            let cut = with_digest(file[..length].to_vec());
            assert_ne!(open(&cut, Trust::Integrity).unwrap_err().kind, ErrorKind::Damaged, "{length} bytes");
        }
    }
    let mut longer = file.clone();
    longer.push(0);
    assert_eq!(kind(&longer, Trust::Keys(&keys)), ErrorKind::Damaged);
    let mut longer = file;
    longer.extend_from_slice(&[0; 32]);
    assert_eq!(kind(&with_digest(longer), Trust::Integrity), ErrorKind::Sections);
}

#[test]
fn strangers_are_refused() {
    let stranger = SigningKey::from_seed([9; 32]);
    assert_eq!(kind(&signed(), Trust::Keys(&[stranger.verifying_key()])), ErrorKind::UntrustedSigner);
    assert_eq!(kind(&signed(), Trust::Keys(&[])), ErrorKind::UntrustedSigner);
    let unsigned = seal(&bundle(), &[]).unwrap();
    assert_eq!(kind(&unsigned, Trust::Keys(&[key().verifying_key()])), ErrorKind::Unsigned);
}

#[test]
fn a_signature_is_good_for_one_bundle_only() {
    let keys = [key().verifying_key()];
    // The statement and its signature, of one length in both files, moved to other contents.
    let mut other = bundle();
    other.units[3].sets.clear();
    let (from, mut to) = (signed(), seal(&other, &[key()]).unwrap());
    let length = u32::from_le_bytes(from[8..12].try_into().unwrap()) as usize;
    to[..12 + length + 4 + 96].copy_from_slice(&from[..12 + length + 4 + 96]);
    assert_eq!(kind(&with_digest(to.clone()), Trust::Keys(&keys)), ErrorKind::Digest);
    assert_eq!(kind(&with_digest(to.clone()), Trust::Integrity), ErrorKind::Digest);

    // The signature alone.
    let mut to = seal(&other, &[key()]).unwrap();
    let signature = 12 + length + 4..12 + length + 4 + 96;
    to[signature.clone()].copy_from_slice(&from[signature]);
    assert_eq!(kind(&with_digest(to), Trust::Keys(&keys)), ErrorKind::BadSignature);
}

#[test]
fn files_of_another_kind_are_named_as_such() {
    assert_eq!(kind(b"", Trust::Integrity), ErrorKind::NotABundle);
    assert_eq!(kind(b"module acme.payments\n", Trust::Integrity), ErrorKind::NotABundle);
    assert_eq!(kind(b"LICTOR", Trust::Integrity), ErrorKind::Damaged);
    assert_eq!(kind(&vec![0; MAX_FILE + 1], Trust::Integrity), ErrorKind::TooLarge);
    let mut newer = signed();
    newer[6] = 3;
    assert_eq!(kind(&with_digest(newer), Trust::Integrity), ErrorKind::ContainerVersion);
}

#[test]
fn other_versions_are_named_as_such() {
    let error = builder::refused(|bundle| bundle.manifest.language_version = 2);
    assert_eq!(error.kind, ErrorKind::LanguageVersion);
    let error = builder::refused(|bundle| bundle.manifest.instruction_set_version = 0);
    assert_eq!(error.kind, ErrorKind::InstructionSetVersion);
}

#[test]
fn hostile_lengths_reserve_nothing() {
    // A count of four thousand million units, and nothing after it.
    let empty = [b"LICTOR".as_slice(), &2u16.to_le_bytes()].concat();
    for sections in 0..7 {
        let mut file = empty.clone();
        file.extend_from_slice(&vec![0; 4 * sections]);
        file.extend_from_slice(&[0xff; 4]);
        file.extend_from_slice(&[0; 32]);
        assert_eq!(kind(&with_digest(file), Trust::Integrity), ErrorKind::Sections);
    }
}
