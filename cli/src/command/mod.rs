//! The subcommands: one file each, in the order in which a policy meets them.

pub mod new;
pub mod check;
pub mod fmt;
pub mod test;
pub mod decide;
pub mod build;
pub mod delta;
pub mod apply;
pub mod keygen;
pub mod keys;
pub mod verify;
pub mod inspect;
pub mod diff;
pub mod explain;
pub mod docs;
pub mod lsp;
pub mod hook;
pub mod serve;
pub mod quickstart;
pub mod backup;
pub mod restore;
pub mod acknowledge;
pub mod audit;
pub mod receipt;
pub mod witness;
pub mod mcp;

use crate::args::{Args, Choice, Command};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;

/// Runs the subcommand.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    if args.format == Choice::Sarif && !matches!(args.command, Command::Check(_)) {
        return Err(Notice::error("C0118", "only `lictor check` writes SARIF")
            .help("use `--format json` here")
            .into());
    }
    if matches!(args.format, Choice::Lcov | Choice::Junit) && !matches!(args.command, Command::Test(_)) {
        return Err(Notice::error("C0122", "only `lictor test` writes LCOV and JUnit")
            .help("use `--format json` here")
            .into());
    }
    let format = args.format.plain();
    match &args.command {
        Command::New(command) => command.run(format),
        Command::Check(command) => command.run(args.format),
        Command::Fmt(command) => command.run(format),
        Command::Test(command) => command.run(args.format),
        Command::Decide(command) => command.run(format),
        Command::Build(command) => command.run(format),
        Command::Delta(command) => command.run(format),
        Command::Apply(command) => command.run(format),
        Command::Keygen(command) => command.run(format),
        Command::Keys(command) => command.run(format),
        Command::Verify(command) => command.run(format),
        Command::Inspect(command) => command.run(format),
        Command::Diff(command) => command.run(format),
        Command::Explain(command) => command.run(format),
        Command::Docs(command) => command.run(format),
        Command::Lsp(command) => command.run(format),
        Command::Hook(command) => command.run(format),
        Command::Serve(command) => command.run(format),
        Command::Quickstart(command) => command.run(format),
        Command::Backup(command) => command.run(format),
        Command::Restore(command) => command.run(format),
        Command::Acknowledge(command) => command.run(format),
        Command::Audit(command) => command.run(format),
        Command::Receipt(command) => command.run(format),
        Command::Witness(command) => command.run(format),
        Command::Mcp(command) => command.run(format),
    }
}
