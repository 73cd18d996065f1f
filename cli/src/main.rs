//! The `lictor` command: reads files, calls the compiler and the runtime, and shows people what came of it.
//!
//! Every subcommand is one file under `command`; all that is shown to people is worded under `render`.

mod args;
mod clock;
mod command;
mod exit;
mod failure;
mod files;
mod host;
mod keys;
mod moment;
mod output;
mod pages;
mod policy;
mod admission;
mod compare;
mod project;
mod render;
mod requests;
mod suite;
mod coverage;
mod review;
mod mutate;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match command::run(&args) {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(args.format.plain()).into(),
    }
}
