//! What a batch writes. Each statement says what it expects to find; where that is not there, nothing of the batch is done.

use rusqlite::{CachedStatement, Connection, Params};

use super::failed;
use crate::changes::{Changes, Stood};
use crate::columns::{approval, list, signed, standing, taken, token};
use crate::error::StoreError;

/// Does what must change exactly one row.
fn one(connection: &Connection, sql: &str, params: impl Params, what: &str) -> Result<(), StoreError> {
    change(&mut prepared(connection, sql)?, params, what)
}

fn prepared<'c>(connection: &'c Connection, sql: &str) -> Result<CachedStatement<'c>, StoreError> {
    connection.prepare_cached(sql).map_err(|error| failed("prepare", &error))
}

/// The same with a statement that is at hand.
fn change(statement: &mut CachedStatement<'_>, params: impl Params, what: &str) -> Result<(), StoreError> {
    match statement.execute(params) {
        Ok(1) => Ok(()),
        Ok(_) => Err(StoreError::damaged(format!("{what} is not as it was a moment ago"))),
        Err(error) => Err(failed(&format!("write {what}"), &error)),
    }
}

pub(super) fn apply(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    records(connection, changes)?;
    tokens(connection, changes)?;
    approvals(connection, changes)?;
    entries(connection, changes)?;
    buckets(connection, changes)?;
    others(connection, changes)?;
    erased(connection, changes)?;
    for (tenant, head) in &changes.heads {
        let sql = "UPDATE head SET frontier = ?, last_now = ?, acknowledged = ?, serial = ?
            WHERE tenant = ? AND serial = ? - 1 AND generation = ?";
        let serial = signed(head.serial);
        let params = (
            head.frontier.to_bytes(),
            head.last_now,
            signed(head.acknowledged),
            serial,
            tenant.0,
            serial,
            signed(head.generation),
        );
        one(connection, sql, params, "the head of a log")?;
    }
    Ok(())
}

fn records(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    let sql = "INSERT INTO record (key, at, leaf, kind, decision, agent, action, cites, secret, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = prepared(connection, sql)?;
    for (tenant, record) in &changes.records {
        let params = (
            tenant.key(record.index),
            record.at,
            record.leaf.0.as_slice(),
            record.kind,
            record.decision,
            &record.agent,
            &record.action,
            &record.cites,
            record.secret.as_ref().map(<[u8; 32]>::as_slice),
            &record.body,
        );
        change(&mut insert, params, "a record")?;
    }
    for node in &changes.nodes {
        let sql = "INSERT INTO node (tenant, level, number, hash) VALUES (?, ?, ?, ?)";
        let params = (node.tenant.0, node.level, signed(node.index), node.hash.0.as_slice());
        one(connection, sql, params, "a node of the log")?;
    }
    Ok(())
}

/// What is erased, and what lies beside it for a token and a request for approval.
fn erased(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    if changes.erased.is_empty() {
        return Ok(());
    }
    let wrong = |error| failed("erase what lies beside a record", &error);
    for (tenant, index) in &changes.erased {
        let key = tenant.key(*index);
        let sql = "UPDATE record SET body = NULL, secret = NULL WHERE key = ?";
        one(connection, sql, [key], "a record to erase")?;
        connection.execute("UPDATE token SET body = zeroblob(0) WHERE key = ?", [key]).map_err(wrong)?;
        connection.execute("UPDATE approval SET body = zeroblob(0) WHERE key = ?", [key]).map_err(wrong)?;
    }
    Ok(())
}

fn tokens(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    if changes.tokens.is_empty() {
        return Ok(());
    }
    let mut insert = prepared(
        connection,
        "INSERT INTO token (key, id, state, generation, expires_at, due_at, burned_by, action, entries, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut update = prepared(
        connection,
        "UPDATE token SET state = ?, expires_at = ?, due_at = ?, burned_by = ?, entries = ?, body = ?
            WHERE key = ? AND state = ?",
    )?;
    for ((tenant, index), (from, row)) in &changes.tokens {
        let (key, entries) = (tenant.key(*index), list(&row.entries)?);
        match from {
            None => {
                let params = (
                    key,
                    row.id.as_slice(),
                    token(row.state),
                    signed(row.generation),
                    row.expires_at,
                    row.due_at,
                    &row.burned_by,
                    signed(row.action),
                    entries,
                    &row.body,
                );
                change(&mut insert, params, "a token")?;
            }
            Some(from) => {
                let params = (
                    token(row.state),
                    row.expires_at,
                    row.due_at,
                    &row.burned_by,
                    entries,
                    &row.body,
                    key,
                    token(*from),
                );
                change(&mut update, params, "a token")?;
            }
        }
    }
    Ok(())
}

