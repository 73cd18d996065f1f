//! What the log says of itself: checkpoints, and proofs that a record is in it.

use std::fmt;

use lictor_ledger::note::Note;
use lictor_ledger::{Checkpoint, Hash, LedgerError, Node, TlogProof, TreeHead, proof};
use lictor_store::{Reader, StoreError, TenantId};

use super::Tenant;

/// Why the log could not say it.
#[derive(Debug)]
pub(crate) enum LogError {
    /// The store does not answer.
    Store(StoreError),
    /// What it holds is no log.
    Ledger(LedgerError),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogError::Store(error) => write!(f, "{error}"),
            LogError::Ledger(error) => write!(f, "{error}"),
        }
    }
}

impl From<StoreError> for LogError {
    fn from(error: StoreError) -> LogError {
        LogError::Store(error)
    }
}

impl From<LedgerError> for LogError {
    fn from(error: LedgerError) -> LogError {
        LogError::Ledger(error)
    }
}

impl Tenant {
    /// A signed checkpoint of the log as it was committed last. It blocks.
    pub fn checkpoint(&self) -> Result<Note, LogError> {
        let head = self.look(|reader, id| reader.head(id))?;
        self.signed(head.map_or(TreeHead::EMPTY, |head| head.frontier.head()))
    }

    fn signed(&self, head: TreeHead) -> Result<Note, LogError> {
        Ok(self.checkpoint_key.sign(&Checkpoint::new(&self.identity.origin, head)?)?)
    }

    /// The proof that the log has the record of this index, under a checkpoint of now. It blocks.
    pub fn inclusion(&self, index: u64) -> Result<TlogProof, LogError> {
        let (head, hashes) = self.look(|reader, id| {
            let head = reader.head(id)?.map_or(TreeHead::EMPTY, |head| head.frontier.head());
            let Ok(plan) = proof::inclusion(index, head.size) else { return Ok((head, None)) };
            Ok((head, Some(plan.prove(|node| hash(reader, id, node))?)))
        })?;
        // One that is not there has no proof, and the plan says so.
        proof::inclusion(index, head.size)?;
        let checkpoint = self.signed(head)?;
        Ok(TlogProof { extra: None, index, hashes: hashes.unwrap_or_default(), checkpoint })
    }
}

/// The hash of a node. The store keeps those of every eighth level; between them they are put together from at most 128.
fn hash(reader: &mut Reader, tenant: TenantId, node: Node) -> Result<Hash, StoreError> {
    let within = node.level % 8;
    let first = node.index << within;
    let mut hashes = reader.nodes(tenant, node.level / 8, first..first.saturating_add(1 << within))?;
    for _ in 0..within {
        hashes = hashes
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(Hash::node(left, right)),
                _ => None,
            })
            .collect();
    }
    // One that is missing makes a proof that nobody takes.
    Ok(hashes.first().copied().unwrap_or(Hash::EMPTY))
}
