//! What a batch writes: one statement for each kind of row, however many there are. Each says what it expects to find; where that is not there,
//! nothing of the batch is done.

use super::link::Link;
use crate::changes::{BucketKey, Changes};
use crate::columns::{approval, list, signed, standing, taken, token};
use crate::error::StoreError;
use crate::rows::TenantId;

/// A column: what `read` finds in each row.
fn column<'a, R: 'a, T>(rows: impl IntoIterator<Item = &'a R>, read: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.into_iter().map(read).collect()
}

fn number(tenant: TenantId) -> i64 {
    i64::from(tenant.0)
}

pub(super) fn apply(link: &mut Link, changes: &Changes, batch: &[u8; 16]) -> Result<(), StoreError> {
    records(link, changes)?;
    tokens(link, changes)?;
    approvals(link, changes)?;
    entries(link, changes)?;
    buckets(link, changes)?;
    others(link, changes)?;
    erased(link, changes)?;
    heads(link, changes, batch)
}

fn heads(link: &mut Link, changes: &Changes, batch: &[u8; 16]) -> Result<(), StoreError> {
    let heads: Vec<_> = changes.heads.iter().collect();
    let tenants = column(&heads, |(tenant, _)| number(**tenant));
    let frontiers = column(&heads, |(_, head)| head.frontier.to_bytes());
    let times = column(&heads, |(_, head)| head.last_now);
    let generations = column(&heads, |(_, head)| signed(head.generation));
    let acknowledged = column(&heads, |(_, head)| signed(head.acknowledged));
    let serials = column(&heads, |(_, head)| signed(head.serial));
    let sql = "UPDATE head SET frontier = new.frontier, last_now = new.last_now, acknowledged = new.acknowledged, serial = new.serial
        FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS new (tenant, frontier, last_now, generation, acknowledged, serial)
        WHERE head.tenant = new.tenant AND head.serial = new.serial - 1 AND head.generation = new.generation";
    let params: [&(dyn postgres::types::ToSql + Sync); 6] =
        [&tenants, &frontiers, &times, &generations, &acknowledged, &serials];
    link.change(sql, &params, heads.len(), "the head of a log")?;
    let sql = "INSERT INTO batch (tenant, serial, id) SELECT tenant, serial, $3::bytea FROM unnest($1::bigint[], $2::bigint[]) AS new (tenant, serial)";
    link.change(sql, &[&tenants, &serials, &batch.as_slice()], heads.len(), "the number of a batch")
}

fn records(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    let rows = &changes.records;
    if !rows.is_empty() {
        let sql = "INSERT INTO record (key, at, leaf, kind, decision, agent, action, cites, secret, body)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
                $8::text[], $9::bytea[], $10::bytea[])";
        link.change(
            sql,
            &[
                &column(rows, |(tenant, record)| tenant.key(record.index)),
                &column(rows, |(_, record)| record.at),
                &column(rows, |(_, record)| record.leaf.0.as_slice()),
                &column(rows, |(_, record)| i64::from(record.kind)),
                &column(rows, |(_, record)| i64::from(record.decision)),
                &column(rows, |(_, record)| record.agent.as_str()),
                &column(rows, |(_, record)| record.action.as_str()),
                &column(rows, |(_, record)| record.cites.as_str()),
                &column(rows, |(_, record)| record.secret.as_ref().map(<[u8; 32]>::as_slice)),
                &column(rows, |(_, record)| record.body.as_deref()),
            ],
            rows.len(),
            "records",
        )?;
    }
    let nodes = &changes.nodes;
    if !nodes.is_empty() {
        let sql = "INSERT INTO node (tenant, level, number, hash) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])";
        link.change(
            sql,
            &[
                &column(nodes, |node| number(node.tenant)),
                &column(nodes, |node| i64::from(node.level)),
                &column(nodes, |node| signed(node.index)),
                &column(nodes, |node| node.hash.0.as_slice()),
            ],
            nodes.len(),
            "nodes of the log",
        )?;
    }
    Ok(())
}

/// What is erased, and what lies beside it for a token and a request for approval.
fn erased(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    if changes.erased.is_empty() {
        return Ok(());
    }
    let erased: Vec<i64> = changes.erased.iter().map(|(tenant, index)| tenant.key(*index)).collect();
    let sql = "UPDATE record SET body = NULL, secret = NULL WHERE key = ANY($1)";
    link.change(sql, &[&erased], erased.len(), "records to erase")?;
    for sql in [
        "WITH done AS (UPDATE token SET body = '' WHERE key = ANY($1) RETURNING 1) SELECT count(*) AS done FROM done",
        "WITH done AS (UPDATE approval SET body = '' WHERE key = ANY($1) RETURNING 1) SELECT count(*) AS done FROM done",
    ] {
        link.all(sql, &[&erased])?;
    }
    Ok(())
}

