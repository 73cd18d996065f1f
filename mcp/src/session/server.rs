//! What comes from the server.

use super::{Act, MOST_OPEN, Open, Outcome, Session, Waiting, refused, settled};
use crate::asked::{self, Question};
use crate::listing;
use crate::message::{self, Id, Kind};
use crate::refusal::{self, ANSWER, Era, FAULT, Refusal, UNREADABLE};
use crate::tree::{Tree, shown};

impl Session {
    /// What happens with a line of the server, which comes without its end.
    pub fn from_server(&mut self, line: &[u8]) -> Vec<Act> {
        match message::kind(line) {
            Ok(Kind::Request { id, method }) => self.asked_by_server(id, &method, line),
            Ok(Kind::Notification { method }) if method.starts_with("notifications/") => vec![Act::Pass],
            Ok(Kind::Notification { method }) => {
                vec![note(&format!("\"{}\" came without an id, and only notifications do", shown(&method)))]
            }
            Ok(Kind::Response { id: None }) => vec![Act::Pass],
            Ok(Kind::Response { id: Some(id) }) => self.answered_by_server(&id, line),
            Err(unreadable) => {
                let mut acts = vec![note(&unreadable.why)];
                let waiting = unreadable.id.as_ref().and_then(|id| self.of_client.remove(id));
                if let (Some(id), Some(waiting)) = (&unreadable.id, waiting) {
                    acts.push(Act::ToClient(unusable(id, waiting, &unreadable.why)));
                    acts.extend(settled(waiting, Outcome::Unknown));
                }
                acts
            }
        }
    }

    fn asked_by_server(&mut self, id: Id, method: &str, line: &[u8]) -> Vec<Act> {
        let message = match Tree::read(line) {
            Ok(message) => message,
            Err(wrong) => return vec![Act::ToServer(refusal::invalid(Some(&id), &wrong.to_string()))],
        };
        if id.is_like_ours() {
            let why = "the id of the message is like those of this proxy; choose another one";
            return vec![Act::ToServer(refusal::invalid(Some(&id), why))];
        }
        if self.terms.only_tools || !asked::is_action_of_server(method) {
            return vec![Act::Pass];
        }
        let question = asked::of_protocol(&self.terms.server, method, message.get("params"));
        let question = match question {
            Ok(_) if self.of_server.contains_key(&id) => {
                Err(Refusal::new(UNREADABLE, "another request with this id has no answer yet"))
            }
            Ok(_) if self.is_full() => {
                Err(Refusal::new(FAULT, format!("more than {MOST_OPEN} requests have no answer yet")))
            }
            other => other,
        };
        match question {
            Err(refusal) => vec![Act::ToServer(refusal::error(&id, &refusal))],
            Ok(question) => {
                let ticket = self.ticket();
                self.of_server.insert(id.clone(), ticket);
                self.open.insert(ticket, Open::OfServer { id, message });
                vec![Act::Decide(ticket, vec![question], None)]
            }
        }
    }

    fn answered_by_server(&mut self, id: &Id, line: &[u8]) -> Vec<Act> {
        match self.of_client.get(id).copied() {
            None => vec![note(&format!("an answer to {}, which nobody has asked", shown(id.json())))],
            Some(Waiting::Deciding(_)) => {
                vec![note(&format!("an answer to {}, which was not passed on yet", shown(id.json())))]
            }
            Some(Waiting::List) => {
                self.of_client.remove(id);
                self.listed(id, line)
            }
            Some(waiting) => {
                self.of_client.remove(id);
                self.passed_or_allowed(id, waiting, line)
            }
        }
    }

    fn listed(&mut self, id: &Id, line: &[u8]) -> Vec<Act> {
        let unusable = |why: &str| {
            vec![
                note(why),
                Act::ToClient(refusal::error(
                    id,
                    &Refusal::new(ANSWER, format!("the list of tools cannot be passed on: {why}")),
                )),
            ]
        };
        let mut message = match Tree::read(line) {
            Ok(message) => message,
            Err(wrong) => return unusable(&wrong.to_string()),
        };
        let Some(result) = message.get_mut("result") else { return vec![Act::Pass] };
        let listed = listing::look(&self.terms.server, result, &mut self.pins(), self.terms.never.as_ref());
        match listed {
            Err(why) => unusable(why),
            Ok(listed) => {
                let mut acts: Vec<Act> = listed.notes.into_iter().map(Act::Note).collect();
                acts.push(if listed.changed {
                    Act::ToClient(message.written().into_bytes())
                } else {
                    Act::Pass
                });
                acts
            }
        }
    }

