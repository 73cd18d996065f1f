//! `lictor receipt`: is a receipt genuine?

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::history::KeyHistory;
use lictor_evidence::keys::{Root, VerifyingKey};
use lictor_evidence::receipt::{Elsewhere, Report, verify};
use lictor_ledger::Checkpoint;
use serde_json::json;

use super::audit::verifier_key;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, keys, output};

/// Verifies receipts.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Verify(Verify),
}

/// Says of a receipt whether it is genuine, with nothing but the history of its issuer's keys; nobody is asked.
///
/// What was checked, and what could not be, is told line by line.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor receipt verify r-1.json --keys history.json --root root.pub
  lictor receipt verify r-1.json --keys history.json --root root.pub --anchor anchor      a checkpoint that was kept elsewhere

Exit status:
  0  it is genuine    1  it is not to be relied on, or could not be read")]
struct Verify {
    /// The receipt.
    file: PathBuf,
    /// The history of its issuer's keys.
    #[arg(long, value_name = "HISTORY")]
    keys: PathBuf,
    /// The public key of the root that signs the history. Without it the history is taken on the word of whoever gave it.
    #[arg(long, value_name = "KEY")]
    root: Option<PathBuf>,
    /// A checkpoint that was kept elsewhere.
    #[arg(long = "anchor", value_name = "FILE")]
    anchors: Vec<PathBuf>,
    /// The key of a witness, `NAME+ID+KEY`, or a file that holds it. Each must have cosigned the checkpoint of the receipt's proof.
    #[arg(long = "witness-key", value_name = "KEY")]
    witnesses: Vec<String>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let What::Verify(verify) = &self.what;
        verify.run(format)
    }
}

impl Verify {
    fn run(&self, format: Format) -> Result<Exit, Failure> {
        let receipt = files::read(&self.file, "the receipt")?;
        let history = self.history()?;
        let witnesses =
            self.witnesses.iter().map(|text| verifier_key(text)).collect::<Result<Vec<_>, _>>()?;
        let anchors = self.anchors.iter().map(|path| checkpoint(path)).collect::<Result<Vec<_>, _>>()?;
        let elsewhere = Elsewhere { anchors: &anchors, witnesses: &witnesses, quorum: witnesses.len() };
        let report = verify(&receipt, &history, &elsewhere);
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &self.told(&report))?,
            Format::Human => {
                if self.root.is_none() {
                    writeln!(out, "{:<6}  {:<10}  {UNROOTED}", "-", "history")?;
                }
                write!(out, "{report}")?;
            }
        }
        out.flush()?;
        Ok(if report.is_genuine() { Exit::Success } else { Exit::Failure })
    }

    fn history(&self) -> Result<KeyHistory, Failure> {
        let bytes = files::read(&self.keys, "the history of keys")?;
        let opened = match &self.root {
            Some(path) => KeyHistory::open(&bytes, &VerifyingKey::<Root>::new(keys::one_public(path)?)),
            None => KeyHistory::unverified(&bytes),
        };
        let refused = |error: EvidenceError| {
            let message = format!("{}: {}: {}", self.keys.display(), error.code(), error.message);
            Notice::error("C0228", message).help(error.help())
        };
        Ok(opened.map_err(refused)?)
    }

    fn told(&self, report: &Report) -> serde_json::Value {
        let lines = report.lines.iter().map(
            |line| json!({ "check": line.check.name(), "outcome": line.outcome.name(), "text": line.text }),
        );
        json!({
            "genuine": report.is_genuine(), "history_verified": self.root.is_some(),
            "lines": lines.collect::<Vec<_>>(), "receipt": report.receipt,
        })
    }
}

/// What is told where nobody vouches for the history.
const UNROOTED: &str = "nobody vouches for it: give the root key with `--root`, and it is verified";

fn checkpoint(path: &Path) -> Result<Checkpoint, Failure> {
    let bytes = files::read(path, "the checkpoint")?;
    let refused = |error: lictor_ledger::LedgerError| {
        Notice::error(error.code(), format!("{}: {}", path.display(), error.message)).help(error.help())
    };
    Ok(Checkpoint::kept(&bytes).map_err(refused)?)
}
