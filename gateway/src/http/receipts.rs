//! Receipts: what was decided, as a document that can be verified without asking anybody.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use lictor_evidence::error::EvidenceError;
use lictor_evidence::receipt::Inclusion;
use lictor_evidence::token::TokenId;
use lictor_journal::record::Judged;
use lictor_journal::row;
use lictor_store::Record;

use super::refusal::Refusal;
use crate::gateway::Shared;
use crate::pages;
use crate::tenant::Tenant;

/// `GET /r/{id}`: the receipt of this name, signed when it is read, with the proof that the log has its record. Whoever knows the name may read it.
pub(crate) async fn receipt(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if pages::wants_page(&headers) {
        return Ok(pages::receipt(&shared, &headers, &id).await);
    }
    let none = || Refusal::new(StatusCode::NOT_FOUND, "NO_RECEIPT", "there is no receipt of this name");
    let index = id.parse::<TokenId>().map_err(|_| none())?.index;
    let tenant = Arc::clone(&shared.tenant);
    // Reading the store blocks.
    let read = tokio::task::spawn_blocking(move || {
        let read = tenant.look(|reader, number| {
            let record = reader.record(number, index)?;
            let decided = record.as_ref().map(|record| pages::decided(reader, number, record)).transpose()?;
            Ok(record.zip(decided))
        });
        read.map(|read| read.map(|(record, decided)| signed(&tenant, &id, &record, decided.as_ref())))
    });
    let read = read.await.map_err(|_| Refusal::fault())?.map_err(|error| {
        tracing::error!(%error, "a receipt could not be read");
        Refusal::unavailable("STORE_UNAVAILABLE", "the store does not answer; try again")
    })?;
    let document = match read {
        Some(Ok(Some(document))) => document,
        Some(Err(error)) => {
            tracing::error!(%error, index, "a record has no receipt that could be signed");
            return Err(Refusal::fault());
        }
        _ => return Err(none()),
    };
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], document).into_response())
}

/// The signed receipt of a record, where it has one of this name.
fn signed(
    tenant: &Tenant,
    id: &str,
    record: &Record,
    decided: Option<&Judged>,
) -> Result<Option<Vec<u8>>, EvidenceError> {
    let Some(body) = &record.body else { return Ok(None) };
    let name = &tenant.identity.name;
    let (body, entry) = row::entry(body, name, record.index, record.at)?;
    if body.record.receipt.as_ref().is_none_or(|receipt| receipt.id != id) {
        return Ok(None);
    }
    // What it was of may have been erased since: then there is none any more.
    if body.record.step.judged().or(decided).is_none() {
        return Ok(None);
    }
    let Some(receipt) = body.record.receipt_at(name, record.index, record.at, decided)? else {
        return Ok(None);
    };
    let entry = String::from_utf8(entry.to_bytes()?).unwrap_or_default();
    // It can be added later, since it proves itself.
    let proof =
        tenant.inclusion(record.index).ok().map(|proof| Inclusion { entry, proof: proof.to_string() });
    receipt.sign(&tenant.receipt_key, proof.as_ref()).map(Some)
}
