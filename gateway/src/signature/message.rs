//! A request as signatures see it: what its components are, and the text that is signed (RFC 9421, section 2.5).

use std::collections::BTreeSet;

use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use sfv::{BareItem, FieldType, InnerList, ListEntry};

use super::{Names, TENANT};
use crate::json::cut;

/// The header with the digest of the body.
pub(super) const DIGEST: &str = "content-digest";
/// The header with the key of idempotency.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What components are taken from.
pub(super) struct Message<'a> {
    method: &'a str,
    pub authority: String,
    path: &'a str,
    query: Option<&'a str>,
    headers: &'a HeaderMap,
}

impl<'a> Message<'a> {
    /// Of a request to a gateway of these names.
    pub fn of(parts: &'a Parts, names: &Names) -> Result<Message<'a>, String> {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let host = hosts.next().filter(|_| hosts.next().is_none()).and_then(|host| host.to_str().ok());
        let authority = names.normal(host.ok_or("the request has no Host, or more than one")?);
        let in_target = parts.uri.authority().map(|authority| names.normal(authority.as_str()));
        if in_target.is_some_and(|other| other != authority) {
            return Err("the target of the request is at another host than Host says".to_owned());
        }
        let path = match parts.uri.path() {
            "" => "/",
            path => path,
        };
        Ok(Message {
            method: parts.method.as_str(),
            authority,
            path,
            query: parts.uri.query(),
            headers: &parts.headers,
        })
    }

    /// The text that is signed.
    pub fn base(&self, covered: &InnerList) -> Result<String, String> {
        let mut names = BTreeSet::new();
        let mut base = String::new();
        for item in &covered.items {
            let BareItem::String(name) = &item.bare_item else {
                return Err("a component is none: each is a text, such as \"@method\"".to_owned());
            };
            let name = name.as_str();
            if !item.params.is_empty() {
                return Err(format!("{:?} has parameters, and no component has any here", cut(name)));
            }
            let value = self.value(name)?;
            if !names.insert(name) {
                return Err(format!("{:?} is covered twice", cut(name)));
            }
            base.extend(["\"", name, "\": ", &value, "\n"]);
        }
        base.push_str("\"@signature-params\": ");
        base.push_str(&written(covered)?);
        Ok(base)
    }

    /// What has an effect and is not covered.
    pub fn uncovered(&self, covered: &InnerList) -> Option<&'static str> {
        let always = ["@method", "@authority", "@path", DIGEST, TENANT];
        let query = self.query.map(|_| "@query");
        let key = self.headers.contains_key(IDEMPOTENCY_KEY).then_some(IDEMPOTENCY_KEY);
        let names = || covered.items.iter().filter_map(|item| item.bare_item.as_string());
        let mut needed = always.into_iter().chain(query).chain(key);
        needed.find(|needed| names().all(|name| name.as_str() != *needed))
    }

    /// The value of a component (sections 2.1 and 2.2).
    fn value(&self, name: &str) -> Result<String, String> {
        Ok(match name {
            "@method" => self.method.to_owned(),
            "@authority" => self.authority.clone(),
            "@path" => self.path.to_owned(),
            "@query" => format!("?{}", self.query.unwrap_or_default()),
            "signature" | "signature-input" => return Err(format!("{name:?} cannot be covered")),
            _ => {
                let header = HeaderName::from_lowercase(name.as_bytes()).map_err(|_| {
                    let derived = "\"@method\", \"@authority\", \"@path\" and \"@query\"";
                    format!("{:?} is not known here: send names of headers, and {derived}", cut(name))
                })?;
                field(self.headers, &header)?
                    .ok_or_else(|| format!("there is no header {:?} to cover", cut(name)))?
            }
        })
    }

    /// A header that stands there once at most in what it says.
    pub fn field(&self, name: &'static str) -> Result<Option<String>, String> {
        field(self.headers, &HeaderName::from_static(name))
    }
}

/// The value of a header, whose lines are one list.
pub(super) fn field(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, String> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str().map(str::trim));
    let lines: Result<Vec<&str>, _> = lines.collect();
    let lines = lines.map_err(|_| format!("the header {name} has signs that are not of ASCII"))?;
    Ok((!lines.is_empty()).then(|| lines.join(", ")))
}

/// What is covered, and the parameters, as they are signed (section 2.3).
fn written(covered: &InnerList) -> Result<String, String> {
    let list: sfv::List = vec![ListEntry::InnerList(covered.clone())];
    list.serialize().ok_or_else(|| "what is covered cannot be written".to_owned())
}
