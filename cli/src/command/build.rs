//! `lictor build`: a policy as one file to ship.

use std::io::Write;
use std::path::PathBuf;

use lictor_bundle::container;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Colour, Notice, Paint};
use crate::{files, keys, output, policy, suite};

/// Compiles a policy into a bundle: one file, signed, that `lictor decide` and the runtime load.
///
/// The same sources and keys give the same bytes, on every machine. The policy's tests are run, and the bundle records how
/// they went.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor build policy -o acme.bundle --key acme.key
  lictor build policy -o acme.bundle                   not signed: for trying out")]
pub struct Args {
    /// A directory of policies, or one policy file.
    path: PathBuf,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The private key to sign with, as `lictor keygen` made it; several sign together.
    #[arg(long = "key", value_name = "KEYFILE")]
    keys: Vec<PathBuf>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        // Read before anything is compiled, so that a wrong path is told at once.
        let keys = self.keys.iter().map(|path| keys::private(path)).collect::<Result<Vec<_>, _>>()?;
        let tested = suite::test(policy::load(&self.path, format)?)?;
        if tested.failed() > 0 {
            if format == Format::Human {
                output::to_stderr(&render::tests(&tested, false, Paint::stderr()));
            }
            let message = format!("{} of the policy's tests fail, and the bundle says so", tested.failed());
            let help = "make them pass, or change what they expect, before you ship it";
            render::tell(&Notice::warning("W0601", message).help(help), format);
        }
        let file = container::seal(tested.engine.bundle(), &keys)
            .map_err(|error| policy::refused(&self.output, &error))?;
        files::replace(&self.output, &file)?;

        let signers = keys.iter().map(|key| key.verifying_key().id().to_string()).collect::<Vec<_>>();
        let manifest = &tested.engine.bundle().manifest;
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(
                &mut out,
                &json!({
                    "file": self.output.display().to_string(), "bytes": file.len(), "name": manifest.name,
                    "bundle": tested.engine.id().to_string(), "signed_by": signers,
                    "tests": { "run": manifest.tests.run, "passed": manifest.tests.passed },
                }),
            )?,
            Format::Human => {
                let paint = Paint::stdout();
                writeln!(
                    out,
                    "{}  {} bytes",
                    paint.paint(Colour::Bold, &self.output.display().to_string()),
                    file.len()
                )?;
                writeln!(out, "  policy     {}", manifest.name)?;
                writeln!(out, "  bundle     {}", tested.engine.id())?;
                writeln!(out, "  tests      {} of {} passed", manifest.tests.passed, manifest.tests.run)?;
                for signer in &signers {
                    writeln!(out, "  signed by  {signer}")?;
                }
                if signers.is_empty() {
                    let nobody = paint.paint(Colour::Yellow, "nobody");
                    writeln!(
                        out,
                        "  signed by  {nobody}; whoever loads it cannot tell who wrote it (sign with `--key`)"
                    )?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
