//! The records of a page of the timeline.

use std::cmp::Reverse;
use std::ops::Range;

use lictor_evidence::receipt::Verdict;
use lictor_journal::{Body, Step, row};
use lictor_store::{Filter, Reader, Record, StoreError, TenantId};

use super::wanted::Wanted;
use crate::tenant::first_since;

/// The most events of a page.
pub(super) const PAGE: usize = 50;
/// The most records that are looked through for a page.
const SPAN: u64 = 250_000;

/// How many pages of decisions that ask people are read for one page of those that were granted, or were held.
const READ: usize = 20;

/// A page of events.
pub(super) struct Found {
    pub records: Vec<Record>,
    /// The records that were looked through.
    pub looked: Range<u64>,
    /// The first record that may be asked for.
    pub first: u64,
}

/// Finds what is wanted.
pub(super) fn find(reader: &mut Reader, tenant: TenantId, wanted: &Wanted) -> Result<Found, StoreError> {
    let size = reader.head(tenant)?.map_or(0, |head| head.frontier.size());
    let mut index_at = |at: &Option<(String, i64)>| match at {
        None => Ok(None),
        Some((_, at)) => first_since(reader, tenant, size, *at).map(Some),
    };
    let first = index_at(&wanted.from)?.unwrap_or(0);
    let end = index_at(&wanted.to)?.unwrap_or(size).min(wanted.before.unwrap_or(size)).min(size);
    let looked = end.saturating_sub(SPAN).max(first)..end;
    if looked.is_empty() {
        return Ok(Found { records: Vec::new(), looked, first });
    }
    let filter = wanted.filter();
    let (records, looked) = match wanted.what.and_then(|what| what.decision) {
        Some(Verdict::StepUp) => asking(reader, tenant, looked, &filter, false)?,
        Some(Verdict::Allow) => {
            let asks = Filter { decision: Some(row::decision(Some(Verdict::StepUp))), ..filter.clone() };
            let (mut records, looked) = asking(reader, tenant, looked, &asks, true)?;
            records.extend(reader.records(tenant, looked.clone(), &filter, true, PAGE)?);
            records.sort_by_key(|record| Reverse(record.index));
            records.truncate(PAGE);
            (records, looked)
        }
        _ => (reader.records(tenant, looked.clone(), &filter, true, PAGE)?, looked),
    };
    Ok(Found { records, looked, first })
}

/// A page of the decisions that ask people, and the records that were looked through for it: those for which a token was granted, since people had approved, or those
/// that were held. The store does not tell them apart, so they are read.
fn asking(
    reader: &mut Reader,
    tenant: TenantId,
    looked: Range<u64>,
    filter: &Filter,
    granted: bool,
) -> Result<(Vec<Record>, Range<u64>), StoreError> {
    let (mut found, mut from) = (Vec::new(), looked.end);
    for _ in 0..READ {
        let some = reader.records(tenant, looked.start..from, filter, true, PAGE)?;
        let full = some.len() >= PAGE;
        from = some.last().filter(|_| full).map_or(looked.start, |last| last.index);
        for record in some {
            if is_granted(&record) == granted {
                found.push(record);
            }
            if found.len() >= PAGE {
                from = found.last().map_or(from, |last| last.index);
                return Ok((found, from..looked.end));
            }
        }
        if !full {
            break;
        }
    }
    Ok((found, from..looked.end))
}

/// Whether a token was granted. Of what was erased or cannot be read nobody knows, so it is found where it was held.
fn is_granted(record: &Record) -> bool {
    let body = record.body.as_deref().and_then(|body| Body::from_bytes(body).ok());
    body.is_some_and(|body| matches!(body.record.step, Step::Decided(step) if step.token.is_some()))
}