fn approvals(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    for ((tenant, index), (from, row)) in &changes.approvals {
        let (key, votes, entries) = (tenant.key(*index), list(&row.votes)?, list(&row.entries)?);
        match from {
            None => {
                let sql = "INSERT INTO approval
                    (key, id, version, state, generation, subject, agent, quorum, expires_at, cools_until, votes, entries, body)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
                let params = (
                    key,
                    row.id.as_slice(),
                    row.version,
                    approval(row.state),
                    signed(row.generation),
                    row.subject.as_slice(),
                    &row.agent,
                    row.quorum,
                    row.expires_at,
                    row.cools_until,
                    votes,
                    entries,
                    &row.body,
                );
                one(connection, sql, params, "a request for approval")?;
            }
            Some((version, state)) => {
                let sql = "UPDATE approval
                    SET version = ?, state = ?, expires_at = ?, cools_until = ?, votes = ?, entries = ?, body = ?
                    WHERE key = ? AND version = ? AND state = ?";
                let params = (
                    row.version,
                    approval(row.state),
                    row.expires_at,
                    row.cools_until,
                    votes,
                    entries,
                    &row.body,
                    key,
                    version,
                    approval(*state),
                );
                one(connection, sql, params, "a request for approval")?;
            }
        }
    }
    Ok(())
}

fn entries(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    for (key, changed) in &changes.entries {
        let counter = key.counter.0.as_slice();
        let place = (key.tenant.0, counter, key.at, signed(key.index), key.part);
        let (from, to): (Stood, Stood) = *changed;
        // What is in another standing or of another amount is taken away and put anew: that is rare.
        if let Some((stands, _)) = from {
            let sql = "DELETE FROM entry
                WHERE tenant = ? AND counter = ? AND at = ? AND number = ? AND part = ? AND standing = ?";
            let params = (place.0, place.1, place.2, place.3, place.4, standing(stands));
            one(connection, sql, params, "what an action counts for")?;
        }
        if let Some((stands, what)) = to {
            let (kind, currency, minor, value) = taken(what);
            let sql = "INSERT INTO entry
                (tenant, counter, at, number, part, standing, kind, currency, minor, value)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            let value = value.as_ref().map(<[u8; 16]>::as_slice);
            let params =
                (place.0, place.1, place.2, place.3, place.4, standing(stands), kind, currency, minor, value);
            one(connection, sql, params, "what an action counts for")?;
        }
    }
    Ok(())
}

fn buckets(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    for (key, more) in changes.buckets() {
        let sql = "INSERT INTO bucket
            (tenant, counter, span, start, currency, standing, n, unclear, high, low)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET n = n + excluded.n, unclear = unclear + excluded.unclear,
                high = high + excluded.high, low = low + excluded.low";
        let params = (
            key.tenant.0,
            key.counter.0.as_slice(),
            key.span,
            key.start,
            signed(key.currency),
            standing(key.standing),
            more.n,
            more.unclear,
            more.high,
            more.low,
        );
        one(connection, sql, params, "a bucket")?;
    }
    Ok(())
}

fn others(connection: &Connection, changes: &Changes) -> Result<(), StoreError> {
    for ((tenant, key), first) in &changes.remembered {
        // An answer that has not expired stays: the batch that would replace it is refused.
        let sql = "INSERT INTO remembered (tenant, key, question, expires_at, number, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET question = ?3, expires_at = ?4, number = ?5, body = ?6
            WHERE remembered.expires_at <= ?7";
        let now = changes.heads.get(tenant).map_or(i64::MIN, |head| head.last_now);
        let params = (
            tenant.0,
            key.as_slice(),
            first.question.as_slice(),
            first.expires_at,
            signed(first.index),
            &first.body,
            now,
        );
        one(connection, sql, params, "an idempotency key")?;
    }
    for ((tenant, hash), key) in &changes.keys {
        let sql = "INSERT INTO api_key
            (hash, tenant, name, role, principal, created_at, expires_at, revoked_at, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT DO UPDATE SET name = ?3, role = ?4, principal = ?5, expires_at = ?7, revoked_at = ?8, body = ?9
            WHERE api_key.tenant = ?2";
        let params = (
            hash.as_slice(),
            tenant.0,
            &key.name,
            &key.role,
            &key.principal,
            key.created_at,
            key.expires_at,
            key.revoked_at,
            &key.body,
        );
        one(connection, sql, params, "an API key")?;
    }
    for ((tenant, name), slot) in &changes.slots {
        match slot {
            Some(slot) => {
                let sql = "INSERT INTO slot (tenant, name, value, expires_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at";
                one(connection, sql, (tenant.0, name, &slot.value, slot.expires_at), "a value")?;
            }
            None => {
                let sql = "DELETE FROM slot WHERE tenant = ? AND name = ?";
                let removed =
                    connection.prepare_cached(sql).and_then(|mut sql| sql.execute((tenant.0, name)));
                removed.map_err(|error| failed("remove a value", &error))?;
            }
        }
    }
    Ok(())
}
