//! A question to a service over HTTP, and what it answers at most. Redirects are not followed, and nothing but the question is sent.

use std::path::Path;
use std::sync::Arc;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::yaml::SetupError;

/// A service that is asked in JSON.
pub(super) struct Post {
    uri: Uri,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    bearer: Option<HeaderValue>,
}

impl Post {
    /// Reads what it takes to ask: the file of the key that it is asked with, and that of the certificates that its own must be signed by, where those of the
    /// system are not. Nobody is asked yet.
    pub fn open(uri: Uri, bearer: Option<&Path>, ca: Option<&Path>) -> Result<Post, SetupError> {
        let bearer = bearer.map(key).transpose()?;
        let roots = match ca {
            Some(file) => private_roots(file)?,
            None => public_roots()?,
        };
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|error| SetupError::new(error.to_string()))?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        // Which addresses may be asked without encryption, the set-up has said.
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Post { uri, client, bearer })
    }

    /// Asks. The status, and with 200 the body, where it has no more than so many bytes; or why there is none. How long that may take is for the caller to say.
    pub async fn ask(&self, question: Vec<u8>, most: usize) -> Result<(StatusCode, Bytes), String> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(self.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json");
        if let Some(bearer) = &self.bearer {
            request = request.header(AUTHORIZATION, bearer);
        }
        let request = request.body(Full::new(Bytes::from(question))).map_err(|error| error.to_string())?;
        let answer = self.client.request(request).await.map_err(|error| reason(&error))?;
        let status = answer.status();
        if status != StatusCode::OK {
            return Ok((status, Bytes::new()));
        }
        let body = Limited::new(answer.into_body(), most).collect().await;
        Ok((status, body.map_err(|error| error.to_string())?.to_bytes()))
    }
}

/// The key of a service, from a file.
fn key(file: &Path) -> Result<HeaderValue, SetupError> {
    let told = |why: String| SetupError::new(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| told(error.to_string()))?;
    let mut value = HeaderValue::from_str(&format!("Bearer {}", text.trim()))
        .map_err(|_| told("is no key: it has signs that no header takes".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The certificates of whoever signs those of a house.
fn private_roots(file: &Path) -> Result<RootCertStore, SetupError> {
    let told = |why: String| SetupError::new(format!("{}: {why}", file.display()));
    let pem = std::fs::read(file).map_err(|error| told(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| told(error.to_string()))?;
        roots.add(certificate).map_err(|error| told(error.to_string()))?;
    }
    if roots.is_empty() { Err(told("has no certificate in PEM".to_owned())) } else { Ok(roots) }
}

/// The certificates that the system trusts.
fn public_roots() -> Result<RootCertStore, SetupError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Ok(roots)
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

/// Whether an address may be asked: encrypted, or on this machine.
pub(super) fn may_be_asked(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => matches!(host, "127.0.0.1" | "[::1]" | "localhost"),
        _ => false,
    }
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("uri", &self.uri).finish_non_exhaustive()
    }
}
