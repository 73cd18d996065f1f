//! What a client of the modern era keeps for us while people are asked: sealed, since it is a stranger who brings it back.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::tree::Tree;

/// What our states begin with.
pub(super) const BEGIN: &str = "lictor1.";
/// What is sealed begins with this, and nothing else that a key like this one signs.
const PURPOSE: &[u8] = b"lictor-mcp-request-state-v1\0";

/// Seals what a client keeps for us, for one principal.
#[derive(Clone)]
pub struct Seal {
    key: [u8; 32],
    principal: String,
    pub(super) waits: bool,
}

impl Seal {
    /// A seal with a key that nobody else has. `waits` says whether people are waited for where no link can be shown.
    pub fn new(key: [u8; 32], principal: impl Into<String>, waits: bool) -> Seal {
        Seal { key, principal: principal.into(), waits }
    }

    fn mac(&self, sealed: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(PURPOSE);
        mac.update(self.principal.as_bytes());
        mac.update(b"\0");
        mac.update(sealed.as_bytes());
        Some(mac)
    }

    pub(super) fn seal(&self, state: &Tree) -> Option<String> {
        let sealed = hex(state.written().as_bytes());
        let tag = hex(&self.mac(&sealed)?.finalize().into_bytes());
        Some(format!("{BEGIN}{sealed}.{tag}"))
    }

    pub(super) fn open(&self, state: &str) -> Option<Tree> {
        let (sealed, tag) = state.strip_prefix(BEGIN)?.split_once('.')?;
        self.mac(sealed)?.verify_slice(&unhex(tag)?).ok()?;
        Tree::read(&unhex(sealed)?).ok()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2)
        || !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
