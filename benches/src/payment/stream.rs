//! Workload C: requests one a line go in, and for each a line with its verdict and its code comes out, on one core or on more.

use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;
use lictor_runtime::{Engine, Scratch};

use super::outcome::{Outcome, Verdict};
use super::{draw, lictor};

/// How many bytes of the stream a core takes at a time.
const BLOCK: usize = 1 << 20;

/// So many requests, one a line: the five of workload A in turn.
#[must_use]
pub fn five_in_turn(requests: usize) -> Vec<u8> {
    let five = draw::five();
    let lines = five.iter().cycle().take(requests);
    lines.flat_map(|(_, json)| json.bytes().chain([b'\n'])).collect()
}

/// So many random requests of a seed, one a line.
#[must_use]
pub fn random(requests: usize, seed: u64) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    let mut lines = Vec::new();
    for _ in 0..requests {
        lines.extend_from_slice(draw::random(&mut rng).as_bytes());
        lines.push(b'\n');
    }
    lines
}

/// Decides a stream on so many cores; what comes out stands in the order of what went in.
#[must_use]
pub fn decide(engine: &Engine, stream: &[u8], cores: usize) -> Vec<Vec<u8>> {
    let (blocks, next) = (blocks(stream), AtomicUsize::new(0));
    let work = || {
        let (mut scratch, mut done) = (Scratch::default(), Vec::new());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(block) = blocks.get(at) else { return done };
            let mut out = Vec::with_capacity(BLOCK / 8);
            decide_block(engine, &mut scratch, block, &mut out);
            done.push((at, out));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        done.extend(others.into_iter().flat_map(|other| other.join().expect("it does not panic")));
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, out)| out).collect()
}

/// The stream in pieces that end with a line.
fn blocks(stream: &[u8]) -> Vec<&[u8]> {
    let mut blocks = Vec::new();
    let mut rest = stream;
    while let Some(end) = rest.get(BLOCK..).and_then(|behind| memchr::memchr(b'\n', behind)) {
        let (block, behind) = rest.split_at(BLOCK + end + 1);
        blocks.push(block);
        rest = behind;
    }
    blocks.push(rest);
    blocks
}

fn decide_block(engine: &Engine, scratch: &mut Scratch, mut block: &[u8], out: &mut Vec<u8>) {
    while let Some(end) = memchr::memchr(b'\n', block) {
        let (line, behind) = block.split_at(end);
        write(lictor::decide(engine, scratch, line), out);
        block = behind.get(1..).unwrap_or_default();
    }
}

/// Writes the line of an outcome.
pub fn write(outcome: Outcome<'_>, out: &mut Vec<u8>) {
    let verdict = match outcome.verdict {
        Verdict::Allow => "allow",
        Verdict::StepUp => "step_up",
        Verdict::Deny => "deny",
    };
    for part in [r#"{"decision":""#, verdict, r#"","reason_code":""#, outcome.code, "\"}\n"] {
        out.extend_from_slice(part.as_bytes());
    }
}
