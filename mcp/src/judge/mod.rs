//! Who decides: a bundle at hand, or a gateway.
//!
//! A bundle at hand keeps nothing: what a counter, a fact or a person would decide is refused there. A gateway records, counts, and asks people.

mod gateway;
mod answer;
mod operator;
mod inside;
mod post;

pub use self::gateway::{Gateway, Keys};
pub(crate) use self::inside::now;
pub use self::inside::{Inside, Record, Recorded, agent};
pub(crate) use self::post::client;

use std::time::Duration;

use crate::asked::Question;
use crate::refusal::Refusal;
use crate::session::{Collect, Held, Outcome, Verdict};

/// How long people are waited for where a client comes back for their answer.
const COMES_BACK: Duration = Duration::from_secs(50);
/// The obligation that a gateway fulfils itself, by the way in which it takes answers of people.
const SIGNED: &str = "signed_approval";

/// Who decides.
pub enum Judge {
    /// A bundle at hand.
    Inside(Box<Inside>),
    /// A gateway.
    Gateway(Box<Gateway>),
}

/// A token that was used for what is happening now, and is settled afterwards.
pub type Burned = String;

/// What came of waiting for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waited {
    /// They have not answered yet.
    Pending,
    /// They have, or nobody can any more.
    Over,
}

impl Judge {
    /// Decides all of these: nothing is allowed unless each of them is. What was used up before one was refused is returned with it.
    pub async fn decide(&self, questions: &[Question], approval: Option<&str>) -> (Verdict, Vec<Burned>) {
        let mut burned = Vec::new();
        if questions.is_empty() {
            return (Verdict::Refused(Refusal::fault("nothing was asked that could be decided")), burned);
        }
        for question in questions {
            let verdict = match self {
                Judge::Inside(inside) => inside.decide(question),
                Judge::Gateway(gateway) => {
                    let (verdict, token) = gateway.decide(question, approval).await;
                    burned.extend(token);
                    verdict
                }
            };
            if verdict != Verdict::Allowed {
                return (verdict, burned);
            }
        }
        (Verdict::Allowed, burned)
    }

    /// Decides the same once more, with what was shown of it and answered.
    pub async fn collect(&self, questions: &[Question], with: Option<&Collect>) -> (Verdict, Vec<Burned>) {
        let Some(Collect { approval, vote }) = with else { return self.decide(questions, None).await };
        let refused = match (vote, self) {
            (None, _) => {
                let held = Held { approval: approval.clone(), ..Held::default() };
                self.until_over(&held, COMES_BACK).await;
                None
            }
            (Some(vote), Judge::Gateway(gateway)) => gateway.vote(approval, *vote).await.err(),
            (Some(_), Judge::Inside(_)) => None,
        };
        let (verdict, burned) = self.decide(questions, Some(approval)).await;
        match (verdict, refused) {
            // It waits, and why the answer of the person here has not changed that is what is to be told.
            (Verdict::Held(held), Some(Refusal { code, reason, .. })) => {
                (Verdict::Held(Held { code, reason, ..held }), burned)
            }
            (verdict, _) => (verdict, burned),
        }
    }

    /// Waits until people have answered, for half a minute at most.
    pub async fn wait(&self, held: &Held) -> Waited {
        match self {
            Judge::Inside(_) => Waited::Over,
            Judge::Gateway(gateway) => gateway.wait(held).await,
        }
    }

    /// Waits until people have answered, for this long at most.
    pub async fn until_over(&self, held: &Held, patience: Duration) -> Waited {
        let waited = async {
            while self.wait(held).await == Waited::Pending {}
            Waited::Over
        };
        tokio::time::timeout(patience, waited).await.unwrap_or(Waited::Pending)
    }

    /// Says what became of what a token was used for. What cannot be said is unknown to the gateway after a while, and stays counted.
    pub async fn settle(&self, token: &Burned, outcome: Outcome) {
        if let Judge::Gateway(gateway) = self {
            gateway.settle(token, outcome).await;
        }
    }
}

/// The refusal of what obliges to something that nobody here does.
fn obliged(id: &str) -> Refusal {
    Refusal::new(
        "OBLIGATION_UNMET",
        format!("the policy allows it only with the obligation \"{id}\", and nobody here fulfils that"),
    )
}
