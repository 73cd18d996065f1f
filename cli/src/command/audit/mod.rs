//! `lictor audit`: what a gateway wrote down, verified, exported and decided again.

mod source;
mod trust;
mod verify;
mod export;
mod replay;
mod anchor;
mod erase;

use clap::Subcommand;

pub use self::trust::verifier_key;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;

/// Verifies, exports and decides again what a gateway wrote down.
///
/// A log is the data directory of a gateway, the file of its store, or a directory that `lictor audit export` wrote.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor audit anchor data --out /mnt/elsewhere/anchor           keep a checkpoint where the gateway cannot write
  lictor audit verify data --anchor /mnt/elsewhere/anchor        find what was changed since
  lictor audit export data --to export                           all of it, for others to verify
  lictor audit export data --as csv --since 2026-03-01           some of it, for a spreadsheet
  lictor audit replay data                                       decide everything again

Exit status:
  0  nothing is wrong, as far as it can be known
  1  something is wrong, or could not be read
  2  the command line is wrong")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Verify(verify::Args),
    Export(export::Args),
    Replay(replay::Args),
    Anchor(anchor::Args),
    Erase(erase::Args),
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        match &self.what {
            What::Verify(args) => args.run(format),
            What::Export(args) => args.run(format),
            What::Replay(args) => args.run(format),
            What::Anchor(args) => args.run(format),
            What::Erase(args) => args.run(format),
        }
    }
}
