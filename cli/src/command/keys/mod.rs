//! `lictor keys`: the keys that a host trusts to sign, in one file; and with `--data`, the keys of those who ask a gateway.

pub mod access;
mod history;
mod show;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use lictor_bundle::error::BundleError;
use lictor_bundle::keyset::{KeySet, Purpose, TrustedKey};
use lictor_bundle::release::MAX_SEQUENCE;

use self::access::Access;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Paint;
use crate::{files, keys, moment, output, policy};

/// Keeps the file of the keys that a host trusts: which they are, what each may sign, and since when it is revoked. With `--data`, keeps the keys of those who
/// ask a gateway.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor keys add trusted.json release.pub                     trust a key
  lictor keys rotate trusted.json release new.pub --at 40      from bundle 40 on, another key signs
  lictor keys revoke trusted.json release                      nothing signed with it counts any more
  lictor keys list trusted.json
  lictor verify acme.bundle --trusted trusted.json             who signed, by this file

`lictor keygen` makes a pair of keys.

Examples for a gateway:
  lictor keys add shopper-7 --role agent --data data           make a key; it is shown once
  lictor keys add ann --role approver --approves owner --signing-key ann.pub --data data
                                                               who approves, for which roles of the policy
  lictor keys add shopper-8 --role agent --signing-key shopper-8.pub --data data
                                                               an agent that signs what it asks
  lictor keys rotate shopper-7 --data data --keep-old 24h      make another, and let the old one count for a day
  lictor keys revoke shopper-7 --data data                     nobody gets in with it any more
  lictor keys list --data data")]
pub struct Args {
    #[command(subcommand)]
    change: Change,
}

#[derive(Subcommand, Debug)]
enum Change {
    /// Shows the keys, what each may sign, and from when until when.
    List {
        /// The file of trusted keys.
        #[arg(required_unless_present = "data", conflicts_with = "data")]
        file: Option<PathBuf>,
        /// The data directory of a gateway, to list who may ask it.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Trusts a key. The file is made where there is none. With `--data`, makes a key for somebody who asks a gateway, and shows it once.
    Add {
        /// The file of trusted keys; with `--data`, whose key it is.
        file: PathBuf,
        /// The public key, as `lictor keygen` made it.
        #[arg(required_unless_present = "data", conflicts_with = "data")]
        key: Option<PathBuf>,
        #[command(flatten)]
        access: access::NewAccess,
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
    /// Lets a new key sign, from one edition on, what an old one signed before. With `--data`, makes another key for somebody, and shows it once.
    Rotate {
        /// The file of trusted keys; with `--data`, whose key it is.
        file: PathBuf,
        /// The old key: its name, its id, or the first eight digits or more of its id.
        #[arg(required_unless_present = "data", conflicts_with = "data")]
        old: Option<String>,
        /// The new public key.
        #[arg(required_unless_present = "data", conflicts_with = "data")]
        key: Option<PathBuf>,
        /// The data directory of a gateway.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// How long the old key of a gateway counts beside the new one: 30m, 24h, 7d.
        #[arg(long, value_name = "TIME", requires = "data", default_value = "0s", value_parser = access::duration)]
        keep_old: i64,
        /// Of a gateway: the public key that its holder signs with from now on.
        #[arg(long, value_name = "FILE", requires = "data")]
        signing_key: Option<PathBuf>,
        /// The first sequence number that the new key signs for.
        #[arg(long, value_name = "N", required_unless_present = "data", conflicts_with = "data", value_parser = clap::value_parser!(u64).range(1..=MAX_SEQUENCE))]
        at: Option<u64>,
        /// For how many editions more the old key is good as well.
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
        overlap: u64,
        /// What people call the new key; the name of its file otherwise.
        #[arg(long)]
        name: Option<String>,
    },
    /// Revokes a key. That is not taken back.
    Revoke {
        /// The file of trusted keys; with `--data`, whose keys are revoked.
        file: PathBuf,
        /// The key: its name, its id, or the first eight digits or more of its id.
        #[arg(required_unless_present = "data", conflicts_with = "data")]
        key: Option<String>,
        /// The data directory of a gateway.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// The first sequence number for which it no longer counts. Whoever has the key can sign under a lower number, so leave it at 0
        /// unless every host refuses older bundles (`--min-sequence`).
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
        from_sequence: u64,
    },
    History(history::Args),
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
        if let Some(change) = self.change.access() {
            return change.run(format);
        }
        if let Change::History(history) = &self.change {
            return history.run(format);
        }
        let (file, set) = self.change.trusted()?;
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &show::json(file, &set))?,
            Format::Human => out.write_all(show::text(&set, Paint::stdout()).as_bytes())?,
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

impl Change {
    /// What is to be done with the keys of those who ask a gateway, where it is about them.
    fn access(&self) -> Option<Access<'_>> {
        match self {
            Change::List { data, .. } => Some(Access::List { data: data.as_deref()? }),
            Change::Add { file, access, .. } => access.given().map(|new| Access::Add { name: file, new }),
            Change::Rotate { file, data, keep_old, signing_key, .. } => Some(Access::Rotate {
                name: file,
                data: data.as_deref()?,
                keep_old: *keep_old,
                signing_key: signing_key.as_deref(),
            }),
            Change::Revoke { file, data, .. } => Some(Access::Revoke { name: file, data: data.as_deref()? }),
            Change::Threshold { .. } | Change::History(_) => None,
        }
    }

    /// Does it with the keys that are trusted to sign: the file of them, and what is in it now. What clap asks for is there.
    fn trusted(&self) -> Result<(&Path, KeySet), Failure> {
        let none = Path::new("");
        Ok(match self {
            Change::List { file, .. } => {
                let file = file.as_deref().unwrap_or(none);
                (file, keys::set(file)?)
            }
            Change::Add { file, key, name, purpose, from_sequence, until_sequence, from, until, .. } => {
                let key = key.as_deref().unwrap_or(none);
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
                (file.as_path(), set)
            }
            Change::Rotate { file, old, key, at, overlap, name, .. } => {
                let (old, key) = (old.as_deref().unwrap_or_default(), key.as_deref().unwrap_or(none));
                let name = name.clone().unwrap_or_else(|| stem(key));
                let new = (name.as_str(), keys::one_public(key)?);
                (file.as_path(), changed(file, keys::set(file)?.rotate(old, new, at.unwrap_or(1), *overlap))?)
            }
            Change::Revoke { file, key, from_sequence, .. } => {
                let key = key.as_deref().unwrap_or_default();
                (file.as_path(), changed(file, keys::set(file)?.revoke(key, *from_sequence))?)
            }
            // It is about no such file.
            Change::History(_) => return Err(Failure::Told),
            Change::Threshold { file, signatures } => {
                (file.as_path(), changed(file, keys::set(file)?.with_threshold(*signatures))?)
            }
        })
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
