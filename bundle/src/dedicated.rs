//! Private keys that sign one kind of message. One key has one purpose: whoever holds a signature knows what it can be on.
//!
//! A [`SigningKey`] is given up for its purpose, and from then on signs only what that purpose takes. Purposes take messages that can be told
//! apart by their bytes, so that even where one key file is used for two of them by mistake, no signature of one passes for the other's.

use std::marker::PhantomData;

use crate::keys::{SigningKey, VerifyingKey};

/// A purpose of keys.
pub trait Purpose {
    /// Whether these bytes are a message of this purpose. No bytes may be a message of two purposes: begin with a line that no other has, or
    /// have a form that no other can have. Bundles are signed over bytes that begin with `DSSEv1 `.
    fn takes(message: &[u8]) -> bool;
}

/// A private key of one purpose.
pub struct Dedicated<P> {
    key: SigningKey,
    purpose: PhantomData<fn() -> P>,
}

impl<P: Purpose> Dedicated<P> {
    /// Gives the key up for this purpose.
    pub fn new(key: SigningKey) -> Dedicated<P> {
        Dedicated { key, purpose: PhantomData }
    }

    /// Signs a message (Ed25519, RFC 8032); none if it is not one of this purpose.
    pub fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        P::takes(message).then(|| self.key.sign(message))
    }

    /// The public key.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Letters;

    impl Purpose for Letters {
        fn takes(message: &[u8]) -> bool {
            message.starts_with(b"letter\n")
        }
    }

    #[test]
    fn a_key_signs_for_its_purpose_and_for_no_other() {
        let key: Dedicated<Letters> = Dedicated::new(SigningKey::from_seed([7; 32]));
        let signature = key.sign(b"letter\nhello").unwrap();
        assert!(key.verifying_key().verifies(b"letter\nhello", &signature));
        assert!(!key.verifying_key().verifies(b"letter\nhullo", &signature));
        assert_eq!(key.sign(b"DSSEv1 1 a 1 b"), None);
    }
}
