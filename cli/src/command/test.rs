//! `lictor test`: is what the policy's tests say true of it, and would they notice if it changed?

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use lictor_compiler::TestCase;
use lictor_suite::Reached;

use crate::args::{Choice, Format};
use crate::coverage::Coverage;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Notice, Paint, Progress};
use crate::review::Review;
use crate::{files, mutate, output, policy, project, suite};

/// Runs the tests of a policy: those that stand in it, and the rows of the tables beside it.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor test policy                       all tests
  lictor test policy gambling              those with `gambling` in their name
  lictor test policy --format json         the same, for a program
  lictor test policy --format junit        the same, for a pipeline that shows tests
  lictor test policy gambling --explain    and of those that fail, every rule and what it read
  lictor test policy --coverage            which rules and branches does no test reach?
  lictor test policy --min-coverage 90     the same, and fail under 90 % of branches
  lictor test policy --mutate              which changes of the policy would no test notice?

Exit status:
  0  all tests passed, and what --min-coverage or --max-survivors asks for holds
  1  a test failed, the policy has errors, tests reach too little, or too many changes went unnoticed")]
pub struct Args {
    /// A directory of policies, a folder of several projects, or one policy file.
    path: PathBuf,
    /// Run only tests that have this text in their name, or in that of their row.
    filter: Option<String>,
    /// The same.
    #[arg(long = "filter", value_name = "TEXT", conflicts_with = "filter", hide = true)]
    filter_option: Option<String>,
    /// Run nothing: list the tests with their places.
    #[arg(long)]
    list: bool,
    /// Of tests that fail, show every stage and rule, and not only what decided.
    #[arg(long, conflicts_with = "list")]
    explain: bool,
    /// Say which rules, statements, clauses, stages, layers and reason codes no test reaches.
    #[arg(long, conflicts_with_all = ["list", "mutate"])]
    coverage: bool,
    /// With --coverage: fail if tests take less than so many percent of the branches.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100), conflicts_with_all = ["list", "mutate"])]
    min_coverage: Option<u8>,
    /// Write the coverage into a file as LCOV, for tools that draw it beside the sources.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["list", "mutate"])]
    lcov: Option<PathBuf>,
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
    pub fn run(&self, choice: Choice) -> Result<Exit, Failure> {
        let (mut asked, mut found) = (0, 0);
        let for_people = choice == Choice::Human && self.lcov.is_none();
        let exit = project::each(&self.path, for_people, |path| {
            asked += 1;
            let exit = self.test(path, choice)?;
            found += usize::from(exit.is_some());
            Ok(exit.unwrap_or(Exit::Success))
        })?;
        match (self.filter(), found) {
            (Some(filter), 0) if asked > 0 && exit == Exit::Success => {
                Err(nothing_of_that_name(filter).into())
            }
            _ => Ok(exit),
        }
    }

    fn filter(&self) -> Option<&str> {
        self.filter.as_deref().or(self.filter_option.as_deref())
    }

    /// Tests one project; nothing where it has no test that is asked for.
    fn test(&self, path: &Path, choice: Choice) -> Result<Option<Exit>, Failure> {
        let format = choice.plain();
        let mut policy = policy::load(path, format)?;
        let mut review = Review::default();
        if let Some(filter) = self.filter() {
            let fits = |text: &str| text.contains(filter);
            let is_asked = |test: &TestCase| fits(&test.name) || test.case.as_deref().is_some_and(fits);
            let (tests, others): (Vec<_>, Vec<_>) = policy.tests.into_iter().partition(is_asked);
            others.iter().for_each(|test| review.leave_out(test));
            policy.tests = tests;
            if policy.tests.is_empty() {
                return Ok(None);
            }
        }
        let mut out = output::stdout();
        if self.list {
            match format {
                Format::Json => output::json(&mut out, &render::test_list_json(&policy))?,
                Format::Human => out.write_all(render::test_list(&policy, Paint::stdout()).as_bytes())?,
            }
            out.flush()?;
            return Ok(Some(Exit::Success));
        }
        let mut coverage = Coverage::of(&policy.bundle, |path| policy.sources.shown(path));
        let mut reached = policy.compiled.program.as_ref().map(Reached::of).unwrap_or_default();
        let mut numbers = 0..;
        let progress = Progress::tests(policy.tests.len());
        let tested = suite::watch(policy, |ran| {
            numbers.next().into_iter().for_each(|test| reached.add(test, ran.trace));
            coverage.add(ran.engine, &ran.result.decision, ran.trace);
            review.see(ran);
            progress.step();
        });
        progress.finish();
        let tested = tested?;
        let failed = tested.failed() > 0;
        // What a change does to tests that fail already says nothing.
        if self.mutate && !failed {
            return self.mutate(path, &tested, &reached, format).map(Some);
        }
        if let Some(path) = &self.lcov {
            files::replace(path, render::lcov(&coverage).as_bytes())?;
        }
        let warnings = review.warnings();
        if matches!(choice, Choice::Human | Choice::Junit | Choice::Lcov) && !warnings.is_empty() {
            output::to_stderr(&render::diagnostics(&warnings, &tested.sources, Paint::stderr()));
        }
        let shown = Some(&coverage).filter(|_| self.coverage || self.min_coverage.is_some());
        match choice {
            Choice::Lcov => {
                if failed {
                    output::to_stderr(&render::tests(&tested, self.explain, Paint::stderr()));
                }
                out.write_all(render::lcov(&coverage).as_bytes())?;
            }
            Choice::Junit => out.write_all(render::junit(&tested, self.explain).as_bytes())?,
            Choice::Json | Choice::Sarif => {
                output::json(
                    &mut out,
                    &render::tests_json(&tested, &warnings, shown.map(render::coverage_json)),
                )?;
            }
            Choice::Human => {
                if let Some(coverage) = shown {
                    writeln!(out, "{}", render::coverage(coverage, Paint::stdout()))?;
                }
                out.write_all(render::tests(&tested, self.explain, Paint::stdout()).as_bytes())?;
            }
        }
        out.flush()?;
        let reached = self.is_enough(&coverage, format);
        Ok(Some(if failed || !reached { Exit::Failure } else { Exit::Success }))
    }

    /// Whether tests reach as much as is asked for; says so where they do not.
    fn is_enough(&self, coverage: &Coverage, format: Format) -> bool {
        let Some(least) = self.min_coverage else { return true };
        let ways = coverage.ways();
        if ways.tenths() >= usize::from(least) * 10 {
            return true;
        }
        let message =
            format!("tests take {} % of the branches, and {least} % are asked for", render::percent(ways));
        let help = "write tests for what the list calls `never`";
        render::tell(&Notice::error("C0123", message).help(help), format);
        false
    }

    fn mutate(
        &self,
        path: &Path,
        tested: &suite::Tested,
        reached: &Reached,
        format: Format,
    ) -> Result<Exit, Failure> {
        let project = project::load(path)?.project;
        let jobs = self.jobs.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let all = lictor_compiler::mutate::mutants(&project).len();
        let progress = Progress::changes(self.max.unwrap_or(all).min(all));
        let mutation = mutate::run(&project, reached, self.max, self.seed, jobs, &|| progress.step());
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

fn nothing_of_that_name(filter: &str) -> Notice {
    Notice::error("C0116", format!("no test has \"{filter}\" in its name"))
        .help("`lictor test DIR --list` shows the names of all tests")
}
