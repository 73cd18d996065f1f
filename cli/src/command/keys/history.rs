//! `lictor keys history`: which keys a gateway signed with, for whoever verifies its receipts.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use lictor_evidence::error::EvidenceError;
use lictor_evidence::history::{KeyEntry, KeyHistory};
use lictor_evidence::keys::{Purpose, Root, SigningKey, Thumbprint, VerifyingKey};
use lictor_ledger::note::{KeyName, SignatureType, VerifierKey};
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::host::{self, At};
use crate::render::Notice;
use crate::{clock, files, keys, moment, output};

/// Keeps the history of the keys that a gateway signs with: its receipts are verified with it, years later and without asking anybody.
///
/// A gateway notes its keys itself. A root key that is kept offline signs what it noted, and the gateway publishes that at `/.well-known/lictor-keys.json`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor keys history draft --data data --out draft.json            what the gateway noted
  lictor keys history sign draft.json --root root.key --out signed.json
                                                                    on the machine that has the root key
  lictor keys history publish signed.json --root root.pub --data data
  lictor keys history revoke KID --at-size 900 --because \"the machine was stolen\" --data data
                                                                    then draft, sign and publish again
  lictor receipt verify r-1.json --keys signed.json --root root.pub")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Shows the keys: what each signs, from when until when, and which are revoked.
    List {
        #[command(flatten)]
        at: At,
    },
    /// Writes what the gateways noted, which the root is to sign.
    Draft {
        #[command(flatten)]
        at: At,
        /// The file to write; the standard output otherwise. It must not be there yet.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Signs an edition with the root key.
    Sign {
        /// What the gateways noted.
        draft: PathBuf,
        /// The root's private key, which signs nothing else.
        #[arg(long, value_name = "KEY")]
        root: PathBuf,
        /// The edition that was signed before: nothing of it may have been taken back.
        #[arg(long, value_name = "FILE")]
        after: Option<PathBuf>,
        /// The file to write. It must not be there yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Has the gateway publish an edition that the root has signed.
    Publish {
        /// The signed edition.
        file: PathBuf,
        /// The root's public key.
        #[arg(long, value_name = "KEY")]
        root: PathBuf,
        #[command(flatten)]
        at: At,
    },
    /// Notes that a key has signed for the last time.
    End {
        /// The key, by its thumbprint. One in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        key: Thumbprint,
        /// The last day, or moment, at which it signed; now otherwise.
        #[arg(long, value_name = "TIME", value_parser = moment::end)]
        until: Option<i64>,
        #[command(flatten)]
        at: At,
    },
    /// Notes that a key is revoked: its signatures prove nothing by themselves any more. That is not taken back.
    Revoke {
        /// The key, by its thumbprint. One in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        key: Thumbprint,
        /// How many records the log had when the key was last known to be in good hands. What is provably among them stands.
        #[arg(long, value_name = "N")]
        at_size: u64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        because: String,
        #[command(flatten)]
        at: At,
    },
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut out = output::stdout();
        match &self.what {
            What::List { at } => shown(&mut out, &at.open()?.history().map_err(host::told)?, format)?,
            What::Draft { at, out: to } => {
                let mut draft =
                    at.open()?.history().and_then(|noted| Ok(noted.draft()?)).map_err(host::told)?;
                draft.push(b'\n');
                match to {
                    Some(path) => files::create(path, &draft, false)?,
                    None => out.write_all(&draft)?,
                }
            }
            What::Sign { draft, root, after, out: to } => {
                let signed = sign(draft, root, after.as_deref(), to)?;
                let SignedBy { edition, root } = signed;
                match format {
                    Format::Json => output::json(&mut out, &json!({ "edition": edition, "root": root }))?,
                    Format::Human => {
                        writeln!(out, "edition {edition} is in {}\nthe root key is {root}", to.display())?
                    }
                }
            }
            What::Publish { file, root, at } => {
                let bytes = files::read(file, "the signed history of keys")?;
                let root = VerifyingKey::<Root>::new(keys::one_public(root)?);
                let edition = at.open()?.publish(&bytes, &root).map_err(host::told)?.edition();
                match format {
                    Format::Json => output::json(&mut out, &json!({ "edition": edition }))?,
                    Format::Human => writeln!(out, "edition {edition} is published")?,
                }
            }
            What::End { key, until, at } => {
                let until = until.unwrap_or_else(clock::now);
                shown(&mut out, &at.open()?.end_key(*key, until).map_err(host::told)?, format)?;
            }
            What::Revoke { key, at_size, because, at } => {
                let next = at.open()?.revoke_key(*key, *at_size, because).map_err(host::told)?;
                shown(&mut out, &next, format)?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

/// An edition that was signed, and with which key.
struct SignedBy {
    edition: u64,
    /// Its 32 bytes in base64url, as verifiers without PEM take it.
    root: String,
}

fn sign(draft: &Path, root: &Path, after: Option<&Path>, to: &Path) -> Result<SignedBy, Failure> {
    let read = |path: &Path| {
        let bytes = files::read(path, "the history of keys")?;
        KeyHistory::unverified(&bytes).map_err(|error| refused(path, &error))
    };
    let next = read(draft)?;
    if let Some(before) = after {
        next.continues(&read(before)?).map_err(|error| refused(draft, &error))?;
    }
    let root = SigningKey::<Root>::new(keys::private(root)?);
    let signed = next.sign(&root).map_err(|error| refused(draft, &error))?;
    files::create(to, &signed, false)?;
    let public = root.verifying_key();
    Ok(SignedBy { edition: next.edition(), root: public.to_base64url() })
}

fn refused(path: &Path, error: &EvidenceError) -> Failure {
    let message = format!("{}: {}: {}", path.display(), error.code(), error.message);
    Notice::error("C0228", message).help(error.help()).into()
}

fn shown(out: &mut output::Out, history: &KeyHistory, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => output::json(
            out,
            &json!({
                "issuer": history.issuer(), "tenant": history.tenant(), "edition": history.edition(),
                "issued": history.issued(), "keys": history.keys(),
            }),
        )?,
        Format::Human => {
            writeln!(out, "edition {} of {} for {}", history.edition(), history.issuer(), history.tenant())?;
            for entry in history.keys() {
                writeln!(out, "{}  {}", entry.kid(), entry.name)?;
                writeln!(out, "  signs {}s, from {}{}", entry.purpose.name(), entry.from, ended(entry))?;
                if let Some(key) = verifier_key(entry) {
                    writeln!(out, "  {key}")?;
                }
            }
        }
    }
    Ok(())
}

fn ended(entry: &KeyEntry) -> String {
    let until = entry.until.map(|until| format!(" to {until}")).unwrap_or_default();
    let revoked = entry.revoked.as_ref().map(|revoked| {
        format!(", REVOKED since the log had {} records: {}", revoked.log_size, revoked.because)
    });
    until + &revoked.unwrap_or_default()
}

/// The key of a log as witnesses and tools for such logs take it.
fn verifier_key(entry: &KeyEntry) -> Option<VerifierKey> {
    let name = KeyName::new(&entry.name).ok().filter(|_| entry.purpose == Purpose::Checkpoint)?;
    Some(VerifierKey::new(name, SignatureType::Ed25519, entry.key().ok()?))
}
