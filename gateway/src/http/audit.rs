//! What happened, for auditors: the records of the log by what they are found by, in pages, or all of them as JSON lines or CSV.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, Uri};
use lictor_bundle::civil::parse_date;
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, TimeError, parse_timestamp};
use lictor_evidence::receipt::Verdict;
use lictor_journal::export::{CSV_HEADER, Wanted};
use lictor_journal::record::Kind;
use tokio::sync::{Semaphore, mpsc};

use super::caller::Caller;
use super::query::Query;
use super::refusal::Refusal;
use crate::gateway::Shared;
use crate::key::Right;
use crate::tenant::{Form, NoRecord, Page, Search};

/// How many events a page has, where that is not said, and at most.
const PAGE: u64 = 100;
const LONGEST_PAGE: u64 = 1_000;
/// How many exports are written at a time.
static EXPORTS: Semaphore = Semaphore::const_new(4);
/// How long somebody may take to read a part of one.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many parts wait to be read.
const AHEAD: usize = 4;

/// What is asked by.
const FILTERS: [&str; 7] = ["since", "until", "kind", "agent", "action", "decision", "cites"];

/// The paths.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/audit/events", get(events)).route("/audit/export", get(export))
}

/// `GET /audit/events`: records in the order of the log, from one on.
async fn events(State(shared): State<Arc<Shared>>, caller: Caller, uri: Uri) -> Result<Response, Refusal> {
    caller.needs(Right::Audit)?;
    caller.spend(&shared, 1)?;
    let query = Query::of(&uri, &[&FILTERS[..], &["from", "limit"]].concat())?;
    let (wanted, from) = (wanted(&query)?, query.number("from")?.unwrap_or(0));
    let limit = query.number("limit")?.unwrap_or(PAGE);
    if !(1..=LONGEST_PAGE).contains(&limit) {
        return Err(Refusal::malformed(format!("limit: is not from 1 to {LONGEST_PAGE}")));
    }
    let (tenant, limit) = (Arc::clone(&shared.tenant), usize::try_from(limit).unwrap_or(usize::MAX));
    // Reading the store blocks.
    let found = tokio::task::spawn_blocking(move || {
        tenant.look(|reader, id| Search::begin(reader, id, &wanted, from)?.page(Form::Jsonl, limit))
    });
    let found = found.await.map_err(|_| Refusal::fault())?.map_err(|error| {
        tracing::error!(%error, "the log could not be read");
        Refusal::unavailable("STORE_UNAVAILABLE", "the store does not answer; try again")
    })?;
    let Page { lines, next, size } = found.map_err(|NoRecord(index)| {
        tracing::error!(index, "what stands in the store is no record: audit the log");
        Refusal::fault()
    })?;
    // Each is JSON as it stands, in the bytes that the log has the digest of.
    let next = next.map_or_else(String::new, |next| format!(",\"next\":{next}"));
    let body = [
        b"{\"events\":[",
        &*lines.join(&b","[..]),
        b"]",
        next.as_bytes(),
        format!(",\"size\":{size}}}").as_bytes(),
    ]
    .concat();
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response())
}

/// `GET /audit/export`: all that is wanted, while it is read. One that is cut off ends without its last part, which every client notices.
async fn export(State(shared): State<Arc<Shared>>, caller: Caller, uri: Uri) -> Result<Response, Refusal> {
    caller.needs(Right::Audit)?;
    caller.spend(&shared, 1)?;
    let query = Query::of(&uri, &[&FILTERS[..], &["as"]].concat())?;
    let forms = [("jsonl", Form::Jsonl), ("csv", Form::Csv)];
    let named = |text: &str| forms.into_iter().find(|(name, _)| *name == text).map(|(_, form)| form);
    let form = query.read("as", "jsonl or csv", named)?.unwrap_or(Form::Jsonl);
    let wanted = wanted(&query)?;
    let busy =
        || Refusal::unavailable("EXPORTS_BUSY", "as many exports as may be are being written; try again");
    let permit = EXPORTS.try_acquire().map_err(|_| busy())?;
    let (to, from) = mpsc::channel::<io::Result<Bytes>>(AHEAD);
    let (tenant, runtime) = (Arc::clone(&shared.tenant), tokio::runtime::Handle::current());
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let put =
            |part| matches!(runtime.block_on(tokio::time::timeout(PATIENCE, to.send(part))), Ok(Ok(())));
        if form == Form::Csv && !put(Ok(Bytes::from(format!("{CSV_HEADER}\r\n")))) {
            return;
        }
        let mut whole = |part: Vec<u8>| put(Ok(Bytes::from(part)));
        let written =
            tenant.look_long(|reader, id| Search::begin(reader, id, &wanted, 0)?.rest(form, &mut whole));
        let why = match written {
            Ok(Ok(())) => return,
            Ok(Err(NoRecord(index))) => format!("record {index} is none: audit the log"),
            Err(error) => error.to_string(),
        };
        tracing::error!(why, "an export was cut off");
        put(Err(io::Error::other("the log could not be read")));
    });
    let parts = stream::unfold(from, |mut from| async move { from.recv().await.map(|part| (part, from)) });
    let (kind, name) = match form {
        Form::Jsonl => ("application/x-ndjson", "attachment; filename=\"audit.jsonl\""),
        Form::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"audit.csv\""),
    };
    let (kind, name) = (HeaderValue::from_static(kind), HeaderValue::from_static(name));
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], Body::from_stream(parts)).into_response())
}

