//! A server that is asked over streamable HTTP: what the SDK sends is sent with our client of HTTP, and no answer is longer than it may be.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use futures_util::stream::BoxStream;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, ErrorData, RequestId, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpClientTransport, StreamableHttpClientTransportConfig,
    StreamableHttpError, StreamableHttpPostResponse,
};
use sse_stream::Sse;

use super::LONGEST;
use super::heard::{Heard, answers};
use crate::http::{Event, Events, SESSION};
use crate::judge::client;

/// A server at an address.
#[derive(Clone)]
pub struct Far {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
    bearer: Option<HeaderValue>,
    heard: Heard,
}

/// Why it cannot be asked: the end of a sentence.
#[derive(Debug)]
pub struct Unasked(String);

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unasked {}

/// What the SDK is told where it cannot be asked.
type Failed = StreamableHttpError<Unasked>;

impl Far {
    /// The server at this address; `bearer` is what it is told of who asks.
    ///
    /// # Errors
    /// Nobody can be reached from here.
    pub fn at(url: Uri, bearer: Option<HeaderValue>) -> Result<Far, String> {
        Ok(Far { client: client()?, url, bearer, heard: Heard::default() })
    }

    /// What it says.
    pub(super) fn heard(&self) -> Heard {
        self.heard.clone()
    }

    /// What the SDK speaks over.
    pub(super) fn transport(self) -> StreamableHttpClientTransport<Far> {
        let config = StreamableHttpClientTransportConfig::with_uri(self.url.to_string());
        StreamableHttpClientTransport::with_client(self, config.reinit_on_expired_session(false))
    }

    fn wrong(&self, why: impl Into<String>) -> Failed {
        StreamableHttpError::Client(Unasked(self.heard.is_wrong(why.into())))
    }

    async fn send(
        &self,
        method: Method,
        body: Vec<u8>,
        session: Option<&str>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<Response<Incoming>, Failed> {
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = method;
        *request.uri_mut() = self.url.clone();
        let of_request = request.headers_mut();
        of_request.extend(headers);
        of_request.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        of_request.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        if let Some(bearer) = &self.bearer {
            of_request.insert(AUTHORIZATION, bearer.clone());
        }
        if let Some(session) = session.and_then(|session| HeaderValue::from_str(session).ok()) {
            of_request.insert(SESSION, session);
        }
        let answer = self.client.request(request).await;
        answer.map_err(|error| self.wrong(format!("the server cannot be asked: {error}")))
    }

    /// The answer to a request, whatever else comes before it.
    async fn answer(
        &self,
        answer: Response<Incoming>,
        id: &RequestId,
    ) -> Result<ServerJsonRpcMessage, Failed> {
        let status = answer.status();
        if is(&answer, "text/event-stream") {
            return self.answer_in_events(answer.into_body(), id).await;
        }
        if !is(&answer, "application/json") {
            return Err(self.wrong(format!("the server has answered {status}, and not with a message")));
        }
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body.map_err(|error| self.wrong(format!("its answer broke off: {error}")))?.to_bytes();
        let said = self.heard.take(&body).map_err(|why| self.wrong(why))?;
        said.ok_or_else(|| self.wrong("the server has said what is no answer"))
    }

    async fn answer_in_events(
        &self,
        mut body: Incoming,
        id: &RequestId,
    ) -> Result<ServerJsonRpcMessage, Failed> {
        let (mut events, mut taken) = (Events::default(), 0usize);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| self.wrong(format!("its answer broke off: {error}")))?;
            let Ok(data) = frame.into_data() else { continue };
            taken = taken.saturating_add(data.len());
            if taken > LONGEST {
                return Err(self.wrong("it says more than anybody should"));
            }
            for message in
                events.take(&data).map_err(|why| self.wrong(why))?.iter().filter_map(Event::message)
            {
                let said = self.heard.take(&message).map_err(|why| self.wrong(why))?;
                if let Some(said) = said.filter(|said| answers(said) == Some(id)) {
                    return Ok(said);
                }
            }
        }
        Err(self.wrong("the server has ended its answer before it gave one"))
    }
}

impl StreamableHttpClient for Far {
    type Error = Unasked;

    async fn post_message(
        &self,
        _: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        _: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, Failed> {
        let body = serde_json::to_vec(&message).map_err(StreamableHttpError::Deserialize)?;
        let answer = self.send(Method::POST, body, session.as_deref(), headers).await?;
        let ClientJsonRpcMessage::Request(request) = &message else {
            // Of what wants no answer, none is read.
            return Ok(StreamableHttpPostResponse::Accepted);
        };
        let (status, id) = (answer.status(), &request.id);
        let named = answer.headers().get(SESSION).and_then(|name| name.to_str().ok()).map(str::to_owned);
        let is_first = matches!(request.request, ClientRequest::DiscoverRequest(_));
        if is_first && session.is_none() && refuses_to_discover(status) && !is(&answer, "application/json") {
            return Ok(StreamableHttpPostResponse::Json(older(id), None));
        }
        let said = self.answer(answer, id).await?;
        let said = match said {
            // Who does not know what was asked often does not know who asked it either.
            ServerJsonRpcMessage::Error(error) if is_first && refuses_to_discover(status) => {
                ServerJsonRpcMessage::error(error.error, Some(id.clone()))
            }
            said => said,
        };
        Ok(StreamableHttpPostResponse::Json(said, named))
    }

    async fn delete_session(
        &self,
        _: Arc<str>,
        session: Arc<str>,
        _: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<(), Failed> {
        self.send(Method::DELETE, Vec::new(), Some(&session), headers).await.map(drop)
    }

    /// What a server says of itself is nothing that is asked here.
    fn get_stream(
        &self,
        _: Arc<str>,
        _: Option<Arc<str>>,
        _: Option<String>,
        _: Option<String>,
        _: HashMap<HeaderName, HeaderValue>,
    ) -> impl Future<Output = Result<BoxStream<'static, Result<Sse, SseError>>, Failed>> + Send + '_ {
        std::future::ready(Err(StreamableHttpError::ServerDoesNotSupportSse))
    }
}

/// Whether an answer is of this kind.
fn is(answer: &Response<Incoming>, kind: &str) -> bool {
    let said = answer.headers().get(CONTENT_TYPE).and_then(|said| said.to_str().ok()).unwrap_or_default();
    let said = said.split(';').next().unwrap_or_default();
    said.trim().eq_ignore_ascii_case(kind)
}

/// Whether a server that answers so may be of the older era, and not just keep somebody out.
fn refuses_to_discover(status: StatusCode) -> bool {
    status.is_client_error() && ![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status)
}

/// What a server of the older era says where it says nothing.
fn older(id: &RequestId) -> ServerJsonRpcMessage {
    ServerJsonRpcMessage::error(
        ErrorData::invalid_request("the server knows no such request", None),
        Some(id.clone()),
    )
}
