//! The proof that the log has the record of a receipt.

use lictor_ledger::note::VerifierKey;
use lictor_ledger::{Checkpoint, ErrorKind, Hash, TlogProof, Trust};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::record::LogEntry;

use super::content::Receipt;

/// What stands beside a receipt once a checkpoint covers its record: the entry of the log, and the proof that it is there (C2SP tlog-proof). Neither needs a
/// signature of its own: the entry names the receipt by its digest, and the proof leads to a signed checkpoint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inclusion {
    /// The bytes that the log hashed, which are text: [`LogEntry`].
    pub entry: String,
    /// The proof, in the form of C2SP tlog-proof.
    pub proof: String,
}

/// The keys by which a checkpoint is believed.
pub(super) struct Believed<'k> {
    /// The log's keys that are not revoked.
    pub good: &'k [VerifierKey],
    /// All of them.
    pub all: &'k [VerifierKey],
    /// Witnesses, and how many of them must have cosigned.
    pub witnesses: &'k [VerifierKey],
    pub quorum: usize,
}

/// The checkpoint that a proof leads to.
pub(super) struct Found {
    pub checkpoint: Checkpoint,
    /// Whether somebody vouches for it who cannot be the thief of a key.
    pub vouched: bool,
    /// Which of the known witnesses cosigned it, and when where they say so.
    pub cosigned: Vec<(String, Option<u64>)>,
}

impl Inclusion {
    /// The checkpoint under which the log has the record of the receipt with this digest.
    pub(super) fn open(
        &self,
        receipt: &Receipt,
        digest: Digest,
        believed: &Believed<'_>,
    ) -> Result<Found, String> {
        let entry = LogEntry::from_bytes(self.entry.as_bytes()).map_err(|error| error.to_string())?;
        let position = &receipt.log;
        if (&entry.tenant, entry.index) != (&receipt.tenant, position.index) {
            return Err("the entry is of another record".to_owned());
        }
        if entry.receipt != Some(digest) {
            return Err("the entry is of a record without a receipt, or with another".to_owned());
        }
        let proof = TlogProof::parse(self.proof.as_bytes()).map_err(|error| error.to_string())?;
        if proof.index != position.index {
            return Err("the proof is for another record".to_owned());
        }
        let Believed { good, all, witnesses, quorum } = *believed;
        let open = |log| {
            proof.verify(
                Hash::leaf(self.entry.as_bytes()),
                &Trust { origin: &position.origin, log, witnesses, quorum },
            )
        };
        let (trusted, vouched) = match open(good) {
            Ok(trusted) => (trusted, true),
            // Nobody but the thief of a revoked key, unless witnesses saw it, too.
            Err(error) if error.kind == ErrorKind::UnknownSigner => {
                (open(all).map_err(|error| error.to_string())?, quorum > 0)
            }
            Err(error) => return Err(error.to_string()),
        };
        let cosigned = trusted.witnesses.iter().map(|signed| (signed.key.name().to_string(), signed.time));
        Ok(Found { cosigned: cosigned.collect(), checkpoint: trusted.checkpoint, vouched })
    }
}
