//! What the log says of itself: checkpoints, and proofs that a record is in it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use lictor_journal::export::{Erasures, entry, tombstones};
use lictor_ledger::note::Note;
use lictor_ledger::proof::Plan;
use lictor_ledger::tile::{HEIGHT, TilePath, WIDTH, encode_entries};
use lictor_ledger::{Checkpoint, ErrorKind, Hash, LedgerError, Node, TlogProof, TreeHead, proof};
use lictor_store::{Filter, Reader, StoreError, TenantId};

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

/// A proof, with the checkpoint that it is about.
pub(crate) struct Proved {
    /// How many records the log has there.
    pub size: u64,
    /// Its hashes.
    pub hashes: Vec<Hash>,
    /// The checkpoint, signed.
    pub checkpoint: Note,
}

impl Tenant {
    /// The checkpoint that everybody is given: the last one that witnesses have cosigned, where there are any; else one of now. It blocks.
    pub fn checkpoint(&self) -> Result<Note, LogError> {
        match &*self.cosigned.load() {
            Some(cosigned) => Ok(cosigned.1.clone()),
            None => self.checkpoint_of_now(),
        }
    }

    /// Keeps what witnesses have cosigned.
    pub fn cosigned(&self, size: u64, note: Note) {
        self.cosigned.store(Some(Arc::new((size, note))));
    }

    /// A signed checkpoint of the log as it was committed last. It blocks.
    pub fn checkpoint_of_now(&self) -> Result<Note, LogError> {
        let head = self.look(head)?;
        self.signed(head)
    }

    fn signed(&self, head: TreeHead) -> Result<Note, LogError> {
        Ok(self.checkpoint_key.sign(&Checkpoint::new(&self.identity.origin, head)?)?)
    }

    /// The proof that the log has the record of this index: under a checkpoint that witnesses have cosigned, where that has it, else under one of now. It blocks.
    pub fn inclusion(&self, index: u64) -> Result<TlogProof, LogError> {
        let cosigned = self.cosigned.load_full().filter(|cosigned| cosigned.0 > index);
        let size = cosigned.as_ref().map(|cosigned| cosigned.0);
        let Proved { hashes, checkpoint, .. } = self.proved(size, |size| proof::inclusion(index, size))?;
        let checkpoint = cosigned.map_or(checkpoint, |cosigned| cosigned.1.clone());
        Ok(TlogProof { extra: None, index, hashes, checkpoint })
    }

    /// A proof about the log as it was when it had so many records, or as it is now. It blocks.
    pub fn proved(
        &self,
        size: Option<u64>,
        plan: impl Fn(u64) -> Result<Plan, LedgerError>,
    ) -> Result<Proved, LogError> {
        let (head, hashes) = self.look(|reader, id| {
            let now = head(reader, id)?;
            let size = size.unwrap_or(now.size);
            let Some((plan, root)) = plan(size).ok().zip(proof::root(size).ok()).filter(|_| size <= now.size)
            else {
                return Ok((TreeHead { size, ..now }, None));
            };
            let mut source = |node| hash(reader, id, node);
            // A tree has one root; the older one is made of the same hashes as the proof.
            let root = root.prove(&mut source)?.first().copied().unwrap_or(TreeHead::EMPTY.root);
            Ok((TreeHead { size, root }, Some(plan.prove(source)?)))
        })?;
        // One that is not there has no proof, and the plan says so.
        plan(head.size)?;
        let none = || LedgerError {
            kind: ErrorKind::Range,
            message: format!("the log has not {} records yet", head.size),
        };
        let hashes = hashes.ok_or_else(none)?;
        Ok(Proved { size: head.size, hashes, checkpoint: self.signed(head)? })
    }

    /// The bytes of a tile; none where the log has it not, or not all of it yet. It blocks.
    pub fn tile(&self, path: TilePath) -> Result<Option<Vec<u8>>, LogError> {
        let tile = path.tile();
        let first = tile.index().saturating_mul(u64::from(WIDTH));
        let range = first..first.saturating_add(u64::from(tile.width()));
        let (name, level) = (self.identity.name.as_str(), tile.level());
        let read = self.look(|reader, id| {
            if head(reader, id)?.size >> (u32::from(level) * u32::from(HEIGHT)) < range.end {
                return Ok(None);
            }
            match path {
                TilePath::Hashes(_) => {
                    let hashes = reader.nodes(id, level, range.clone())?;
                    Ok(Some(vec![hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>()]))
                }
                TilePath::Entries(_) => entries(reader, id, name, range.clone()),
            }
        })?;
        match (read, path) {
            (None, _) => Ok(None),
            (Some(entries), TilePath::Entries(_)) => {
                Ok(Some(encode_entries(entries.iter().map(Vec::as_slice))?))
            }
            (Some(hashes), TilePath::Hashes(_)) => Ok(Some(hashes.concat())),
        }
    }
}

fn head(reader: &mut Reader, id: TenantId) -> Result<TreeHead, StoreError> {
    Ok(reader.head(id)?.map_or(TreeHead::EMPTY, |head| head.frontier.head()))
}

/// The index of the first record at this moment or later: time never goes back in a log.
pub(crate) fn first_since(
    reader: &mut Reader,
    tenant: TenantId,
    size: u64,
    at: i64,
) -> Result<u64, StoreError> {
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low) / 2;
        match reader.record(tenant, middle)? {
            Some(record) if record.at < at => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The entries that the log has hashed for these records; none where one of them cannot be told any more.
fn entries(
    reader: &mut Reader,
    id: TenantId,
    tenant: &str,
    range: Range<u64>,
) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    let records = reader.records(id, range, &Filter::default(), false, usize::from(WIDTH))?;
    let erased = records.iter().any(|record| record.body.is_none());
    let erased = if erased { tombstones(reader, id)? } else { Erasures::new() };
    Ok(records.into_iter().map(|record| entry(tenant, record.into(), &erased)).collect())
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
