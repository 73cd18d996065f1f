//! Tests that failed when they were last run, shown as mistakes where they stand until a text changes.

use std::collections::BTreeMap;

use tower_lsp::ls_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity};

use super::convert;
use super::state::State;
use crate::ide::tests::Outcome;
use crate::ide::{FileName, Text};

/// The tests that failed, by the files that they stand in.
#[derive(Default)]
pub struct Failures(BTreeMap<FileName, Vec<Outcome>>);

impl Failures {
    /// Those of a file.
    pub fn of(&self, file: &FileName) -> &[Outcome] {
        self.0.get(file).map_or(&[], Vec::as_slice)
    }
}

impl State {
    /// A text has changed: what came of tests may come of them no longer.
    pub fn note_edit(&mut self) {
        self.news.edited = true;
        self.failures.0.clear();
        self.background.give_up();
    }

    /// Notes what came of tests. Of a test that was not run now nothing is known any more.
    pub fn note_outcomes(&mut self, outcomes: &[Outcome]) {
        self.failures.0.clear();
        for outcome in outcomes.iter().filter(|outcome| !outcome.passed) {
            if let Some((file, _)) = &outcome.place {
                self.failures.0.entry(file.clone()).or_default().push(outcome.clone());
            }
        }
        self.told.look_again();
        self.news.elsewhere = true;
    }

    /// The tests of a file that failed, as the client counts places.
    pub fn failed(&self, file: &FileName, text: &Text) -> Vec<Diagnostic> {
        let one = |outcome: &Outcome| {
            let (_, range) = outcome.place.as_ref()?;
            let related = outcome.rules.iter().filter_map(|((file, range), says)| {
                let location = self.location(file, range.clone())?;
                Some(DiagnosticRelatedInformation { location, message: says.clone() })
            });
            let related: Vec<DiagnosticRelatedInformation> = related.collect();
            Some(Diagnostic {
                range: convert::range(text, self.encoding, range.clone()),
                severity: Some(DiagnosticSeverity::ERROR),
                source: Some(String::from("lictor test")),
                message: format!(
                    "{}: expected {}, and it is {}\n{}\n{}",
                    outcome.title, outcome.expected, outcome.actual, outcome.because, outcome.account
                )
                .trim_end()
                .to_owned(),
                related_information: (!related.is_empty()).then_some(related),
                ..Diagnostic::default()
            })
        };
        self.failures.of(file).iter().filter_map(one).collect()
    }
}
