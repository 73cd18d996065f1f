//! What a body asks for: an action with its fields, the call of a tool, or a purchase in the words of a shop.

use std::borrow::Cow;

use lictor_bundle::schema::Schema;
use lictor_evidence::token::{MAX_TOKEN, Reason};

use super::purchase::{self, Purchase};
use crate::ask::refuse_said;
use crate::json::{Object, Wrong, cut};
use crate::policy::Said;

/// What is asked for.
pub(in crate::http) struct Asked<'a> {
    /// The action's name; empty for the call of a tool.
    pub action: Cow<'a, str>,
    /// It as the engine reads it.
    pub text: Vec<u8>,
    /// The purchase that it is, where it is one.
    pub(super) purchase: Option<Purchase>,
}

/// The members that say what is asked for.
const OWN: [&str; 4] = ["action", "params", "tool", "input"];

/// Reads a body that has these members beside those that say what is asked for, and no others.
pub(super) fn body<'a>(text: &'a str, others: &[&str]) -> Result<Object<'a>, Wrong> {
    Object::only(text, &[&OWN[..], &purchase::MEMBERS[..], others].concat())
}

impl<'a> Asked<'a> {
    /// Why this store does not look at it, where it is a purchase that is none of its business.
    pub(super) fn declined(&self, store: &str) -> Result<Option<Reason>, Wrong> {
        self.purchase.as_ref().map_or(Ok(None), |purchase| purchase.refused(store))
    }

    /// An action, as the engine reads it.
    pub fn of_action(action: Cow<'a, str>, text: Vec<u8>) -> Asked<'a> {
        Asked { action, text, purchase: None }
    }

    /// What a body asks for, by the declarations of a bundle.
    pub fn of(body: &Object<'a>, schema: &Schema) -> Result<Asked<'a>, Wrong> {
        if let Some(first) = Purchase::first(body) {
            if let Some(own) = OWN.into_iter().find(|name| body.get(name).is_some()) {
                let what =
                    format!("stands beside {first}; send an action, the call of a tool, or a purchase");
                return Err(Wrong::at(own, what));
            }
            let purchase = Purchase::read(body, schema)?;
            let text = purchase.call(body);
            return Ok(Asked { action: Cow::Borrowed(""), text, purchase: Some(purchase) });
        }
        let is_call = body.get("tool").is_some();
        for (first, second) in [("action", "tool"), ("params", "tool"), ("input", "action")] {
            if body.get(first).is_some() && body.get(second).is_some() {
                return Err(Wrong::at(
                    first,
                    format!(
                        "stands beside {second}; send an action with its params, or a tool with its input"
                    ),
                ));
            }
        }
        let action = if is_call { Cow::Borrowed("") } else { body.text("action")? };
        let mut asked = Vec::from(b"{");
        for (name, value) in body.members().filter(|(name, _)| OWN.contains(name)) {
            if asked.len() > 1 {
                asked.push(b',');
            }
            asked.push(b'"');
            asked.extend(name.as_bytes());
            asked.extend(b"\":");
            asked.extend(value.as_bytes());
        }
        asked.push(b'}');
        Ok(Asked::of_action(action, asked))
    }
}

/// Refuses what of the circumstances only the gateway says. What no policy reads is nothing to anybody, and is passed over.
pub(super) fn context(body: &Object<'_>, said: &Said) -> Result<(), Wrong> {
    refuse_said(body.object("context")?, |name| said.of_context(name))
}

/// A token, where there is one.
pub(super) fn token<'a>(body: &Object<'a>) -> Result<Option<Cow<'a, str>>, Wrong> {
    let name = "executionToken";
    if matches!(body.get(name), None | Some("null" | "\"\"")) {
        return Ok(None);
    }
    let token = body.text(name)?;
    if token.len() > MAX_TOKEN {
        return Err(Wrong::at(name, format!("has more than {MAX_TOKEN} signs, and no token has")));
    }
    Ok(Some(token))
}

/// A token that must be there.
pub(super) fn needed_token<'a>(body: &Object<'a>) -> Result<Cow<'a, str>, Wrong> {
    let what = if body.get("executionToken").is_some() { "is empty; send the token" } else { "is missing" };
    token(body)?.ok_or_else(|| Wrong::at("executionToken", what))
}

/// A value that is none of these.
pub(super) fn none_of(path: &str, value: &str, known: &str) -> Wrong {
    Wrong::at(path, format!("is \"{}\"; send {known}", cut(value)))
}
