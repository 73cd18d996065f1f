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

/// Requests are answered from many small pieces of memory, which this hands out faster than the system does.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A host gets an answer whatever happens, and so before anything else can end this.
    if let Some(exit) = command::hook::answer::early() {
        return exit;
    }
    let args = args::Args::parse();
    match command::run(&args) {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(args.format.plain()).into(),
    }
}
