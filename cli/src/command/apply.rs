//! `lictor apply`: what comes of a bundle with changes.

use std::io::Write;
use std::path::PathBuf;

use lictor_bundle::container;
use serde_json::json;

use crate::admission::Admission;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, keys, output, policy, render};

/// Applies changes to a bundle, as a host does: each is verified, and refused unless it is of the bundle that came of the ones before.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor apply acme.bundle u-4711.delta --trusted keys.json
  lictor apply acme.bundle a.delta b.delta --trusted keys.json -o acme-14.bundle --sign acme.key")]
pub struct Args {
    /// The bundle, as `lictor build` wrote it.
    bundle: PathBuf,
    /// The changes, as `lictor delta` wrote them, in the order in which they were made.
    #[arg(required = true)]
    changes: Vec<PathBuf>,
    #[command(flatten)]
    admission: Admission,
    /// Writes the whole bundle that comes of them to this file.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The private key to sign that bundle with; several sign together.
    #[arg(long = "sign", value_name = "KEYFILE", requires = "output")]
    signers: Vec<PathBuf>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let keys = self.signers.iter().map(|path| keys::private(path)).collect::<Result<Vec<_>, _>>()?;
        let mut engine = self.admission.load(&self.bundle)?;
        for change in &self.changes {
            engine = self.admission.apply(&engine, change)?;
        }
        if let Some(output) = &self.output {
            let file = container::seal(&engine.to_bundle(), &keys)
                .map_err(|error| policy::refused(output, &error))?;
            files::replace(output, &file)?;
        }
        let (name, release) = (&engine.bundle().manifest.name, engine.release());
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(
                &mut out,
                &json!({
                    "name": name, "bundle": engine.id().to_string(), "sequence": release.sequence,
                    "expires": render::expires(release), "changes": self.changes.len(),
                }),
            )?,
            Format::Human => {
                writeln!(out, "{name} with {} of its changes", self.changes.len())?;
                writeln!(out, "  bundle     {}", engine.id())?;
                writeln!(out, "  edition    {}", render::edition(release))?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
