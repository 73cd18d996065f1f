//! Our own questions to a client: a link to where people answer, or a form for the person at its machine, in the way of either era.

use super::{Held, Session, Ticket};
use crate::message::Id;
use crate::refusal::Era;
use crate::tree::{Tree, object};

/// What the client shows at this moment, of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    /// The link to what is held.
    Link(Held),
    /// The form for it.
    Form(Held),
}

/// The name of our question among those of an answer.
pub(super) const OURS: &str = "lictor-approval";

impl Shown {
    /// What is held.
    pub fn held(&self) -> &Held {
        let (Shown::Link(held) | Shown::Form(held)) = self;
        held
    }

    /// The id of our question to a client of the legacy era.
    pub fn id(&self, ticket: Ticket) -> Id {
        match self {
            Shown::Link(_) => Id::ours(ticket),
            Shown::Form(_) => Id::of_form(ticket),
        }
    }

    /// The params of our question.
    fn params(&self, era: Era) -> Tree {
        match self {
            Shown::Form(Held { form: Some(form), .. }) => form.params(),
            Shown::Link(held) | Shown::Form(held) => {
                let message =
                    format!("A person must approve this before it happens ({}): {}", held.code, held.reason);
                let mut params = vec![
                    ("mode".to_owned(), "url".into()),
                    ("message".to_owned(), message.as_str().into()),
                    ("url".to_owned(), held.link.as_str().into()),
                ];
                if era == Era::Legacy {
                    params.push(("elicitationId".to_owned(), held.approval.as_str().into()));
                }
                Tree::Object(params)
            }
        }
    }

    /// Our question to a client of the legacy era.
    pub fn request(&self, ticket: Ticket) -> Vec<u8> {
        let (id, params) = (self.id(ticket), self.params(Era::Legacy).written());
        let id = id.json();
        format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"elicitation/create\",\"params\":{params}}}")
            .into_bytes()
    }

    /// What says to a client of the legacy era that nobody has to look at it any more.
    pub fn over(&self, ticket: Ticket) -> Vec<u8> {
        let (method, params) = match self {
            Shown::Link(held) => {
                ("elicitation/complete", object([("elicitationId", held.approval.as_str().into())]).written())
            }
            Shown::Form(_) => ("cancelled", format!("{{\"requestId\":{}}}", self.id(ticket).json())),
        };
        format!("{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/{method}\",\"params\":{params}}}")
            .into_bytes()
    }
}

impl Session {
    /// The answer to a request of the modern era that asks the client to show something and to call again, with what it keeps for us until then.
    pub(super) fn in_answer(&self, message: &Tree, digest: &str, shown: &Shown) -> Option<Tree> {
        let held = shown.held();
        let mut state = vec![
            ("approval".to_owned(), held.approval.as_str().into()),
            ("until".to_owned(), held.until.to_string().as_str().into()),
            ("digest".to_owned(), digest.into()),
        ];
        if let Shown::Form(Held { form: Some(form), .. }) = shown {
            state.push(("form".to_owned(), form.version.to_string().as_str().into()));
            state.push(("link".to_owned(), held.link.as_str().into()));
        }
        let params = message.get("params");
        for (name, kept) in [("requestState", "state"), ("inputResponses", "responses")] {
            if let Some(value) = params.and_then(|params| params.get(name)) {
                state.push((kept.to_owned(), value.clone()));
            }
        }
        let state = self.terms.seal.seal(&Tree::Object(state))?;
        let asks = object([("method", "elicitation/create".into()), ("params", shown.params(Era::Modern))]);
        Some(object([
            ("resultType", "input_required".into()),
            ("inputRequests", object([(OURS, asks)])),
            ("requestState", state.as_str().into()),
        ]))
    }
}
