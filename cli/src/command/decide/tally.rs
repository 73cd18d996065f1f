//! What came of a stream of requests, in numbers.

use std::collections::BTreeMap;
use std::time::Duration;

/// What came of a stream of requests, in numbers.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many were decided.
    pub decided: u64,
    /// How many lines could not be read as a request at all.
    pub undecided: u64,
    /// How many are allowed.
    pub allow: u64,
    /// How many are held until people approve.
    pub step_up: u64,
    /// How many are refused.
    pub deny: u64,
    /// For how many an observed layer applies.
    pub observed: u64,
    /// For how many of those the decision would be another one if the layer counted, by what it would be.
    pub would_differ: BTreeMap<String, u64>,
    /// How often each reason code was given, with its decision.
    pub codes: BTreeMap<(String, &'static str), u64>,
    /// The time from the bytes of the requests to the decisions; where several are made at once, it is counted once.
    pub time: Duration,
}

impl Tally {
    /// Counts a decision.
    pub fn count(&mut self, decision: &'static str, code: &str) {
        self.decided += 1;
        match decision {
            "allow" => self.allow += 1,
            "step_up" => self.step_up += 1,
            _ => self.deny += 1,
        }
        // Codes repeat: only the first of each is copied.
        match self.codes.iter_mut().find(|((known, of), _)| known == code && *of == decision) {
            Some((_, count)) => *count += 1,
            None => drop(self.codes.insert((code.to_owned(), decision), 1)),
        }
    }

    /// Counts what observed layers would have made of a decision: nothing where that is the same decision.
    pub fn observe(&mut self, would_be: Option<String>) {
        self.observed += 1;
        if let Some(would_be) = would_be {
            *self.would_differ.entry(would_be).or_default() += 1;
        }
    }

    /// How many requests were decided a second, parsing included.
    pub fn per_second(&self) -> f64 {
        let seconds = self.time.as_secs_f64();
        if seconds > 0.0 { self.decided as f64 / seconds } else { 0.0 }
    }

    /// The codes, the most frequent first; those that are as frequent by name.
    pub fn by_frequency(&self) -> Vec<(&str, &'static str, u64)> {
        let mut codes = self
            .codes
            .iter()
            .map(|((code, decision), count)| (code.as_str(), *decision, *count))
            .collect::<Vec<_>>();
        codes.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(b.0)));
        codes
    }
}
