//! `lictor test`: is what the policy's tests say true of it?

use std::io::Write;
use std::path::PathBuf;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Notice, Paint};
use crate::{output, policy, suite};

/// Runs the tests that stand in a policy.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor test policy                       all tests
  lictor test policy --filter gambling     those with `gambling` in their name
  lictor test policy --format json         the same, for a pipeline")]
pub struct Args {
    /// A directory of policies, or one policy file.
    path: PathBuf,
    /// Run only tests that have this text in their name.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut policy = policy::load(&self.path, format)?;
        if let Some(filter) = &self.filter {
            policy.tests.retain(|test| test.name.contains(filter.as_str()));
            if policy.tests.is_empty() {
                let message = format!("no test has \"{filter}\" in its name");
                return Err(Notice::error("C0116", message)
                    .help("leave out `--filter` to run all tests")
                    .into());
            }
        }
        let tested = suite::test(policy)?;
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &render::tests_json(&tested))?,
            Format::Human => out.write_all(render::tests(&tested, Paint::stdout()).as_bytes())?,
        }
        out.flush()?;
        Ok(if tested.failed() == 0 { Exit::Success } else { Exit::Failure })
    }
}
