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
use crate::interface::Exporter;
use crate::program::Bundle;
use crate::tree::Tree;

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
    Ok(parts.fixed().id(&parts.manifest, &parts.tree()))
}

/// A bundle's parts as they are encoded, each by itself.
pub(crate) struct Parts {
    pub(crate) manifest: Vec<u8>,
    pub(crate) schema: Vec<u8>,
    pub(crate) conditions: Vec<u8>,
    /// The tables of what users' units import, sorted by digest.
    pub(crate) imports: Vec<Vec<u8>>,
    pub(crate) units: Vec<Vec<u8>>,
}

impl Parts {
    pub(crate) fn of(bundle: &Bundle) -> Result<Parts, BundleError> {
        let mut exporter = Exporter::new(bundle);
        let units = bundle.units.iter().map(|unit| exporter.encode(unit)).collect::<Result<_, _>>()?;
        Ok(Parts {
            manifest: codec::encode(&bundle.manifest, "the manifest")?,
            schema: codec::encode(&bundle.schema, "the schema")?,
            conditions: codec::encode(
                &(&bundle.conditions, &bundle.scores, &bundle.condition_code, &bundle.tools),
                "the conditions",
            )?,
            imports: exporter.tables().map(|(_, imports)| imports.encode()).collect::<Result<_, _>>()?,
            units,
        })
    }

    pub(crate) fn fixed(&self) -> Fixed {
        Fixed::of(&self.schema, &self.conditions)
    }

    pub(crate) fn tree(&self) -> Tree {
        Tree::of(self.units.iter().map(Vec::as_slice))
    }
}

/// The parts of a bundle that stay the same where only units are exchanged: the digests of its schema and its conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fixed([[u8; 32]; 2]);

impl Fixed {
    /// Of these parts, as they are encoded.
    pub(crate) fn of(schema: &[u8], conditions: &[u8]) -> Fixed {
        Fixed([schema, conditions].map(|part| Sha256::digest(part).into()))
    }

    /// The id of the bundle with this manifest, as it is encoded, and these units.
    pub(crate) fn id(&self, manifest: &[u8], units: &Tree) -> BundleId {
        let Fixed([schema, conditions]) = self;
        let head = Sha256::new_with_prefix(b"lictor bundle head 1\n")
            .chain_update(Sha256::digest(manifest))
            .chain_update(schema)
            .chain_update(conditions)
            .finalize();
        let id =
            Sha256::new_with_prefix(b"lictor bundle id 1\n").chain_update(head).chain_update(units.root());
        BundleId(id.finalize().into())
    }
}
