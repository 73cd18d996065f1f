//! A bundle's id: one hash over everything it holds, in the shape of a tree.
//!
//! ```text
//! id   = SHA-256( "lictor bundle id 1\n" ‖ head ‖ root )
//! head = SHA-256( "lictor bundle head 1\n" ‖ SHA-256(manifest) ‖ SHA-256(schema) ‖ SHA-256(conditions) )
//! root = Merkle tree hash of RFC 6962, section 2.1, whose leaves are the units, sorted by key
//! ```
//!
//! Every part is hashed as it is encoded. What all units share is in the head; a unit is a leaf by itself, so that one of a
//! million can be replaced, or shown to belong, by the hashes along one path.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::codec;
use crate::error::BundleError;
use crate::hex::Hex;
use crate::program::Bundle;

/// What a bundle is called: the same for the same contents, whether they were compiled just now or read from a file, and
/// whoever signed them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId(pub [u8; 32]);

/// `sha256:` and 64 hexadecimal digits.
impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", Hex(&self.0))
    }
}

impl fmt::Debug for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BundleId({self})")
    }
}

/// The id of a bundle in memory. Fails only where a bundle is too large to be written.
pub fn bundle_id(bundle: &Bundle) -> Result<BundleId, BundleError> {
    let parts = Parts::of(bundle)?;
    let units: Vec<&[u8]> = parts.units.iter().map(Vec::as_slice).collect();
    Ok(id(&parts.manifest, &parts.schema, &parts.conditions, &units))
}

/// A bundle's parts as they are encoded, each by itself.
pub(crate) struct Parts {
    pub(crate) manifest: Vec<u8>,
    pub(crate) schema: Vec<u8>,
    pub(crate) conditions: Vec<u8>,
    pub(crate) units: Vec<Vec<u8>>,
}

impl Parts {
    pub(crate) fn of(bundle: &Bundle) -> Result<Parts, BundleError> {
        Ok(Parts {
            manifest: codec::encode(&bundle.manifest, "the manifest")?,
            schema: codec::encode(&bundle.schema, "the schema")?,
            conditions: codec::encode(
                &(&bundle.conditions, &bundle.scores, &bundle.condition_code, &bundle.tools),
                "the conditions",
            )?,
            units: bundle.units.iter().map(|unit| codec::encode(unit, "a unit")).collect::<Result<_, _>>()?,
        })
    }
}

/// The id of what is encoded so.
pub(crate) fn id(manifest: &[u8], schema: &[u8], conditions: &[u8], units: &[&[u8]]) -> BundleId {
    let mut head = Sha256::new_with_prefix(b"lictor bundle head 1\n");
    for part in [manifest, schema, conditions] {
        head.update(Sha256::digest(part));
    }
    let leaves: Vec<[u8; 32]> = units.iter().map(|unit| leaf(unit)).collect();
    let id = Sha256::new_with_prefix(b"lictor bundle id 1\n")
        .chain_update(head.finalize())
        .chain_update(root(leaves));
    BundleId(id.finalize().into())
}

fn leaf(bytes: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix([0]).chain_update(bytes).finalize().into()
}

/// The root over these leaves. Pairing neighbours level by level, and carrying an odd last one up as it is, gives the tree of
/// RFC 6962, which splits at the largest power of two.
fn root(leaves: Vec<[u8; 32]>) -> [u8; 32] {
    let mut level = leaves;
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => {
                    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
                }
                rest => rest.first().copied().unwrap_or_default(),
            })
            .collect();
    }
    level.first().copied().unwrap_or_else(|| Sha256::digest([]).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962, section 2.1, word for word.
    fn by_definition(units: &[&[u8]]) -> [u8; 32] {
        match units {
            [] => Sha256::digest([]).into(),
            [unit] => leaf(unit),
            units => {
                let split = units.len().next_power_of_two() / 2;
                let (left, right) = (by_definition(&units[..split]), by_definition(&units[split..]));
                Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
            }
        }
    }

    #[test]
    fn the_root_is_the_one_of_the_definition() {
        let units: Vec<Vec<u8>> = (0..40u8).map(|n| vec![n; usize::from(n)]).collect();
        for count in 0..units.len() {
            let units: Vec<&[u8]> = units[..count].iter().map(Vec::as_slice).collect();
            assert_eq!(root(units.iter().map(|unit| leaf(unit)).collect()), by_definition(&units), "{count}");
        }
    }
}
