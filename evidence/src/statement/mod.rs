//! What somebody who is registered says of an agent: the mandate that it acts on, or the user in whose name it acts. A JSON Web Token (RFC 7519) in compact form,
//! narrowed as RFC 8725 (sections 3.1 to 3.11) wants it: a type for each kind, two algorithms, three members in the header, and no claim that nobody reads.
//!
//! Nothing here knows who is registered, or the time: whoever calls finds the keys by the issuer that a statement names, and holds its moments against a clock.

mod keys;

use std::collections::BTreeMap;
use std::fmt;

use crate::base64url;
use crate::json::Json;

pub use self::keys::IssuerKeys;

/// The longest statement that is read, in bytes.
pub const MAX_STATEMENT: usize = 16_384;
/// The longest text of a claim that is a name, in bytes.
const MAX_TEXT: usize = 256;

/// What is stated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// What an agent may do for somebody.
    Mandate,
    /// In whose name an agent acts.
    User,
}

impl Kind {
    /// Both.
    pub const ALL: [Kind; 2] = [Kind::Mandate, Kind::User];

    /// How it is called: the member of the claims that has the rest of it, too.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Mandate => "mandate",
            Kind::User => "user",
        }
    }

    /// The type in the header (RFC 8725, section 3.11).
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Mandate => "lictor-mandate+jwt",
            Kind::User => "lictor-user+jwt",
        }
    }

    /// What only the claims of a JWT say, and no member beside them.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Kind::Mandate => &["issued_at", "not_before", "expires_at", "nonce", "signature_verified"],
            Kind::User => &["id"],
        }
    }
}

/// What was stated. Moments are seconds since 1970 UTC.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// What kind of statement it is.
    pub kind: Kind,
    /// Who states it: `iss`.
    pub issuer: String,
    /// The name of the key that it was signed with: `kid`.
    pub key: String,
    /// For whom it is: `aud`.
    pub audiences: Vec<String>,
    /// The agent that it is about: `sub` of a mandate, `may_act.sub` of what is said of a user (RFC 8693, section 4.4).
    pub agent: String,
    /// The user: `sub` of what is said of one; the one who gave the mandate, where that says it.
    pub user: Option<String>,
    /// Its own name: `jti`. A mandate has one.
    pub id: Option<String>,
    /// When it was issued: `iat`.
    pub issued_at: i64,
    /// The first second in which it holds: `nbf`.
    pub not_before: Option<i64>,
    /// The first second in which it does not hold any more: `exp`.
    pub expires: i64,
    /// What else is said, by the names that policies have for it.
    pub says: BTreeMap<String, Json>,
}

/// Why a statement is refused. The words repeat nothing of it but names of members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementError(pub String);

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StatementError {}

/// A statement that was taken apart and not verified: it says which keys to verify it with, and nothing else.
pub struct Unverified<'a> {
    kind: Kind,
    signed: &'a str,
    signature: [u8; 64],
    header: Json,
    payload: Vec<u8>,
    issuer: String,
}

