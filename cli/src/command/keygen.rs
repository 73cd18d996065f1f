//! `lictor keygen`: a pair of keys to sign bundles with.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use lictor_bundle::keys::SigningKey;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, output, policy};

/// Makes a pair of Ed25519 keys: one to sign bundles with, one to verify them with.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor keygen                        lictor.key (keep it secret) and lictor.pub (give it to everybody)
  lictor keygen -o keys/acme           keys/acme.key and keys/acme.pub

Next:
  lictor build policy -o acme.bundle --key lictor.key
  lictor verify acme.bundle --key lictor.pub")]
pub struct Args {
    /// What both files are called, without their endings .key and .pub. Files that are there are not overwritten.
    #[arg(short = 'o', long = "output", value_name = "BASE", default_value = "lictor")]
    base: PathBuf,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let (secret, public) = (with_ending(&self.base, ".key"), with_ending(&self.base, ".pub"));
        // Said before anything is written: half a pair is of no use.
        for path in [&secret, &public] {
            if fs::symlink_metadata(path).is_ok() {
                return Err(files::unwritable(path, &std::io::ErrorKind::AlreadyExists.into()));
            }
        }
        let mut seed = [0u8; 32];
        getrandom::fill(&mut seed).map_err(|error| {
            Notice::error("C0107", format!("the system gives no random numbers: {error}"))
                .help("keys need them; try again on another machine")
        })?;
        let key = SigningKey::from_seed(seed);
        let public_key = key.verifying_key();
        let pem = key.to_pem().map_err(|error| policy::refused(&secret, &error))?;
        let public_pem = public_key.to_pem().map_err(|error| policy::refused(&public, &error))?;
        files::create(&secret, pem.as_bytes(), true)?;
        if let Err(failure) = files::create(&public, public_pem.as_bytes(), false) {
            let _ = fs::remove_file(&secret);
            return Err(failure);
        }
        let id = public_key.id().to_string();
        let mut out = output::stdout();
        match format {
            Format::Json => {
                let (key, public) = (secret.display().to_string(), public.display().to_string());
                output::json(&mut out, &json!({ "key": key, "public": public, "key_id": id }))?;
            }
            Format::Human => {
                writeln!(out, "{}  signs; keep it secret", secret.display())?;
                writeln!(out, "{}  verifies; give it to whoever runs your bundles", public.display())?;
                writeln!(out, "key id  {id}")?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

fn with_ending(base: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(base);
    name.push(ending);
    PathBuf::from(name)
}
