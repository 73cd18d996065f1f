//! `lictor verify`: is a bundle whole, and signed by whom we trust?

use std::io::Write;
use std::path::PathBuf;

use lictor_bundle::container::{self, Trust};
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, keys, output, policy};

/// Verifies a bundle: its signature, its contents, every instruction in it. Nothing of it runs.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor verify acme.bundle --key acme.pub
  lictor verify acme.bundle --key old.pub --key new.pub     signed with one of them")]
pub struct Args {
    /// The bundle, as `lictor build` wrote it.
    file: PathBuf,
    /// A public key that is trusted; one of several is enough.
    #[arg(long = "key", value_name = "PUB", required = true)]
    keys: Vec<PathBuf>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let keys = keys::public(&self.keys)?;
        let bytes = files::read(&self.file, "the bundle")?;
        let sealed = container::open(&bytes, Trust::Keys(&keys))
            .map_err(|error| policy::refused(&self.file, &error))?;
        let trusted = sealed.signatures.iter().filter(|signature| signature.trusted);
        let signers = trusted.map(|signature| signature.key_id.to_string()).collect::<Vec<_>>();
        let mut out = output::stdout();
        match format {
            Format::Json => {
                let name = &sealed.bundle.manifest.name;
                let value = json!({ "ok": true, "name": name, "bundle": sealed.id.to_string(), "signed_by": signers });
                output::json(&mut out, &value)?;
            }
            Format::Human => {
                writeln!(out, "{} is whole, and signed by a key you trust", self.file.display())?;
                writeln!(out, "  policy     {}", sealed.bundle.manifest.name)?;
                writeln!(out, "  bundle     {}", sealed.id)?;
                for signer in signers {
                    writeln!(out, "  signed by  {signer}")?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
