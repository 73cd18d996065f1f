//! What it takes to ask a gateway over HTTP.

use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Builder;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::call::Trouble;

/// The most bytes of an answer. A history of keys is the longest.
const MAX_BYTES: usize = 1 << 20;

/// Asks one address with one key.
pub(super) struct Post<'g> {
    base: &'g str,
    key: &'g HeaderValue,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// What an error says.
#[derive(Deserialize)]
struct Failed {
    error: Told,
}

#[derive(Deserialize)]
struct Told {
    code: String,
    message: String,
}

impl<'g> Post<'g> {
    /// Of an address without a slash at its end. Whom the system trusts is believed to be there.
    pub fn to(base: &'g str, key: &'g HeaderValue) -> Result<Post<'g>, Trouble> {
        let mut roots = RootCertStore::empty();
        if base.starts_with("https") {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Trouble::gateway(format!("no connection can be made: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
        Ok(Post { base, key, client: Client::builder(TokioExecutor::new()).build(connector) })
    }

    /// Asks for an action, under this name.
    pub async fn authorize(&self, body: String, trace: &str) -> Result<Bytes, Trouble> {
        let asked = self.request(Method::POST, "/agents/v1/exec/authorize");
        let span = trace.get(..16).unwrap_or_default();
        let asked = asked
            .header(CONTENT_TYPE, "application/json")
            .header("traceparent", format!("00-{trace}-{span}-01"));
        self.send(asked, body).await
    }

    /// Reads what stands there.
    pub async fn get(&self, path: &str) -> Result<Bytes, Trouble> {
        self.send(self.request(Method::GET, path), String::new()).await
    }

    fn request(&self, method: Method, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(ACCEPT, "application/json")
            .header("X-API-Key", self.key)
    }

    async fn send(&self, request: Builder, body: String) -> Result<Bytes, Trouble> {
        let base = self.base;
        let failed = |why: String| Trouble::gateway(format!("{base} does not answer: {why}"));
        let request =
            request.body(Full::new(Bytes::from(body))).map_err(|error| failed(error.to_string()))?;
        let answer = self.client.request(request).await.map_err(|error| failed(reason(&error)))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
        let body = body.map_err(|error| failed(error.to_string()))?.to_bytes();
        if status == StatusCode::OK {
            return Ok(body);
        }
        let told = serde_json::from_slice::<Failed>(&body)
            .map(|Failed { error }| format!(": {} ({})", error.message, error.code));
        Err(Trouble::gateway(format!("{base} answered {}{}", status.as_u16(), told.unwrap_or_default())))
    }
}

/// Why nobody was reached, down to the cause.
fn reason(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told = format!("{told}: {cause}");
        source = cause.source();
    }
    told
}
