//! Sample requests beside a policy: which files hold them, and what a policy decides about them.

use std::collections::BTreeSet;
use std::ops::Range;

use lictor_report::{Paint, explanation, verdict};
use lictor_runtime::{Decision, Explanation, UsedFact};
use lictor_suite::Replay;

use super::trial::{NotRun, Place, Trial, Wanted};
use super::{Extent, FileName, Text};

/// The most bytes of a file of requests that are looked at.
pub const MAX_BYTES: usize = 16 << 20;
/// The most requests of a file that are looked at.
pub const MAX_REQUESTS: usize = 10_000;

/// Whether a file of this name holds sample requests, without anybody saying so: `requests.ndjson` and `NAME.requests.ndjson` hold one on
/// each line, `NAME.request.json` is one.
pub fn holds_samples(name: &str) -> bool {
    name == "requests.ndjson" || name.ends_with(".requests.ndjson") || name.ends_with(".request.json")
}

/// Where the samples of a project stand: in the directories that it is in, in those of its policies, and in the one above it, as long as
/// that is within a folder that is open.
pub fn directories(project: &Extent, folders: &[String]) -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        project.policies.iter().filter_map(FileName::directory).map(str::to_owned).collect();
    found.extend(project.parts.iter().cloned());
    if !project.directory.is_empty() {
        found.insert(project.directory.clone());
        let above = project.directory.rsplit_once('/').map(|(above, _)| above.to_owned());
        let is_open = |above: &String| {
            folders.iter().any(|folder| {
                above == folder.trim_end_matches('/') || FileName::new(above).inside(folder).is_some()
            })
        };
        found.extend(above.filter(is_open));
    }
    found
}

/// The requests of a file.
#[derive(Clone, Debug)]
pub struct Requests {
    /// The file; none for a request that stands in no file.
    pub file: Option<FileName>,
    /// What it holds.
    pub text: Text,
    /// Where each request stands.
    rows: Vec<Range<u32>>,
    /// Whether there are more than are looked at.
    pub is_cut: bool,
}

impl Requests {
    /// The requests of a text. In a file whose name ends in `.json`, and in no file, stands a single one.
    pub fn new(file: Option<FileName>, text: String) -> Requests {
        let is_one = file.as_ref().is_none_or(|file| file.last().ends_with(".json"));
        let text = Text::new(text);
        let mut rows = Vec::new();
        if is_one {
            rows.push(0..text.len());
        } else {
            for line in 0..text.line_count() {
                let start = text.line_start(line);
                let row = text.line(line);
                if !row.trim().is_empty() {
                    rows.push(start..start + u32::try_from(row.len()).unwrap_or_default());
                }
            }
        }
        let is_cut = rows.len() > MAX_REQUESTS;
        rows.truncate(MAX_REQUESTS);
        Requests { file, text, rows, is_cut }
    }

    /// Where each request stands, in their order.
    pub fn rows(&self) -> &[Range<u32>] {
        &self.rows
    }

    /// The number of the request on a line, both counted from 0.
    pub fn on_line(&self, line: u32) -> Option<usize> {
        let (start, end) = (self.text.line_start(line), self.text.line_start(line.saturating_add(1)));
        self.rows.iter().position(|row| row.start < end.max(start + 1) && start <= row.end)
    }

    /// A request as it is written.
    pub fn request(&self, row: usize) -> &str {
        self.rows.get(row).map(|range| self.text.slice(range.clone())).unwrap_or_default()
    }
}

/// What came of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Came {
    /// It was decided.
    Decided(Outcome),
    /// It is the report of an event, about which nothing is decided.
    Reported,
    /// It should be the report of an event, and could not be read.
    Unread(String),
}

/// A decision in short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// `allow`, `step_up` or `deny`.
    pub decision: &'static str,
    /// Its code.
    pub code: String,
    /// Its reason.
    pub reason: String,
    /// The rule that decided, as `module.rule`.
    pub rule: Option<String>,
}

impl Outcome {
    /// A decision in short.
    pub fn of(decision: &Decision) -> Outcome {
        Outcome {
            decision: verdict(decision),
            code: decision.reason_code.to_string(),
            reason: decision.reason.to_string(),
            rule: decision.rule.clone(),
        }
    }

