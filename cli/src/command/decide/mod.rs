//! `lictor decide`: what happens to a request, and why?

pub mod against;
mod batch;
pub mod engine;
mod explain;
mod single;
pub mod tally;
mod stream;
mod timing;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use lictor_runtime::{Decision, Explanation, UsedFact};

use self::batch::View;
use crate::admission::Admission;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Paint, Rows};

/// Decides one request, or a file of requests, by a policy or a bundle.
///
/// What a policy asks of the past is counted over the requests of a file, in their order. A single request has only the facts that it
/// carries. A line with `event` in the place of `action` reports one: it is counted, and not decided. What clocks show is looked up in the time zone database that is compiled in, unless the request says it.
///
/// A policy is compiled first, and nothing is decided while it has errors. A request that is not well formed is decided like
/// any other: it is refused with STRUCTURE_INVALID.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor decide policy --request request.json
  lictor decide policy --requests requests.ndjson
  lictor decide acme.bundle --key acme.pub --requests requests.ndjson --format json > decisions.ndjson
  lictor decide policy --requests requests.ndjson --against decisions.ndjson    what did a change do?
  cat request.json | lictor decide policy --request -
  lictor decide policy --request request.json --explain                         why?
  lictor decide policy --requests requests.ndjson --explain --line 17           why was the 17th decided so?
  lictor decide policy --requests requests.ndjson --timing                      how fast is it?

Exit status with --request: 0 allowed, 3 a person must approve, 4 refused.
Exit status with --requests: 0 all lines were decided, 1 some could not be read.")]
pub struct Args {
    /// A directory of policies, a policy file, or a bundle.
    path: PathBuf,
    /// A file with one request; `-` is the standard input.
    #[arg(long, value_name = "FILE", required_unless_present = "requests", conflicts_with = "requests")]
    request: Option<PathBuf>,
    /// A file with one request a line; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    requests: Option<PathBuf>,
    #[command(flatten)]
    admission: Admission,
    /// Earlier or expected decisions, one a line in the order of the requests: show which requests are decided otherwise now.
    #[arg(long, value_name = "FILE", conflicts_with = "request")]
    against: Option<PathBuf>,
    /// Show the summary only, not each decision.
    #[arg(long, conflicts_with = "request")]
    quiet: bool,
    /// Show with each decision the facts that it has read, as JSON: with them the same request is decided the same.
    #[arg(long, conflicts_with_all = ["timing", "quiet"])]
    facts: bool,
    /// Explain the decision: every stage and rule, the values that conditions read, and what change of one field would have passed. It shows the
    /// true reasons, so it is not for agents. (`lictor explain CODE` is another thing: it prints the page of an error's code.)
    #[arg(long, conflicts_with_all = ["against", "quiet", "timing"])]
    explain: bool,
    /// The request of the file to explain, counted from 1; those before it are its history.
    #[arg(long, value_name = "N", requires_all = ["explain", "requests"])]
    line: Option<u64>,
    /// How many requests are decided at the same time, where none depends on those before it: as many as there are cores, unless this says
    /// fewer. The decisions are the same, in the same order.
    #[arg(long, value_name = "N", requires = "requests", conflicts_with_all = ["explain", "timing"])]
    jobs: Option<NonZeroUsize>,
    /// Measure how long a decision takes, parsing the request included, instead of showing decisions.
    #[arg(long, conflicts_with_all = ["request", "against", "quiet"])]
    timing: bool,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let engine = engine::load(&self.path, &self.admission, format)?;
        match (&self.request, &self.requests) {
            (Some(request), _) if self.explain => explain::one(&engine, request, self.facts, format),
            (None, Some(requests)) if self.explain => {
                explain::line(&engine, requests, self.line, self.facts, format)
            }
            (Some(request), _) => single::run(&engine, request, self.facts, format),
            (None, Some(requests)) if self.timing => timing::run(&engine, requests, format),
            (None, Some(requests)) => {
                let rows = Rows::new(engine.bundle(), Paint::stdout());
                let (quiet, facts) = (self.quiet, self.facts);
                let view = View { engine: &engine, rows: &rows, quiet, facts, format };
                stream::run(view, requests, self.against.as_deref(), self.jobs)
            }
            // clap asks for one of the two.
            (None, None) => Ok(Exit::Success),
        }
    }
}

/// A decision with the facts that it has read, where they were asked for.
#[derive(serde::Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    decision: &'a Decision,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Vec<UsedFact>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Explanation>,
}

/// The exit status that says what was decided.
fn exit_of(decision: &Decision) -> Exit {
    match render::verdict(decision) {
        "allow" => Exit::Success,
        "step_up" => Exit::StepUp,
        _ => Exit::Deny,
    }
}