impl<'a> Unverified<'a> {
    /// Takes a statement apart.
    ///
    /// # Errors
    /// It is not what a statement of this kind can be.
    pub fn read(kind: Kind, text: &'a str) -> Result<Unverified<'a>, StatementError> {
        if text.len() > MAX_STATEMENT {
            return Err(wrong(format!("is longer than {MAX_STATEMENT} bytes")));
        }
        let malformed = || wrong("is not three parts in base64url, each in its one form");
        let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
        let (header, payload) = signed.split_once('.').ok_or_else(malformed)?;
        let [header, payload] = [header, payload].map(base64url::decode);
        let (header, payload) = header.zip(payload).ok_or_else(malformed)?;
        // Both algorithms have signatures of this length (RFC 7518, section 3.4; RFC 8037, section 3.1).
        let signature = base64url::decode_array::<64>(signature).ok_or_else(malformed)?;
        let header =
            Json::parse(&header).map_err(|error| wrong(format!("has a header that is none: {error}")))?;
        let Json::Object(members) = &header else { return Err(wrong("has a header that is no object")) };
        // Among them `jwk`, `jku`, `x5u` and `x5c`, which bring a key along, `crit`, `b64` and `zip`, which change what is signed.
        if let Some(name) = members.keys().find(|name| !["alg", "kid", "typ"].contains(&name.as_str())) {
            return Err(wrong(format!("has a member `{}` in its header", name.escape_default())));
        }
        if header.member("typ").and_then(Json::text) != Some(kind.media_type()) {
            return Err(wrong(format!("is not of the type `{}`", kind.media_type())));
        }
        let claims =
            Json::parse(&payload).map_err(|error| wrong(format!("has claims that are none: {error}")))?;
        let issuer = named(&claims, "iss")?;
        Ok(Unverified { kind, signed, signature, header, payload, issuer })
    }

    /// Who says to have issued it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What is stated, where it was signed with one of these keys.
    ///
    /// # Errors
    /// It was not, or says something that is not read here.
    pub fn verify(&self, keys: &IssuerKeys) -> Result<Statement, StatementError> {
        let member = |name| self.header.member(name).and_then(Json::text);
        let kid = member("kid").ok_or_else(|| wrong("names no key"))?;
        let algorithm = member("alg").ok_or_else(|| wrong("names no algorithm"))?;
        if !keys.verifies(kid, algorithm, self.signed.as_bytes(), &self.signature)? {
            return Err(wrong("has a signature that was not made with the key that it names"));
        }
        let claims = Json::parse(&self.payload).map_err(|error| wrong(error.to_string()))?;
        self.claims(claims, kid)
    }

    fn claims(&self, claims: Json, kid: &str) -> Result<Statement, StatementError> {
        let kind = self.kind;
        let Json::Object(members) = &claims else { return Err(wrong("has claims that are no object")) };
        let read: &[&str] = match kind {
            Kind::Mandate => &["iss", "aud", "sub", "jti", "iat", "nbf", "exp", "mandate", "user"],
            Kind::User => &["iss", "aud", "sub", "jti", "iat", "nbf", "exp", "user", "may_act"],
        };
        // What nobody reads may be what was to hold somebody back.
        if let Some(name) = members.keys().find(|name| !read.contains(&name.as_str())) {
            return Err(wrong(format!("says `{}`, which is not read here", name.escape_default())));
        }
        let subject = named(&claims, "sub")?;
        let optional = |name| claims.member(name).map(|_| named(&claims, name)).transpose();
        let (agent, user) = match kind {
            Kind::Mandate => (subject, optional("user")?),
            Kind::User => (may_act(&claims)?, Some(subject)),
        };
        let id = match kind {
            Kind::Mandate => Some(named(&claims, "jti")?),
            Kind::User => optional("jti")?,
        };
        let says = match claims.member(kind.name()) {
            None => BTreeMap::new(),
            Some(Json::Object(says)) => says.clone(),
            Some(_) => return Err(wrong(format!("has a claim `{}` that is no object", kind.name()))),
        };
        if let Some(name) = kind.reserved().iter().find(|name| says.contains_key(**name)) {
            return Err(wrong(format!("says `{}.{name}`, which its claims say", kind.name())));
        }
        let [issued_at, expires] = [moment(&claims, "iat")?, moment(&claims, "exp")?];
        let [issued_at, expires] =
            [issued_at.ok_or_else(|| wrong("has no `iat`"))?, expires.ok_or_else(|| wrong("has no `exp`"))?];
        Ok(Statement {
            kind,
            issuer: self.issuer.clone(),
            key: kid.to_owned(),
            audiences: audiences(&claims)?,
            agent,
            user,
            id,
            issued_at,
            not_before: moment(&claims, "nbf")?,
            expires,
            says,
        })
    }
}

fn wrong(what: impl Into<String>) -> StatementError {
    StatementError(what.into())
}

/// A name among the claims.
fn named(claims: &Json, name: &str) -> Result<String, StatementError> {
    let text = claims.member(name).and_then(Json::text);
    let text = text.ok_or_else(|| wrong(format!("has no text `{name}`")))?;
    if !(1..=MAX_TEXT).contains(&text.len()) || text.chars().any(char::is_control) {
        return Err(wrong(format!(
            "has a `{name}` that is empty, longer than {MAX_TEXT} bytes, or has control characters"
        )));
    }
    Ok(text.to_owned())
}

/// A moment among the claims, in whole seconds that can be written.
fn moment(claims: &Json, name: &str) -> Result<Option<i64>, StatementError> {
    const LAST: i64 = 253_402_300_799;
    match claims.member(name) {
        None => Ok(None),
        Some(Json::Int(seconds)) if (0..=LAST).contains(seconds) => Ok(Some(*seconds)),
        Some(_) => Err(wrong(format!("has a `{name}` that is no whole number of seconds since 1970"))),
    }
}

/// One audience, or several (RFC 7519, section 4.1.3).
fn audiences(claims: &Json) -> Result<Vec<String>, StatementError> {
    match claims.member("aud") {
        Some(Json::Text(one)) => Ok(vec![one.clone()]),
        Some(Json::List(several)) => {
            let texts = several.iter().map(|one| one.text().map(str::to_owned)).collect::<Option<Vec<_>>>();
            texts
                .filter(|texts| !texts.is_empty())
                .ok_or_else(|| wrong("has an `aud` that is no list of texts"))
        }
        _ => Err(wrong("has no `aud`")),
    }
}

/// The agent that a user lets act in their name.
fn may_act(claims: &Json) -> Result<String, StatementError> {
    match claims.member("may_act") {
        Some(actor @ Json::Object(members)) if members.len() == 1 => {
            named(actor, "sub").map_err(|StatementError(why)| wrong(format!("{why} in `may_act`")))
        }
        _ => Err(wrong("has no `may_act` with the agent as its only member `sub`")),
    }
}

#[cfg(test)]
mod tests;
