//! `--against`: which requests are decided otherwise than before?

use std::path::Path;

use serde::Deserialize;

use crate::failure::Failure;
use crate::render::Notice;
use crate::requests::{Line, Lines};

/// The most changes that are kept to be shown one by one; beyond that they are only counted.
const MAX_SHOWN: usize = 10_000;

/// An earlier decision: a line of what `--format json` printed, or one that somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Earlier {
    /// `allow`, `step_up` or `deny`.
    pub decision: String,
    /// Its reason code; where it is left out, only the decision is compared.
    #[serde(default)]
    pub reason_code: Option<String>,
}

/// A request that is decided otherwise now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The request's number, from 1.
    pub number: u64,
    /// What was decided.
    pub before: Earlier,
    /// What is decided now.
    pub decision: String,
    /// Its code now.
    pub reason_code: String,
    /// Its reason now.
    pub reason: String,
}

/// What came of the comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// How many requests were compared.
    pub compared: u64,
    /// How many of them are decided otherwise.
    pub changed: u64,
    /// The first of those.
    pub changes: Vec<Change>,
    /// How many requests have no earlier decision, because there are fewer of those.
    pub unmatched: u64,
}

/// The earlier decisions, read along with the requests.
pub struct Against {
    lines: Lines,
    buffer: Vec<u8>,
    comparison: Comparison,
}

impl Against {
    /// Opens the file of earlier decisions.
    pub fn open(path: &Path) -> Result<Against, Failure> {
        Ok(Against {
            lines: Lines::open(path, "the earlier decisions")?,
            buffer: Vec::new(),
            comparison: Comparison::default(),
        })
    }

    /// Compares the decision of the next request. `reason` is asked for only where something changed.
    pub fn compare(
        &mut self,
        number: u64,
        decision: &str,
        reason_code: &str,
        reason: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let Some(before) = self.next()? else {
            self.comparison.unmatched += 1;
            return Ok(());
        };
        self.comparison.compared += 1;
        let same = before.decision == decision
            && before.reason_code.as_deref().is_none_or(|code| code == reason_code);
        if same {
            return Ok(());
        }
        self.comparison.changed += 1;
        if self.comparison.changes.len() < MAX_SHOWN {
            self.comparison.changes.push(Change {
                number,
                before,
                decision: decision.to_owned(),
                reason_code: reason_code.to_owned(),
                reason: reason(),
            });
        }
        Ok(())
    }

    /// Skips the earlier decision of a request that could not be decided now.
    pub fn skip(&mut self) -> Result<(), Failure> {
        self.next().map(drop)
    }

    /// What came of it, once all requests were decided. Decisions that are left over mean that these are decisions of other
    /// requests.
    pub fn finish(mut self) -> Result<Comparison, Failure> {
        if self.next()?.is_some() {
            let message = format!("{}: there are more earlier decisions than requests", self.lines.place());
            return Err(other_requests(message));
        }
        if self.comparison.unmatched > 0 {
            let message = format!(
                "{}: the last {} requests have no earlier decision",
                self.lines.place(),
                self.comparison.unmatched
            );
            return Err(other_requests(message));
        }
        Ok(self.comparison)
    }

    fn next(&mut self) -> Result<Option<Earlier>, Failure> {
        let line = self.lines.next(&mut self.buffer)?;
        let parsed = match line {
            None => return Ok(None),
            Some(Line::TooLong) => None,
            Some(Line::Text(text)) => serde_json::from_slice(text).ok(),
        };
        parsed.map(Some).ok_or_else(|| {
            Notice::error("C0114", format!("{}: this is not a decision", self.lines.place()))
                .help("each line is like {\"decision\":\"deny\",\"reason_code\":\"AMOUNT_OVER_LIMIT\"}, as `--format json` prints it")
                .into()
        })
    }
}

fn other_requests(message: String) -> Failure {
    Notice::error("C0115", message)
        .help("compare with the decisions of the same file of requests: one a line, in the same order")
        .into()
}
