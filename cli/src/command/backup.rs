//! `lictor backup`: what it takes to go on elsewhere, without a private key.

use std::io::Write;
use std::path::PathBuf;

use lictor_gateway::backup;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{host, output};

/// Copies the data directory of a gateway, which may be running: its store as it is at this moment, the API keys (of which it has digests only), the editions and every
/// bundle that was in force. Private keys are not copied.
///
/// A store of PostgreSQL is not copied: it has tools of its own for that.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor backup /mnt/elsewhere/2026-03-01 --data data
  lictor restore /mnt/elsewhere/2026-03-01 --data new

Exit status:
  0  it is copied    1  it could not be")]
pub struct Args {
    /// The directory to write. It must not be there yet.
    to: PathBuf,
    /// The data directory of the gateway.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let files = backup::save(&self.data, &self.to).map_err(host::told)?;
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &json!({ "files": files }))?,
            Format::Human => writeln!(out, "{files} files are in {}, and no private key", self.to.display())?,
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
