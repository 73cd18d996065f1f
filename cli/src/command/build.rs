//! `lictor build`: a policy as one file to ship.

use std::io::Write;
use std::path::PathBuf;

use lictor_bundle::container;
use lictor_bundle::program::{Mode, Release};
use lictor_bundle::release::MAX_SEQUENCE;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Colour, Notice, Paint};
use crate::{files, keys, moment, output, policy, suite};

/// Compiles a policy into a bundle: one file, signed, that `lictor decide` and the runtime load.
///
/// The same sources, keys and options give the same bytes, on every machine and at every time. The policy's tests are run, and the bundle records how
/// they went.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor build policy -o acme.bundle --key acme.key
  lictor build policy -o acme.bundle --key acme.key --sequence 12 --expires 2027-03-31
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
    /// Which edition it is: a number higher than that of every one before it, so that hosts can refuse old ones. 0 says that
    /// editions are not numbered.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
    sequence: u64,
    /// The last moment at which it may be loaded: a day, which ends at midnight UTC, or 2027-03-31T18:00:00Z. It does not expire
    /// otherwise.
    #[arg(long, value_name = "TIME", value_parser = moment::end)]
    expires: Option<i64>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        // Read before anything is compiled, so that a wrong path is told at once.
        let keys = self.keys.iter().map(|path| keys::private(path)).collect::<Result<Vec<_>, _>>()?;
        let mut policy = policy::load(&self.path, format)?;
        policy.bundle.manifest.release = Release { sequence: self.sequence, expires: self.expires };
        let tested = suite::test(policy)?;
        if tested.failed() > 0 {
            if format == Format::Human {
                output::to_stderr(&render::tests(&tested, false, Paint::stderr()));
            }
            let message = format!("{} of the policy's tests fail, and the bundle says so", tested.failed());
            let help = "make them pass, or change what they expect, before you ship it";
            render::tell(&Notice::warning("W0601", message).help(help), format);
        }
        let file = container::seal(&tested.engine.to_bundle(), &keys)
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
                    "bundle": tested.engine.id().to_string(), "sequence": manifest.release.sequence,
                    "expires": render::expires(manifest.release), "mode": render::mode(tested.engine.mode()),
                    "signed_by": signers,
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
                writeln!(out, "  edition    {}", render::edition(manifest.release))?;
                if tested.engine.mode() == Mode::Observed {
                    let observed = paint.paint(Colour::Yellow, render::ONLY_OBSERVED);
                    writeln!(out, "  mode       {observed}")?;
                }
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
