//! `lictor verify`: is a bundle whole, and signed by whom we trust?

use std::io::Write;
use std::path::PathBuf;

use clap::ArgGroup;
use lictor_bundle::program::Mode;
use serde_json::json;

use crate::admission::Admission;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render;

/// Verifies a bundle: its signature, its contents, every instruction in it. Nothing of it runs.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor verify acme.bundle --key acme.pub
  lictor verify acme.bundle --key old.pub --key new.pub              signed with one of them
  lictor verify acme.bundle --trusted keys.json --min-sequence 12    and no older than what runs now")]
#[command(group(ArgGroup::new("signer").args(["keys", "trusted"]).required(true).multiple(true)))]
pub struct Args {
    /// The bundle, as `lictor build` wrote it.
    file: PathBuf,
    #[command(flatten)]
    admission: Admission,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let sealed = self.admission.open(&self.file)?;
        let trusted = sealed.signatures.iter().filter(|signature| signature.trusted);
        let signers = trusted.map(|signature| signature.key_id.to_string()).collect::<Vec<_>>();
        let mut out = output::stdout();
        match format {
            Format::Json => {
                let manifest = &sealed.bundle.manifest;
                let value = json!({
                    "ok": true, "name": manifest.name, "bundle": sealed.id.to_string(), "sequence": manifest.release.sequence,
                    "expires": render::expires(manifest.release), "mode": render::mode(sealed.bundle.mode()), "signed_by": signers,
                });
                output::json(&mut out, &value)?;
            }
            Format::Human => {
                writeln!(out, "{} is whole, and signed by a key you trust", self.file.display())?;
                writeln!(out, "  policy     {}", sealed.bundle.manifest.name)?;
                writeln!(out, "  bundle     {}", sealed.id)?;
                writeln!(out, "  edition    {}", render::edition(sealed.bundle.manifest.release))?;
                if sealed.bundle.mode() == Mode::Observed {
                    writeln!(out, "  mode       {}", render::ONLY_OBSERVED)?;
                }
                for signer in signers {
                    writeln!(out, "  signed by  {signer}")?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
