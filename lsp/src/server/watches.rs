//! Samples that a client looks at while somebody types. A client that says `"lictorSamples": true` among its `experimental` abilities is told with
//! `lictor/sampleDecided` when one that it watches is decided otherwise, when the policy cannot decide it any more, and when it can again.

use serde_json::{Value, json};
use tower_lsp::ls_types::notification::Notification;

use super::message::execute_command::decide_sample::{Decided, Sample, answer};
use super::outbox::Message;
use super::state::State;
use crate::ide::mistakes::in_words;
use crate::ide::trial::NotRun;
use crate::ide::{Extent, FileName};

/// A sample that a client looks at.
pub struct Watch {
    /// A policy of the project by which it is decided.
    pub policy: FileName,
    /// The sample.
    pub sample: Sample,
    /// What the client was last told.
    pub told: Value,
}

impl Watch {
    /// A sample of which nothing was told yet.
    pub fn new(policy: FileName, sample: Sample) -> Watch {
        Watch { policy, sample, told: Value::Null }
    }
}

/// `lictor/sampleDecided`: what `lictor.decideSample` would answer now, with `watch`. Where the policy cannot decide, `current` is false,
/// `problem` says why, and the rest is as it was last. One that was never decided has no `decision`; its `text` says the same as `problem`.
pub enum SampleDecided {}

impl Notification for SampleDecided {
    type Params = Value;
    const METHOD: &'static str = "lictor/sampleDecided";
}

impl State {
    /// Whether the client can be told of samples.
    pub fn can_be_told_of_samples(&self) -> bool {
        self.client
            .experimental
            .as_ref()
            .is_some_and(|abilities| abilities.get("lictorSamples") == Some(&Value::Bool(true)))
    }

    /// The samples of a project that are watched, with their names.
    pub fn watched(&self, project: &Extent) -> Vec<(String, Sample)> {
        let of_it = self.watches.iter().filter(|(_, watch)| project.policies.contains(&watch.policy));
        of_it.map(|(name, watch)| (name.clone(), watch.sample.clone())).collect()
    }

    /// Tells what became of a sample, unless the client knows.
    pub fn tell_watched(&mut self, name: &str, came: &Result<Decided, NotRun>) {
        let before = self.watches.get(name).map(|watch| watch.told.clone());
        let Some(mut said) = self.look(name, came).filter(|said| before.as_ref() != Some(said)) else {
            return;
        };
        if let Some(said) = said.as_object_mut() {
            said.insert(String::from("watch"), json!(name));
        }
        self.outbox.say(Message::SampleDecided(said));
    }

    /// What a client is told of a sample that it looks at. Nothing where it looks at none of this name, or where nothing came of it.
    pub fn look(&mut self, name: &str, came: &Result<Decided, NotRun>) -> Option<Value> {
        let policy = self.watches.get(name)?.policy.clone();
        let told = match came {
            Ok(decided) => answer(self, decided),
            Err(NotRun::GivenUp) => return None,
            Err(reason) => {
                let mistakes = Some(reason).filter(|reason| **reason == NotRun::Errors);
                let problem = mistakes.and_then(|_| in_words(&mut self.workspace, &policy));
                let last = self.watches.get(name).map(|watch| watch.told.clone());
                undecided(last.unwrap_or_default(), &problem.unwrap_or_else(|| reason.to_string()))
            }
        };
        let watch = self.watches.get_mut(name)?;
        // What was taken by itself is followed where it stands.
        if let (Sample::First, Ok(Decided { requests, .. })) = (&watch.sample, came)
            && let Some(file) = &requests.file
        {
            watch.sample = Sample::Line(file.clone(), 0);
        }
        watch.told.clone_from(&told);
        Some(told)
    }

    /// Tells that the samples of a project cannot be decided.
    pub fn tell_undecided(&mut self, project: &Extent, reason: &NotRun) {
        for (name, _) in self.watched(project) {
            self.tell_watched(&name, &Err(reason.clone()));
        }
    }
}

/// What was told last, now that it is of an earlier policy; of a sample that was never decided, that it is not.
fn undecided(last: Value, problem: &str) -> Value {
    match last {
        Value::Object(mut last) if last.get("decision").is_some_and(|decision| !decision.is_null()) => {
            last.insert(String::from("current"), json!(false));
            last.insert(String::from("problem"), json!(problem));
            Value::Object(last)
        }
        _ => json!({
            "title": "not decided", "current": false, "problem": problem, "sample": null, "decision": null,
            "text": format!("NOT DECIDED: {problem}.\n"),
        }),
    }
}
