//! What a batch reads. There are no round trips here, so each row is asked for by itself, with statements that are prepared once.

use rusqlite::{Connection, Params, Row};

use super::{failed, row};
use crate::approval::Approval;
use crate::backend::Wanted;
use crate::changes::sum;
use crate::columns::{UNCLEAR, bytes, signed, standing, unsigned};
use crate::counter::MAX_DISTINCT;
use crate::error::StoreError;
use crate::overlay::Base;
use crate::rows::TenantId;
use crate::span::{MINUTE, pieces, rounded, start};
use crate::tally::{Counted, Last, Range, Values};

/// The rows that a statement finds, each read.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(|error| failed("prepare", &error))?;
    let mut rows = statement.query(params).map_err(|error| failed("look", &error))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(|error| failed("look", &error))? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The one row that a statement finds, if it does.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    Ok(all(connection, sql, params, read)?.pop())
}

pub(super) fn rows(connection: &Connection, wanted: &Wanted) -> Result<Base, StoreError> {
    let mut base = Base::default();
    for (tenant, index) in &wanted.tokens {
        let sql = "SELECT * FROM token WHERE key = ?";
        let found = one(connection, sql, [tenant.key(*index)], row::token)?;
        base.tokens.extend(found.map(|token| ((*tenant, *index), token)));
    }
    for (tenant, index) in &wanted.approvals {
        let sql = "SELECT * FROM approval WHERE key = ?";
        keep(&mut base, *tenant, one(connection, sql, [tenant.key(*index)], row::approval)?);
    }
    for (tenant, subject) in &wanted.subjects {
        let sql =
            "SELECT * FROM approval WHERE subject = ? AND key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1";
        let (first, last) = keys(*tenant);
        let newest = one(connection, sql, (subject.as_slice(), first, last), row::approval)?;
        base.subjects.extend(newest.as_ref().map(|approval| ((*tenant, *subject), approval.index)));
        keep(&mut base, *tenant, newest);
    }
    for (tenant, agent) in &wanted.pending {
        base.pending.insert((*tenant, agent.clone()), pending(connection, *tenant, agent.as_deref())?);
    }
    for (tenant, key) in &wanted.remembered {
        let sql = "SELECT * FROM remembered WHERE tenant = ? AND key = ?";
        let found = one(connection, sql, (tenant.0, key.as_slice()), row::remembered)?;
        base.remembered.extend(found.map(|first| ((*tenant, *key), first)));
    }
    for (tenant, hash) in &wanted.keys {
        let sql = "SELECT * FROM api_key WHERE hash = ? AND tenant = ?";
        let found = one(connection, sql, (hash.as_slice(), tenant.0), row::api_key)?;
        base.keys.extend(found.map(|key| ((*tenant, *hash), key)));
    }
    for (tenant, name) in &wanted.slots {
        let sql = "SELECT * FROM slot WHERE tenant = ? AND name = ?";
        let found = one(connection, sql, (tenant.0, name), row::slot)?;
        base.slots.extend(found.map(|slot| ((*tenant, name.clone()), slot)));
    }
    Ok(base)
}

fn keep(base: &mut Base, tenant: TenantId, found: Option<Approval>) {
    base.approvals.extend(found.map(|approval| ((tenant, approval.index), approval)));
}

/// The first and the last key of a tenant.
pub(super) fn keys(tenant: TenantId) -> (i64, i64) {
    (tenant.key(0), tenant.key(crate::rows::MAX_INDEX))
}

fn pending(connection: &Connection, tenant: TenantId, agent: Option<&str>) -> Result<u64, StoreError> {
    let (first, last) = keys(tenant);
    let count = |row: &Row<'_>| row.get::<_, i64>(0).map_err(|error| failed("count", &error));
    let found = match agent {
        Some(agent) => {
            let sql = "SELECT count(*) FROM approval WHERE state = 0 AND agent = ? AND key BETWEEN ? AND ?";
            one(connection, sql, (agent, first, last), count)?
        }
        None => {
            let sql = "SELECT count(*) FROM approval WHERE state = 0 AND key BETWEEN ? AND ?";
            one(connection, sql, (first, last), count)?
        }
    };
    Ok(found.map_or(0, unsigned))
}

