//! What it takes to ask a gateway over HTTP.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::tree::Tree;

/// The most bytes of an answer.
const MAX_BYTES: usize = 1 << 20;

/// Asks one address.
pub(super) struct Post {
    base: String,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Post {
    /// Of an address such as `https://gateway.example`, encrypted or on this machine.
    pub fn to(base: &str) -> Result<Post, String> {
        let uri: Uri = base.parse().map_err(|error| format!("is no address: {error}"))?;
        let host = uri.host().unwrap_or_default();
        match uri.scheme_str() {
            Some("https") if !host.is_empty() => {}
            Some("http") if matches!(host, "127.0.0.1" | "[::1]" | "localhost") => {}
            _ => return Err("is neither encrypted nor on this machine".to_owned()),
        }
        if uri.path() != "/" || uri.query().is_some() {
            return Err("has a path; name the gateway only".to_owned());
        }
        Ok(Post { base: base.trim_end_matches('/').to_owned(), client: client()? })
    }

    /// The address, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Asks with a key; the status and the body, which is JSON.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        key: &HeaderValue,
        body: String,
        patience: Duration,
    ) -> Result<(StatusCode, Tree), String> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, key)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let asked = async {
            let answer = self.client.request(request).await.map_err(|error| reason(&error))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
            Ok((status, body.map_err(|error| error.to_string())?.to_bytes()))
        };
        let asked = tokio::time::timeout(patience, asked).await;
        let (status, body) = asked.unwrap_or_else(|_| Err("it did not answer in time".to_owned()))?;
        let tree = Tree::read(&body).map_err(|wrong| format!("its answer is none: {wrong}"))?;
        Ok((status, tree))
    }
}

/// A client that trusts whom the system trusts.
pub(crate) fn client<B>() -> Result<Client<HttpsConnector<HttpConnector>, B>, String>
where
    B: hyper::body::Body + Send,
    B::Data: Send,
{
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
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
