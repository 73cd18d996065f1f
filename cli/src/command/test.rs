//! `lictor test`: is what the policy's tests say true of it, and would they notice if it changed?

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Notice, Paint, Progress};
use crate::{mutate, output, policy, project, suite};

/// Runs the tests of a policy: those that stand in it, and the rows of the tables beside it.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor test policy                       all tests
  lictor test policy gambling              those with `gambling` in their name
  lictor test policy --format json         the same, for a pipeline
  lictor test policy --mutate              which changes of the policy would no test notice?

Exit status:
  0  all tests passed; with --max-survivors, no more changes than that went unnoticed
  1  a test failed, the policy has errors, or too many changes went unnoticed")]
pub struct Args {
    /// A directory of policies, or one policy file.
    path: PathBuf,
    /// Run only tests that have this text in their name, or in that of their row.
    filter: Option<String>,
    /// The same.
    #[arg(long = "filter", value_name = "TEXT", conflicts_with = "filter", hide = true)]
    filter_option: Option<String>,
    /// Run nothing: list the tests with their places.
    #[arg(long)]
    list: bool,
    /// Change one operator, constant or statement of the policy at a time, and show the changes that no test notices.
    #[arg(long, conflicts_with_all = ["filter", "filter_option", "list"])]
    mutate: bool,
    /// With --mutate: try only so many changes, chosen by --seed.
    #[arg(long, value_name = "N", requires = "mutate")]
    max: Option<usize>,
    /// With --max: another seed chooses other changes.
    #[arg(long, value_name = "SEED", default_value_t = 0, requires = "mutate")]
    seed: u64,
    /// With --mutate: how many changes are tried at the same time.
    #[arg(long, value_name = "N", requires = "mutate")]
    jobs: Option<NonZeroUsize>,
    /// With --mutate: fail if more changes than this go unnoticed.
    #[arg(long, value_name = "N", requires = "mutate")]
    max_survivors: Option<usize>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut policy = policy::load(&self.path, format)?;
        if let Some(filter) = self.filter.as_ref().or(self.filter_option.as_ref()) {
            let fits = |text: &str| text.contains(filter.as_str());
            policy.tests.retain(|test| fits(&test.name) || test.case.as_deref().is_some_and(fits));
            if policy.tests.is_empty() {
                let message = format!("no test has \"{filter}\" in its name");
                return Err(Notice::error("C0116", message)
                    .help("`lictor test DIR --list` shows the names of all tests")
                    .into());
            }
        }
        let mut out = output::stdout();
        if self.list {
            match format {
                Format::Json => output::json(&mut out, &render::test_list_json(&policy))?,
                Format::Human => out.write_all(render::test_list(&policy, Paint::stdout()).as_bytes())?,
            }
            out.flush()?;
            return Ok(Exit::Success);
        }
        let tested = suite::test(policy)?;
        let failed = tested.failed() > 0;
        // What a change does to tests that fail already says nothing.
        if self.mutate && !failed {
            return self.mutate(&tested, format);
        }
        match format {
            Format::Json => output::json(&mut out, &render::tests_json(&tested))?,
            Format::Human => out.write_all(render::tests(&tested, Paint::stdout()).as_bytes())?,
        }
        out.flush()?;
        Ok(if failed { Exit::Failure } else { Exit::Success })
    }

    fn mutate(&self, tested: &suite::Tested, format: Format) -> Result<Exit, Failure> {
        let project = project::load(&self.path)?.project;
        let jobs = self.jobs.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let all = lictor_compiler::mutate::mutants(&project).len();
        let progress = Progress::changes(self.max.unwrap_or(all).min(all));
        let mutation = mutate::run(&project, self.max, self.seed, jobs, &|| progress.step());
        progress.finish();
        let mut out = output::stdout();
        match format {
            Format::Json => {
                output::json(&mut out, &render::mutation_json(&mutation, self.seed, &tested.sources))?
            }
            Format::Human => {
                let text = render::mutation(&mutation, self.seed, &tested.sources, Paint::stdout());
                out.write_all(text.as_bytes())?;
            }
        }
        out.flush()?;
        let too_many = self.max_survivors.is_some_and(|most| mutation.survivors().count() > most);
        Ok(if too_many { Exit::Failure } else { Exit::Success })
    }
}
