//! One request of the client, and what comes of it.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use tokio::sync::mpsc;

use super::body::Body;
use super::events::{Event, Events};
use super::headers::{self, SESSION};
use super::{Shared, Shares, locked};
use crate::asked::Question;
use crate::judge::{Burned, Waited, now};
use crate::refusal;
use crate::session::{Act, Held, Ticket, Verdict};
use crate::tree::Tree;

/// The most bytes of a message of either side.
const LONGEST_OF_CLIENT: usize = 16 << 20;
const LONGEST_OF_SERVER: usize = 64 << 20;
/// How long people are waited for where a client comes back for their answer.
const COMES_BACK: Duration = Duration::from_secs(50);
/// JSON-RPC's code of the protocol for headers that say something else than the body.
const MISMATCH: i64 = -32_020;

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

struct Exchange {
    shared: Arc<Shared>,
    open: Shares,
    headers: HeaderMap,
    asked: BTreeMap<Ticket, Vec<Question>>,
}

/// What is to be sent where.
#[derive(Default)]
struct Sends {
    passes: bool,
    to_client: Vec<Vec<u8>>,
    to_server: Vec<Vec<u8>>,
}

impl Exchange {
    async fn post(mut self, sent: &HeaderMap, line: &[u8]) -> Response<Body> {
        if let Ok(message) = Tree::read(line)
            && let Some(header) = headers::contradicts(sent, &message)
        {
            return mismatch(&message, header);
        }
        let acts = {
            let mut open = locked(&self.open);
            open.session.from_client(&without_breaks(line), now())
        };
        let sends = self.carry_out(acts).await;
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
    async fn carry_out(&mut self, acts: Vec<Act>) -> Sends {
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
                Act::Decide(ticket, questions, approval) => {
                    if let Some(approval) = &approval {
                        let held = Held { approval: approval.clone(), ..Held::default() };
                        judge.until_over(&held, COMES_BACK).await;
                    }
                    let (verdict, burned) = judge.decide(&questions, approval.as_deref()).await;
                    self.asked.insert(ticket, questions);
                    acts.extend(self.decided(ticket, verdict, burned));
                }
                Act::Await(ticket, held, _) => {
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

    fn decided(&mut self, ticket: Ticket, verdict: Verdict, burned: Vec<Burned>) -> Vec<Act> {
        let mut open = locked(&self.open);
        open.burned.entry(ticket).or_default().extend(burned);
        open.session.decided(ticket, verdict)
    }

    fn request(&self, method: Method, message: Vec<u8>) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(Bytes::from(message)));
        *request.method_mut() = method;
        *request.uri_mut() = self.shared.front.url.clone();
        *request.headers_mut() = self.headers.clone();
        if let Some(bearer) = &self.shared.front.bearer {
            request.headers_mut().insert(AUTHORIZATION, bearer.clone());
        }
        request
    }

    /// Asks the server, and passes on what it answers.
    async fn ask(mut self, method: Method, message: Vec<u8>) -> Response<Body> {
        let request = self.request(method, message.clone());
        let answered = match self.shared.client.request(request).await {
            Ok(answered) => answered,
            Err(error) => {
                (self.shared.front.note)(&format!("the server cannot be asked: {error}"));
                return self.lost(&message).await;
            }
        };
        let (parts, body) = answered.into_parts();
        let back = headers::to_client(&parts.headers);
        if let Some(name) = headers::text(&back, &SESSION) {
            self.shared.remember(name, &self.open);
        }
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let mut response = if kind.starts_with("text/event-stream") {
            let (sender, comes) = mpsc::channel(16);
            tokio::spawn(self.stream(body, sender));
            Response::new(Body::Comes(comes))
        } else {
            let Ok(body) = Limited::new(body, LONGEST_OF_SERVER).collect().await else {
                return self.lost(&message).await;
            };
            let body = body.to_bytes();
            if kind.starts_with("application/json") && !body.is_empty() {
                let acts = locked(&self.open).session.from_server(&without_breaks(&body));
                self.keep();
                let sends = self.carry_out(acts).await;
                let said = sends.to_client.into_iter().next().map(Bytes::from);
                match said.or(sends.passes.then_some(body)) {
                    Some(said) => Response::new(Body::whole(said)),
                    None => return self.lost(&message).await,
                }
            } else {
                let acts = locked(&self.open).session.lost(&message, false);
                self.carry_out(acts).await;
                Response::new(Body::whole(body))
            }
        };
        *response.status_mut() = parts.status;
        *response.headers_mut() = back;
        response
    }

    /// The answer where none came that can be passed on.
    async fn lost(mut self, message: &[u8]) -> Response<Body> {
        let acts = locked(&self.open).session.lost(message, true);
        let sends = self.carry_out(acts).await;
        let said = sends.to_client.into_iter().next();
        match said {
            Some(said) => told(StatusCode::OK, said),
            None => told(StatusCode::BAD_GATEWAY, refusal::invalid(None, "the server has not answered")),
        }
    }

    /// Passes on what the server says, event by event.
    async fn stream(mut self, mut body: Incoming, to: mpsc::Sender<Bytes>) {
        let mut events = Events::default();
        loop {
            let frame = tokio::select! {
                frame = body.frame() => frame,
                () = to.closed() => break,
            };
            let Some(Ok(frame)) = frame else { break };
            let Ok(data) = frame.into_data() else { continue };
            let whole = match events.take(&data) {
                Ok(whole) => whole,
                Err(why) => {
                    (self.shared.front.note)(why);
                    break;
                }
            };
            for event in whole {
                for bytes in self.event(event).await {
                    if to.send(Bytes::from(bytes)).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// What goes to the client of an event.
    async fn event(&mut self, event: Event) -> Vec<Vec<u8>> {
        let Some(message) = event.message() else { return vec![event.bytes] };
        let acts = locked(&self.open).session.from_server(&without_breaks(&message));
        self.keep();
        let sends = self.carry_out(acts).await;
        for message in sends.to_server {
            let (request, client) = (self.request(Method::POST, message), self.shared.client.clone());
            tokio::spawn(async move { client.request(request).await.map(drop) });
        }
        let mut bytes: Vec<Vec<u8>> = sends.to_client.iter().map(|message| event.with(message)).collect();
        if sends.passes {
            bytes.push(event.bytes);
        }
        bytes
    }

    /// Keeps what is new of the tools. Where that cannot be, it is told, and holds until this program ends.
    fn keep(&self) {
        let new = locked(&self.shared.front.pins).to_keep();
        if let Some(known) = new
            && let Err(error) = (locked(&self.shared.front.keep))(&known)
        {
            (self.shared.front.note)(&format!("the digests of the tools cannot be kept: {error}"));
        }
    }
}

/// Over HTTP a message may have several lines, and is one all the same: between its members a break is a blank, and within a text there is none.
fn without_breaks(message: &[u8]) -> Vec<u8> {
    message.iter().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }).collect()
}

fn mismatch(message: &Tree, header: &str) -> Response<Body> {
    let id = message.get("id").map_or("null".to_owned(), Tree::written);
    let why = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{{\"code\":{MISMATCH},\"message\":\"the header {header} does not say what the body says\"}}}}"
    );
    told(StatusCode::BAD_REQUEST, why.into_bytes())
}

fn told(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
