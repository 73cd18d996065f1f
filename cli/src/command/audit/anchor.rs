//! `lictor audit anchor`: a checkpoint to keep elsewhere.

use std::io::Write;
use std::path::PathBuf;

use lictor_journal::audit::Audit;
use lictor_ledger::note::KeyName;
use lictor_ledger::{Checkpoint, CheckpointSigner, LedgerError};
use serde_json::json;

use super::source::Source;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, keys, output};

/// Verifies a log by itself and writes what it comes to: a checkpoint, to be kept where whoever can write to the log cannot write.
///
/// Whatever is changed in the log afterwards, up to there, `lictor audit verify --anchor` finds. It is signed where a key is given, as the gateway's own checkpoints are.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor audit anchor data --out /mnt/elsewhere/anchor-2026-03-01
  lictor audit anchor data --sign data/default.checkpoint.pem --out anchor

Exit status:
  0  it was written    1  the log is not whole, or could not be read")]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// The file to write; the standard output otherwise. It must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The private key with which the log signs its checkpoints.
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// What the log is called, where it has no name yet.
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut log = self.source.open()?;
        let mut audit = Audit::new(log.tenant(), vec![log.anchor()]);
        log.verify(self.source.path(), &mut audit)?;
        let findings = audit.finish();
        if !findings.is_clean() {
            return Err(not_whole(&findings.codes()));
        }
        let origin = log.origin().or(self.origin.as_deref()).unwrap_or(log.tenant());
        let text = self
            .text(origin, &findings.log)
            .map_err(|error| Notice::error(error.code(), error.message.clone()).help(error.help()))?;
        match &self.out {
            None => {
                let mut out = output::stdout();
                out.write_all(text.as_bytes())?;
                out.flush()?;
            }
            Some(path) => {
                files::create(path, text.as_bytes(), false)?;
                let mut out = output::stdout();
                let size = findings.log.head.size;
                match format {
                    Format::Json => output::json(&mut out, &json!({ "origin": origin, "size": size }))?,
                    Format::Human => writeln!(
                        out,
                        "a checkpoint of {size} record{} of {origin} is in {}: keep it where the gateway cannot write",
                        if size == 1 { "" } else { "s" },
                        path.display()
                    )?,
                }
                out.flush()?;
            }
        }
        Ok(Exit::Success)
    }

    fn text(&self, origin: &str, log: &lictor_ledger::audit::Report) -> Result<String, LedgerError> {
        let checkpoint = Checkpoint::new(origin, log.head)?;
        let Some(key) = &self.sign else { return Ok(checkpoint.to_string()) };
        let key = keys::private(key).map_err(|_| LedgerError {
            kind: lictor_ledger::ErrorKind::VerifierKey,
            message: format!("{} is not a private key", key.display()),
        })?;
        Ok(CheckpointSigner::new(KeyName::new(origin)?, key).sign(&checkpoint)?.to_string())
    }
}

/// That a log is not whole, and so nothing is made of it.
pub fn not_whole(codes: &[&str]) -> Failure {
    let mut codes: Vec<&str> = codes.to_vec();
    codes.dedup();
    Notice::error("C0224", format!("the log is not whole ({})", codes.join(", ")))
        .help("`lictor audit verify` says what is wrong with it")
        .into()
}
