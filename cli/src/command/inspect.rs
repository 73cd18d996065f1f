//! `lictor inspect`: what is in a bundle?

use std::io::Write;
use std::path::PathBuf;

use lictor_bundle::container::{self, Trust};
use lictor_bundle::verify::verify;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Paint};
use crate::{files, keys, output, policy};

/// Shows what a bundle holds: where it comes from, its actions and parameters, its layers and rules in their order.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor inspect acme.bundle
  lictor inspect acme.bundle --bytecode        every instruction as well
  lictor inspect acme.bundle --key acme.pub    only if signed with this key")]
pub struct Args {
    /// The bundle, as `lictor build` wrote it.
    file: PathBuf,
    /// Show the instructions of every rule as well.
    #[arg(long)]
    bytecode: bool,
    /// A public key that is trusted; one of several is enough. Without one, the signer is not checked.
    #[arg(long = "key", value_name = "PUB")]
    keys: Vec<PathBuf>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let keys = keys::public(&self.keys)?;
        let trust = if keys.is_empty() { Trust::Integrity } else { Trust::Keys(&keys) };
        let bytes = files::read(&self.file, "the bundle")?;
        let refused = |error| policy::refused(&self.file, &error);
        let sealed = container::open(&bytes, trust).map_err(refused)?;
        let steps = verify(&sealed.bundle).map_err(refused)?;
        let steps = steps.iter().map(|steps| steps.total()).collect::<Vec<_>>();
        let mut out = output::stdout();
        let code = self.bytecode.then(|| lictor_bundle::disassemble::disassemble(&sealed.bundle));
        match format {
            Format::Json => {
                let mut value = render::inspection_json(&sealed, &steps);
                if let (Some(code), Some(object)) = (code, value.as_object_mut()) {
                    object.insert(String::from("bytecode"), code.into());
                }
                output::json(&mut out, &value)?;
            }
            Format::Human => {
                out.write_all(render::inspection(&sealed, &steps, Paint::stdout()).as_bytes())?;
                if let Some(code) = code {
                    writeln!(out, "\n{code}")?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
