//! Agents that sign their requests: what a signature holds, and that it is good once.

mod covered;
mod once;
mod keys;
mod hostile;

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use lictor_evidence::Digest;
use serde_json::Value;

use crate::Shop;
use crate::common::Dir;
use crate::common::server::{Answer, Server};

pub use self::once::at_once;

/// What every request covers.
const COVERED: [&str; 5] = ["@method", "@authority", "@path", "content-digest", "lictor-tenant"];

/// A request, as it is signed and as it is sent; the tests have the two differ.
#[derive(Clone)]
pub struct Signed {
    method: &'static str,
    authority: String,
    path: String,
    query: Option<&'static str>,
    digest: String,
    tenant: &'static str,
    once: Option<&'static str>,
    covered: Vec<&'static str>,
    created: i64,
    nonce: String,
    keyid: String,
    /// Further parameters.
    more: &'static str,
    body: Vec<u8>,
}

/// The SHA-256 of the JWK of a public key (RFC 7638, RFC 8037).
fn thumbprint(key: &SigningKey) -> String {
    let x = Base64UrlUnpadded::encode_string(key.verifying_key().as_bytes());
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    Base64UrlUnpadded::encode_string(&Digest::of(jwk.as_bytes()).0)
}

fn digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", Base64::encode_string(&Digest::of(body).0))
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

impl Signed {
    /// A request as an agent sends it.
    pub fn to(server: &Server, key: &SigningKey, path: &str, body: &Value) -> Signed {
        let body = body.to_string().into_bytes();
        let mut random = [0; 18];
        getrandom::fill(&mut random).unwrap();
        Signed {
            method: "POST",
            authority: server.address.to_string(),
            path: path.to_owned(),
            query: None,
            digest: digest(&body),
            tenant: "default",
            once: None,
            covered: COVERED.to_vec(),
            created: now(),
            nonce: Base64::encode_string(&random),
            keyid: thumbprint(key),
            more: "",
            body,
        }
    }

    /// The same to a gateway of this name.
    pub fn named(self, authority: &str) -> Signed {
        Signed { authority: authority.to_owned(), ..self }
    }

    /// The same for this tenant.
    pub fn whose(self, tenant: &'static str) -> Signed {
        Signed { tenant, ..self }
    }

    fn params(&self) -> String {
        let covered: Vec<String> = self.covered.iter().map(|name| format!("\"{name}\"")).collect();
        let Signed { created, nonce, keyid, more, .. } = self;
        format!(
            "({});created={created};nonce=\"{nonce}\";keyid=\"{keyid}\";alg=\"ed25519\";tag=\"lictor\"{more}",
            covered.join(" ")
        )
    }

    /// The signature on it.
    fn sign(&self, key: &SigningKey) -> String {
        let query = format!("?{}", self.query.unwrap_or_default());
        let value = |name: &str| match name {
            "@method" => self.method,
            "@authority" => &self.authority,
            "@path" => &self.path,
            "@query" => &query,
            "content-digest" => &self.digest,
            "lictor-tenant" => self.tenant,
            "idempotency-key" => self.once.unwrap(),
            _ => panic!("{name}"),
        };
        let lines: String =
            self.covered.iter().map(|name| format!("\"{name}\": {}\n", value(name))).collect();
        let base = format!("{lines}\"@signature-params\": {}", self.params());
        Base64::encode_string(&key.sign(base.as_bytes()).to_bytes())
    }

    /// Sends it with a signature, and other fields beside it.
    fn send_with(&self, server: &Server, signature: &str, beside: &[(&str, &str)]) -> Answer {
        let mut head = vec![
            ("signature-input".to_owned(), format!("lictor={}", self.params())),
            ("signature".to_owned(), format!("lictor=:{signature}:")),
            ("content-digest".to_owned(), self.digest.clone()),
            ("lictor-tenant".to_owned(), self.tenant.to_owned()),
        ];
        head.extend(self.once.map(|once| ("idempotency-key".to_owned(), once.to_owned())));
        head.extend(beside.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.raw(server, &head)
    }

    /// Sends it with these fields.
    fn raw(&self, server: &Server, head: &[(String, String)]) -> Answer {
        let query = self.query.map(|query| format!("?{query}")).unwrap_or_default();
        let mut request = format!(
            "{} {}{query} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.method, self.path, self.authority
        );
        if self.method == "POST" {
            let length = self.body.len();
            request.push_str(&format!("content-type: application/json\r\ncontent-length: {length}\r\n"));
        }
        head.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        request.push_str("\r\n");
        let body = if self.method == "POST" { &self.body[..] } else { b"" };
        Answer::read(&server.raw(&[request.as_bytes(), body].concat()))
    }

    /// Signs it and sends it.
    pub fn send(&self, server: &Server, key: &SigningKey) -> Answer {
        self.send_with(server, &self.sign(key), &[])
    }

    /// Sends it in the place of what was signed.
    fn send_for(&self, server: &Server, signed: &Signed, key: &SigningKey) -> Answer {
        self.send_with(server, &signed.sign(key), &[])
    }
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// Registers an agent that signs; its API key, which lets nobody in.
pub fn register(shop: &Shop, name: &str, key: &SigningKey) -> String {
    let file = format!("{name}.pub");
    publish(&shop.dir, &file, key);
    let add = ["keys", "add", name, "--role", "agent", "--agent", "agent.json", "--signing-key", &file];
    let run = shop.dir.run(&[&add[..], &["--data", "data"]].concat()).ends_with(0);
    assert!(run.stderr.contains(&thumbprint(key)), "{run:?}");
    run.stdout.trim().to_owned()
}

pub fn publish(dir: &Dir, file: &str, key: &SigningKey) {
    let public = lictor_bundle::keys::VerifyingKey::from_bytes(key.verifying_key().as_bytes()).unwrap();
    dir.write(file, public.to_pem().unwrap().as_bytes());
}

/// The status and the code of what is refused.
#[track_caller]
fn refused(answer: &Answer) -> (u16, String) {
    let (status, code, message) = answer.error();
    assert!(!message.is_empty());
    if status == 401 {
        assert!(answer.field("www-authenticate").is_some(), "{answer:?}");
    }
    (status, code)
}

#[track_caller]
fn is(answer: &Answer, code: &str) {
    assert_eq!(refused(answer), (401, code.to_owned()), "{answer:?}");
}

#[track_caller]
fn allowed(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let told = answer.json();
    assert_eq!(told["decision"], "allowed", "{told}");
    told["executionToken"].as_str().unwrap().to_owned()
}
