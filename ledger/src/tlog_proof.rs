//! A proof to keep beside what it is about: that an entry is in a log, by a checkpoint that others may have witnessed (C2SP tlog-proof).

use std::fmt;

use base64ct::{Base64, Encoding};

use crate::checkpoint::Checkpoint;
use crate::error::{ErrorKind, LedgerError};
use crate::hash::Hash;
use crate::note::{MAX_NOTE, Note};
use crate::proof::verify_inclusion;
use crate::text;
use crate::trust::{Trust, Trusted};

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1\n";
/// The most bytes of extra data that are taken.
const MAX_EXTRA: usize = 1 << 16;
/// No proof has more hashes: a log's tree is not higher.
const MAX_HASHES: usize = 63;

/// That an entry stands at this index of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlogProof {
    /// What an application keeps beside it, which nobody has signed: not to be believed.
    pub extra: Option<Vec<u8>>,
    /// Where in the log the entry is.
    pub index: u64,
    /// From the entry's sibling upwards.
    pub hashes: Vec<Hash>,
    /// The checkpoint to whose root they lead.
    pub checkpoint: Note,
}

impl TlogProof {
    /// Reads a proof. None of it has been checked: see [`TlogProof::verify`].
    ///
    /// # Errors
    /// [`ErrorKind::TlogProof`], and those of [`Note::parse`] and [`Checkpoint::parse`].
    pub fn parse(bytes: &[u8]) -> Result<TlogProof, LedgerError> {
        let wrong = |message: &str| LedgerError::new(ErrorKind::TlogProof, message);
        if bytes.len() > MAX_NOTE + 2 * MAX_EXTRA {
            return Err(wrong("the proof is too long to be one"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("the proof is not UTF-8"))?;
        let text =
            text.strip_prefix(HEADER).ok_or_else(|| wrong("the first line is not c2sp.org/tlog-proof@v1"))?;
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or_else(|| wrong("no empty line stands before the checkpoint"))?;
        let mut lines: Vec<&str> = head.split('\n').collect();
        let extra = match lines.first().and_then(|line| line.strip_prefix("extra ")) {
            None => None,
            Some(extra) => {
                lines.remove(0);
                let extra = text::base64(extra).filter(|extra| extra.len() <= MAX_EXTRA);
                Some(extra.ok_or_else(|| wrong("the extra data is not base64, or too long"))?)
            }
        };
        let [index, hashes @ ..] = lines.as_slice() else {
            return Err(wrong("the proof has no line with the index"));
        };
        let index = index.strip_prefix("index ").and_then(text::number);
        let index = index.ok_or_else(|| wrong("the line with the index is not `index` and a number"))?;
        let hashes = text::hashes(hashes, MAX_HASHES).ok_or_else(|| {
            wrong("a line after the index is not a hash in base64, or there are more than 63")
        })?;
        let checkpoint = Note::parse(checkpoint.as_bytes())?;
        Checkpoint::parse(checkpoint.text())?;
        Ok(TlogProof { extra, index, hashes, checkpoint })
    }

    /// Checks that the entry with this hash is in the log, by a checkpoint that is believed.
    ///
    /// # Errors
    /// Those of [`Trust::open`] and [`verify_inclusion`].
    pub fn verify<'k>(&self, leaf: Hash, trust: &Trust<'k>) -> Result<Trusted<'k>, LedgerError> {
        let trusted = trust.open(&self.checkpoint)?;
        verify_inclusion(self.index, leaf, trusted.checkpoint.head, &self.hashes)?;
        Ok(trusted)
    }
}

/// As [`TlogProof::parse`] reads it. By custom files that hold one end in `.tlog-proof`.
impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", Base64::encode_string(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
