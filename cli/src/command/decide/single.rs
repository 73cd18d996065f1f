//! One request.

use std::io::Write;
use std::path::Path;

use lictor_runtime::{Engine, Scratch};
use lictor_zones::Zones;

use super::{Shown, exit_of};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Paint};
use crate::requests;

/// Decides the request in a file, shows the decision, and gives it as the exit status.
pub fn run(engine: &Engine, path: &Path, facts: bool, format: Format) -> Result<Exit, Failure> {
    let request = requests::one(path)?;
    let mut scratch = Scratch::default();
    let decision = engine.decide_with_history(&mut scratch, &request, &Zones::default());
    let facts = facts.then(|| engine.facts_used(&scratch));
    let mut out = output::stdout();
    match format {
        Format::Json => output::json(&mut out, &Shown { decision: &decision, facts, explanation: None })?,
        Format::Human => {
            out.write_all(render::card(&decision, Paint::stdout()).as_bytes())?;
            for fact in facts.iter().flatten() {
                output::json_line(&mut out, fact)?;
            }
        }
    }
    out.flush()?;
    Ok(exit_of(&decision))
}
