//! What a batch reads: one statement for each kind of row, however many there are.

use std::collections::BTreeSet;

use ::postgres::Row;

use super::link::Link;
use super::row;
use crate::backend::Wanted;
use crate::changes::sum;
use crate::columns::{UNCLEAR, signed, standing};
use crate::counter::MAX_DISTINCT;
use crate::error::StoreError;
use crate::overlay::Base;
use crate::rows::TenantId;
use crate::span::{MINUTE, pieces, rounded, start};
use crate::tally::{Counted, Last, Range, Values};

pub(super) fn rows(link: &mut Link, wanted: &Wanted) -> Result<Base, StoreError> {
    let mut base = Base::default();
    if !wanted.tokens.is_empty() {
        for row in link.all("SELECT * FROM token WHERE key = ANY($1)", &[&keys(&wanted.tokens)])? {
            let token = row::token(&row)?;
            base.tokens.insert((row::owner(&row)?, token.index), token);
        }
    }
    if !wanted.approvals.is_empty() {
        for row in link.all("SELECT * FROM approval WHERE key = ANY($1)", &[&keys(&wanted.approvals)])? {
            let approval = row::approval(&row)?;
            base.approvals.insert((row::owner(&row)?, approval.index), approval);
        }
    }
    if !wanted.subjects.is_empty() {
        let sql = "SELECT newest.* FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS asked (first, last, subject)
            CROSS JOIN LATERAL (SELECT * FROM approval
                WHERE subject = asked.subject AND key BETWEEN asked.first AND asked.last ORDER BY key DESC LIMIT 1) AS newest";
        let first: Vec<i64> = wanted.subjects.iter().map(|(tenant, _)| tenant.key(0)).collect();
        let last: Vec<i64> = wanted.subjects.iter().map(|(tenant, _)| last_key(*tenant)).collect();
        for row in link.all(sql, &[&first, &last, &hashes(&wanted.subjects)])? {
            let (tenant, approval) = (row::owner(&row)?, row::approval(&row)?);
            base.subjects.insert((tenant, approval.subject), approval.index);
            base.approvals.insert((tenant, approval.index), approval);
        }
    }
    for (tenant, agent) in &wanted.pending {
        let sql = "SELECT count(*) FROM approval WHERE state = 0 AND key BETWEEN $1 AND $2 AND ($3::text IS NULL OR agent = $3)";
        let found = link.all(sql, &[&tenant.key(0), &last_key(*tenant), agent])?;
        let count = found.first().map(|row| row::number(row, "count")).transpose()?;
        base.pending.insert((*tenant, agent.clone()), count.unwrap_or(0));
    }
    if !wanted.remembered.is_empty() {
        let sql = "SELECT remembered.* FROM remembered
            JOIN unnest($1::bigint[], $2::bytea[]) AS asked (tenant, key) USING (tenant, key)";
        for row in link.all(sql, &[&tenants(&wanted.remembered), &hashes(&wanted.remembered)])? {
            let first = row::remembered(&row)?;
            base.remembered.insert((row::tenant(&row, "tenant")?, first.key), first);
        }
    }
    if !wanted.keys.is_empty() {
        let sql = "SELECT api_key.* FROM api_key
            JOIN unnest($1::bigint[], $2::bytea[]) AS asked (tenant, hash) USING (tenant, hash)";
        for row in link.all(sql, &[&tenants(&wanted.keys), &hashes(&wanted.keys)])? {
            let key = row::api_key(&row)?;
            base.keys.insert((row::tenant(&row, "tenant")?, key.hash), key);
        }
    }
    if !wanted.slots.is_empty() {
        let sql = "SELECT slot.* FROM slot JOIN unnest($1::bigint[], $2::text[]) AS asked (tenant, name) USING (tenant, name)";
        let names: Vec<&str> = wanted.slots.iter().map(|(_, name)| name.as_str()).collect();
        let of: Vec<i64> = wanted.slots.iter().map(|(tenant, _)| i64::from(tenant.0)).collect();
        for row in link.all(sql, &[&of, &names])? {
            base.slots.insert((row::tenant(&row, "tenant")?, row::get(&row, "name")?), row::slot(&row)?);
        }
    }
    Ok(base)
}

fn keys(wanted: &BTreeSet<(TenantId, u64)>) -> Vec<i64> {
    wanted.iter().map(|(tenant, index)| tenant.key(*index)).collect()
}

