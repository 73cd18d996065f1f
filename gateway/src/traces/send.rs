//! Sending spans over HTTP, with the library that the gateway serves with.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use tokio::net::TcpStream;
use tokio::runtime::Handle;

/// Where spans are sent to at an endpoint that names no path.
const PATH: &str = "/v1/traces";
/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of an answer.
const ANSWER: usize = 64 << 10;

/// Sends on the gateway's own threads, whoever asks it to.
#[derive(Debug)]
pub(super) struct Sender {
    runtime: Handle,
}

impl Sender {
    /// Sends on the threads of this runtime.
    pub fn on(runtime: Handle) -> Sender {
        Sender { runtime }
    }
}

/// The address that an endpoint means.
pub(crate) fn address(endpoint: &str) -> Result<String, String> {
    let uri: Uri = endpoint.parse().map_err(|error| format!("{endpoint} is no address: {error}"))?;
    let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(format!("{endpoint} is not of the form http://HOST:PORT"));
    };
    let path = if uri.path() == "/" { PATH } else { uri.path() };
    Ok(format!("http://{authority}{path}"))
}

impl HttpClient for Sender {
    fn send_bytes<'a, 'f>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        'a: 'f,
        Self: 'f,
    {
        // A time-out begins on the runtime's own threads: this one has no clock.
        let sending = self.runtime.spawn(async move { tokio::time::timeout(PATIENCE, send(request)).await });
        Box::pin(async move {
            let sent = sending.await.map_err(HttpError::from).and_then(|sent| sent.map_err(HttpError::from));
            sent.and_then(|sent| sent).inspect_err(|why| tracing::warn!(%why, "traces were not sent"))
        })
    }
}

async fn send(request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let (mut head, body) = request.into_parts();
    let authority = head.uri.authority().cloned().ok_or("the address names no host")?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, authority.port_u16().unwrap_or(80))).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    head.headers.insert(HOST, HeaderValue::from_str(authority.as_str())?);
    head.uri = head.uri.path().parse()?;
    let answer = sender.send_request(Request::from_parts(head, Full::new(body))).await?;
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, ANSWER).collect().await?.to_bytes();
    connection.abort();
    Ok(Response::from_parts(head, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_an_address_of_http() {
        assert_eq!(address("http://localhost:4318").unwrap(), "http://localhost:4318/v1/traces");
        assert_eq!(address("http://[::1]:4318/").unwrap(), "http://[::1]:4318/v1/traces");
        assert_eq!(address("http://c/otel/traces").unwrap(), "http://c/otel/traces");
        for bad in ["", "localhost:4318", "https://c:4318", "grpc://c", "http://", "/v1/traces"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
