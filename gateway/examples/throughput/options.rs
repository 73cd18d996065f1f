//! What is asked of a run.

use std::error::Error;
use std::path::PathBuf;

/// How it is used.
const USAGE: &str = "throughput BUNDLE [--data DIR] [--requests N] [--rounds N] [--memory N]";

/// What is asked of a run.
pub struct Options {
    /// The bundle of the policy that stands beside this.
    pub bundle: PathBuf,
    /// Where is written: on the disk that is to be measured.
    pub data: PathBuf,
    /// How many requests of each kind a round has.
    pub requests: usize,
    /// How many rounds there are, beside the one that warms up.
    pub rounds: usize,
    /// Where memory is watched instead: over how many requests.
    pub memory: Option<usize>,
}

impl Options {
    /// Reads what stands on the command line.
    pub fn read(words: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
        let mut options = Options {
            bundle: PathBuf::new(),
            data: std::env::temp_dir(),
            requests: 10_000,
            rounds: 5,
            memory: None,
        };
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} says nothing; {USAGE}"));
            match word.as_str() {
                "--data" => options.data = value()?.into(),
                "--requests" => options.requests = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--memory" => options.memory = Some(value()?.parse()?),
                _ if word.starts_with("--") => return Err(format!("{word} is nothing here; {USAGE}").into()),
                _ => options.bundle = word.into(),
            }
        }
        if options.bundle.as_os_str().is_empty() || options.requests == 0 || options.rounds == 0 {
            return Err(USAGE.into());
        }
        Ok(options)
    }
}
