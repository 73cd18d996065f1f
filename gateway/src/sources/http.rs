//! Facts that somebody else answers over HTTP: a question in, an answer with its moment out, within a time that is declared.
//!
//! `POST {"fact": NAME, "args": {…}}` is answered `{"value": VALUE, "as_of": MOMENT}`; or with 404, where there is nothing. An answer is asked for again once it is older than
//! it may be, and not before. Redirects are not followed, and nothing but the question is sent.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lictor_bundle::time::parse_timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::answer::{Found, Missing, State};
use super::setup::HttpSetup;
use crate::json;
use crate::yaml::SetupError;

/// The most bytes of an answer.
const MAX_BYTES: usize = 64 << 10;
/// The most answers that are kept; all are forgotten where there would be more.
const MAX_KEPT: usize = 10_000;

/// A source that is asked over HTTP.
pub(super) struct Endpoint {
    setup: HttpSetup,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    bearer: Option<HeaderValue>,
    /// What was answered, by a digest of the question.
    kept: Mutex<HashMap<[u8; 32], Found>>,
    /// Whether it did not answer when it was asked last.
    failing: AtomicBool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    value: Value,
    as_of: String,
    #[serde(default)]
    state: State,
    confidence: Option<Value>,
}

impl Endpoint {
    /// Reads what it takes to ask. Nobody is asked yet.
    pub fn open(setup: HttpSetup) -> Result<Endpoint, SetupError> {
        let bearer = setup.bearer.as_deref().map(bearer).transpose()?;
        let roots = match &setup.ca {
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
        Ok(Endpoint { setup, client, bearer, kept: Mutex::default(), failing: AtomicBool::new(false) })
    }

    /// How old an answer may be.
    pub fn max_age(&self) -> i64 {
        self.setup.max_age
    }

    /// Whether it says what was revoked.
    pub fn revokes(&self) -> bool {
        self.setup.revokes
    }

    /// Whether it did not answer when it was asked last.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// What it says to a question, at this moment or a short while ago.
    pub async fn answer(&self, fact: &str, args: &Map<String, Value>, now: i64) -> Result<Found, Missing> {
        let question = serde_json::to_vec(&json!({ "fact": fact, "args": args })).unwrap_or_default();
        // What it is asked with may be secret, and a digest is not kept in its place for long.
        let digest: [u8; 32] = Sha256::digest(&question).into();
        let is_fresh = |found: &&Found| now.saturating_sub(found.as_of) <= self.setup.max_age;
        if let Some(found) = self.kept().get(&digest).filter(is_fresh) {
            return Ok(found.clone());
        }
        let time = Duration::from_millis(u64::try_from(self.setup.timeout).unwrap_or_default());
        let asked = tokio::time::timeout(time, self.ask(question)).await;
        let asked = asked.unwrap_or_else(|_| Err((Missing::Late, "did not answer in time".to_owned())));
        let was_failing = self.failing.swap(asked.is_err(), Ordering::Relaxed);
        match asked {
            Ok(found) => {
                let mut kept = self.kept();
                if kept.len() >= MAX_KEPT {
                    kept.clear();
                }
                kept.insert(digest, found.clone());
                Ok(found)
            }
            Err((missing, why)) => {
                // Told once, until it answers again. The address is ours; the question may be secret.
                if !was_failing {
                    tracing::error!(fact, why, "the source of a fact does not answer");
                }
                Err(missing)
            }
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Found>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, question: Vec<u8>) -> Result<Found, (Missing, String)> {
        let failed = |why: String| (Missing::Failed, why);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(self.setup.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json");
        if let Some(bearer) = &self.bearer {
            request = request.header(AUTHORIZATION, bearer);
        }
        let request =
            request.body(Full::new(Bytes::from(question))).map_err(|error| failed(error.to_string()))?;
        let answer = self.client.request(request).await.map_err(|error| failed(reason(&error)))?;
        let status = answer.status();
        if status == StatusCode::NOT_FOUND {
            return Ok(Found::nothing(crate::clock::system()));
        }
        if status != StatusCode::OK {
            return Err(failed(format!("answered with status {}", status.as_u16())));
        }
        let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
        let body = body.map_err(|error| failed(error.to_string()))?.to_bytes();
        read(&body).map_err(|why| (Missing::OtherType, why))
    }
}

/// Reads an answer.
fn read(body: &[u8]) -> Result<Found, String> {
    json::check(body)
        .map_err(|wrong| format!("answered with what is no answer: {}: {}", wrong.path, wrong.what))?;
    let answer: Answer =
        serde_json::from_slice(body).map_err(|error| format!("answered with what is no answer: {error}"))?;
    let as_of = parse_timestamp(&answer.as_of)
        .map_err(|_| "answered with an `as_of` that is no moment".to_owned())?;
    let Answer { value, state, confidence, .. } = answer;
    Ok(Found { state, confidence, ..Found::new(value, as_of) })
}

/// The key of a source, from a file.
fn bearer(file: &Path) -> Result<HeaderValue, SetupError> {
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

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("uri", &self.setup.uri).finish_non_exhaustive()
    }
}
