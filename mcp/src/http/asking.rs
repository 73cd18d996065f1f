//! Asking the server, and passing on what it answers.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use tokio::sync::mpsc;

use super::body::Body;
use super::events::{Event, Events};
use super::exchange::{Exchange, told, without_breaks};
use super::headers::{self, SESSION};
use super::locked;
use crate::refusal;

/// The most bytes of a message of a server.
const LONGEST: usize = 64 << 20;

impl Exchange {
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
    pub(super) async fn ask(mut self, method: Method, message: Vec<u8>) -> Response<Body> {
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
            let Ok(body) = Limited::new(body, LONGEST).collect().await else {
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
    pub(super) async fn lost(mut self, message: &[u8]) -> Response<Body> {
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
