//! `--timing`: how long does a decision take?

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use lictor_runtime::{Engine, Scratch};
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{self, Notice};
use crate::requests::{self, Line, Lines};

/// The fewest and the most passes over all requests; the median of an odd number of them is one of them.
const PASSES: std::ops::RangeInclusive<usize> = 5..=101;
/// How long passes are repeated within those bounds.
const BUDGET: Duration = Duration::from_secs(2);
/// The most bytes of requests that are held in memory.
const MAX_BYTES: usize = 1 << 30;

/// Decides all requests again and again, and tells how long one took. Reading the file is not counted; everything from a
/// request's bytes to its decision is.
pub fn run(engine: &Engine, path: &Path, format: Format) -> Result<Exit, Failure> {
    let requests = read(engine, path)?;
    if requests.is_empty() {
        let notice = Notice::error("C0112", format!("{} holds no requests", path.display()));
        return Err(notice.help("put one JSON request on each line").into());
    }
    let mut scratch = Scratch::default();
    // The first pass grows the scratch memory and warms the caches; it does not count.
    pass(engine, &mut scratch, &requests);
    let mut passes = Vec::new();
    let start = Instant::now();
    while passes.len() < *PASSES.start()
        || (passes.len() < *PASSES.end() && (start.elapsed() < BUDGET || passes.len() % 2 == 0))
    {
        passes.push(pass(engine, &mut scratch, &requests));
    }
    passes.sort_unstable();
    let each = |pass: Option<&Duration>| pass.map_or(0, |pass| pass.as_nanos() / requests.len() as u128);
    let (median, fastest, slowest) =
        (each(passes.get(passes.len() / 2)), each(passes.first()), each(passes.last()));
    let mut out = output::stdout();
    match format {
        Format::Json => output::json(
            &mut out,
            &json!({
                "requests": requests.len(), "passes": passes.len(), "ns_per_request": median as u64,
                "fastest_ns": fastest as u64, "slowest_ns": slowest as u64, "optimized": !cfg!(debug_assertions),
            }),
        )?,
        Format::Human => {
            writeln!(out, "{median} ns a request: parsing its JSON, deciding, and building the answer")?;
            writeln!(
                out,
                "the median of {} passes over {}; the fastest took {fastest} ns, the slowest {slowest} ns",
                passes.len(),
                render::plural(requests.len(), "request"),
            )?;
            if cfg!(debug_assertions) {
                writeln!(out, "this is a build without optimisation; measure with `cargo run --release`")?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn pass(engine: &Engine, scratch: &mut Scratch, requests: &[Vec<u8>]) -> Duration {
    let start = Instant::now();
    for request in requests {
        black_box(engine.decide(scratch, black_box(request)));
    }
    start.elapsed()
}

/// The requests of a file; the events that it reports take no decision.
fn read(engine: &Engine, path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let mut lines = Lines::open(path, "the requests")?;
    let (mut requests, mut buffer, mut bytes) = (Vec::new(), Vec::new(), 0);
    while let Some(line) = lines.next(&mut buffer)? {
        let Line::Text(text) = line else { return Err(requests::too_long(&lines.place())) };
        if engine.is_report(text) {
            continue;
        }
        bytes += text.len();
        if bytes > MAX_BYTES {
            let notice =
                Notice::error("C0113", format!("{} is too long to be measured at once", path.display()));
            return Err(notice.help(format!("give a part of it, at most {} MiB", MAX_BYTES >> 20)).into());
        }
        requests.push(text.to_vec());
    }
    Ok(requests)
}