fn tenants(wanted: &BTreeSet<(TenantId, [u8; 32])>) -> Vec<i64> {
    wanted.iter().map(|(tenant, _)| i64::from(tenant.0)).collect()
}

fn hashes(wanted: &BTreeSet<(TenantId, [u8; 32])>) -> Vec<&[u8]> {
    wanted.iter().map(|(_, hash)| hash.as_slice()).collect()
}

pub(super) fn last_key(tenant: TenantId) -> i64 {
    tenant.key(crate::rows::MAX_INDEX)
}

/// Ranges as columns, to be joined with.
#[derive(Default)]
struct Columns<'a> {
    number: Vec<i64>,
    tenant: Vec<i64>,
    counter: Vec<&'a [u8]>,
    standing: Vec<i64>,
    from: Vec<i64>,
    to: Vec<i64>,
    span: Vec<i64>,
    except: Vec<Option<i64>>,
}

impl<'a> Columns<'a> {
    fn push(&mut self, number: usize, range: &'a Range, from: i64, to: i64, span: i64) {
        self.number.push(i64::try_from(number).unwrap_or(i64::MAX));
        self.tenant.push(i64::from(range.tenant.0));
        self.counter.push(range.counter.0.as_slice());
        self.standing.push(i64::from(standing(range.standing)));
        self.from.push(from);
        self.to.push(to);
        self.span.push(span);
        self.except.push(range.except.map(signed));
    }

    fn of(ranges: &'a [Range]) -> Columns<'a> {
        let mut columns = Columns::default();
        for (number, range) in ranges.iter().enumerate() {
            // Far enough from the ends of 64 bits to be reckoned with.
            columns.push(number, range, range.after.max(i64::MIN / 2), range.until.min(i64::MAX / 2), MINUTE);
        }
        columns
    }
}

/// Which range a row answers.
fn place<'a, T>(found: &'a mut [T], row: &Row) -> Result<&'a mut T, StoreError> {
    let number: usize = row::small(row, "asked")?;
    found.get_mut(number).ok_or_else(|| StoreError::damaged("an answer to nothing that was asked"))
}

/// The ranges beyond whose ends something lies: those are read to their ends and no further, others to the ends of their last buckets.
fn beyond(link: &mut Link, ranges: &[Range]) -> Result<BTreeSet<usize>, StoreError> {
    if ranges.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = "SELECT asked.number AS asked FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[])
            AS asked (number, tenant, counter, until)
        WHERE EXISTS (SELECT FROM entry WHERE tenant = asked.tenant AND counter = asked.counter AND at > asked.until)";
    let Columns { number, tenant, counter, to, .. } = Columns::of(ranges);
    let found = link.all(sql, &[&number, &tenant, &counter, &to])?;
    found.iter().map(|row| row::small(row, "asked")).collect()
}

/// Sums of single entries at the edges, of buckets between.
pub(super) fn counted(link: &mut Link, ranges: &[Range]) -> Result<Vec<Counted>, StoreError> {
    let (mut edges, mut buckets) = (Columns::default(), Columns::default());
    let beyond = beyond(link, ranges)?;
    for (number, range) in ranges.iter().enumerate() {
        let until = if beyond.contains(&number) { range.until } else { rounded(range.until) };
        for piece in pieces(range.after, until) {
            let columns = if piece.span == 0 { &mut edges } else { &mut buckets };
            columns.push(number, range, piece.from, piece.to, piece.span);
        }
    }
    let mut found = vec![Counted::default(); ranges.len()];
    // The halves of sums stay far below 64 bits, but PostgreSQL adds them up as decimals unless told.
    let of_edges = "SELECT asked.number AS asked, found.* FROM
        unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
            AS asked (number, tenant, counter, standing, first, beyond, span)
        CROSS JOIN LATERAL (SELECT currency, count(*) FILTER (WHERE kind <> 3) AS n, count(*) FILTER (WHERE kind = 3) AS unclear,
            sum(minor >> 32)::bigint AS high, sum(minor & 4294967295)::bigint AS low
            FROM entry WHERE tenant = asked.tenant AND counter = asked.counter
            AND at >= asked.first AND at < asked.beyond AND standing >= asked.standing GROUP BY currency) AS found";
    let of_buckets = "SELECT asked.number AS asked, found.* FROM
        unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
            AS asked (number, tenant, counter, standing, first, beyond, span)
        CROSS JOIN LATERAL (SELECT currency, sum(n)::bigint AS n, sum(unclear)::bigint AS unclear,
            sum(high)::bigint AS high, sum(low)::bigint AS low
            FROM bucket WHERE tenant = asked.tenant AND counter = asked.counter AND span = asked.span
            AND start >= asked.first AND start < asked.beyond AND standing >= asked.standing GROUP BY currency) AS found";
    for (sql, asked) in [(of_edges, edges), (of_buckets, buckets)] {
        if asked.number.is_empty() {
            continue;
        }
        let Columns { number, tenant, counter, standing, from, to, span, except: _ } = asked;
        for row in link.all(sql, &[&number, &tenant, &counter, &standing, &from, &to, &span])? {
            let counted = place(&mut found, &row)?;
            let half = |name| row::get::<i64>(&row, name).map(i128::from);
            counted.sum(
                row::number(&row, "currency")?,
                row::get(&row, "n")?,
                sum(half("high")?, half("low")?),
            );
            counted.unclear = counted.unclear.saturating_add(row::get(&row, "unclear")?);
        }
    }
    Ok(found)
}

