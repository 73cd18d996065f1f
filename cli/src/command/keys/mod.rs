//! `lictor keys`: the keys that a host trusts, in one file.

mod show;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use lictor_bundle::error::BundleError;
use lictor_bundle::keyset::{KeySet, Purpose, TrustedKey};
use lictor_bundle::release::MAX_SEQUENCE;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Paint;
use crate::{files, keys, moment, output, policy};

/// Keeps the file of the keys that a host trusts: which they are, what each may sign, and since when it is revoked.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor keys add trusted.json release.pub                     trust a key
  lictor keys rotate trusted.json release new.pub --at 40      from bundle 40 on, another key signs
  lictor keys revoke trusted.json release                      nothing signed with it counts any more
  lictor keys list trusted.json
  lictor verify acme.bundle --trusted trusted.json             who signed, by this file

`lictor keygen` makes a pair of keys.")]
pub struct Args {
    #[command(subcommand)]
    change: Change,
}

#[derive(Subcommand, Debug)]
enum Change {
    /// Shows the keys, what each may sign, and from when until when.
    List {
        /// The file of trusted keys.
        file: PathBuf,
    },
    /// Trusts a key. The file is made where there is none.
    Add {
        /// The file of trusted keys.
        file: PathBuf,
        /// The public key, as `lictor keygen` made it.
        key: PathBuf,
        /// What people call it; the name of its file otherwise.
        #[arg(long)]
        name: Option<String>,
        /// What it may sign: `bundle`, everything; `user-layer`, changes to the policies of users only.
        #[arg(long, default_value = Purpose::Bundle.name(), value_parser = purpose)]
        purpose: Purpose,
        /// The first sequence number that it signs for.
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
        from_sequence: u64,
        /// The last sequence number that it signs for.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
        until_sequence: Option<u64>,
        /// The first day, or moment, on which it counts.
        #[arg(long, value_name = "TIME", value_parser = moment::beginning)]
        from: Option<i64>,
        /// The last day, or moment, on which it counts.
        #[arg(long, value_name = "TIME", value_parser = moment::end)]
        until: Option<i64>,
    },
    /// Lets a new key sign, from one edition on, what an old one signed before.
    Rotate {
        /// The file of trusted keys.
        file: PathBuf,
        /// The old key: its name, its id, or the first eight digits or more of its id.
        old: String,
        /// The new public key.
        key: PathBuf,
        /// The first sequence number that the new key signs for.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_SEQUENCE))]
        at: u64,
        /// For how many editions more the old key is good as well.
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
        overlap: u64,
        /// What people call the new key; the name of its file otherwise.
        #[arg(long)]
        name: Option<String>,
    },
    /// Revokes a key. That is not taken back.
    Revoke {
        /// The file of trusted keys.
        file: PathBuf,
        /// The key: its name, its id, or the first eight digits or more of its id.
        key: String,
        /// The first sequence number for which it no longer counts. Whoever has the key can sign under a lower number, so leave it at 0
        /// unless every host refuses older bundles (`--min-sequence`).
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
        from_sequence: u64,
    },
    /// Says how many of the keys must have signed a bundle.
    Threshold {
        /// The file of trusted keys.
        file: PathBuf,
        /// How many.
        signatures: u16,
    },
}

fn purpose(name: &str) -> Result<Purpose, String> {
    Purpose::named(name).ok_or_else(|| "a key may sign as `bundle` or as `user-layer`".to_owned())
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let (file, set) = match &self.change {
            Change::List { file } => (file, keys::set(file)?),
            Change::Add { file, key, name, purpose, from_sequence, until_sequence, from, until } => {
                let added = TrustedKey {
                    name: name.clone().unwrap_or_else(|| stem(key)),
                    key: keys::one_public(key)?,
                    purpose: *purpose,
                    from_sequence: *from_sequence,
                    until_sequence: *until_sequence,
                    from: *from,
                    until: *until,
                    revoked_from: None,
                };
                // Not where it is there and cannot be read: then it is not to be replaced.
                let is_new =
                    std::fs::symlink_metadata(file).is_err_and(|error| error.kind() == ErrorKind::NotFound);
                let set = if is_new {
                    changed(file, KeySet::new(1, vec![added]))?
                } else {
                    changed(file, keys::set(file)?.with(added))?
                };
                (file, set)
            }
            Change::Rotate { file, old, key, at, overlap, name } => {
                let name = name.clone().unwrap_or_else(|| stem(key));
                let new = (name.as_str(), keys::one_public(key)?);
                (file, changed(file, keys::set(file)?.rotate(old, new, *at, *overlap))?)
            }
            Change::Revoke { file, key, from_sequence } => {
                (file, changed(file, keys::set(file)?.revoke(key, *from_sequence))?)
            }
            Change::Threshold { file, signatures } => {
                (file, changed(file, keys::set(file)?.with_threshold(*signatures))?)
            }
        };
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &show::json(file, &set))?,
            Format::Human => out.write_all(show::text(&set, Paint::stdout()).as_bytes())?,
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

/// Writes the file of a set that was changed.
fn changed(file: &Path, set: Result<KeySet, BundleError>) -> Result<KeySet, Failure> {
    let refused = |error| policy::refused(file, &error);
    let set = set.map_err(refused)?;
    let text = set.to_json().map_err(refused)?;
    files::replace(file, text.as_bytes())?;
    Ok(set)
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
