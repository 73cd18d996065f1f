//! `lictor.runTests` with `{ "uri": … }` runs all tests of the project of that file; with `"test"` those of that name, with `"rule"` those that reach
//! that rule. Those that fail are mistakes until a text changes; the answer says what came of each.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{MessageType, Uri};

use super::{Begun, beside, material};
use crate::ide::tests::{Choice, Outcome, run};
use crate::ide::trial::{Place, Trial};
use crate::server::outbox::Message;
use crate::server::state::State;

/// Runs tests.
pub const NAME: &str = "lictor.runTests";

/// Which tests.
#[derive(Deserialize)]
pub struct Wanted {
    uri: Uri,
    test: Option<String>,
    rule: Option<String>,
}

/// Runs them.
pub fn begin(state: &mut State, wanted: Wanted) -> Result<Begun> {
    let (_, material) = material(state, &wanted.uri)?;
    let choice = match (wanted.test, wanted.rule) {
        (Some(test), _) => Choice::Named(test),
        (None, Some(rule)) => Choice::Reaching(rule),
        (None, None) => Choice::All,
    };
    let work = {
        let choice = choice.clone();
        move |is_wanted: &dyn Fn() -> bool| run(&Trial::of(material)?, &choice, is_wanted)
    };
    Ok(beside(state, "Running tests", work, move |state, outcomes| {
        Ok(Some(answer(state, &choice, &outcomes)))
    }))
}

fn answer(state: &mut State, choice: &Choice, outcomes: &[Outcome]) -> Value {
    state.note_outcomes(outcomes);
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    state.outbox.say(tell(choice, outcomes.len(), passed));
    let tests: Vec<Value> = outcomes.iter().map(|outcome| test(state, outcome)).collect();
    json!({ "run": outcomes.len(), "passed": passed, "tests": tests })
}

fn tell(choice: &Choice, run: usize, passed: usize) -> Message {
    let tests = if run == 1 { String::from("1 test") } else { format!("{run} tests") };
    match run - passed {
        _ if run == 0 => {
            let none = match choice {
                Choice::All => String::from("there are no tests here"),
                Choice::Named(name) => format!("there is no test \"{name}\" here"),
                Choice::Reaching(rule) => format!("no test reaches `{rule}`"),
            };
            Message::Show(MessageType::INFO, none)
        }
        0 => Message::Show(MessageType::INFO, format!("{tests}, all passed")),
        failed => Message::Show(MessageType::ERROR, format!("{tests}, {failed} failed")),
    }
}

fn test(state: &State, outcome: &Outcome) -> Value {
    let place = |(file, range): &Place| state.location(file, range.clone());
    let rules = outcome.rules.iter().map(|(at, says)| json!({ "place": place(at), "says": says }));
    json!({
        "title": outcome.title, "place": outcome.place.as_ref().and_then(place), "passed": outcome.passed,
        "expected": outcome.expected, "actual": outcome.actual, "because": outcome.because,
        "account": outcome.account, "rules": rules.collect::<Vec<_>>(),
    })
}
