//! What waits for people: a client shows where they answer, or a form to the person at its machine; or they are waited for, or the refusal says where they are.
//!
//! A link that was opened is no approval, and what a form says is none either: a gateway counts what people answer, and says what it comes to.

use super::ask::Shown;
use super::{Act, Open, Request, Session, Ticket, back, refused};
use crate::asked::Question;
use crate::form::{self, Form};
use crate::message::Id;
use crate::refusal::{self, Era, Refusal};
use crate::tree::{Tree, object};

/// What people are asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// The request for approval.
    pub approval: String,
    /// Where they answer.
    pub link: String,
    /// Until when, in milliseconds since 1970.
    pub until: i64,
    /// The code that says why.
    pub code: String,
    /// It in words.
    pub reason: String,
    /// The form in which the person at this machine may answer.
    pub form: Option<Form>,
    /// Why there is none, where whoever runs this should know.
    pub no_form: Option<String>,
}

impl Held {
    /// The refusal that says where to approve it.
    pub fn refusal(&self) -> Refusal {
        Refusal { code: self.code.clone(), reason: self.reason.clone(), link: Some(self.link.clone()) }
    }
}

/// With what an approval is collected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collect {
    /// The request for approval.
    pub approval: String,
    /// What the person at this machine has answered in a form. Nothing where a link was shown: people may still have to answer there.
    pub vote: Option<Vote>,
}

/// An answer from a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Vote {
    /// Whether they approve.
    pub approves: bool,
    /// The version of the request that they saw.
    pub version: u32,
}

/// How far people were asked about a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    /// Not at all.
    New,
    /// In a form.
    Form,
    /// With a link, or they were waited for.
    Done,
}

/// Which requests may be answered with a question.
const MAY_ASK: [&str; 3] = ["tools/call", "prompts/get", "resources/read"];

/// The digest of what is asked.
pub fn digest(question: &Question) -> String {
    crate::pins::digest(&object([("tool", question.tool.as_str().into()), ("input", question.input.clone())]))
}

impl Session {
    /// What happens with a request that people are asked about.
    pub(super) fn hold(&mut self, ticket: Ticket, request: Request, held: Held) -> Vec<Act> {
        let Request { id, message, era, is_call, shows, digest, stage, .. } = &request;
        let method = message.get("method").and_then(Tree::text).unwrap_or_default();
        let can_ask = match era {
            Era::Modern => MAY_ASK.contains(&method),
            Era::Legacy => true,
        };
        let mut acts = Vec::new();
        let mut shown = None;
        if can_ask && *stage == Stage::New && shows.forms {
            acts.extend(held.no_form.clone().map(Act::Note));
            shown = held.form.is_some().then(|| Shown::Form(held.clone()));
        }
        if can_ask && *stage != Stage::Done && shows.links {
            shown = shown.or_else(|| Some(Shown::Link(held.clone())));
        }
        let in_answer = shown.as_ref().filter(|_| *era == Era::Modern);
        if let Some(answer) = in_answer.and_then(|shown| self.in_answer(message, digest, shown)) {
            self.of_client.remove(id);
            acts.push(Act::ToClient(refusal::answer(id, "result", answer)));
            return acts;
        }
        let shown = shown.filter(|_| *era == Era::Legacy);
        if shown.is_none() && (*stage == Stage::Done || !self.terms.seal.waits) {
            self.of_client.remove(id);
            acts.push(Act::ToClient(refused(id, *era, *is_call, &held.refusal())));
            return acts;
        }
        if let Some(shown) = &shown {
            acts.push(Act::ToClient(shown.request(ticket)));
            self.ours.insert(shown.id(ticket), ticket);
        }
        acts.push(Act::Await(ticket, held, shown.is_some()));
        let stage = if matches!(shown, Some(Shown::Form(_))) { Stage::Form } else { Stage::Done };
        self.open.insert(ticket, Open::Request(Box::new(Request { stage, shown, ..request })));
        acts
    }

    /// A client of the legacy era answers a question of ours.
    pub(super) fn answered_us(&mut self, id: &Id, message: &Tree) -> Vec<Act> {
        let Some(ticket) = self.ours.remove(id) else { return Vec::new() };
        let Some(Open::Request(request)) = self.open.get_mut(&ticket) else { return Vec::new() };
        let result = message.get("result");
        let refusal = match request.shown.take_if(|shown| shown.id(ticket) == *id) {
            None => return Vec::new(),
            Some(shown @ Shown::Link(_)) => {
                if form::accepted(result).is_some() {
                    // To open a link is not to approve: only what people answer there counts.
                    request.shown = Some(shown);
                    return Vec::new();
                }
                back::unopened()
            }
            Some(Shown::Form(held)) => match form::answer(result).zip(held.form.as_ref()) {
                Some((approves, form)) => {
                    let vote = Some(Vote { approves, version: form.version });
                    return vec![Act::Collect(ticket, Collect { approval: held.approval, vote })];
                }
                None => back::left(&held.link),
            },
        };
        // Who wants to see neither does not want to wait: the request ends, and people may approve it all the same for the next one.
        let Some(Open::Request(request)) = self.open.remove(&ticket) else { return Vec::new() };
        let Request { id, era, is_call, .. } = *request;
        self.of_client.remove(&id);
        vec![Act::ToClient(refused(&id, era, is_call, &refusal))]
    }
}
