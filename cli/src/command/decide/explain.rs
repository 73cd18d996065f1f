//! `--explain`: one decision, with every rule, every value it read, and what would have made it pass.

use std::io::Write;
use std::path::Path;

use lictor_runtime::{Engine, MemoryHistory, Past, Scratch};

use super::{Shown, exit_of};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Notice, Paint};
use crate::requests::{self, Line, Lines};

/// Explains the decision of the request in a file.
pub fn one(engine: &Engine, path: &Path, facts: bool, format: Format) -> Result<Exit, Failure> {
    show(engine, &requests::one(path)?, None, facts, format)
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
    let mut scratch = Scratch::default();
    let mut past = MemoryHistory::default();
    for at in 1.. {
        match lines.next(&mut buffer)? {
            None => break,
            Some(Line::TooLong) if at == number => return Err(requests::too_long(&lines.place())),
            Some(Line::TooLong) => {}
            Some(Line::Text(text)) if engine.is_report(text) => {
                if at == number {
                    let message = format!("line {number} reports an event, and nothing was decided about it");
                    return Err(Notice::error("C0120", message).help("name the line of a request").into());
                }
                // One that cannot be read counts for nothing, as where the lines are decided.
                let _unread = past.report(engine, &mut scratch, text);
            }
            Some(Line::Text(text)) if at == number => return show(engine, text, Some(&past), facts, format),
            Some(Line::Text(text)) => {
                let decision = engine.decide_with_history(&mut scratch, text, &past);
                past.record(engine, &mut scratch, &decision);
            }
        }
    }
    let message = format!("there is no request number {number} in {}", path.display());
    Err(Notice::error("C0120", message)
        .help("requests are counted from 1, and empty lines are not counted")
        .into())
}

fn show(
    engine: &Engine,
    request: &[u8],
    past: Option<&dyn Past>,
    facts: bool,
    format: Format,
) -> Result<Exit, Failure> {
    let mut scratch = Scratch::default();
    let (decision, explanation) = engine.explain(&mut scratch, request, past);
    let facts = facts.then(|| engine.facts_used(&scratch));
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
