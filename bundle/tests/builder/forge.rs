//! Files written from their description, part by part, so that what no compiler writes can be signed as well.

use ed25519_dalek::Signer;
use lictor_bundle::digest::BundleId;
use lictor_bundle::interface::{Exporter, Imports};
use lictor_bundle::program::Bundle;
use sha2::{Digest, Sha256};

/// The parts of a file, as they stand in it.
pub struct Parts {
    pub release: String,
    pub versions: String,
    pub manifest: Vec<u8>,
    pub schema: Vec<u8>,
    pub conditions: Vec<u8>,
    /// What users' units import, sorted by their digests.
    pub imports: Vec<Imports>,
    pub units: Vec<Vec<u8>>,
}

impl Parts {
    pub fn of(bundle: &Bundle) -> Parts {
        let Bundle { manifest, schema, conditions, scores, condition_code, tools, units } = bundle;
        let mut exporter = Exporter::new(bundle);
        let units = units.iter().map(|unit| exporter.encode(unit).unwrap()).collect();
        Parts {
            release: "sequence 0\nexpires never\n".to_owned(),
            versions: "language 1\ninstruction-set 1\n".to_owned(),
            manifest: borsh::to_vec(manifest).unwrap(),
            schema: borsh::to_vec(schema).unwrap(),
            conditions: borsh::to_vec(&(conditions, scores, condition_code, tools)).unwrap(),
            imports: exporter.tables().map(|(_, imports)| imports.clone()).collect(),
            units,
        }
    }

    /// The id of what these parts are, whatever it is.
    fn id(&self) -> BundleId {
        let hash = |prefix: &[u8], parts: &[&[u8]]| -> [u8; 32] {
            let mut hash = Sha256::new_with_prefix(prefix);
            parts.iter().for_each(|part| hash.update(part));
            hash.finalize().into()
        };
        let digests: Vec<[u8; 32]> =
            [&self.manifest, &self.schema, &self.conditions].map(|part| Sha256::digest(part).into()).into();
        let head =
            hash(b"lictor bundle head 1\n", &digests.iter().map(|digest| &digest[..]).collect::<Vec<_>>());
        let leaves: Vec<[u8; 32]> = self.units.iter().map(|unit| hash(&[0], &[unit])).collect();
        BundleId(hash(b"lictor bundle id 1\n", &[&head, &root(&leaves)]))
    }

    /// The file, signed with the key that grows from this seed.
    pub fn signed(&self, seed: [u8; 32]) -> Vec<u8> {
        self.with_statement(&format!("bundle {}\n{}{}", self.id(), self.release, self.versions), seed)
    }

    /// The file with another statement.
    pub fn with_statement(&self, statement: &str, seed: [u8; 32]) -> Vec<u8> {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let payload_type = "application/vnd.lictor.bundle.v1";
        let message = format!("DSSEv1 {} {payload_type} {} {statement}", payload_type.len(), statement.len());
        let mut file = b"LICTOR\x02\x00".to_vec();
        section(&mut file, statement.as_bytes());
        file.extend_from_slice(&1u32.to_le_bytes());
        file.extend_from_slice(&Sha256::digest(key.verifying_key().as_bytes()));
        file.extend_from_slice(&key.sign(message.as_bytes()).to_bytes());
        for part in [&self.manifest, &self.schema, &self.conditions] {
            section(&mut file, part);
        }
        let mut imports = (self.imports.len() as u32).to_le_bytes().to_vec();
        self.imports.iter().for_each(|table| section(&mut imports, &borsh::to_vec(table).unwrap()));
        section(&mut file, &imports);
        file.extend_from_slice(&(self.units.len() as u32).to_le_bytes());
        self.units.iter().for_each(|unit| section(&mut file, unit));
        with_digest(file)
    }
}

/// The file with the digest at its end.
pub fn with_digest(mut file: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    file
}

fn section(file: &mut Vec<u8>, bytes: &[u8]) {
    file.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    file.extend_from_slice(bytes);
}

/// RFC 6962, section 2.1.
fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            Sha256::new_with_prefix([1]).chain_update(root(left)).chain_update(root(right)).finalize().into()
        }
    }
}
