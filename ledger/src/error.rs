//! Why something about a log is refused.

use std::fmt;

/// Why something about a log is refused: which check, and in words where and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerError {
    /// The check that it did not pass.
    pub kind: ErrorKind,
    /// Where, and what is wrong.
    pub message: String,
}

/// The checks that something may not pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErrorKind {
    /// A log has as many entries as it can have.
    Full,
    /// Bytes are not a frontier.
    Frontier,
    /// A proof is asked for of an entry, or a size, that the tree does not have.
    Range,
    /// A proof has not as many hashes as it must have.
    ProofLength,
    /// A proof does not lead from the entry to the root.
    Inclusion,
    /// A proof does not lead from the old tree to the new one.
    Consistency,
    /// Bytes are not those of a tile.
    Tile,
    /// A text is not the path of a tile.
    TilePath,
    /// Bytes are not entries one after another, or an entry is too long to be among them.
    Entries,
    /// A text is not a signed note.
    Note,
    /// A note is longer, or has more signatures, than is taken.
    NoteSize,
    /// A text cannot be the name of a key.
    KeyName,
    /// A text is not a verifier key, or one of a kind that is not known.
    VerifierKey,
    /// Two known keys are called the same.
    AmbiguousKey,
    /// No key that is known signed it.
    UnknownSigner,
    /// A signature in the name of a known key was not made with it.
    BadSignature,
    /// Fewer witnesses cosigned it than must.
    Quorum,
    /// A text is not a checkpoint.
    Checkpoint,
    /// A checkpoint is of another log.
    Origin,
    /// A text is not a proof in the form of tlog-proof.
    TlogProof,
    /// A text is not a request to a witness.
    WitnessRequest,
}

impl ErrorKind {
    /// The error's code, `L01xx`.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::Full => "L0101",
            ErrorKind::Frontier => "L0102",
            ErrorKind::Range => "L0110",
            ErrorKind::ProofLength => "L0111",
            ErrorKind::Inclusion => "L0112",
            ErrorKind::Consistency => "L0113",
            ErrorKind::Tile => "L0120",
            ErrorKind::TilePath => "L0121",
            ErrorKind::Entries => "L0122",
            ErrorKind::Note => "L0130",
            ErrorKind::NoteSize => "L0131",
            ErrorKind::KeyName => "L0132",
            ErrorKind::VerifierKey => "L0133",
            ErrorKind::AmbiguousKey => "L0134",
            ErrorKind::UnknownSigner => "L0135",
            ErrorKind::BadSignature => "L0136",
            ErrorKind::Quorum => "L0137",
            ErrorKind::Checkpoint => "L0140",
            ErrorKind::Origin => "L0141",
            ErrorKind::TlogProof => "L0142",
            ErrorKind::WitnessRequest => "L0143",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            ErrorKind::Full => "begin a new log, under a name of its own",
            ErrorKind::Frontier => "restore the log's head from a backup, or build it again from the records",
            ErrorKind::Range => {
                "ask for an entry below the size of the tree, and for a size that is not above it"
            }
            ErrorKind::ProofLength | ErrorKind::Inclusion => {
                "do not rely on the entry: fetch the proof again, and if that does not help, keep both as evidence"
            }
            ErrorKind::Consistency => {
                "keep both checkpoints: together they show that the log did not only grow, or that the proof is another one's"
            }
            ErrorKind::Tile | ErrorKind::Entries => {
                "fetch it again; an entry may be 65,535 bytes long at most"
            }
            ErrorKind::TilePath => "write it like `tile/0/x001/x234/067` or `tile/entries/067.p/5`",
            ErrorKind::Note | ErrorKind::NoteSize => {
                "fetch the note again, as bytes: its line ends must not be changed"
            }
            ErrorKind::KeyName => "use a name without spaces and without `+`, such as `example.com/log`",
            ErrorKind::VerifierKey => "copy the whole key: name, `+`, eight digits, `+`, base64",
            ErrorKind::AmbiguousKey => "leave out one of the two keys, or give it another name",
            ErrorKind::UnknownSigner => {
                "check which keys you trust; if they are the right ones, do not use this note"
            }
            ErrorKind::BadSignature => "do not use this note: it claims what its signer did not sign",
            ErrorKind::Checkpoint => {
                "give a checkpoint: origin, size and root hash, each on a line of its own"
            }
            ErrorKind::Quorum => "have it cosigned by more of the witnesses that are known here",
            ErrorKind::Origin => "give a checkpoint of the log that is asked about",
            ErrorKind::TlogProof => "give a file that begins with `c2sp.org/tlog-proof@v1`",
            ErrorKind::WitnessRequest => {
                "send `old SIZE`, the hashes of the proof, an empty line and the checkpoint"
            }
        }
    }
}

impl LedgerError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> LedgerError {
        LedgerError { kind, message: message.into() }
    }

    /// The error's code, `L01xx`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.kind.help()
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message)
    }
}

impl std::error::Error for LedgerError {}
