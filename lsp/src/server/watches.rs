//! Samples that a client looks at while somebody types. A client that says `"lictorSamples": true` among its `experimental` abilities is told with
//! `lictor/sampleDecided` when one that it watches is decided otherwise, when the policy cannot decide it any more, and when it can again.

use serde_json::{Value, json};
use tower_lsp::ls_types::notification::Notification;

use super::message::execute_command::decide_sample::{Decided, Sample, answer};
use super::outbox::Message;
use super::state::State;
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

/// `lictor/sampleDecided`: what `lictor.decideSample` would answer now, with `watch`. Where the policy cannot decide, `current` is false,
/// `problem` says why, and the rest is as it was last.
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
        let news = match came {
            Ok(decided) => answer(self, decided),
            Err(NotRun::GivenUp) => return,
            Err(reason) => {
                let Some(watch) = self.watches.get(name) else { return };
                let mut last = watch.told.clone();
                if let Some(last) = last.as_object_mut() {
                    last.insert(String::from("current"), json!(false));
                    last.insert(String::from("problem"), json!(reason.to_string()));
                }
                last
            }
        };
        let Some(watch) = self.watches.get_mut(name).filter(|watch| watch.told != news) else { return };
        watch.told.clone_from(&news);
        let mut said = news;
        if let Some(said) = said.as_object_mut() {
            said.insert(String::from("watch"), json!(name));
        }
        self.outbox.say(Message::SampleDecided(said));
    }

    /// Tells that the samples of a project cannot be decided.
    pub fn tell_undecided(&mut self, project: &Extent, reason: &NotRun) {
        for (name, _) in self.watched(project) {
            self.tell_watched(&name, &Err(reason.clone()));
        }
    }
}
