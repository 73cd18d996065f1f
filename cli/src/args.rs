//! The command line.

use clap::{Parser, Subcommand, ValueEnum};

use crate::command;

/// Compiles policies for AI agents and decides their requests.
///
/// A policy is a directory of `.lictor` files. `lictor new DIR` writes one to start from.
#[derive(Parser, Debug)]
#[command(name = "lictor", version, arg_required_else_help = true, max_term_width = 100, after_help = AFTER)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to write the output: for people or for programs.
    #[arg(long, value_enum, global = true, default_value_t = Choice::Human)]
    pub format: Choice,
}

const AFTER: &str = "\
Examples:
  lictor new shop                                       write a small policy to start from
  lictor test shop                                      run the tests it carries
  lictor decide shop --requests shop/requests.ndjson    decide a file of requests

Exit status:
  0  done; one decided request: allowed     3  one decided request: a person must approve
  1  the policy or the input has errors     4  one decided request: refused
  2  the command line is wrong";

/// How output is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people.
    Human,
    /// For programs: JSON.
    Json,
}

/// What `--format` takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Choice {
    /// For people.
    Human,
    /// For programs: JSON.
    Json,
    /// For code hosts: SARIF 2.1.0, of `lictor check` only.
    Sarif,
    /// For tools that draw coverage: LCOV, of `lictor test` only.
    Lcov,
    /// For pipelines that show tests: JUnit, of `lictor test` only.
    Junit,
}

impl Choice {
    /// How everything is written that is not about places in sources.
    pub fn plain(self) -> Format {
        match self {
            Choice::Human => Format::Human,
            Choice::Json | Choice::Sarif | Choice::Lcov | Choice::Junit => Format::Json,
        }
    }
}

/// The subcommands, in the order in which a policy meets them.
#[derive(Subcommand, Debug)]
pub enum Command {
    New(command::new::Args),
    Check(command::check::Args),
    Fmt(command::fmt::Args),
    Test(command::test::Args),
    Decide(command::decide::Args),
    Build(command::build::Args),
    Delta(command::delta::Args),
    Apply(command::apply::Args),
    Keygen(command::keygen::Args),
    Keys(command::keys::Args),
    Verify(command::verify::Args),
    Inspect(command::inspect::Args),
    Diff(command::diff::Args),
    Explain(command::explain::Args),
    Docs(command::docs::Args),
    Lsp(command::lsp::Args),
    Hook(command::hook::Args),
    Serve(command::serve::Args),
    Quickstart(command::quickstart::Args),
    Backup(command::backup::Args),
    Restore(command::restore::Args),
    Acknowledge(command::acknowledge::Args),
    Audit(command::audit::Args),
    Receipt(command::receipt::Args),
    Witness(command::witness::Args),
    Mcp(command::mcp::Args),
}
