//! One request.

use std::io::Write;
use std::path::Path;

use lictor_runtime::Engine;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Paint};
use crate::requests;

/// Decides the request in a file, shows the decision, and gives it as the exit status.
pub fn run(engine: &Engine, path: &Path, format: Format) -> Result<Exit, Failure> {
    let request = requests::one(path)?;
    let decision = engine.decide_once(&request);
    let mut out = output::stdout();
    match format {
        Format::Json => output::json(&mut out, &decision)?,
        Format::Human => out.write_all(render::card(&decision, Paint::stdout()).as_bytes())?,
    }
    out.flush()?;
    Ok(match render::verdict(&decision) {
        "allow" => Exit::Success,
        "step_up" => Exit::StepUp,
        _ => Exit::Deny,
    })
}
