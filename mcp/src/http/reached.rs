//! A server over streamable HTTP, for what this program itself asks of it.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;

use super::events::Events;
use super::headers::SESSION;
use crate::judge::client;
use crate::message::Id;
use crate::tree::Tree;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most bytes of an answer.
const LONGEST: usize = 64 << 20;

/// A server that is reached.
pub struct Reached {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
    headers: HeaderMap,
}

impl Reached {
    /// The server at this address; `bearer` is what it is told of who asks.
    ///
    /// # Errors
    /// Nobody can be reached from here.
    pub fn at(url: Uri, bearer: Option<HeaderValue>) -> Result<Reached, String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        if let Some(bearer) = bearer {
            headers.insert(AUTHORIZATION, bearer);
        }
        Ok(Reached { client: client()?, url, headers })
    }

    /// Sends a message in an edition of the protocol; the answer, where it is a request. Whatever else the server says meanwhile is passed over.
    ///
    /// # Errors
    /// No answer came: why.
    pub async fn say(&mut self, edition: &'static str, message: &Tree) -> Result<Option<Tree>, String> {
        let answered = tokio::time::timeout(PATIENCE, self.said(edition, message)).await;
        answered.unwrap_or_else(|_| Err("the server has not answered".to_owned()))
    }

    async fn said(&mut self, edition: &'static str, message: &Tree) -> Result<Option<Tree>, String> {
        let mut request = Request::new(Full::new(Bytes::from(message.written())));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert("mcp-protocol-version", HeaderValue::from_static(edition));
        let method = message.get("method").and_then(Tree::text).unwrap_or_default();
        if let Ok(method) = HeaderValue::from_str(method) {
            request.headers_mut().insert("mcp-method", method);
        }
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|error| format!("the server cannot be asked: {error}"))?;
        if let Some(name) = answer.headers().get(SESSION) {
            self.headers.insert(SESSION, name.clone());
        }
        match message.get("id").and_then(Id::of) {
            None => Ok(None),
            Some(id) => read(answer, &id).await.map(Some),
        }
    }
}

/// The answer to the request of this id.
async fn read(answer: Response<Incoming>, id: &Id) -> Result<Tree, String> {
    let status = answer.status();
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/event-stream") {
        return from_events(answer.into_body(), id).await;
    }
    let is_json = kind.starts_with("application/json");
    let body = Limited::new(answer.into_body(), LONGEST).collect().await;
    let body = body.map_err(|error| format!("its answer broke off: {error}"))?.to_bytes();
    if !is_json {
        return Err(format!("the server has answered {status}, and not with a message"));
    }
    Tree::read(&body).map_err(|wrong| format!("the server has said what is no message: {wrong}"))
}

async fn from_events(mut body: Incoming, id: &Id) -> Result<Tree, String> {
    let (mut events, mut taken) = (Events::default(), 0usize);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| format!("its answer broke off: {error}"))?;
        let Ok(data) = frame.into_data() else { continue };
        taken = taken.saturating_add(data.len());
        if taken > LONGEST {
            return Err("it says more than anybody should".to_owned());
        }
        for message in events.take(&data)?.iter().filter_map(super::events::Event::message) {
            let message = Tree::read(&message);
            let message =
                message.map_err(|wrong| format!("the server has said what is no message: {wrong}"))?;
            let is_answer = message.get("method").is_none();
            if is_answer && message.get("id").and_then(Id::of).as_ref() == Some(id) {
                return Ok(message);
            }
        }
    }
    Err("the server has ended its answer before it gave one".to_owned())
}
