//! What a test says has happened before: `after 100 allowed purchase over 30m`.

use lictor_bundle::history::{HistoryState, MAX_WINDOW};
use lictor_bundle::schema::ActionId;
use lictor_bundle::time;
use lictor_grammar::ast::{After, ExprKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::literal;

use super::Scene;
use super::draft::{Assignment, Draft};
use super::path::ENVELOPE;
use crate::PastRequest;
use crate::history::{happened, state};

/// The most requests that one line may state.
const MOST: u32 = 100_000;

/// A line that states requests.
#[derive(Clone)]
pub struct Stated {
    /// How many.
    pub count: u32,
    state: HistoryState,
    action: ActionId,
    fields: Vec<Assignment>,
    over: i64,
}

impl Scene<'_> {
    /// Reads a line. What is wrong with the example itself was reported there.
    pub fn after(&mut self, step: &After) -> Option<Stated> {
        let state = state(&step.state, &mut self.diagnostics);
        let action = self.example_named(&step.example);
        let happened = state.zip(action).map(|(state, action)| {
            happened(state, [&action], step.state.span, self.schema, &mut self.diagnostics)
        });
        let count = step.count.text.replace('_', "").parse::<u32>().ok().filter(|n| (1..=MOST).contains(n));
        if count.is_none() {
            let message = format!("this many requests are not stated: it takes 1 to {MOST}");
            self.diagnostics.push(
                Diagnostic::error("E0513", step.count.span, message)
                    .help("write a whole number: `after 100`"),
            );
        }
        let over = match &step.over.kind {
            ExprKind::Duration(text) => literal::duration(text).ok().filter(|n| (1..=MAX_WINDOW).contains(n)),
            _ => None,
        };
        if over.is_none() {
            self.diagnostics.push(
                Diagnostic::error(
                    "E0513",
                    step.over.span,
                    "requests are spread over some time, 400 days at most",
                )
                .help("write a length of time: `over 30m`"),
            );
        }
        happened.flatten()?;
        let fields = self.examples.get(step.example.text.as_str()).map(|sample| sample.fields.clone());
        Some(Stated { count: count?, state: state?, action: action?, fields: fields?, over: over? })
    }

    /// The requests that a line states, by the same people as the test's request: `said` is what the test says of the envelope.
    /// The last of them is at the test's own time, `now`, and the others are spread evenly before it.
    pub fn past(&self, stated: &Stated, said: &[Assignment], now: i64) -> Vec<PastRequest> {
        let Some(action) = self.schema.actions.get(usize::from(stated.action)) else { return Vec::new() };
        let of_envelope = |assignment: &&Assignment| {
            assignment.path.first().is_some_and(|root| ENVELOPE.contains(&root.as_str()))
        };
        let mut draft = Draft::new(self.schema, action);
        for assignment in said.iter().filter(of_envelope).chain(&stated.fields) {
            draft.assign(assignment);
        }
        let distance = |index: u32| i128::from(stated.over) * i128::from(index) / i128::from(stated.count);
        let at = |index: u32| now.saturating_sub(i64::try_from(distance(index)).unwrap_or(i64::MAX));
        let past = (0..stated.count).rev().map(|index| {
            draft.set_now(&time::render_timestamp(at(index)));
            PastRequest { request: draft.text(), state: stated.state }
        });
        past.collect()
    }
}
