//! Why an answer does not count.

use lictor_store::ApprovalState;

/// Why an answer does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// There is no such request.
    Unknown,
    /// The person has none of the roles that are asked.
    NotAsked,
    /// The person, or their key, is the one that asked.
    OwnRequest,
    /// The person answers for the agent that asked.
    Owner,
    /// The agent acts in the person's own name.
    User,
    /// The policy leaves this person out.
    Excluded,
    /// The person has answered already.
    Voted,
    /// No statement that asks takes an answer from a form.
    NotLocal,
    /// Only a signature answers.
    NotSigned,
    /// The signature is not the person's on this answer.
    WrongSignature,
    /// The request is not as the person saw it: somebody else has answered meanwhile.
    Changed,
    /// It is decided, or over.
    Over(ApprovalState),
    /// What is kept of it cannot be read here.
    Unreadable,
    /// The log cannot say it.
    NotRecorded,
}

impl Refused {
    /// The code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Refused::Unknown => "NO_SUCH_APPROVAL",
            Refused::NotAsked => "NOT_ASKED",
            Refused::OwnRequest => "OWN_REQUEST",
            Refused::Owner => "OWN_AGENT",
            Refused::User => "OWN_MANDATE",
            Refused::Excluded => "EXCLUDED",
            Refused::Voted => "ALREADY_ANSWERED",
            Refused::NotLocal => "LOCAL_OPERATOR_NOT_ASKED",
            Refused::NotSigned => "SIGNATURE_NEEDED",
            Refused::WrongSignature => "INVALID_SIGNATURE",
            Refused::Changed => "CHANGED_MEANWHILE",
            Refused::Over(_) => "NOT_PENDING",
            Refused::Unreadable => "UNREADABLE_APPROVAL",
            Refused::NotRecorded => "NOT_RECORDED",
        }
    }

    /// It in words, with what to do.
    pub fn message(self) -> &'static str {
        match self {
            Refused::Unknown => "there is no such request for approval; look at the list of those that wait",
            Refused::NotAsked => "the policy asks people of another role; let one of them answer",
            Refused::OwnRequest => "whoever asks does not approve; let somebody else answer",
            Refused::Owner => {
                "you answer for this agent, so you do not approve what it asks; let somebody else answer"
            }
            Refused::User => {
                "the agent acts in your name, so you do not approve what it asks; let somebody else answer"
            }
            Refused::Excluded => "the policy leaves you out of this one; let somebody else answer",
            Refused::Voted => "you have answered already, and each person answers once",
            Refused::NotLocal => {
                "the policy does not ask the role local_operator, and a form answers for no other; answer it on its page"
            }
            Refused::NotSigned => {
                "the policy takes a signature only; sign the statement of your answer with the key that you registered, and send that"
            }
            Refused::WrongSignature => {
                "the signature is not one of your registered key on this answer; sign the statement of this request anew"
            }
            Refused::Changed => "somebody else has answered since you looked; look again",
            Refused::Over(ApprovalState::Approved) => "it was approved already",
            Refused::Over(ApprovalState::Denied) => "it was denied already",
            Refused::Over(ApprovalState::Expired) => "its time is over; the agent may ask again",
            Refused::Over(ApprovalState::Used) => "it was approved, and the agent has used it",
            Refused::Over(ApprovalState::Void) => {
                "it is void: the policy, an approver or the store has changed since it was asked; the agent may ask again"
            }
            // It is not over then.
            Refused::Over(ApprovalState::Pending) => "it cannot be answered in this way",
            Refused::NotRecorded => {
                "the answer could not be written down, so it does not count; tell whoever runs this gateway"
            }
            Refused::Unreadable => "it was written by another version of lictor; let the agent ask again",
        }
    }
}
