//! A part of a stream of requests, and who decides it: one worker where requests depend on those before them, else as many as there are
//! cores.

use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::time::{Duration, Instant};

use lictor_runtime::{Decision, Engine, Scratch};
use lictor_suite::{Replay, remembers};

use super::Shown;
use crate::args::Format;
use crate::failure::Failure;
use crate::output;
use crate::render::Rows;
use crate::requests::{Line, Lines};

/// How many bytes of requests are read before they are decided.
const BATCH: usize = 1 << 18;

/// Lines in a row.
#[derive(Default)]
pub struct Batch {
    bytes: Vec<u8>,
    /// The lines, in their order.
    pub lines: Vec<Place>,
}

/// Where a line stands.
#[derive(Clone)]
pub struct Place {
    /// Its number among those that are not empty, from 1.
    pub number: u64,
    /// Its number in the file.
    pub line: u64,
    /// Where it stands among the bytes; nowhere where it is too long to be a request.
    text: Option<Range<usize>>,
}

impl Batch {
    /// Reads on, behind `number` lines. It is empty at the end of the file.
    pub fn read(lines: &mut Lines, number: &mut u64, buffer: &mut Vec<u8>) -> Result<Batch, Failure> {
        let mut batch = Batch::default();
        while batch.bytes.len() < BATCH {
            let Some(line) = lines.next(buffer)? else { break };
            let text = match line {
                Line::TooLong => None,
                Line::Text(text) => {
                    let start = batch.bytes.len();
                    batch.bytes.extend_from_slice(text);
                    Some(start..batch.bytes.len())
                }
            };
            *number += 1;
            batch.lines.push(Place { number: *number, line: lines.line(), text });
        }
        Ok(batch)
    }
}

/// What became of a line.
pub enum Done {
    /// It was decided, and is shown like this.
    Decided(Box<Decision>, Vec<u8>),
    /// It reported an event.
    Reported,
    /// It should have reported an event, and could not be read.
    Unread(String),
    /// It is too long to be a request.
    TooLong,
}

/// How decisions are made and shown.
#[derive(Clone, Copy)]
pub struct View<'e> {
    /// Who decides.
    pub engine: &'e Engine,
    /// How a row is written for people.
    pub rows: &'e Rows,
    /// Whether decisions are only counted.
    pub quiet: bool,
    /// Whether the facts that a decision has read are shown with it.
    pub facts: bool,
    /// For whom they are shown.
    pub format: Format,
}

/// Those who decide.
pub struct Workers<'e> {
    view: View<'e>,
    workers: Vec<Worker<'e>>,
}

struct Worker<'e>(Replay<'e>);

impl<'e> Workers<'e> {
    /// `jobs` of them, or as many as there are cores. One where the policy asks for what happened before, or learns of events.
    pub fn new(view: View<'e>, jobs: Option<NonZeroUsize>) -> Workers<'e> {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let count = if remembers(view.engine) { 1 } else { jobs.map_or_else(cores, NonZeroUsize::get) };
        let worker = || Worker(Replay::new(view.engine));
        Workers { view, workers: std::iter::repeat_with(worker).take(count).collect() }
    }

    /// Decides the lines of a batch, each worker a part of them. What became of them, in their order; and the time it took from the bytes of
    /// the requests to the decisions.
    pub fn decide(&mut self, batch: &Batch) -> io::Result<(Vec<Done>, Duration)> {
        let view = self.view;
        let part = batch.lines.len().div_ceil(self.workers.len()).max(1);
        let mut parts = batch.lines.chunks(part).zip(&mut self.workers);
        let own = parts.next();
        let decide = |(lines, worker): (&[Place], &mut Worker<'e>)| worker.decide(view, &batch.bytes, lines);
        std::thread::scope(|scope| {
            let others: Vec<_> = parts.map(|part| scope.spawn(move || decide(part))).collect();
            let (mut done, mut slowest) = own.map(decide).transpose()?.unwrap_or_default();
            for other in others {
                let (more, took) = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                done.extend(more);
                slowest = slowest.max(took);
            }
            Ok((done, slowest))
        })
    }
}

impl Worker<'_> {
    /// Decides lines in their order, each with what the ones before it have left behind.
    fn decide(&mut self, view: View<'_>, bytes: &[u8], lines: &[Place]) -> io::Result<(Vec<Done>, Duration)> {
        let replay = &mut self.0;
        let (mut done, mut took) = (Vec::with_capacity(lines.len()), Duration::ZERO);
        for place in lines {
            let Some(text) = place.text.clone().and_then(|text| bytes.get(text)) else {
                done.push(Done::TooLong);
                continue;
            };
            done.push(match replay.report(text) {
                Some(Ok(())) => Done::Reported,
                Some(Err(refusal)) => Done::Unread(refusal.reason.to_string()),
                None => {
                    let start = Instant::now();
                    let decision = replay.decide(text);
                    took += start.elapsed();
                    let shown = view.show(replay.scratch(), place.number, &decision)?;
                    replay.remember(&decision);
                    Done::Decided(Box::new(decision), shown)
                }
            });
        }
        Ok((done, took))
    }
}

impl View<'_> {
    /// How a decision is shown.
    fn show(self, scratch: &Scratch, number: u64, decision: &Decision) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        if self.quiet {
            return Ok(out);
        }
        let facts = self.facts.then(|| self.engine.facts_used(scratch));
        match self.format {
            Format::Json => output::json_line(&mut out, &Shown { decision, facts, explanation: None })?,
            Format::Human => {
                self.rows.write(&mut out, number, decision)?;
                for fact in facts.iter().flatten() {
                    output::json_line(&mut out, fact)?;
                }
            }
        }
        Ok(out)
    }
}
