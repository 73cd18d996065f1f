//! The digests that a decision carries: SHA-256 over a line that says what is hashed, then over the encoded values. So
//! no bytes are ever the digest's input in two meanings.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use lictor_bundle::schema::ActionId;

use crate::arena::Arenas;
use crate::encode::Encoder;
use crate::facts::FactTable;
use crate::plan::Program;
use crate::slot::Slot;

/// What is hashed; each begins with a line of its own.
mod domain {
    /// A request that was decoded: its action's name and its record, as `encode` writes them.
    pub const REQUEST: &[u8] = b"lictor request 1\n";
    /// A request that was refused before or at its structure: its bytes as they came.
    pub const RAW_REQUEST: &[u8] = b"lictor raw request 1\n";
    /// Facts: of each its name, arguments and value, sorted by name and arguments.
    pub const FACTS: &[u8] = b"lictor facts 1\n";
    /// The facts that came apart from a request refused at its structure: their bytes as they came.
    pub const RAW_FACTS: &[u8] = b"lictor raw facts 1\n";
}

/// A SHA-256 digest, shown as `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The digests of one request and its facts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digests {
    pub request: Digest,
    pub facts: Digest,
}

impl Digests {
    /// Those of what could not be decoded. Facts in the request's own bytes are covered by the request's digest.
    pub fn raw(request: &[u8], facts: Option<&[u8]>) -> Digests {
        Digests {
            request: hash(domain::RAW_REQUEST, request),
            facts: hash(domain::RAW_FACTS, facts.unwrap_or_default()),
        }
    }

    /// Those of a decoded request, the slots of which are given, and its facts. `bytes` is overwritten.
    pub fn typed(
        program: &Program,
        arenas: Arenas<'_>,
        action: ActionId,
        request: &[Slot],
        facts: &FactTable,
        bytes: &mut Vec<u8>,
    ) -> Digests {
        bytes.clear();
        let mut encoder = Encoder { program, arenas, out: bytes };
        if let Some(action) = program.bundle.schema.actions.get(usize::from(action)) {
            encoder.text(&action.name);
            encoder.record(action.request, request);
        }
        let request = hash(domain::REQUEST, bytes);

        bytes.clear();
        facts.encode(&mut Encoder { program, arenas, out: bytes });
        Digests { request, facts: hash(domain::FACTS, bytes) }
    }
}

fn hash(domain: &[u8], bytes: &[u8]) -> Digest {
    Digest(Sha256::new_with_prefix(domain).chain_update(bytes).finalize().into())
}
