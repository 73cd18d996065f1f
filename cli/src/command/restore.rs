//! `lictor restore`: a backup becomes a data directory again.

use std::io::Write;
use std::path::PathBuf;

use lictor_gateway::backup;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{host, output};

/// Puts a backup back as a new data directory, and raises the generation of its store: tokens and requests for approval that were open are void, and whatever rests on a
/// count is refused until `lictor acknowledge`.
///
/// Private keys are in no backup. The gateway makes new ones when it starts, and the root signs for them: `lictor keys history`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor restore /mnt/elsewhere/2026-03-01 --data new
  lictor serve policy --data new
  lictor acknowledge --by olga --data new

Exit status:
  0  it is restored    1  it could not be")]
pub struct Args {
    /// What `lictor backup` wrote.
    from: PathBuf,
    /// The data directory to make. It must not be there yet.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let generation = backup::restore(&self.from, &self.data).map_err(host::told)?;
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &json!({ "generation": generation }))?,
            Format::Human => {
                writeln!(
                    out,
                    "{} is restored, and its store is of generation {generation}",
                    self.data.display()
                )?;
                writeln!(
                    out,
                    "what was open is void; `lictor acknowledge` lets what is counted be relied upon"
                )?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
