//! What a request says of its signature, and whether that is so.

use http::request::Parts;
use http::{HeaderMap, HeaderName};
use lictor_evidence::keys::Thumbprint;
use sfv::{BareItem, Dictionary, InnerList, ListEntry, Parser};

use super::message::{DIGEST, Message, field};
use super::{AHEAD, LIFE, Names, Nonce, Refused, Signed, TAG, TENANT, digest};
use crate::json::cut;
use crate::key::Signer;

const INPUT: HeaderName = HeaderName::from_static("signature-input");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");

/// How many signs a nonce has: at least as many as 96 random bits take in base64.
const NONCE: std::ops::RangeInclusive<usize> = 16..=64;

/// A signature as it came. Nobody has verified it.
#[derive(Debug)]
pub(crate) struct Presented {
    /// The key that it names.
    pub key: Thumbprint,
    /// The tenant that it is for.
    pub tenant: String,
    digest: [u8; 32],
    created: i64,
    expires: Option<i64>,
    nonce: String,
    base: String,
    signature: [u8; 64],
}

/// Its parameters.
#[derive(Default)]
struct Params<'a> {
    created: Option<i64>,
    expires: Option<i64>,
    nonce: Option<&'a str>,
    keyid: Option<&'a str>,
}

impl Presented {
    /// The tenant that a signed request says it is for, where it is signed and says so once. It holds once the signature was verified.
    pub fn whose(headers: &HeaderMap) -> Option<&str> {
        let is_signed = headers.contains_key(&INPUT) || headers.contains_key(&SIGNATURE);
        let mut named = headers.get_all(TENANT).iter().filter(|_| is_signed);
        named.next().filter(|_| named.next().is_none())?.to_str().ok()
    }

    /// The signature of a request; nothing where it has no header of one.
    ///
    /// # Errors
    /// There is something that is no signature for this gateway. It is then not as if there were none.
    pub fn of(parts: &Parts, names: &Names) -> Result<Option<Presented>, Refused> {
        if !parts.headers.contains_key(&INPUT) && !parts.headers.contains_key(&SIGNATURE) {
            return Ok(None);
        }
        let inputs = dictionary(parts, &INPUT)?;
        let (label, covered) = ours(&inputs)?;
        let signature = match dictionary(parts, &SIGNATURE)?.get(label) {
            Some(ListEntry::Item(item)) => match &item.bare_item {
                BareItem::ByteSequence(bytes) => bytes.as_slice().try_into().ok(),
                _ => None,
            },
            _ => None,
        };
        let none = || format!("the header signature has none of 64 bytes that is called {}", cut(label));
        let signature = signature.ok_or_else(none)?;
        let params = Params::of(covered)?;
        let created = params.created.ok_or_else(|| missing("created"))?;
        let nonce = params.nonce.filter(|nonce| NONCE.contains(&nonce.len()));
        let nonce = nonce.ok_or_else(|| "nonce is not a text of 16 to 64 signs".to_owned())?;
        let key = params.keyid.ok_or_else(|| missing("keyid"))?;
        let key = key.parse().map_err(|what| format!("keyid is not the thumbprint of a key: {what}"))?;
        let message = Message::of(parts, names)?;
        let base = message.base(covered)?;
        if let Some(name) = message.uncovered(covered) {
            return Err(Refused::Invalid(format!("{name:?} is not covered, and must be")));
        }
        if !names.have(&message.authority) {
            return Err(Refused::Invalid(format!(
                "it is for {}, and {}",
                cut(&message.authority),
                names.help()
            )));
        }
        let covered = |name| Ok::<_, String>(message.field(name)?.unwrap_or_default());
        Ok(Some(Presented {
            key,
            tenant: covered(TENANT)?,
            digest: digest::sha256(&covered(DIGEST)?)?,
            created,
            expires: params.expires,
            nonce: nonce.to_owned(),
            base,
            signature,
        }))
    }

    /// Whether it was made with this key, and is good at this moment, in milliseconds.
    ///
    /// # Errors
    /// It was not, or is not.
    pub fn verify(self, signer: &Signer, now: i64) -> Result<Signed, Refused> {
        if signer.thumbprint != self.key || !signer.key.verifies(self.base.as_bytes(), &self.signature) {
            let what = "it was not made over this request with the key that it names";
            return Err(Refused::Invalid(what.to_owned()));
        }
        let created = self.created.saturating_mul(1_000);
        if created > now.saturating_add(AHEAD) {
            return Err(Refused::Stale("it was made later than now; set the clock of the agent".to_owned()));
        }
        let expires = self.expires.map_or(i64::MAX, |expires| expires.saturating_mul(1_000));
        let until = created.saturating_add(LIFE).min(expires);
        if until < now {
            return Err(Refused::Stale("it is good for a minute after it was made; sign anew".to_owned()));
        }
        let nonce = Nonce::of(&self.key, &self.nonce, until);
        Ok(Signed { key: self.key, digest: self.digest, nonce })
    }
}

fn missing(param: &str) -> String {
    format!("the parameter {param} is missing")
}

fn dictionary(parts: &Parts, name: &HeaderName) -> Result<Dictionary, String> {
    let field = field(&parts.headers, name)?.ok_or_else(|| format!("the header {name} is missing"))?;
    Parser::new(&field).parse().map_err(|error| format!("the header {name} is no dictionary: {error}"))
}

/// The one that is for this gateway. A request may carry others, for whoever is on its way.
fn ours(inputs: &Dictionary) -> Result<(&str, &InnerList), String> {
    let mut found = None;
    for (label, entry) in inputs {
        let ListEntry::InnerList(covered) = entry else {
            return Err(format!("{} of Signature-Input is no list of what is covered", cut(label.as_str())));
        };
        let tag = covered.params.get("tag").and_then(BareItem::as_string);
        if tag.is_some_and(|tag| tag.as_str() == TAG) && found.replace((label.as_str(), covered)).is_some() {
            return Err(format!("there is more than one signature with tag=\"{TAG}\""));
        }
    }
    found.ok_or_else(|| format!("there is no signature with tag=\"{TAG}\", so none is for this gateway"))
}

impl<'a> Params<'a> {
    fn of(covered: &'a InnerList) -> Result<Params<'a>, String> {
        let mut params = Params::default();
        for (name, value) in &covered.params {
            let text = value.as_string().map(sfv::StringRef::as_str);
            let number = value.as_integer().map(i64::from);
            match (name.as_str(), text, number) {
                ("created", _, Some(number)) => params.created = Some(number),
                ("expires", _, Some(number)) => params.expires = Some(number),
                ("nonce", Some(text), _) => params.nonce = Some(text),
                ("keyid", Some(text), _) => params.keyid = Some(text),
                ("alg", Some("ed25519"), _) | ("tag", Some(TAG), _) => {}
                ("alg", ..) => return Err("alg is not \"ed25519\", which is all that is taken".to_owned()),
                ("created" | "expires", ..) => return Err(format!("{name} is no whole number of seconds")),
                ("nonce" | "keyid", ..) => return Err(format!("{name} is no text")),
                _ => return Err(format!("the parameter {} is not known here", cut(name.as_str()))),
            }
        }
        Ok(params)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
