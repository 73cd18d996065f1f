//! `lictor hook test`: runs what a host would run, and looks whether it is stopped where it must be.

use std::io::Write;

use serde::Serialize;

use super::Place;
use super::trial::{Proof, prove};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::Notice;

/// Tries the hook of a host as its configuration has it: that it answers, and that it refuses what must be refused.
///
/// This runs the command line of the configuration, with the shell that the host runs it with, and does not start the host: whether the host runs its
/// hooks at all, in this project and with this user, is seen by asking it for something that the policy refuses. The calls are in
/// the host's form; one is tried without the program, and one without a PATH. What hosts make of the answers stands in docs/hooks.md.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

/// What programs are told.
#[derive(Serialize)]
struct Tested<'a> {
    host: &'static str,
    #[serde(flatten)]
    proof: &'a Proof,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut out = output::stdout();
        let proof = prove(self.place.host, &self.place.file()?, &[])?;
        match format {
            Format::Human => tell(&mut out, self.place.host.title(), &proof)?,
            Format::Json => output::json(&mut out, &Tested { host: self.place.host.name(), proof: &proof })?,
        }
        out.flush()?;
        exit(&proof)
    }
}

/// The exit status of what was tried.
pub fn exit(proof: &Proof) -> Result<Exit, Failure> {
    match proof.held {
        true => Ok(Exit::Success),
        false => Err(Notice::error("C0142", "the hook does not hold: see the lines marked with ✗")
            .help("run `lictor hook install` for this host again, or see docs/hooks.md")
            .into()),
    }
}

/// Tells people what came of the trials.
pub fn tell(out: &mut output::Out, host: &str, proof: &Proof) -> Result<(), Failure> {
    for trial in &proof.trials {
        match trial.held {
            true => writeln!(out, "✓ {}", trial.what)?,
            false => writeln!(out, "✗ {}{}", trial.what, trial.shown())?,
        }
    }
    if proof.line.is_none() {
        return Ok(());
    }
    if proof.reachable.is_empty() {
        writeln!(out, "✓ an agent that runs as this user can change nothing of it")?;
    } else {
        writeln!(out, "! an agent that runs as this user can change:")?;
        for path in &proof.reachable {
            writeln!(out, "    {path}")?;
        }
        writeln!(
            out,
            "  so this keeps it from mistakes, and not from taking the hook away: docs/hooks.md says where they are safe"
        )?;
    }
    writeln!(
        out,
        "! the line of the configuration was run, and {host} was not: ask it once for what the policy refuses"
    )?;
    Ok(())
}
