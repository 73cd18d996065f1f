//! What follows from what a reviewer has said.

use lictor_store::{Approval, ApprovalState, Job, Reads, View, Vote, Writes};

use super::claim;
use crate::approvals::COOL_DOWN;
use crate::approvals::asked::Asked;
use crate::approvals::evidence::{Evidence, Proof};
use crate::approvals::id::ApprovalId;
use crate::approvals::record::{Place, REVIEWER, Writing};
use crate::sources::{Review, Verdict};

/// What came of a question to a reviewer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    /// The request was denied.
    Denied,
    /// It was left to people.
    Left,
    /// Others had decided before, or its time was over: nothing was changed.
    Late,
    /// There was no answer that is understood, or it could not be written down: nothing was changed.
    None,
}

impl Effect {
    /// All of them.
    pub const ALL: [Effect; 4] = [Effect::Denied, Effect::Left, Effect::Late, Effect::None];

    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Denied => "denied",
            Effect::Left => "left",
            Effect::Late => "late",
            Effect::None => "none",
        }
    }
}

/// What a reviewer has said about a request.
pub(in crate::approvals) struct Reviewed {
    /// When, by the gateway's clock, in milliseconds.
    pub now: i64,
    /// The request.
    pub id: ApprovalId,
    /// What it has said; nothing where it has said nothing that is understood.
    pub review: Option<Review>,
    /// In whose log it is written.
    pub place: Place,
}

impl Job for Reviewed {
    type Answer = Effect;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().approval(self.id.index)
    }

    /// Where the request does not wait any more, it is too late, and nothing is changed.
    fn run(self, view: &View<'_>) -> (Writes, Effect) {
        let Some(review) = &self.review else { return (self.over(view), Effect::None) };
        let waits = |kept: &&Approval| {
            self.id.is_of(kept)
                && kept.state == ApprovalState::Pending
                && kept.generation == view.head().generation
                && kept.expires_at >= view.now()
        };
        let kept = view.approval(self.id.index).filter(waits);
        let Some((kept, asked)) = kept.and_then(|kept| Some((kept, Asked::from_bytes(&kept.body)?))) else {
            return (self.over(view), Effect::Late);
        };
        let mut writes = self.over(view);
        let writing = Writing { view, place: &self.place, asked: &asked };
        // There is no third way, and neither leads to an approval.
        let (written, effect) = match review.verdict {
            Verdict::Deny => {
                let (after, vote) = denied(kept, review, view);
                (writing.answered(&mut writes, after, &vote), Effect::Denied)
            }
            Verdict::Human => (writing.left(&mut writes, kept, review.words.clone()), Effect::Left),
        };
        // What cannot be written down does not count.
        if written.is_ok() { (writes, effect) } else { (self.over(view), Effect::None) }
    }
}

impl Reviewed {
    /// That nobody asks about it again.
    fn over(&self, view: &View<'_>) -> Writes {
        let mut writes = Writes::none();
        // One that is not there any more needs no note.
        if let Some(kept) = view.approval(self.id.index).filter(|kept| self.id.is_of(kept)) {
            claim::over(&mut writes, self.id, kept.expires_at);
        }
        writes
    }
}

/// The request as it was denied, and by what.
fn denied(kept: &Approval, review: &Review, view: &View<'_>) -> (Approval, Vote) {
    let proof = Proof::Reviewer { words: review.words.clone() };
    let evidence = Evidence { key: String::new(), demands: Vec::new(), proof };
    let vote = Vote {
        person: REVIEWER.to_owned(),
        approves: false,
        at: view.now(),
        index: view.next_index(),
        evidence: evidence.write(),
    };
    let mut after = Approval {
        version: kept.version.saturating_add(1),
        state: ApprovalState::Denied,
        cools_until: Some(view.now().saturating_add(COOL_DOWN)),
        ..kept.clone()
    };
    after.votes.push(vote.clone());
    (after, vote)
}
