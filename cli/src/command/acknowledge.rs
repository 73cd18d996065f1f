//! `lictor acknowledge`: somebody has looked at what became of the store.

use std::io::Write;

use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::host::{self, At};
use crate::output;

/// Notes that somebody has looked at what a restored store means: what it counts is relied upon again.
///
/// A store that was restored may have forgotten what was spent since the backup. Until this is said, whatever rests on a count is refused.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor acknowledge --by olga --data data

Exit status:
  0  it is noted, or there was nothing to note    1  the store could not be written")]
pub struct Args {
    /// Who has looked at it. It stands in the log.
    #[arg(long, value_name = "NAME")]
    by: String,
    #[command(flatten)]
    at: At,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let generation = self.at.open()?.acknowledge(&self.by).map_err(host::told)?;
        let mut out = output::stdout();
        match (format, generation) {
            (Format::Json, _) => output::json(&mut out, &json!({ "acknowledged": generation }))?,
            (Format::Human, Some(generation)) => {
                writeln!(
                    out,
                    "generation {generation} is acknowledged: what the store counts is relied upon"
                )?;
            }
            (Format::Human, None) => writeln!(out, "there is nothing to acknowledge")?,
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
