//! `lictor new`: a policy to start from.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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

/// Writes a small policy to start from, with tests and a few requests to try it on.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor new shop                                       a policy in the new directory shop/
  lictor test shop                                      run its tests
  lictor decide shop --requests shop/requests.ndjson    decide its requests")]
pub struct Args {
    /// The directory to write to: a new one, or an empty one.
    dir: PathBuf,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        make_directory(&self.dir)?;
        for (name, text) in FILES {
            files::create(&self.dir.join(name), text.as_bytes(), false)?;
        }
        let mut out = output::stdout();
        let dir = self.dir.display().to_string();
        match format {
            Format::Json => {
                output::json(&mut out, &json!({ "dir": dir, "files": FILES.map(|(name, _)| name) }))?
            }
            Format::Human => {
                writeln!(out, "A policy stands in {dir}. Read payments.lictor first; then:\n")?;
                writeln!(out, "  lictor test {dir}")?;
                writeln!(
                    out,
                    "  lictor decide {dir} --requests {}",
                    self.dir.join("requests.ndjson").display()
                )?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

/// Makes the directory, or takes one that is there and empty.
fn make_directory(dir: &Path) -> Result<(), Failure> {
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
