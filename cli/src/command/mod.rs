//! The subcommands: one file each, in the order in which a policy meets them.

pub mod new;
pub mod check;
pub mod test;
pub mod decide;
pub mod build;
pub mod keygen;
pub mod verify;
pub mod inspect;

use crate::args::{Args, Command};
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs the subcommand.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    match &args.command {
        Command::New(command) => command.run(args.format),
        Command::Check(command) => command.run(args.format),
        Command::Test(command) => command.run(args.format),
        Command::Decide(command) => command.run(args.format),
        Command::Build(command) => command.run(args.format),
        Command::Keygen(command) => command.run(args.format),
        Command::Verify(command) => command.run(args.format),
        Command::Inspect(command) => command.run(args.format),
    }
}
