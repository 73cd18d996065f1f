//! A call of the legacy era that waits for people: its client is asked over the answer to the call, which comes as events, answers over a connection of its own, and
//! hears at last what came of the call.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Response, StatusCode};
use hyper::body::Bytes;
use tokio::sync::mpsc;

use super::body::Body;
use super::exchange::{Exchange, Sends, without_breaks};
use super::locked;
use crate::judge::{Waited, now};
use crate::message::{self, Id, Kind};
use crate::refusal::{self, ANSWER, Refusal};
use crate::session::{Act, Collect, Held, Ticket, Verdict};

/// Where what a client answers to our questions is waited for.
pub(super) type Answers = mpsc::UnboundedSender<Vec<Act>>;

/// A call, and for what it waits.
pub(super) struct Waiting {
    pub ticket: Ticket,
    pub held: Held,
}

/// What comes next for a call that waits.
enum Next {
    /// The client has answered a question of ours.
    Answered(Vec<Act>),
    /// People have answered, or it was waited long enough.
    Waited(Waited),
    /// The client does not listen any more.
    Gone,
}

impl Exchange {
    /// Takes what a client answers to a question of ours; nothing where it is no such answer.
    pub(super) fn takes_answer(&self, line: &[u8]) -> Option<Response<Body>> {
        let Ok(Kind::Response { id: Some(id) }) = message::kind(line) else { return None };
        if !id.is_like_ours() {
            return None;
        }
        let mut open = locked(&self.open);
        if let Some(ticket) = open.session.question(&id) {
            let acts = open.session.from_client(line, now());
            if let Some(answers) = open.answers.get(&ticket) {
                // Where nobody listens any more, the call is over.
                let _ = answers.send(acts);
            }
        }
        let mut taken = Response::new(Body::whole(Bytes::new()));
        *taken.status_mut() = StatusCode::ACCEPTED;
        Some(taken)
    }

    /// The answer to a call that waits: what the client is asked, and then what came of it.
    pub(super) fn asks(self, said: Vec<Vec<u8>>, waiting: Waiting) -> Response<Body> {
        let (to, comes) = mpsc::channel(16);
        let (answers, answered) = mpsc::unbounded_channel();
        locked(&self.open).answers.insert(waiting.ticket, answers);
        tokio::spawn(self.until_over(said, waiting, answered, to));
        let mut response = Response::new(Body::Comes(comes));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        response
    }

    async fn until_over(
        mut self,
        said: Vec<Vec<u8>>,
        mut waiting: Waiting,
        mut answered: mpsc::UnboundedReceiver<Vec<Act>>,
        to: mpsc::Sender<Bytes>,
    ) {
        let ticket = waiting.ticket;
        let mut sends = Sends { to_client: said, ..Sends::default() };
        loop {
            for message in std::mem::take(&mut sends.to_client) {
                if to.send(event(&message)).await.is_err() {
                    return self.forget(ticket);
                }
            }
            if let Some(message) = sends.to_server.pop() {
                locked(&self.open).answers.remove(&ticket);
                return self.passes(message, &to).await;
            }
            if !locked(&self.open).session.waits(ticket) {
                locked(&self.open).answers.remove(&ticket);
                return;
            }
            let acts = match self.next(&waiting.held, &mut answered, &to).await {
                Next::Answered(acts) => acts,
                Next::Waited(Waited::Over) => {
                    vec![Act::Collect(
                        ticket,
                        Collect { approval: waiting.held.approval.clone(), vote: None },
                    )]
                }
                Next::Waited(Waited::Pending) => {
                    self.decided(ticket, Verdict::Refused(waiting.held.refusal()), Vec::new())
                }
                Next::Gone => return self.forget(ticket),
            };
            sends = self.carry_out(acts).await;
            if let Some((_, held)) = sends.awaits.take() {
                waiting.held = held;
            }
        }
    }

    async fn next(
        &self,
        held: &Held,
        answered: &mut mpsc::UnboundedReceiver<Vec<Act>>,
        to: &mpsc::Sender<Bytes>,
    ) -> Next {
        let left = u64::try_from(held.until.saturating_sub(now())).unwrap_or_default();
        tokio::select! {
            acts = answered.recv() => acts.map_or(Next::Gone, Next::Answered),
            waited = self.judge().until_over(held, Duration::from_millis(left)) => Next::Waited(waited),
            () = to.closed() => Next::Gone,
        }
    }

    /// Asks the server, and passes what it answers on as events.
    async fn passes(self, message: Vec<u8>, to: &mpsc::Sender<Bytes>) {
        let id = match message::kind(&message) {
            Ok(Kind::Request { id, .. }) => Some(id),
            _ => None,
        };
        let response = self.ask(Method::POST, message).await;
        let kind =
            response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_json = kind.starts_with("application/json");
        match response.into_body() {
            Body::Comes(mut comes) => {
                while let Some(bytes) = comes.recv().await {
                    if to.send(bytes).await.is_err() {
                        return;
                    }
                }
            }
            Body::Whole(Some(body)) if is_json && !body.is_empty() => {
                let line = without_breaks(&body);
                let _ = to.send(event(&line)).await;
            }
            Body::Whole(_) => {
                let _ = to.send(event(&unanswered(id.as_ref()))).await;
            }
        }
    }

    /// Nobody hears any more what comes of a call.
    fn forget(&self, ticket: Ticket) {
        let mut open = locked(&self.open);
        open.answers.remove(&ticket);
        open.session.forget(ticket);
    }
}

/// A message as an event.
fn event(message: &[u8]) -> Bytes {
    Bytes::from([b"event: message\ndata: ", message, b"\n\n"].concat())
}

fn unanswered(id: Option<&Id>) -> Vec<u8> {
    let why = "the server has not answered";
    id.map_or_else(|| refusal::invalid(None, why), |id| refusal::error(id, &Refusal::new(ANSWER, why)))
}
