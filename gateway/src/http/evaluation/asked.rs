//! A request for evaluations, before anything of it is decided.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use http::Request;

use super::super::caller::Caller;
use super::super::refusal::Refusal;
use super::super::{body, exec};
use crate::ask::Entities;
use crate::gateway::Shared;
use crate::json;
use crate::key::{Key, Right};
use crate::life::Once;

/// A request that may be made.
pub(super) struct Sent {
    path: &'static str,
    body: Bytes,
    /// Its key of idempotency, where it has one.
    key: Option<String>,
}

impl Sent {
    /// The body of a request that may ask.
    pub async fn read(
        shared: &Shared,
        caller: &Caller,
        path: &'static str,
        request: Request<Body>,
    ) -> Result<Sent, Refusal> {
        caller.noted.by(&caller.key, None);
        caller.needs(Right::Evaluate)?;
        // AuthZEN calls a wrong type a malformed request.
        if !body::is(request.headers(), "application/json") {
            return Err(Refusal::malformed("Content-Type: is not application/json"));
        }
        let key = exec::idempotency_key(request.headers())?;
        let body = caller.body(request, shared.limits.body).await?;
        Ok(Sent { path, body, key })
    }

    /// Its text, where nothing in it can be read in two ways.
    pub fn checked(&self) -> Result<&str, Refusal> {
        json::check(&self.body)?;
        // What was checked is UTF-8 but for texts that nobody took apart.
        std::str::from_utf8(&self.body).map_err(|_| Refusal::malformed("body: is not UTF-8"))
    }

    /// What one evaluation of it is to be done once for. Each of a batch is done once by itself: what was lost of a batch is done when it is sent again.
    pub fn once(&self, caller: &Caller, at: Option<usize>) -> Once {
        let path = at.map_or_else(|| self.path.to_owned(), |at| format!("{}#{at}", self.path));
        exec::once(caller, &path, self.key.as_deref(), &self.body)
    }
}

/// An evaluation that was read.
pub(super) struct Asked<'a> {
    pub entities: Entities<'a>,
    /// Whom it is about; nobody, where there is no such agent.
    pub agent: Option<Arc<Key>>,
}