fn tokens(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    let insert = "INSERT INTO token (key, state, expires_at, due_at, burned_by, entries, body, id, generation, action)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[],
            $8::bytea[], $9::bigint[], $10::bigint[])";
    let update = "UPDATE token SET state = new.state, expires_at = new.expires_at, due_at = new.due_at,
            burned_by = new.burned_by, entries = new.entries, body = new.body
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[], $8::bigint[])
            AS new (key, state, expires_at, due_at, burned_by, entries, body, before)
        WHERE token.key = new.key AND token.state = new.before";
    for fresh in [true, false] {
        let rows: Vec<_> = changes.tokens.iter().filter(|(_, (from, _))| from.is_none() == fresh).collect();
        if rows.is_empty() {
            continue;
        }
        let lists: Result<Vec<_>, _> = rows.iter().map(|(_, (_, row))| list(&row.entries)).collect();
        let key = column(&rows, |((tenant, index), _)| tenant.key(*index));
        let state = column(&rows, |(_, (_, row))| i64::from(token(row.state)));
        let expires_at = column(&rows, |(_, (_, row))| row.expires_at);
        let due_at = column(&rows, |(_, (_, row))| row.due_at);
        let burned_by = column(&rows, |(_, (_, row))| row.burned_by.as_deref());
        let (entries, body) = (lists?, column(&rows, |(_, (_, row))| row.body.as_slice()));
        if fresh {
            let id = column(&rows, |(_, (_, row))| row.id.as_slice());
            let generation = column(&rows, |(_, (_, row))| signed(row.generation));
            let action = column(&rows, |(_, (_, row))| signed(row.action));
            let params: [&(dyn postgres::types::ToSql + Sync); 10] =
                [&key, &state, &expires_at, &due_at, &burned_by, &entries, &body, &id, &generation, &action];
            link.change(insert, &params, rows.len(), "tokens")?;
        } else {
            let before = column(&rows, |(_, (from, _))| from.map(|from| i64::from(token(from))));
            let params: [&(dyn postgres::types::ToSql + Sync); 8] =
                [&key, &state, &expires_at, &due_at, &burned_by, &entries, &body, &before];
            link.change(update, &params, rows.len(), "tokens")?;
        }
    }
    Ok(())
}

/// Approvals are few: each is a statement.
fn approvals(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    for ((tenant, index), (from, row)) in &changes.approvals {
        let (key, votes, entries) = (tenant.key(*index), list(&row.votes)?, list(&row.entries)?);
        let (version, state) = (i64::from(row.version), i64::from(approval(row.state)));
        match from {
            None => {
                let sql = "INSERT INTO approval
                    (key, id, version, state, generation, subject, agent, quorum, expires_at, cools_until, votes, entries, body)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
                link.change(
                    sql,
                    &[
                        &key,
                        &row.id.as_slice(),
                        &version,
                        &state,
                        &signed(row.generation),
                        &row.subject.as_slice(),
                        &row.agent,
                        &i64::from(row.quorum),
                        &row.expires_at,
                        &row.cools_until,
                        &votes,
                        &entries,
                        &row.body,
                    ],
                    1,
                    "a request for approval",
                )?;
            }
            Some((version_before, state_before)) => {
                let sql = "UPDATE approval SET version = $2, state = $3, expires_at = $4, cools_until = $5, votes = $6, entries = $7, body = $8
                    WHERE key = $1 AND version = $9 AND state = $10";
                let before = (i64::from(*version_before), i64::from(approval(*state_before)));
                link.change(
                    sql,
                    &[
                        &key,
                        &version,
                        &state,
                        &row.expires_at,
                        &row.cools_until,
                        &votes,
                        &entries,
                        &row.body,
                        &before.0,
                        &before.1,
                    ],
                    1,
                    "a request for approval",
                )?;
            }
        }
    }
    Ok(())
}

/// What is in another standing or of another amount is taken away and put anew.
fn entries(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    let gone: Vec<_> = changes.entries.iter().filter_map(|(key, (from, _))| Some((key, (*from)?))).collect();
    if !gone.is_empty() {
        let sql = "DELETE FROM entry USING unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
                AS old (tenant, counter, at, number, part, standing)
            WHERE entry.tenant = old.tenant AND entry.counter = old.counter AND entry.at = old.at
            AND entry.number = old.number AND entry.part = old.part AND entry.standing = old.standing";
        link.change(
            sql,
            &[
                &column(&gone, |(key, _)| number(key.tenant)),
                &column(&gone, |(key, _)| key.counter.0.as_slice()),
                &column(&gone, |(key, _)| key.at),
                &column(&gone, |(key, _)| signed(key.index)),
                &column(&gone, |(key, _)| i64::from(key.part)),
                &column(&gone, |(_, (stands, _))| i64::from(standing(*stands))),
            ],
            gone.len(),
            "what actions count for",
        )?;
    }
    let new: Vec<_> = changes.entries.iter().filter_map(|(key, (_, to))| Some((key, (*to)?))).collect();
    let what: Vec<_> = new.iter().map(|(_, (_, what))| taken(*what)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO entry (tenant, counter, at, number, part, standing, kind, currency, minor, value)
        SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bytea[])";
    link.change(
        sql,
        &[
            &column(&new, |(key, _)| number(key.tenant)),
            &column(&new, |(key, _)| key.counter.0.as_slice()),
            &column(&new, |(key, _)| key.at),
            &column(&new, |(key, _)| signed(key.index)),
            &column(&new, |(key, _)| i64::from(key.part)),
            &column(&new, |(_, (stands, _))| i64::from(standing(*stands))),
            &column(&what, |(kind, _, _, _)| i64::from(*kind)),
            &column(&what, |(_, currency, _, _)| *currency),
            &column(&what, |(_, _, minor, _)| *minor),
            &column(&what, |(_, _, _, value)| value.as_ref().map(<[u8; 16]>::as_slice)),
        ],
        new.len(),
        "what actions count for",
    )
}