    /// An answer passes as it is, unless the server asks something in it.
    fn passed_or_allowed(&mut self, id: &Id, waiting: Waiting, line: &[u8]) -> Vec<Act> {
        let outcome = match result(line) {
            Ok(Answered::Done) => Outcome::Executed,
            Ok(Answered::Other) => Outcome::Unknown,
            Ok(Answered::Asks) if self.terms.only_tools => Outcome::Unknown,
            Ok(Answered::Asks) => match self.questions(line) {
                Ok(questions) if questions.is_empty() => Outcome::Unknown,
                Ok(questions) => {
                    let ticket = self.ticket();
                    let (id, line) = (id.clone(), line.to_vec());
                    self.open.insert(ticket, Open::Answer { id, line, allowed: waiting });
                    return vec![Act::Decide(ticket, questions, None)];
                }
                Err(refusal) => return self.not_understood(id, waiting, &refusal),
            },
            Err(why) => return self.not_understood(id, waiting, &Refusal::new(UNREADABLE, why)),
        };
        let mut acts = vec![Act::Pass];
        acts.extend(settled(waiting, outcome));
        acts
    }

    fn not_understood(&self, id: &Id, waiting: Waiting, refusal: &Refusal) -> Vec<Act> {
        let mut acts = vec![note(&refusal.reason), Act::ToClient(unusable(id, waiting, &refusal.reason))];
        acts.extend(settled(waiting, Outcome::Unknown));
        acts
    }

    /// What the server asks of the client in an answer.
    fn questions(&self, line: &[u8]) -> Result<Vec<Question>, Refusal> {
        let message = Tree::read(line).map_err(|wrong| Refusal::new(UNREADABLE, wrong.to_string()))?;
        let asked = message.get("result").and_then(|result| result.get("inputRequests"));
        let asked = match asked {
            None | Some(Tree::Null) => return Ok(Vec::new()),
            Some(Tree::Object(asked)) => asked,
            Some(_) => {
                return Err(Refusal::new(UNREADABLE, "what the server asks for in its answer is no object"));
            }
        };
        let mut questions = Vec::new();
        for (_, request) in asked {
            let Some(method) = request.get("method").and_then(Tree::text) else {
                return Err(Refusal::new(UNREADABLE, "what the server asks for in its answer has no method"));
            };
            if asked::is_action_of_server(method) {
                questions.push(asked::of_protocol(&self.terms.server, method, request.get("params"))?);
            }
        }
        Ok(questions)
    }
}

/// What an answer is.
enum Answered {
    /// It was done.
    Done,
    /// It was not, or nobody knows.
    Other,
    /// The server asks for something before it is done.
    Asks,
}

/// Reads as much of an answer as it takes to know that. Texts of tools may hold what strict readers refuse, and are left alone.
fn result(line: &[u8]) -> Result<Answered, String> {
    let raw = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let message = crate::tree::members(raw)?;
    let Some((_, result)) = message.iter().find(|(name, _)| name == "result") else {
        return Ok(Answered::Other);
    };
    if !result.get().starts_with('{') {
        return Ok(Answered::Other);
    }
    let members = crate::tree::members(result).map_err(|what| format!("the result {what}"))?;
    let is = |name: &str| members.iter().find(|(member, _)| member == name).map(|(_, value)| *value);
    let text = |name: &str| is(name).and_then(|value| serde_json::from_str::<String>(value.get()).ok());
    // Whoever asks without saying that it does is taken by its word, too.
    if is("inputRequests").is_some() || text("resultType").is_some_and(|kind| kind == "input_required") {
        return Ok(Answered::Asks);
    }
    let failed = is("isError").is_some_and(|error| error.get() != "false");
    // A task has begun, and nobody knows yet what comes of it.
    let goes_on = is("task").is_some() || text("resultType").is_some_and(|kind| kind == "task");
    Ok(if failed || goes_on { Answered::Other } else { Answered::Done })
}

/// The answer to the client where that of the server cannot be passed on.
fn unusable(id: &Id, waiting: Waiting, why: &str) -> Vec<u8> {
    let refusal = Refusal::new(ANSWER, format!("the answer of the server cannot be passed on: {why}"));
    match waiting {
        Waiting::Allowed { era, is_call, .. } => refused(id, era, is_call, &refusal),
        Waiting::Passed(era) => refused(id, era, false, &refusal),
        Waiting::List | Waiting::Deciding(_) => refused(id, Era::Legacy, false, &refusal),
    }
}

/// The answer to the client where the server has ended.
pub(super) fn gone(id: &Id, waiting: Waiting) -> Vec<u8> {
    unusable(id, waiting, "the server has ended, or has not answered")
}

fn note(why: &str) -> Act {
    Act::Note(format!("{UNREADABLE}: from the server: {why}; it was not passed on"))
}
