//! Signed documents: what receipts and the history of keys have in common.
//!
//! ```text
//! {"CONTENT": {…}, "signature": {"kid": thumbprint of the key, "value": signature in base64url}}
//! signed bytes = a line that names the kind of document ‖ the content as canonical JSON (RFC 8785)
//! ```
//!
//! The content says of itself what it is, in its members `type` and `version`. The line makes sure that what was signed as one kind of document is never taken for another. A document may be spaced and ordered in any way, since only the
//! canonical bytes of its content count. Whatever else stands in it is refused, but for members that the kind allows beside the content, unsigned.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base64url;
use crate::canonical;
use crate::digest::Digest;
use crate::error::{ErrorKind, EvidenceError};
use crate::json::Json;
use crate::keys::{For, SigningKey, Thumbprint, VerifyingKey};

/// The version of everything that is written here, and the only one that is read.
const VERSION: i64 = 1;

/// A typed value that says what it is.
#[derive(Serialize)]
pub(crate) struct Marked<'v, T> {
    #[serde(flatten)]
    value: &'v T,
    r#type: &'static str,
    version: i64,
}

/// Lets a typed value say what it is.
pub(crate) fn marked<'v, T: Serialize>(r#type: &'static str, value: &'v T) -> Marked<'v, T> {
    Marked { r#type, version: VERSION, value }
}

/// Reads a typed value from JSON that says that it is one.
pub(crate) fn unmarked<T: DeserializeOwned>(r#type: &str, json: &Json) -> Result<T, EvidenceError> {
    let form = |message: String| EvidenceError::new(ErrorKind::Form, message);
    let Json::Object(mut members) = json.clone() else {
        return Err(form("what should say what it is, is no object".to_owned()));
    };
    let marks = (members.remove("type"), members.remove("version"));
    if marks != (Some(Json::Text(r#type.to_owned())), Some(Json::Int(VERSION))) {
        return Err(form(format!("it is not of type `{type}` and version {VERSION}")));
    }
    Json::Object(members).read().map_err(|error| form(error.0))
}

/// A kind of document.
pub(crate) struct Kind {
    /// What the content says that it is.
    pub r#type: &'static str,
    /// The line that is signed before the content, with its end. Keys for this kind sign nothing else.
    pub domain: &'static str,
    /// The member that holds the content.
    pub content: &'static str,
    /// What may stand beside it, unsigned.
    pub beside: &'static [&'static str],
    /// The longest document, in bytes.
    pub longest: usize,
}

/// A document that was read, and not yet verified.
pub(crate) struct Document {
    r#type: &'static str,
    content: Json,
    /// The key that it names.
    pub kid: Thumbprint,
    /// What stands beside the content.
    pub beside: BTreeMap<String, Json>,
    signed: Vec<u8>,
    signature: [u8; 64],
}

impl Kind {
    /// The digest of the bytes that are signed where this is the content.
    pub fn digest(&self, content: &impl Serialize) -> Result<Digest, EvidenceError> {
        Ok(Digest::of(&self.message(&marked(self.r#type, content))?))
    }

    fn message(&self, content: &impl Serialize) -> Result<Vec<u8>, EvidenceError> {
        let mut message = Vec::with_capacity(2_048);
        message.extend_from_slice(self.domain.as_bytes());
        canonical::append(&mut message, content)?;
        Ok(message)
    }

    /// Signs content, and puts both together.
    pub fn sign<P: For>(
        &self,
        content: &impl Serialize,
        key: &SigningKey<P>,
        beside: BTreeMap<String, Json>,
    ) -> Result<Vec<u8>, EvidenceError> {
        let content = Json::of(&marked(self.r#type, content))?;
        let signature = key
            .sign(&self.message(&content)?)
            .ok_or_else(|| EvidenceError::new(ErrorKind::Keys, "the key is for another kind of document"))?;
        let text = |text: String| Json::Text(text);
        let signature = BTreeMap::from([
            ("kid".to_owned(), text(key.verifying_key().thumbprint().to_string())),
            ("value".to_owned(), text(base64url::encode(&signature))),
        ]);
        let mut members = beside;
        members.insert(self.content.to_owned(), content);
        members.insert("signature".to_owned(), Json::Object(signature));
        let bytes = Json::Object(members).canonical()?;
        if bytes.len() > self.longest {
            return Err(self.too_large());
        }
        Ok(bytes)
    }

    /// The content alone, which nobody has signed yet.
    pub fn unsigned(&self, content: &impl Serialize) -> Result<Vec<u8>, EvidenceError> {
        let members = BTreeMap::from([(self.content.to_owned(), Json::of(&marked(self.r#type, content))?)]);
        let bytes = Json::Object(members).canonical()?;
        if bytes.len() > self.longest { Err(self.too_large()) } else { Ok(bytes) }
    }

    /// Reads what a document says, whether or not somebody has signed it.
    pub fn read_unverified<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, EvidenceError> {
        if bytes.len() > self.longest {
            return Err(self.too_large());
        }
        match Json::parse(bytes)? {
            Json::Object(members) if members.len() == 1 && members.contains_key(self.content) => {
                unmarked(self.r#type, members.get(self.content).unwrap_or(&Json::Bool(false)))
            }
            _ => self.read(bytes)?.content(),
        }
    }

    /// Takes a document apart.
    pub fn read(&self, bytes: &[u8]) -> Result<Document, EvidenceError> {
        if bytes.len() > self.longest {
            return Err(self.too_large());
        }
        let form = |message: String| EvidenceError::new(ErrorKind::Form, message);
        let Json::Object(mut members) = Json::parse(bytes)? else {
            return Err(form("the document is no object".to_owned()));
        };
        let mut take = |name: &str| {
            members.remove(name).ok_or_else(|| form(format!("the document has no member `{name}`")))
        };
        let (content, signature) = (take(self.content)?, take("signature")?);
        if let Some(name) = members.keys().find(|name| !self.beside.contains(&name.as_str())) {
            return Err(form(format!("the document has a member `{}`", name.escape_default())));
        }
        let of_signature = |name: &str| signature.member(name).and_then(Json::text);
        let alone = matches!(&signature, Json::Object(members) if members.len() == 2);
        let kid = of_signature("kid").and_then(|kid| kid.parse().ok());
        let value = of_signature("value").and_then(base64url::decode_array);
        let (Some(kid), Some(signature), true) = (kid, value, alone) else {
            return Err(form(
                "`signature` is not `kid`, a thumbprint, and `value`, 64 bytes in base64url".to_owned(),
            ));
        };
        let signed = self.message(&content)?;
        Ok(Document { r#type: self.r#type, content, kid, beside: members, signed, signature })
    }

    fn too_large(&self) -> EvidenceError {
        EvidenceError::new(ErrorKind::TooLarge, format!("the document is longer than {} bytes", self.longest))
    }
}

impl Document {
    /// Whether it was signed with this key.
    pub fn is_signed_with<P: For>(&self, key: &VerifyingKey<P>) -> bool {
        key.verifies(&self.signed, &self.signature)
    }

    /// What it says. Nobody should act on it before the signature is verified.
    pub fn content<T: DeserializeOwned>(&self) -> Result<T, EvidenceError> {
        unmarked(self.r#type, &self.content)
    }

    /// The digest of the bytes that are signed.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.signed)
    }
}
