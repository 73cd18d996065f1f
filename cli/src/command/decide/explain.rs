//! `--explain`: one decision, with every rule, every value it read, and what would have made it pass.

use std::io::Write;
use std::path::Path;

use lictor_runtime::Engine;
use lictor_suite::Replay;

use super::{Shown, exit_of};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Notice, Paint};
use crate::requests::{self, Line, Lines};

/// Explains the decision of the request in a file.
pub fn one(engine: &Engine, path: &Path, facts: bool, format: Format) -> Result<Exit, Failure> {
    show(engine, &mut Replay::new(engine), &requests::one(path)?, facts, format)
}

/// Explains the decision of one line of a file of requests, after those before it. `number` counts the requests from 1, as rows do.
pub fn line(
    engine: &Engine,
    path: &Path,
    number: Option<u64>,
    facts: bool,
    format: Format,
) -> Result<Exit, Failure> {
    let Some(number) = number else {
        return Err(Notice::error(
            "C0121",
            "`--explain` explains one decision, and this is a file of requests",
        )
        .help("say which: `--line 17` explains the 17th")
        .into());
    };
    let mut lines = Lines::open(path, "the requests")?;
    let mut buffer = Vec::new();
    let mut replay = Replay::new(engine);
    for at in 1.. {
        match lines.next(&mut buffer)? {
            None => break,
            Some(Line::TooLong) if at == number => return Err(requests::too_long(&lines.place())),
            Some(Line::TooLong) => {}
            // A report that cannot be read counts for nothing, as where the lines are decided.
            Some(Line::Text(text)) => match replay.report(text) {
                Some(_) if at == number => {
                    let message = format!("line {number} reports an event, and nothing was decided about it");
                    return Err(Notice::error("C0120", message).help("name the line of a request").into());
                }
                Some(_) => {}
                None if at == number => return show(engine, &mut replay, text, facts, format),
                None => {
                    let decision = replay.decide(text);
                    replay.remember(&decision);
                }
            },
        }
    }
    let message = format!("there is no request number {number} in {}", path.display());
    Err(Notice::error("C0120", message)
        .help("requests are counted from 1, and empty lines are not counted")
        .into())
}

fn show(
    engine: &Engine,
    replay: &mut Replay<'_>,
    request: &[u8],
    facts: bool,
    format: Format,
) -> Result<Exit, Failure> {
    let (decision, explanation) = replay.explain(request);
    let facts = facts.then(|| engine.facts_used(replay.scratch()));
    let mut out = output::stdout();
    match format {
        Format::Json => {
            let shown = Shown { decision: &decision, facts, explanation: Some(&explanation) };
            output::json(&mut out, &shown)?;
        }
        Format::Human => {
            out.write_all(render::explanation(&decision, &explanation, Paint::stdout()).as_bytes())?;
            for fact in facts.iter().flatten() {
                output::json_line(&mut out, fact)?;
            }
        }
    }
    out.flush()?;
    Ok(exit_of(&decision))
}
