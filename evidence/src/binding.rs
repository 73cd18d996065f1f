//! What ties a token to the values that were decided on: a keyed digest of them, with a secret that only the store has.
//!
//! A digest without a key would let whoever holds the token try values until one fits, and amounts and payees are quickly tried.
//!
//! ```text
//! bnd = HMAC-SHA-256( secret, "lictor binding 1\n" ‖ text(action) ‖ count ‖ for each field, by name: text(name) ‖ text(value) )
//! text(t) = the length of t in 4 bytes, big-endian, then t
//! ```

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::base64url;
use crate::mac::keyed;

const DOMAIN: &[u8] = b"lictor binding 1\n";

/// The secret of one token: 32 random bytes that its row in the store keeps, and nobody else sees. It is wiped when it is dropped, and never shown.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BindingSecret([u8; 32]);

/// The keyed digest of what a token is bound to. Written in base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bound([u8; 32]);

/// The values that a token is bound to: the action and its bound fields, each in its canonical bytes. Which fields those are is what the policy says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoundFields<'a> {
    /// The action.
    pub action: &'a str,
    /// The fields. One that is absent has no entry, which is not the same as an empty value.
    pub fields: BTreeMap<&'a str, &'a [u8]>,
}

impl BindingSecret {
    /// The secret of these random bytes.
    pub fn new(random: [u8; 32]) -> BindingSecret {
        BindingSecret(random)
    }

    /// Its bytes, for the store.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Binds a token to these values.
    pub fn bind(&self, values: &BoundFields<'_>) -> Bound {
        Bound(self.mac(values).finalize().into_bytes().into())
    }

    /// Whether a token is bound to these values. It takes the same time however much of the digest fits.
    pub fn holds(&self, bound: &Bound, values: &BoundFields<'_>) -> bool {
        self.mac(values).verify_slice(&bound.0).is_ok()
    }

    fn mac(&self, values: &BoundFields<'_>) -> Hmac<Sha256> {
        let mut mac = keyed(&self.0, DOMAIN);
        put(&mut mac, values.action.as_bytes());
        mac.update(&length(values.fields.len()));
        for (name, value) in &values.fields {
            put(&mut mac, name.as_bytes());
            put(&mut mac, value);
        }
        mac
    }
}

/// A text after its length. Nothing that is bound comes near 4 GiB: requests are read up to 64 KiB.
fn put(mac: &mut Hmac<Sha256>, text: &[u8]) {
    mac.update(&length(text.len()));
    mac.update(text);
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&base64url::Shown(&self.0), f)
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bound, D::Error> {
        let text = String::deserialize(deserializer)?;
        base64url::decode_array(&text)
            .map(Bound)
            .ok_or_else(|| de::Error::custom("a binding is 43 signs of base64url"))
    }
}
