//! `lictor check`: are there errors in a policy?

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::args::Choice;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Paint};
use crate::{output, policy, project};

/// Reads a policy and reports every mistake in it, each with its place and what to do.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor check policy                  every .lictor file below policy/
  lictor check policy/base.lictor      one file by itself
  lictor check policy --format json    the same, for an editor or a pipeline
  lictor check policy --format sarif   the same, for a code host")]
pub struct Args {
    /// A directory of policies, a folder of several projects, or one policy file.
    path: PathBuf,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Choice) -> Result<Exit, Failure> {
        project::each(&self.path, format == Choice::Human, |path| check(path, format))
    }
}

fn check(path: &Path, format: Choice) -> Result<Exit, Failure> {
    let compilation = policy::compile(path)?;
    let mut out = output::stdout();
    let all = compilation.diagnostics();
    match format {
        Choice::Sarif => output::json(&mut out, &render::sarif(all, &compilation.sources))?,
        Choice::Json | Choice::Lcov | Choice::Junit => {
            output::json(&mut out, &render::diagnostics_json(all, &compilation.sources))?
        }
        Choice::Human => output::to_stderr(&render::diagnostics(all, &compilation.sources, Paint::stderr())),
    }
    let Some(policy) = compilation.into_policy() else {
        out.flush()?;
        return Ok(Exit::Failure);
    };
    if format == Choice::Human {
        writeln!(out, "{}", render::sound(&policy.bundle, policy.tests.len(), Paint::stdout()))?;
    }
    out.flush()?;
    Ok(Exit::Success)
}
