//! A file of requests, one a line, of any length.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use lictor_runtime::{Engine, MemoryHistory, Scratch};
use lictor_zones::Zones;

use super::Shown;
use super::against::{Against, Comparison};
use super::tally::Tally;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Notice, Paint, Progress, Rows};
use crate::requests::{Line, Lines, MAX_REQUEST};

/// Decides every request in their order, each with what the ones before it have left behind: an allowed one counts as allowed and as
/// executed, every other one that could be read as attempted. A line with `event` reports one, and is not decided. Shows each decision as it is made, and then what came of all of them.
pub fn run(
    engine: &Engine,
    path: &Path,
    against: Option<&Path>,
    quiet: bool,
    facts: bool,
    format: Format,
) -> Result<Exit, Failure> {
    let mut lines = Lines::open(path, "the requests")?;
    let mut against = against.map(Against::open).transpose()?;
    let mut progress = Progress::new(lines.size());
    let paint = Paint::stdout();
    let rows = Rows::new(engine.bundle(), paint);
    let mut out = output::stdout();
    let mut scratch = Scratch::default();
    let mut history = MemoryHistory::with_clocks(Box::new(Zones::default()));
    let mut buffer = Vec::new();
    let mut tally = Tally::default();
    let mut number = 0;
    while let Some(line) = lines.next(&mut buffer)? {
        number += 1;
        let Line::Text(request) = line else {
            too_long(&lines, format);
            tally.undecided += 1;
            if let Some(against) = &mut against {
                against.skip()?;
            }
            continue;
        };
        if engine.is_report(request) {
            match history.report(engine, &mut scratch, request) {
                Ok(_) => {
                    if !quiet && matches!(format, Format::Human) {
                        rows.reported(&mut out, number)?;
                    }
                }
                // Nothing is decided about an event, so that this is told like a line that cannot be decided.
                Err(refusal) => {
                    unread(&lines, &refusal.reason, format);
                    tally.undecided += 1;
                }
            }
            continue;
        }
        let start = Instant::now();
        let decision = engine.decide_with_history(&mut scratch, request, &history);
        let facts = facts.then(|| engine.facts_used(&scratch));
        history.record(engine, &mut scratch, &decision);
        let verdict = render::verdict(&decision);
        tally.count(verdict, &decision.reason_code, start.elapsed());
        if let Some(observed) = &decision.observed {
            tally.observe(render::differs(&decision).then(|| render::outcome(observed)));
        }
        match format {
            _ if quiet => {}
            Format::Json => {
                output::json_line(&mut out, &Shown { decision: &decision, facts, explanation: None })?
            }
            Format::Human => {
                rows.write(&mut out, number, &decision)?;
                for fact in facts.iter().flatten() {
                    output::json_line(&mut out, fact)?;
                }
            }
        }
        if let Some(against) = &mut against {
            against.compare(number, verdict, &decision.reason_code, || decision.reason.to_string())?;
        }
        progress.update(lines.bytes(), tally.decided);
    }
    progress.finish();
    let comparison = against.map(Against::finish).transpose()?;
    summarize(&mut out, &tally, comparison.as_ref(), format, paint)?;
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

fn unread(lines: &Lines, why: &str, format: Format) {
    let message = format!("{}: this event could not be read: {why}", lines.place());
    render::tell(
        &Notice::error("C0130", message).help("it counts for nothing; mend it, or take it out"),
        format,
    );
}

fn too_long(lines: &Lines, format: Format) {
    let message =
        format!("{}: this line is longer than a request may be, {MAX_REQUEST} bytes", lines.place());
    render::tell(
        &Notice::error("C0110", message).help("it was not decided; shorten it, or take it out"),
        format,
    );
}