fn buckets(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    let rows: Vec<_> = changes.buckets().into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO bucket (tenant, counter, span, start, currency, standing, n, unclear, high, low)
        SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[])
        ON CONFLICT (tenant, counter, span, start, currency, standing) DO UPDATE SET n = bucket.n + excluded.n,
            unclear = bucket.unclear + excluded.unclear, high = bucket.high + excluded.high, low = bucket.low + excluded.low";
    let key = |read: fn(&BucketKey) -> i64| column(&rows, move |(key, _)| read(key));
    link.change(
        sql,
        &[
            &key(|key| number(key.tenant)),
            &column(&rows, |(key, _)| key.counter.0.as_slice()),
            &key(|key| key.span),
            &key(|key| key.start),
            &key(|key| signed(key.currency)),
            &key(|key| i64::from(standing(key.standing))),
            &column(&rows, |(_, more)| more.n),
            &column(&rows, |(_, more)| more.unclear),
            &column(&rows, |(_, more)| more.high),
            &column(&rows, |(_, more)| more.low),
        ],
        rows.len(),
        "buckets",
    )
}

fn others(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    let rows: Vec<_> = changes.remembered.iter().collect();
    if !rows.is_empty() {
        let now = |tenant: &TenantId| changes.heads.get(tenant).map_or(i64::MIN, |head| head.last_now);
        // An answer that has not expired stays: the batch that would replace it is refused.
        let sql = "INSERT INTO remembered (tenant, key, question, expires_at, number, body)
            SELECT tenant, key, question, expires_at, number, body
            FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bytea[])
                AS new (tenant, key, question, expires_at, number, body)
            ON CONFLICT (tenant, key) DO UPDATE SET question = excluded.question, expires_at = excluded.expires_at,
                number = excluded.number, body = excluded.body
            WHERE remembered.expires_at <= (SELECT min(now) FROM unnest($1::bigint[], $7::bigint[]) AS times (tenant, now)
                WHERE times.tenant = remembered.tenant)";
        link.change(
            sql,
            &[
                &column(&rows, |((tenant, _), _)| number(*tenant)),
                &column(&rows, |((_, key), _)| key.as_slice()),
                &column(&rows, |(_, first)| first.question.as_slice()),
                &column(&rows, |(_, first)| first.expires_at),
                &column(&rows, |(_, first)| signed(first.index)),
                &column(&rows, |(_, first)| first.body.as_slice()),
                &column(&rows, |((tenant, _), _)| now(tenant)),
            ],
            rows.len(),
            "idempotency keys",
        )?;
    }
    for ((tenant, hash), key) in &changes.keys {
        let sql = "INSERT INTO api_key (hash, tenant, name, role, principal, created_at, expires_at, revoked_at, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (hash) DO UPDATE SET name = $3, role = $4, principal = $5, expires_at = $7, revoked_at = $8, body = $9
            WHERE api_key.tenant = $2";
        link.change(
            sql,
            &[
                &hash.as_slice(),
                &number(*tenant),
                &key.name,
                &key.role,
                &key.principal,
                &key.created_at,
                &key.expires_at,
                &key.revoked_at,
                &key.body,
            ],
            1,
            "an API key",
        )?;
    }
    slots(link, changes)
}

fn slots(link: &mut Link, changes: &Changes) -> Result<(), StoreError> {
    let set: Vec<_> = changes.slots.iter().filter_map(|(key, slot)| Some((key, slot.as_ref()?))).collect();
    if !set.is_empty() {
        let sql = "INSERT INTO slot (tenant, name, value, expires_at)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bigint[])
            ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at";
        link.change(
            sql,
            &[
                &column(&set, |((tenant, _), _)| number(*tenant)),
                &column(&set, |((_, name), _)| name.as_str()),
                &column(&set, |(_, slot)| slot.value.as_slice()),
                &column(&set, |(_, slot)| slot.expires_at),
            ],
            set.len(),
            "values",
        )?;
    }
    for (tenant, name) in changes.slots.iter().filter(|(_, slot)| slot.is_none()).map(|(key, _)| key) {
        let sql = "WITH gone AS (DELETE FROM slot WHERE tenant = $1 AND name = $2) SELECT 1 AS done";
        link.all(sql, &[&number(*tenant), name])?;
    }
    Ok(())
}
