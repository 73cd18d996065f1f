//! `lictor new`: a policy to start from.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser};
use lictor_stdlib::{PROFILES, Profile, profile};
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, output};

/// The files of the starter project. It passes its own tests, and a test of ours sees to that.
const FILES: [(&str, &str); 5] = [
    ("payments.lictor", include_str!("../../starter/payments.lictor")),
    ("allowed_merchants.txt", include_str!("../../starter/allowed_merchants.txt")),
    ("tests.lictor", include_str!("../../starter/tests.lictor")),
    ("requests.ndjson", include_str!("../../starter/requests.ndjson")),
    ("README.md", include_str!("../../starter/README.md")),
];

/// Writes a policy to start from, with tests and a few requests to try it on: a small one, or one of the profiles.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor new shop                                       a small policy in the new directory shop/
  lictor new --profile observe my-agent                 one that watches, and blocks nothing
  lictor new --profile health clinic                    one for agents that see health data
  lictor new --list                                     which profiles there are
  lictor test shop                                      run its tests
  lictor decide shop --requests shop/requests.ndjson    decide its requests")]
pub struct Args {
    /// The directory to write to: a new one, or an empty one.
    #[arg(required_unless_present = "list")]
    dir: Option<PathBuf>,
    /// A whole project instead of the small one: what agents do with tools, or what laws ask of a trade.
    #[arg(long, value_name = "NAME", value_parser = profiles())]
    profile: Option<String>,
    /// Lists the profiles, and writes nothing.
    #[arg(long, conflicts_with_all = ["dir", "profile"])]
    list: bool,
}

/// The names that `--profile` takes, each with what it is for.
fn profiles() -> PossibleValuesParser {
    PROFILES.iter().map(|profile| PossibleValue::new(profile.name).help(profile.about)).into()
}

/// What is written, and which of it is to be read first.
struct Project {
    files: &'static [(&'static str, &'static str)],
    first: &'static str,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        match &self.dir {
            Some(dir) => self.write(dir, format),
            None => list(format),
        }
    }

    fn write(&self, dir: &Path, format: Format) -> Result<Exit, Failure> {
        let Project { files: all, first } = match self.profile.as_deref().and_then(profile) {
            Some(profile) => Project { files: profile.files, first: "policy.lictor" },
            None => Project { files: &FILES, first: "payments.lictor" },
        };
        make_directory(dir)?;
        for (name, text) in all {
            files::create(&dir.join(name), text.as_bytes(), false)?;
        }
        let mut out = output::stdout();
        let shown = dir.display().to_string();
        match format {
            Format::Json => {
                let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
                let mut value = json!({ "dir": shown, "files": names });
                if let Some(profile) = &self.profile {
                    value["profile"] = json!(profile);
                }
                output::json(&mut out, &value)?
            }
            Format::Human => {
                writeln!(out, "A policy stands in {shown}. Read {first} first; then:\n")?;
                writeln!(out, "  lictor test {shown}")?;
                writeln!(
                    out,
                    "  lictor decide {shown} --requests {}",
                    dir.join("requests.ndjson").display()
                )?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

/// Lists the profiles.
fn list(format: Format) -> Result<Exit, Failure> {
    let mut out = output::stdout();
    match format {
        Format::Json => {
            let profiles = PROFILES.iter().map(|profile| {
                let files = profile.files.iter().map(|(name, _)| *name).collect::<Vec<_>>();
                json!({ "profile": profile.name, "about": profile.about, "files": files })
            });
            output::json(&mut out, &json!({ "profiles": profiles.collect::<Vec<_>>() }))?
        }
        Format::Human => {
            let width = PROFILES.iter().map(|profile| profile.name.len()).max().unwrap_or(0);
            for Profile { name, about, .. } in PROFILES {
                writeln!(out, "  {name:width$}  {about}")?;
            }
            writeln!(out, "\n  lictor new --profile observe my-agent")?;
        }
    }
    out.flush()?;
    Ok(Exit::Success)
}

/// Makes the directory, or takes one that is there and empty.
pub(super) fn make_directory(dir: &Path) -> Result<(), Failure> {
    let taken = |message: String, help: &str| Failure::from(Notice::error("C0109", message).help(help));
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => {
                Err(taken(format!("{} is not empty", dir.display()), "name a new directory, or an empty one"))
            }
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(dir).map_err(|error| files::unwritable(dir, &error))
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(taken(format!("{} is a file", dir.display()), "name a new directory, or an empty one"))
        }
        Err(error) => Err(files::unwritable(dir, &error)),
    }
}