/// What is wanted of the log.
fn wanted(query: &Query) -> Result<Wanted, Refusal> {
    const MOMENT: &str = "a day or a moment such as 2026-03-01 or 2026-03-01T10:00:00Z";
    let verdict = |text: &str| match text {
        "allow" => Some(Verdict::Allow),
        "step_up" => Some(Verdict::StepUp),
        "deny" => Some(Verdict::Deny),
        _ => None,
    };
    let text = |name: &str| query.text(name).map(str::to_owned);
    Ok(Wanted {
        since: query.read("since", MOMENT, |text| moment(text, 0))?,
        // The last moment counts, and so does the whole of a last day.
        until: query.read("until", MOMENT, |text| moment(text, DAY - 1)?.checked_add(1))?,
        kind: query.read("kind", "a kind of step, such as decided or burned", Kind::of_name)?,
        agent: text("agent"),
        action: text("action"),
        decision: query.read("decision", "allow, step_up or deny", verdict)?,
        cites: text("cites"),
    })
}

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A moment, or one within a day in UTC. `Moment` of the document describes exactly what is taken.
fn moment(text: &str, within_day: i64) -> Option<i64> {
    if let Ok(days) = parse_date(text) {
        return Some(days * DAY + within_day);
    }
    match parse_timestamp(text) {
        // Its offset takes it out of the years that can be written: then it is before all records, or after.
        Err(TimeError::OutOfRange) if text.starts_with("0001") => Some(FIRST_MOMENT),
        Err(TimeError::OutOfRange) if text.starts_with("9999") => Some(LAST_MOMENT),
        read => read.ok(),
    }
}

#[cfg(test)]
mod tests {
    use regex_lite::Regex;
    use serde_json::Value;

    use super::*;

    /// What the document says a moment is.
    fn described() -> Regex {
        let document: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
        Regex::new(document["components"]["schemas"]["Moment"]["pattern"].as_str().unwrap()).unwrap()
    }

    #[test]
    fn days_are_taken_just_as_the_document_describes_them() {
        let described = described();
        for year in [0, 1, 4, 99, 100, 400, 999, 1000, 1900, 1996, 2000, 2023, 2024, 2100, 9999] {
            for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}");
                assert_eq!(moment(&text, 0).is_some(), described.is_match(&text), "{text}");
            }
        }
    }

    #[test]
    fn moments_are_taken_just_as_the_document_describes_them() {
        let described = described();
        let good = [
            "T10:00:00Z",
            "t23:59:59z",
            "T00:00:00.5Z",
            "T00:00:00.123Z",
            "T10:00:00+00:00",
            "T10:00:00-23:59",
            "T10:00:00.12+14:00",
        ];
        let bad = [
            "T",
            "T24:00:00Z",
            "T10:60:00Z",
            "T10:00:60Z",
            "T10:00Z",
            "T10:00:00",
            "T10:00:00.Z",
            "T10:00:00.1234Z",
            "T10:00:00+24:00",
            "T10:00:00+01:60",
            "T10:00:00+0100",
            " 10:00:00Z",
            "T10:00:00ZZ",
            "T10:00:00+1:00",
            "x",
        ];
        for (times, is_good) in [(&good[..], true), (&bad, false)] {
            for text in times
                .iter()
                .flat_map(|time| ["0001-01-01", "2024-02-29", "9999-12-31"].map(|day| format!("{day}{time}")))
            {
                assert_eq!(
                    (moment(&text, 0).is_some(), described.is_match(&text)),
                    (is_good, is_good),
                    "{text}"
                );
            }
        }
        for text in ["0000-01-01T10:00:00Z", "2023-02-29T10:00:00Z", "", "2024-2-01", "02024-02-01"] {
            assert_eq!((moment(text, 0), described.is_match(text)), (None, false), "{text}");
        }
        // What lies before the first year is before everything.
        assert_eq!(moment("0001-01-01T00:00:00+01:00", 0), Some(FIRST_MOMENT));
        assert_eq!(moment("9999-12-31T23:59:59-01:00", 0), Some(LAST_MOMENT));
    }
}
