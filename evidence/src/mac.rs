//! HMAC-SHA-256 (RFC 2104, FIPS 180-4) under keys of 32 bytes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A code under this key, of what begins with this line.
pub(crate) fn keyed(key: &[u8; 32], domain: &[u8]) -> Hmac<Sha256> {
    // A key that is shorter than a block is followed by zeros (RFC 2104, section 2).
    let mut block = Zeroizing::new([0u8; 64]);
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::new((&*block).into());
    mac.update(domain);
    mac
}
