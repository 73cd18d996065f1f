//! A file of requests, one a line, of any length.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;

use super::against::{Against, Comparison};
use super::batch::{Batch, Done, View, Workers};
use super::tally::Tally;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Notice, Paint, Progress};
use crate::requests::{Lines, MAX_REQUEST};

/// Decides every request, each with what the ones before it have left behind: an allowed one counts as allowed and as executed, every
/// other one that could be read as attempted. A line with `event` reports one, and is not decided. Shows the decisions in the order of the
/// requests, and then what came of all of them.
pub fn run(
    view: View<'_>,
    path: &Path,
    against: Option<&Path>,
    jobs: Option<NonZeroUsize>,
) -> Result<Exit, Failure> {
    let View { format, quiet, .. } = view;
    let mut lines = Lines::open(path, "the requests")?;
    let mut against = against.map(Against::open).transpose()?;
    let mut progress = Progress::new(lines.size());
    let mut out = output::stdout();
    let mut workers = Workers::new(view, jobs);
    let (mut tally, mut number, mut buffer) = (Tally::default(), 0, Vec::new());
    loop {
        let batch = Batch::read(&mut lines, &mut number, &mut buffer)?;
        if batch.lines.is_empty() {
            break;
        }
        let (done, took) = workers.decide(&batch)?;
        tally.time += took;
        for (place, done) in batch.lines.iter().zip(done) {
            match done {
                Done::TooLong => {
                    too_long(&lines.at(place.line), format);
                    tally.undecided += 1;
                    if let Some(against) = &mut against {
                        against.skip()?;
                    }
                }
                Done::Reported => {
                    if !quiet && matches!(format, Format::Human) {
                        view.rows.reported(&mut out, place.number)?;
                    }
                }
                // Nothing is decided about an event, so that this is told like a line that cannot be decided.
                Done::Unread(why) => {
                    unread(&lines.at(place.line), &why, format);
                    tally.undecided += 1;
                }
                Done::Decided(decision, shown) => {
                    let verdict = render::verdict(&decision);
                    tally.count(verdict, &decision.reason_code);
                    if let Some(observed) = &decision.observed {
                        tally.observe(render::differs(&decision).then(|| lictor_suite::outcome(observed)));
                    }
                    out.write_all(&shown)?;
                    if let Some(against) = &mut against {
                        let reason = || decision.reason.to_string();
                        against.compare(place.number, verdict, &decision.reason_code, reason)?;
                    }
                }
            }
        }
        progress.update(lines.bytes(), tally.decided);
    }
    progress.finish();
    let comparison = against.map(Against::finish).transpose()?;
    summarize(&mut out, &tally, comparison.as_ref(), format, Paint::stdout())?;
    Ok(if tally.undecided == 0 { Exit::Success } else { Exit::Failure })
}

/// People read the summary below the decisions; programs find only decisions on the standard output.
fn summarize(
    out: &mut output::Out,
    tally: &Tally,
    comparison: Option<&Comparison>,
    format: Format,
    paint: Paint,
) -> Result<(), Failure> {
    match format {
        Format::Human => {
            out.write_all(render::summary(tally, paint).as_bytes())?;
            if let Some(comparison) = comparison {
                out.write_all(render::changes(comparison, paint).as_bytes())?;
            }
            out.flush()?;
        }
        Format::Json => {
            out.flush()?;
            output::to_stderr(&format!("{}\n", render::summary_json(tally, comparison)));
        }
    }
    Ok(())
}

fn unread(place: &str, why: &str, format: Format) {
    let message = format!("{place}: this event could not be read: {why}");
    render::tell(
        &Notice::error("C0130", message).help("it counts for nothing; mend it, or take it out"),
        format,
    );
}

fn too_long(place: &str, format: Format) {
    let message = format!("{place}: this line is longer than a request may be, {MAX_REQUEST} bytes");
    render::tell(
        &Notice::error("C0110", message).help("it was not decided; shorten it, or take it out"),
        format,
    );
}