/// Sums of single entries at the edges, of buckets between.
pub(super) fn counted(connection: &Connection, range: &Range) -> Result<Counted, StoreError> {
    let mut counted = Counted::default();
    let counter = range.counter.0.as_slice();
    let stands = standing(range.standing);
    for piece in pieces(range.after, end(connection, range)?) {
        let read = |row: &Row<'_>| {
            let column = |at| row.get::<_, i64>(at).map_err(|error| failed("sum", &error));
            Ok((unsigned(column(0)?), column(1)?, column(2)?, column(3)?, column(4)?))
        };
        let sums = if piece.span == 0 {
            let sql =
                "SELECT currency, sum(kind <> ?1), sum(kind = ?1), sum(minor >> 32), sum(minor & 4294967295)
                FROM entry WHERE tenant = ?2 AND counter = ?3 AND at >= ?4 AND at < ?5 AND standing >= ?6
                GROUP BY currency";
            all(connection, sql, (UNCLEAR, range.tenant.0, counter, piece.from, piece.to, stands), read)?
        } else {
            let sql = "SELECT currency, sum(n), sum(unclear), sum(high), sum(low)
                FROM bucket WHERE span = ?1 AND tenant = ?2 AND counter = ?3 AND start >= ?4 AND start < ?5 AND standing >= ?6
                GROUP BY currency";
            all(connection, sql, (piece.span, range.tenant.0, counter, piece.from, piece.to, stands), read)?
        };
        for (currency, n, unclear, high, low) in sums {
            counted.sum(currency, n, sum(high.into(), low.into()));
            counted.unclear = counted.unclear.saturating_add(unclear);
        }
    }
    Ok(counted)
}

/// How far a window is read: to the end of its last bucket, unless something lies beyond the window.
fn end(connection: &Connection, range: &Range) -> Result<i64, StoreError> {
    let sql = "SELECT 1 FROM entry WHERE tenant = ? AND counter = ? AND at > ? LIMIT 1";
    let beyond = one(connection, sql, (range.tenant.0, range.counter.0.as_slice(), range.until), |_| Ok(()))?;
    Ok(if beyond.is_some() { range.until } else { rounded(range.until) })
}

pub(super) fn values(connection: &Connection, range: &Range) -> Result<Values, StoreError> {
    let sql = "SELECT DISTINCT value FROM entry
        WHERE tenant = ? AND counter = ? AND at > ? AND at <= ? AND standing >= ? AND value IS NOT NULL AND number IS NOT ?
        LIMIT ?";
    let limit = i64::try_from(MAX_DISTINCT).unwrap_or(i64::MAX).saturating_add(1);
    let Range { tenant, counter, standing: stands, after, until, except } = *range;
    let params = (tenant.0, counter.0.as_slice(), after, until, standing(stands), except.map(signed), limit);
    let read = |row: &Row<'_>| {
        bytes(&row.get::<_, Vec<u8>>(0).map_err(|error| failed("tell values apart", &error))?)
    };
    all(connection, sql, params, read).map(Values::from_iter)
}

/// The latest entry: first in the minute of the window's end, then in the last whole minute that has any, so that it does not matter how many
/// there are that do not count.
pub(super) fn last(connection: &Connection, range: &Range) -> Result<Option<Last>, StoreError> {
    let mut until = range.until;
    loop {
        let minute = start(until, MINUTE);
        let found = last_between(connection, range, range.after.max(minute.saturating_sub(1)), until)?;
        if found.is_some() || minute <= range.after {
            return Ok(found);
        }
        let sql = "SELECT start FROM bucket
            WHERE tenant = ? AND counter = ? AND span = ? AND start < ? AND start >= ? AND standing >= ? AND (n > 0 OR unclear > 0)
            ORDER BY start DESC LIMIT 1";
        let earliest = start(range.after.saturating_add(1), MINUTE);
        let params =
            (range.tenant.0, range.counter.0.as_slice(), MINUTE, minute, earliest, standing(range.standing));
        let read =
            |row: &Row<'_>| row.get::<_, i64>(0).map_err(|error| failed("look for the latest", &error));
        match one(connection, sql, params, read)? {
            None => return Ok(None),
            Some(start) => until = start.saturating_add(MINUTE - 1),
        }
    }
}

fn last_between(
    connection: &Connection,
    range: &Range,
    after: i64,
    until: i64,
) -> Result<Option<Last>, StoreError> {
    let sql = "SELECT at, number, part, kind FROM entry
        WHERE tenant = ? AND counter = ? AND at > ? AND at <= ? AND standing >= ? AND number IS NOT ?
        ORDER BY at DESC, number DESC, part DESC LIMIT 1";
    let except = range.except.map(signed);
    let params = (range.tenant.0, range.counter.0.as_slice(), after, until, standing(range.standing), except);
    one(connection, sql, params, |row| {
        Ok(Last {
            at: row::get(row, "at")?,
            index: row::get(row, "number").map(unsigned)?,
            part: row::get(row, "part")?,
            clear: row::get::<i16>(row, "kind")? != UNCLEAR,
        })
    })
}
