//! The key that an agent signs its requests with.

use lictor_bundle::keys::VerifyingKey;
use lictor_evidence::keys::Thumbprint;

use super::secret::unhex;

/// A public key, and what signatures call it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signer {
    /// It.
    pub key: VerifyingKey,
    /// Its thumbprint (RFC 7638): the `keyid` of signatures, the `cnf.jkt` of tokens.
    pub thumbprint: Thumbprint,
}

impl Signer {
    /// Of a public key.
    pub fn of(key: VerifyingKey) -> Signer {
        Signer { key, thumbprint: Thumbprint::of_ed25519(&key.to_bytes()) }
    }

    /// Of the 32 bytes of a public key, as digits; nothing where they are none.
    pub(super) fn read(digits: &str) -> Option<Signer> {
        VerifyingKey::from_bytes(&unhex(digits)?).ok().map(Signer::of)
    }
}