    /// `allow`, `deny TOO_MANY`
    pub fn title(&self) -> String {
        if self.decision == "allow" {
            self.decision.to_owned()
        } else {
            format!("{} {}", self.decision, self.code)
        }
    }

    /// Whether another decision is the same: what is decided, and by which code.
    pub fn is_as(&self, other: &Outcome) -> bool {
        (self.decision, &self.code) == (other.decision, &other.code)
    }
}

impl Came {
    /// `allow`, `deny TOO_MANY`, `an event`
    pub fn title(&self) -> String {
        match self {
            Came::Decided(outcome) => outcome.title(),
            Came::Reported => String::from("an event, reported"),
            Came::Unread(why) => format!("an event that cannot be read: {why}"),
        }
    }
}

/// Decides the first so many requests of a file, each with what those before it have left behind.
///
/// # Errors
///
/// Nobody wants to know any more.
pub fn decide(
    trial: &Trial,
    requests: &Requests,
    most: usize,
    is_wanted: Wanted<'_>,
) -> Result<Vec<Came>, NotRun> {
    let mut replay = Replay::new(&trial.engine);
    let mut came = Vec::new();
    for row in 0..requests.rows.len().min(most) {
        if !is_wanted() {
            return Err(NotRun::GivenUp);
        }
        let line = requests.request(row).as_bytes();
        came.push(match replay.report(line) {
            Some(Ok(())) => Came::Reported,
            Some(Err(refusal)) => Came::Unread(refusal.reason.to_string()),
            None => {
                let decision = replay.decide(line);
                replay.remember(&decision);
                Came::Decided(Outcome::of(&decision))
            }
        });
    }
    Ok(came)
}

/// A decision with all that led to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The decision in short; none for the report of an event.
    pub title: String,
    /// The decision.
    pub decision: Decision,
    /// What led to it.
    pub explanation: Explanation,
    /// The facts that were read.
    pub facts: Vec<UsedFact>,
    /// All of that in words.
    pub text: String,
    /// Where the rule stands that decided.
    pub rule: Option<Place>,
}

/// Decides one request of a file after those before it, and explains the decision.
///
/// # Errors
///
/// Nobody wants to know any more, there is no such request, or it is the report of an event.
pub fn explain(
    trial: &Trial,
    requests: &Requests,
    row: usize,
    is_wanted: Wanted<'_>,
) -> Result<Shown, NotRun> {
    let mut replay = Replay::new(&trial.engine);
    for before in 0..row {
        if !is_wanted() {
            return Err(NotRun::GivenUp);
        }
        let line = requests.request(before).as_bytes();
        if replay.report(line).is_none() {
            let decision = replay.decide(line);
            replay.remember(&decision);
        }
    }
    if row >= requests.rows.len() {
        return Err(NotRun::Sample(String::from("there is no such request")));
    }
    let request = requests.request(row).as_bytes();
    if trial.engine.is_report(request) {
        return Err(NotRun::Sample(String::from(
            "this line reports an event, and nothing is decided about it",
        )));
    }
    let (decision, account) = replay.explain(request);
    Ok(Shown {
        title: Outcome::of(&decision).title(),
        facts: trial.engine.facts_used(replay.scratch()),
        text: explanation(&decision, &account, Paint::NONE),
        rule: decision.rule.as_ref().and_then(|rule| trial.rule(rule)),
        decision,
        explanation: account,
    })
}

/// A request that is decided otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flip {
    /// Its number in its file, from 0.
    pub row: usize,
    /// What was decided.
    pub before: Came,
    /// What is decided.
    pub after: Came,
}

/// The requests of a file that are decided otherwise: another decision, or another code.
pub fn flips(before: Vec<Came>, after: Vec<Came>) -> Vec<Flip> {
    let differs = |flip: &Flip| match (&flip.before, &flip.after) {
        (Came::Decided(before), Came::Decided(after)) => !before.is_as(after),
        (before, after) => before != after,
    };
    let pairs = before.into_iter().zip(after).enumerate();
    pairs.map(|(row, (before, after))| Flip { row, before, after }).filter(differs).collect()
}
