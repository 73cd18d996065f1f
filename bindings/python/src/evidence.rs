//! Tokens, receipts and histories of keys, verified as everybody verifies them: with public keys alone.

use lictor_evidence::error::EvidenceError;
use lictor_evidence::history::KeyHistory;
use lictor_evidence::jwks::TokenKeys;
use lictor_evidence::keys::{Root, VerifyingKey as DedicatedKey};
use lictor_evidence::receipt::{Elsewhere, Outcome, verify};
use lictor_evidence::token::{Claims, Expected, Mode};
use lictor_ledger::note::VerifierKey;
use lictor_ledger::{Checkpoint, LedgerError};
use lictor_runtime::VerifyingKey;
use pyo3::prelude::*;

use crate::refused::refused;

/// What a token says, as JSON, where it is signed with a key of the set (JWKS) and good here and now. `mode` is `enforce` or `observe`, `now` and `skew` are milliseconds.
#[pyfunction]
#[pyo3(signature = (token, jwks, issuer, audience, scope, mode, now, skew))]
#[allow(clippy::too_many_arguments, reason = "they are the members of what is expected")]
pub(crate) fn verify_token(
    py: Python<'_>,
    token: &str,
    jwks: &[u8],
    issuer: &str,
    audience: &str,
    scope: &str,
    mode: &str,
    now: i64,
    skew: u32,
) -> PyResult<String> {
    let mode = match mode {
        "enforce" => Mode::Enforce,
        "observe" => Mode::Observe,
        _ => return Err(pyo3::exceptions::PyValueError::new_err("the mode is \"enforce\" or \"observe\"")),
    };
    let keys = TokenKeys::from_json(jwks).map_err(|error| keys_refused(py, "the set of keys", &error))?;
    let expected = Expected { issuer, audience, scope, mode, now, skew };
    let claims = Claims::open(token, &keys, now)
        .and_then(|claims| claims.check(&expected).map(|()| claims))
        .map_err(|error| refused(py, "TokenRefused", error.reason.code(), &error.message))?;
    serde_json::to_string(&claims)
        .map_err(|error| pyo3::exceptions::PyRuntimeError::new_err(error.to_string()))
}

/// The check that a receipt does not pass, if any; the report in words; and what a genuine one says, as JSON. Without a root key the history is
/// believed as it is. `anchors` are checkpoints that were kept elsewhere, with the signatures under them or without; `witnesses` the keys of those who must
/// have cosigned the checkpoint of the receipt's proof, all of them.
#[pyfunction]
#[pyo3(signature = (receipt, history, root, anchors, witnesses))]
pub(crate) fn verify_receipt(
    py: Python<'_>,
    receipt: &[u8],
    history: &[u8],
    root: Option<&str>,
    anchors: Vec<String>,
    witnesses: Vec<String>,
) -> PyResult<(Option<&'static str>, String, Option<String>)> {
    let history = opened(py, history, root)?;
    let of_log = |error: LedgerError| refused(py, "KeysRefused", error.code(), &error.message);
    let anchors = anchors.iter().map(|text| Checkpoint::kept(text.as_bytes())).collect::<Result<Vec<_>, _>>();
    let anchors = anchors.map_err(of_log)?;
    let witnesses =
        witnesses.iter().map(|text| VerifierKey::parse(text.trim())).collect::<Result<Vec<_>, _>>();
    let witnesses = witnesses.map_err(of_log)?;
    // Who names a witness asks for its cosignature.
    let elsewhere = Elsewhere { anchors: &anchors, witnesses: &witnesses, quorum: witnesses.len() };
    let report = verify(receipt, &history, &elsewhere);
    let failed = report.lines.iter().find(|line| line.outcome == Outcome::Failed);
    let failed = failed.map(|line| line.check.name());
    let words = report.to_string();
    let says = report.receipt.map(|receipt| serde_json::to_string(&receipt)).transpose();
    let says = says.map_err(|error| pyo3::exceptions::PyRuntimeError::new_err(error.to_string()))?;
    // A receipt is good because something says so, and not because nothing failed.
    let failed = if says.is_none() { Some(failed.unwrap_or("form")) } else { None };
    Ok((failed, words, says))
}

/// The issuer, the tenant and the edition of a history of keys, where it is sound, and signed by the root where one is given.
#[pyfunction]
#[pyo3(signature = (history, root))]
pub(crate) fn key_history(
    py: Python<'_>,
    history: &[u8],
    root: Option<&str>,
) -> PyResult<(String, String, u64)> {
    let history = opened(py, history, root)?;
    Ok((history.issuer().to_owned(), history.tenant().to_owned(), history.edition()))
}

fn opened(py: Python<'_>, history: &[u8], root: Option<&str>) -> PyResult<KeyHistory> {
    let Some(root) = root else {
        return KeyHistory::unverified(history)
            .map_err(|error| keys_refused(py, "the history of keys", &error));
    };
    let root = VerifyingKey::from_pem(root)
        .map_err(|error| refused(py, "KeysRefused", error.kind.code(), &error.message))?;
    KeyHistory::open(history, &DedicatedKey::<Root>::new(root))
        .map_err(|error| keys_refused(py, "the history of keys", &error))
}

fn keys_refused(py: Python<'_>, what: &str, error: &EvidenceError) -> PyErr {
    refused(py, "KeysRefused", error.kind.code(), &format!("{what}: {}", error.message))
}
