//! One request of the client, and what comes of it.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use super::body::Body;
use super::headers::{self, SESSION};
use super::held::Waiting;
use super::{Shared, Shares, locked};
use crate::asked::Question;
use crate::judge::{Burned, Judge, Waited, now};
use crate::refusal::{self, Era};
use crate::session::{Act, Held, Ticket, Verdict};
use crate::tree::Tree;

/// The most bytes of a message of a client.
const LONGEST_OF_CLIENT: usize = 16 << 20;

/// Answers a request.
pub(super) async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (parts, body) = request.into_parts();
    if !headers::is_local(&parts.headers) {
        return Ok(told(
            StatusCode::FORBIDDEN,
            refusal::invalid(None, "the request does not come from this machine"),
        ));
    }
    let open = shared.session(headers::text(&parts.headers, &SESSION));
    let exchange =
        Exchange { shared, open, headers: headers::to_server(&parts.headers), asked: BTreeMap::new() };
    Ok(match parts.method {
        Method::POST => {
            let Ok(body) = Limited::new(body, LONGEST_OF_CLIENT).collect().await else {
                let why = "the message is too long, or broke off";
                return Ok(told(StatusCode::PAYLOAD_TOO_LARGE, refusal::invalid(None, why)));
            };
            exchange.post(&parts.headers, &body.to_bytes()).await
        }
        Method::GET => exchange.ask(Method::GET, Vec::new()).await,
        Method::DELETE => {
            if let Some(name) = headers::text(&parts.headers, &SESSION) {
                locked(&exchange.shared.sessions).remove(name);
            }
            exchange.ask(Method::DELETE, Vec::new()).await
        }
        _ => told(
            StatusCode::METHOD_NOT_ALLOWED,
            refusal::invalid(None, "only POST, GET and DELETE are taken"),
        ),
    })
}

/// One request of the client.
pub(super) struct Exchange {
    pub shared: Arc<Shared>,
    pub open: Shares,
    pub headers: HeaderMap,
    asked: BTreeMap<Ticket, Vec<Question>>,
}

/// What is to be sent where.
#[derive(Default)]
pub(super) struct Sends {
    pub passes: bool,
    pub to_client: Vec<Vec<u8>>,
    pub to_server: Vec<Vec<u8>>,
    /// For what is waited while the client shows something of ours.
    pub awaits: Option<(Ticket, Held)>,
}

impl Exchange {
    async fn post(mut self, sent: &HeaderMap, line: &[u8]) -> Response<Body> {
        if let Ok(message) = Tree::read(line) {
            let params = message.get("params");
            let name = params.and_then(|params| params.get("name")).and_then(Tree::text).unwrap_or_default();
            let contradicts = {
                let pins = locked(&self.shared.front.pins);
                headers::contradicts(sent, &message, pins.mirrors(name))
            };
            if let Some(why) = contradicts {
                return mismatch(&message, &why);
            }
            if Era::of(params) == Era::Legacy {
                headers::without_arguments(&mut self.headers);
            }
        }
        let message = without_breaks(line);
        if let Some(taken) = self.takes_answer(&message) {
            return taken;
        }
        let acts = locked(&self.open).session.from_client(&message, now());
        let sends = self.carry_out(acts).await;
        if let Some((ticket, held)) = sends.awaits {
            return self.asks(sends.to_client, Waiting { ticket, held });
        }
        if let Some(answer) = sends.to_client.into_iter().next() {
            let is_invalid = answer.starts_with(b"{\"jsonrpc\":\"2.0\",\"id\":null");
            return told(if is_invalid { StatusCode::BAD_REQUEST } else { StatusCode::OK }, answer);
        }
        match sends.to_server.into_iter().next() {
            Some(message) => self.ask(Method::POST, message).await,
            None if sends.passes => self.ask(Method::POST, line.to_vec()).await,
            None => {
                told(StatusCode::BAD_REQUEST, refusal::invalid(None, "the message is not one that is taken"))
            }
        }
    }

    /// Decides whatever is to be decided, and says what is to be sent.
    pub(super) async fn carry_out(&mut self, acts: Vec<Act>) -> Sends {
        let (mut acts, mut sends) = (VecDeque::from(acts), Sends::default());
        let judge = Arc::clone(&self.shared.front.judge);
        while let Some(act) = acts.pop_front() {
            match act {
                Act::Pass => sends.passes = true,
                Act::ToClient(message) => sends.to_client.push(message),
                Act::ToServer(message) => sends.to_server.push(message),
                Act::Note(note) => (self.shared.front.note)(&note),
                Act::Settle(ticket, outcome) => {
                    let burned = locked(&self.open).burned.remove(&ticket).unwrap_or_default();
                    for token in burned {
                        judge.settle(&token, outcome).await;
                    }
                }
                Act::Decide(ticket, questions, collect) => {
                    let (verdict, burned) = judge.collect(&questions, collect.as_ref()).await;
                    self.asked.insert(ticket, questions);
                    acts.extend(self.decided(ticket, verdict, burned));
                }
                Act::Collect(ticket, collect) => {
                    let questions = self.asked.get(&ticket).cloned().unwrap_or_default();
                    let (verdict, burned) = judge.collect(&questions, Some(&collect)).await;
                    acts.extend(self.decided(ticket, verdict, burned));
                }
                Act::Await(ticket, held, true) => sends.awaits = Some((ticket, held)),
                Act::Await(ticket, held, false) => {
                    let questions = self.asked.get(&ticket).cloned().unwrap_or_default();
                    let (verdict, burned) = match judge.until_over(&held, self.shared.front.wait).await {
                        Waited::Over => judge.decide(&questions, Some(&held.approval)).await,
                        Waited::Pending => (Verdict::Refused(held.refusal()), Vec::new()),
                    };
                    acts.extend(self.decided(ticket, verdict, burned));
                }
            }
        }
        sends
    }

    pub(super) fn judge(&self) -> &Judge {
        &self.shared.front.judge
    }

    pub(super) fn decided(&mut self, ticket: Ticket, verdict: Verdict, burned: Vec<Burned>) -> Vec<Act> {
        let mut open = locked(&self.open);
        open.burned.entry(ticket).or_default().extend(burned);
        open.session.decided(ticket, verdict)
    }
}

/// Over HTTP a message may have several lines, and is one all the same: between its members a break is a blank, and within a text there is none.
pub(super) fn without_breaks(message: &[u8]) -> Vec<u8> {
    message.iter().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }).collect()
}

fn mismatch(message: &Tree, why: &str) -> Response<Body> {
    told(StatusCode::BAD_REQUEST, refusal::mismatch(message.get("id"), format!("the header {why}")))
}

/// A message of our own.
pub(super) fn told(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
