//! Keys as files.

use lictor_bundle::error::ErrorKind;
use lictor_bundle::keys::{SigningKey, VerifyingKey};

/// The example keys of RFC 8410, section 10.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
\
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
\
-----END PRIVATE KEY-----
";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
\
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
\
-----END PUBLIC KEY-----
";

fn key() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

#[test]
fn keys_are_written_as_they_are_read() {
    let private = key().to_pem().unwrap();
    assert!(
        private.starts_with("-----BEGIN PRIVATE KEY-----\n")
            && private.ends_with("-----END PRIVATE KEY-----\n")
    );
    assert_eq!(SigningKey::from_pem(&private).unwrap().verifying_key(), key().verifying_key());
    let public = key().verifying_key().to_pem().unwrap();
    assert_eq!(VerifyingKey::from_pem(&public).unwrap(), key().verifying_key());
    assert_eq!(key().verifying_key().id().to_string().len(), 64);
}

#[test]
fn keys_of_other_tools_are_the_same_files() {
    let private = SigningKey::from_pem(PRIVATE).unwrap();
    assert_eq!(*private.to_pem().unwrap(), PRIVATE);
    assert_eq!(private.verifying_key(), VerifyingKey::from_pem(PUBLIC).unwrap());
    assert_eq!(private.verifying_key().to_pem().unwrap(), PUBLIC);
    let windows = PUBLIC.replace('\n', "\r\n");
    assert_eq!(VerifyingKey::from_pem(&windows).unwrap(), private.verifying_key());
}

#[test]
fn the_wrong_half_of_a_pair_is_named() {
    let error = VerifyingKey::from_pem(PRIVATE).unwrap_err();
    assert_eq!((error.kind, error.code()), (ErrorKind::WrongKey, "B0141"));
    // What is refused must not be repeated.
    assert!(!error.to_string().contains("MC4"));
    assert_eq!(SigningKey::from_pem(PUBLIC).err().unwrap().kind, ErrorKind::WrongKey);
}

#[test]
fn what_is_no_key_is_refused() {
    let texts = [
        String::new(),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA".to_owned(),
        PRIVATE.replace("PRIVATE", "ENCRYPTED PRIVATE"),
        PRIVATE.replace("PRIVATE KEY", "CERTIFICATE"),
        PRIVATE.replacen("MC4", "MC5", 1),
        PRIVATE.replace("-----END PRIVATE KEY-----", ""),
    ];
    for text in texts {
        assert_eq!(SigningKey::from_pem(&text).err().unwrap().kind, ErrorKind::Key, "{text}");
    }
    assert_eq!(VerifyingKey::from_pem(&PUBLIC.replacen("MC", "AA", 1)).unwrap_err().kind, ErrorKind::Key);
}

#[test]
fn weak_keys_are_refused() {
    // The neutral element, and a point of order eight (RFC 8032's curve has eight such points).
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert_eq!(VerifyingKey::from_bytes(&neutral).unwrap_err().kind, ErrorKind::WeakKey);
    assert_eq!(VerifyingKey::from_bytes(&[0; 32]).unwrap_err().kind, ErrorKind::WeakKey);
}
