//! What an audit relies on: checkpoints that were kept elsewhere, and keys by which one from beside the log is believed.

use std::path::{Path, PathBuf};

use lictor_evidence::json::Json;
use lictor_ledger::audit::{Anchor, Kept};
use lictor_ledger::note::{Note, VerifierKey};
use lictor_ledger::{Checkpoint, Hash, LedgerError, TlogProof, Trust, note, proof};

use crate::failure::Failure;
use crate::files;
use crate::render::Notice;

/// What an audit relies on.
#[derive(clap::Args, Debug)]
pub struct Relied {
    /// A checkpoint that was kept where the gateway cannot write.
    #[arg(long = "anchor", value_name = "FILE")]
    anchors: Vec<PathBuf>,
    /// A receipt that somebody was given: its proof has a checkpoint.
    #[arg(long = "receipt", value_name = "FILE")]
    receipts: Vec<PathBuf>,
    /// A key with which the log signs its checkpoints, `NAME+ID+KEY`, or a file that holds it. With one, every checkpoint must be signed with one of them.
    #[arg(long = "log-key", value_name = "KEY")]
    log_keys: Vec<String>,
    /// The key of a witness, `NAME+ID+KEY`, or a file that holds it. A checkpoint that one of them cosigned counts as kept elsewhere.
    #[arg(long = "witness-key", value_name = "KEY")]
    witness_keys: Vec<String>,
}

/// The same, read.
pub struct Trusted {
    log: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    /// Checkpoints that were kept elsewhere.
    pub anchors: Vec<Anchor>,
}

impl Relied {
    /// Reads all that is relied on, for the log of this name.
    pub fn read(&self, origin: Option<&str>) -> Result<Trusted, Failure> {
        let keys =
            |texts: &[String]| texts.iter().map(|text| verifier_key(text)).collect::<Result<Vec<_>, _>>();
        let (log, witnesses) = (keys(&self.log_keys)?, keys(&self.witness_keys)?);
        let mut trusted = Trusted { log, witnesses, anchors: Vec::new() };
        for path in &self.anchors {
            let bytes = files::read(path, "the checkpoint")?;
            let checkpoint = trusted.checkpoint(&bytes, origin).map_err(|error| refused(path, &error))?;
            trusted.anchors.push(elsewhere(path, &checkpoint));
        }
        for path in &self.receipts {
            let checkpoint = trusted.of_receipt(path, origin)?;
            trusted.anchors.push(elsewhere(path, &checkpoint));
        }
        Ok(trusted)
    }
}

fn elsewhere(path: &Path, checkpoint: &Checkpoint) -> Anchor {
    Anchor { name: path.display().to_string(), head: checkpoint.head, kept: Kept::Elsewhere }
}

impl Trusted {
    /// A checkpoint that lies beside the log. It counts as kept elsewhere where a witness that is known has cosigned it.
    pub fn beside(&self, path: &Path, origin: Option<&str>) -> Result<Anchor, Failure> {
        let bytes = files::read(path, "the checkpoint")?;
        let checkpoint = self.checkpoint(&bytes, origin).map_err(|error| refused(path, &error))?;
        // Three lines alone are signed by nobody.
        let cosigned = Note::parse(&bytes).map_or(Ok(None), |note| {
            Ok(note::check(&note, &self.witnesses)?.first().map(|signed| signed.key.name().to_string()))
        });
        let anchor = elsewhere(path, &checkpoint);
        Ok(match cosigned.map_err(|error: LedgerError| refused(path, &error))? {
            Some(witness) => Anchor { name: format!("the witness {witness}"), ..anchor },
            None => Anchor { kept: Kept::Here, ..anchor },
        })
    }

    /// Reads a checkpoint: a note that is signed, or its three lines alone where no key is asked for.
    fn checkpoint(&self, bytes: &[u8], origin: Option<&str>) -> Result<Checkpoint, LedgerError> {
        let bare = std::str::from_utf8(bytes).ok().and_then(|text| Checkpoint::parse(text).ok());
        let checkpoint = match bare.filter(|_| self.log.is_empty()) {
            Some(bare) => bare,
            None => self.signed(&Note::parse(bytes)?)?,
        };
        of_log(&checkpoint, origin)?;
        Ok(checkpoint)
    }

    fn signed(&self, note: &Note) -> Result<Checkpoint, LedgerError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        if self.log.is_empty() {
            return Ok(checkpoint);
        }
        let origin = checkpoint.origin().to_owned();
        Ok(Trust::of(&origin, &self.log).open(note)?.checkpoint)
    }

    /// The checkpoint of a receipt, whose proof leads from the entry of its record.
    fn of_receipt(&self, path: &Path, origin: Option<&str>) -> Result<Checkpoint, Failure> {
        let bytes = files::read(path, "the receipt")?;
        let json = Json::parse(&bytes).map_err(|error| no_proof(path, &error.0))?;
        let inclusion = json.member("inclusion");
        let part = |name: &str| inclusion.and_then(|inclusion| inclusion.member(name)).and_then(Json::text);
        let (Some(entry), Some(text)) = (part("entry"), part("proof")) else {
            return Err(no_proof(path, "it has no proof that the log has its record"));
        };
        let checkpoint = TlogProof::parse(text.as_bytes()).and_then(|read| {
            let checkpoint = self.signed(&read.checkpoint)?;
            proof::verify_inclusion(read.index, Hash::leaf(entry.as_bytes()), checkpoint.head, &read.hashes)?;
            of_log(&checkpoint, origin)?;
            Ok(checkpoint)
        });
        checkpoint.map_err(|error| refused(path, &error))
    }
}

fn of_log(checkpoint: &Checkpoint, origin: Option<&str>) -> Result<(), LedgerError> {
    match origin.filter(|origin| *origin != checkpoint.origin()) {
        None => Ok(()),
        Some(origin) => {
            let message =
                format!("the checkpoint is of {:?}, and the log is {origin:?}", checkpoint.origin());
            Err(LedgerError { kind: lictor_ledger::ErrorKind::Origin, message })
        }
    }
}

fn refused(path: &Path, error: &LedgerError) -> Failure {
    Notice::error(error.code(), format!("{}: {}", path.display(), error.message)).help(error.help()).into()
}

fn no_proof(path: &Path, why: &str) -> Failure {
    Notice::error("C0223", format!("{} fixes nothing in the log: {why}", path.display()))
        .help("fetch the receipt again; it has a proof once a checkpoint covers its record")
        .into()
}

/// A verifier key as C2SP writes them, or the first line of a file that holds one.
pub fn verifier_key(text: &str) -> Result<VerifierKey, Failure> {
    let path = Path::new(text);
    let read = if path.is_file() {
        String::from_utf8_lossy(&files::read(path, "the key")?)
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    } else {
        text.to_owned()
    };
    VerifierKey::parse(&read).map_err(|error| refused(path, &error))
}
