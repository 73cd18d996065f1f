//! What comes from the client.

use super::hold::Stage;
use super::shows::Shows;
use super::{Act, Collect, MOST_OPEN, Open, Outcome, Request, Session, Waiting, hold, refused, settled};
use crate::asked::{self, CALL};
use crate::message::{self, Id, Kind};
use crate::pins::Holds;
use crate::refusal::{self, CHANGED, Era, FAULT, Refusal, UNREADABLE, UNSEEN};
use crate::tree::{Tree, shown};

impl Session {
    /// What happens with a line of the client, which comes without its end, at this moment in milliseconds since 1970.
    pub fn from_client(&mut self, line: &[u8], now: i64) -> Vec<Act> {
        let kind = match message::kind(line) {
            Ok(kind) => kind,
            Err(unreadable) => {
                return vec![Act::ToClient(refusal::invalid(unreadable.id.as_ref(), &unreadable.why))];
            }
        };
        // All of it, and not only what is looked at: a server may look at the rest.
        let message = match Tree::read(line) {
            Ok(message) => message,
            Err(wrong) => {
                let id = if let Kind::Request { id, .. } = &kind { Some(id) } else { None };
                return vec![Act::ToClient(refusal::invalid(id, &wrong.to_string()))];
            }
        };
        match kind {
            Kind::Request { id, method } => self.asked(id, &method, message, now),
            Kind::Notification { method } => self.told(&method, &message),
            Kind::Response { id } => self.answered(id, &message),
        }
    }

    fn asked(&mut self, id: Id, method: &str, mut message: Tree, now: i64) -> Vec<Act> {
        if self.of_client.contains_key(&id) {
            let why = "another request with this id has no answer yet";
            return vec![Act::ToClient(refusal::invalid(Some(&id), why))];
        }
        let params = message.get("params");
        let era = Era::of(params);
        let is_call = method == CALL;
        if self.is_full() {
            let why = format!("more than {MOST_OPEN} requests have no answer yet");
            return vec![Act::ToClient(refused(&id, era, is_call, &Refusal::new(FAULT, why)))];
        }
        if method == "initialize" {
            self.shows = Shows::of(params.and_then(|params| params.get("capabilities")));
        }
        if !is_call && (self.terms.only_tools || !asked::is_action(method)) {
            let waiting = if method == "tools/list" { Waiting::List } else { Waiting::Passed(era) };
            self.of_client.insert(id, waiting);
            return vec![Act::Pass];
        }
        let question = if is_call {
            self.is_as_it_was(params).and_then(|()| asked::call(&self.terms.server, params))
        } else {
            asked::of_protocol(&self.terms.server, method, params)
        };
        let question = match question {
            Ok(question) => question,
            Err(refusal) => return vec![Act::ToClient(refused(&id, era, is_call, &refusal))],
        };
        let digest = hold::digest(&question);
        let collect = match self.taken_back(&mut message, &digest, now) {
            Ok(collect) => collect,
            Err(refusal) => return vec![Act::ToClient(refused(&id, era, is_call, &refusal))],
        };
        let shows = match era {
            Era::Legacy => self.shows,
            Era::Modern => Shows::declared(message.get("params")),
        };
        let stage = match &collect {
            None => Stage::New,
            Some(Collect { vote: Some(_), .. }) => Stage::Form,
            Some(Collect { vote: None, .. }) => Stage::Done,
        };
        let ticket = self.ticket();
        self.of_client.insert(id.clone(), Waiting::Deciding(ticket));
        let request = Request { id, message, era, is_call, shows, digest, stage, shown: None };
        self.open.insert(ticket, Open::Request(Box::new(request)));
        vec![Act::Decide(ticket, vec![question], collect)]
    }

    /// Whether the tool that is called is the one that somebody has looked at.
    fn is_as_it_was(&self, params: Option<&Tree>) -> Result<(), Refusal> {
        let name = params.and_then(|params| params.get("name")).and_then(Tree::text).unwrap_or_default();
        match self.pins().holds(name) {
            Holds::Yes => Ok(()),
            Holds::Changed => Err(Refusal::new(
                CHANGED,
                format!(
                    "the server has changed the definition of the tool {}, and nobody has accepted that",
                    shown(name)
                ),
            )),
            Holds::Unseen => Err(Refusal::new(
                UNSEEN,
                format!("the definition of the tool {} was not looked at; list the tools first", shown(name)),
            )),
        }
    }

    fn told(&mut self, method: &str, message: &Tree) -> Vec<Act> {
        if !method.starts_with("notifications/") {
            // Without an id nobody could be told that it was refused, and a server might do it all the same.
            let why = format!(
                "\"{}\" came without an id, and only notifications do; it was not passed on",
                shown(method)
            );
            return vec![Act::Note(format!("{UNREADABLE}: {why}"))];
        }
        let mut acts = vec![Act::Pass];
        let taken_back = message.get("params").and_then(|params| params.get("requestId")).and_then(Id::of);
        if let Some(id) = taken_back.filter(|_| method == "notifications/cancelled") {
            match self.of_client.get(&id).copied() {
                Some(Waiting::Deciding(ticket)) => {
                    self.open.remove(&ticket);
                    self.of_client.remove(&id);
                }
                // It may have been done before the server heard of this.
                Some(waiting @ Waiting::Allowed { .. }) => {
                    self.of_client.remove(&id);
                    acts.extend(settled(waiting, Outcome::Unknown));
                }
                _ => {}
            }
        }
        acts
    }

    /// An answer: to the server's question, or to ours.
    fn answered(&mut self, id: Option<Id>, message: &Tree) -> Vec<Act> {
        match id.filter(Id::is_like_ours) {
            // Also one that comes too late: no server has asked under such an id.
            Some(id) => self.answered_us(&id, message),
            None => vec![Act::Pass],
        }
    }
}
