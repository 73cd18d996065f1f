//! Decisions of a gateway: what it says is recorded there, and people approve there.
//!
//! A call that waits is refused with the address at which it is approved; the same call, made again, collects what people said. The prompt of a
//! host is no approval of the gateway's, so it never takes its place here.

use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::json;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::Decides;
use crate::call::{Call, Trouble};
use crate::said::{OnAllow, Said};

/// The most bytes of an answer.
const MAX_BYTES: usize = 64 << 10;

/// A gateway, and who asks it.
pub struct Gateway {
    base: String,
    key: HeaderValue,
    on_allow: OnAllow,
}

/// What it says to `authorize`. The token that it grants is for whoever carries the action out, and not for a hook: it runs out unused.
#[derive(Deserialize)]
struct Authorized {
    decision: Outcome,
    #[serde(rename = "reasonCode")]
    code: String,
    reason: Option<String>,
    approval: Option<Approval>,
    #[serde(default)]
    obligations: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Allowed,
    StepUp,
    Denied,
}

#[derive(Deserialize)]
struct Approval {
    id: String,
    state: String,
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

impl Gateway {
    /// A gateway at `base`, asked with a key of the role `agent`. Nobody is asked yet.
    pub fn new(base: &str, key: &str, on_allow: OnAllow) -> Result<Gateway, Trouble> {
        let uri: Uri = base.parse().map_err(|_| Trouble::gateway(format!("{base:?} is no address")))?;
        let host = uri.host().unwrap_or_default();
        let may_be_asked = match uri.scheme_str() {
            Some("https") => !host.is_empty(),
            // The key would go over the network for everybody to see.
            Some("http") => matches!(host, "127.0.0.1" | "[::1]" | "localhost"),
            _ => false,
        };
        if !may_be_asked {
            return Err(Trouble::gateway(format!("{base:?} is neither https:// nor on this machine")));
        }
        let mut key = HeaderValue::from_str(key.trim())
            .map_err(|_| Trouble::gateway("the key has signs that no header takes"))?;
        key.set_sensitive(true);
        Ok(Gateway { base: base.trim_end_matches('/').to_owned(), key, on_allow })
    }

    fn said(&self, told: Authorized) -> Said {
        let Authorized { decision, code, reason, approval, obligations } = told;
        let why = match reason {
            Some(reason) => format!("{reason} ({code})"),
            None => code,
        };
        match (decision, approval) {
            (Outcome::Allowed, _) if !obligations.is_empty() => {
                Said::refuse("it may only happen with what a hook cannot see done".to_owned())
            }
            (Outcome::Allowed, _) => match self.on_allow {
                OnAllow::Silent => Said::NoObjection,
                OnAllow::Permit => Said::Permit,
            },
            (Outcome::StepUp, Some(approval)) => Said::refuse(format!(
                "a person must approve it first: {why}. They do so at {}/approvals/{}; then make exactly the same call again",
                self.base, approval.id
            )),
            (Outcome::StepUp, None) | (Outcome::Denied, _) => Said::refuse(why),
        }
    }

    async fn decided(&self, call: &Call) -> Result<Said, Trouble> {
        let told = self.authorize(call, None).await?;
        match &told.approval {
            Some(approval) if told.decision == Outcome::StepUp && approval.state == "approved" => {
                Ok(self.said(self.authorize(call, Some(&approval.id)).await?))
            }
            _ => Ok(self.said(told)),
        }
    }

    async fn authorize(&self, call: &Call, approval: Option<&str>) -> Result<Authorized, Trouble> {
        let failed = |why: String| Trouble::gateway(format!("{} does not answer: {why}", self.base));
        let approval = approval.map(|id| format!(r#","approval":{}"#, json!(id))).unwrap_or_default();
        let body = format!(r#"{{"tool":{},"input":{}{approval}}}"#, json!(call.tool), call.input.get());
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/agents/v1/exec/authorize", self.base))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header("X-API-Key", self.key.clone())
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| failed(error.to_string()))?;
        let mut roots = RootCertStore::empty();
        if self.base.starts_with("https") {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let answer = client.request(request).await.map_err(|error| failed(reason(&error)))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
        let body = body.map_err(|error| failed(error.to_string()))?.to_bytes();
        if status != StatusCode::OK {
            let told = serde_json::from_slice::<Failed>(&body)
                .map(|Failed { error }| format!(": {} ({})", error.message, error.code));
            return Err(Trouble::gateway(format!(
                "{} answered {}{}",
                self.base,
                status.as_u16(),
                told.unwrap_or_default()
            )));
        }
        serde_json::from_slice(&body)
            .map_err(|error| Trouble::gateway(format!("{} answered what is no decision: {error}", self.base)))
    }
}

impl Decides for Gateway {
    fn decide(&self, call: &Call) -> Result<Said, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime =
            runtime.map_err(|error| Trouble::gateway(format!("no connection can be made: {error}")))?;
        runtime.block_on(self.decided(call))
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