pub(super) fn values(link: &mut Link, ranges: &[Range]) -> Result<Vec<Values>, StoreError> {
    let mut found = vec![Values::default(); ranges.len()];
    if ranges.is_empty() {
        return Ok(found);
    }
    let sql = "SELECT asked.number AS asked, found.value FROM
        unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
            AS asked (number, tenant, counter, standing, after, until, omitted)
        CROSS JOIN LATERAL (SELECT DISTINCT value FROM entry WHERE tenant = asked.tenant AND counter = asked.counter
            AND at > asked.after AND at <= asked.until AND standing >= asked.standing AND value IS NOT NULL
            AND number IS DISTINCT FROM asked.omitted LIMIT $8) AS found";
    let Columns { number, tenant, counter, standing, from, to, span: _, except } = Columns::of(ranges);
    let limit = i64::try_from(MAX_DISTINCT).unwrap_or(i64::MAX).saturating_add(1);
    for row in link.all(sql, &[&number, &tenant, &counter, &standing, &from, &to, &except, &limit])? {
        place(&mut found, &row)?.insert(row::blob(&row, "value")?);
    }
    Ok(found)
}

/// The latest entries: of the minute in which a window ends, or of the last minute before it that has any. Where some are left out, the buckets
/// do not tell, and all entries of the window are looked through.
pub(super) fn last(link: &mut Link, ranges: &[Range]) -> Result<Vec<Option<Last>>, StoreError> {
    let mut found = vec![None; ranges.len()];
    if ranges.is_empty() {
        return Ok(found);
    }
    let sql = "SELECT asked.number AS asked, found.* FROM
        unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
            AS asked (number, tenant, counter, standing, after, until, omitted, minute)
        CROSS JOIN LATERAL (SELECT max(start) AS start FROM bucket WHERE asked.omitted IS NULL
            AND tenant = asked.tenant AND counter = asked.counter AND span = 60000 AND start < asked.minute
            AND start > asked.after - 60000 AND standing >= asked.standing AND (n > 0 OR unclear > 0)) AS busy
        CROSS JOIN LATERAL (
            (SELECT at, number, part, kind FROM entry WHERE tenant = asked.tenant AND counter = asked.counter
                AND at > asked.after AND at <= asked.until AND standing >= asked.standing
                AND number IS DISTINCT FROM asked.omitted AND (asked.omitted IS NOT NULL OR at >= asked.minute)
                ORDER BY at DESC, number DESC, part DESC LIMIT 1)
            UNION ALL
            (SELECT at, number, part, kind FROM entry WHERE tenant = asked.tenant AND counter = asked.counter
                AND at > asked.after AND at >= busy.start AND at < busy.start + 60000 AND standing >= asked.standing
                ORDER BY at DESC, number DESC, part DESC LIMIT 1)) AS found";
    let Columns { number, tenant, counter, standing, from, to, span: _, except } = Columns::of(ranges);
    let minute: Vec<i64> = ranges.iter().map(|range| start(range.until, MINUTE)).collect();
    for row in link.all(sql, &[&number, &tenant, &counter, &standing, &from, &to, &except, &minute])? {
        let last = Last {
            at: row::get(&row, "at")?,
            index: row::number(&row, "number")?,
            part: row::small(&row, "part")?,
            clear: row::get::<i64>(&row, "kind")? != i64::from(UNCLEAR),
        };
        let found = place(&mut found, &row)?;
        *found = (*found).max(Some(last));
    }
    Ok(found)
}
