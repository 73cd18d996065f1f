//! `lictor inspect`: what is in a bundle?

use std::io::Write;
use std::path::PathBuf;

use crate::admission::Admission;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Paint};

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
    #[command(flatten)]
    admission: Admission,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let sealed = self.admission.open_to_show(&self.file)?;
        let mut out = output::stdout();
        let code = self.bytecode.then(|| lictor_bundle::disassemble::disassemble(&sealed.bundle));
        match format {
            Format::Json => {
                let mut value = render::inspection_json(&sealed);
                if let (Some(code), Some(object)) = (code, value.as_object_mut()) {
                    object.insert(String::from("bytecode"), code.into());
                }
                output::json(&mut out, &value)?;
            }
            Format::Human => {
                out.write_all(render::inspection(&sealed, Paint::stdout()).as_bytes())?;
                if let Some(code) = code {
                    writeln!(out, "\n{code}")?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
