//! Connections: what is asked of a server before anything is written to it, and what is asked after one was lost.

use std::collections::BTreeMap;
use std::time::Duration;

use ::postgres::{Client, Config, Error};

use super::address::Address;
use super::link::Link;
use super::{failed, setup};
use crate::columns::signed;
use crate::error::StoreError;
use crate::rows::TenantId;

/// The oldest version, as the server counts.
const OLDEST: i64 = 150_000;

/// Bounds how long anything is waited for: a gateway that cannot reach its store refuses.
pub(super) fn configure(mut config: Config) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    config.tcp_user_timeout(Duration::from_secs(10));
    config.keepalives_idle(Duration::from_secs(10));
    config.application_name("lictor");
    config
}

/// Why a server was not reached, down to the cause: nothing was asked of it yet that could be quoted.
fn unreached(error: &Error) -> StoreError {
    let mut told = failed("be reached", error);
    // What the server itself said is told whole.
    let mut cause = std::error::Error::source(error).filter(|_| error.as_db_error().is_none());
    while let Some(why) = cause {
        told.message = format!("{}: {why}", told.message);
        cause = why.source();
    }
    told
}

/// A connection to a server that can be relied upon.
pub(super) fn connect(address: &Address, standby: bool) -> Result<Link, StoreError> {
    let mut client = address.connect().map_err(|error| unreached(&error))?;
    // What was committed is on the disk, and on a standby where one is set up. A transaction that nobody ends does not hold a head for ever.
    client
        .batch_execute(
            "SET synchronous_commit = on; SET lock_timeout = '15s'; SET statement_timeout = '30s';
             SET idle_in_transaction_session_timeout = '15s'; SET default_transaction_isolation = 'read committed';
             SET default_transaction_read_only = off",
        )
        .map_err(|error| failed("be set up", &error))?;
    let sql = "SELECT current_setting('server_version_num')::bigint, pg_is_in_recovery(),
        current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
        current_setting('synchronous_standby_names') <> ''";
    let row = client.query_one(sql, &[]).map_err(|error| failed("be asked how it is set up", &error))?;
    let wrong = |error| failed("be asked how it is set up", &error);
    let version: i64 = row.try_get(0).map_err(wrong)?;
    let set = |at: usize| row.try_get::<_, bool>(at).map_err(wrong);
    if version < OLDEST {
        return Err(setup(format!("PostgreSQL 15 or later is needed; this is {}", version / 10_000)));
    }
    if set(1)? {
        return Err(setup("this PostgreSQL is a replica: give the address of the primary".to_owned()));
    }
    if !set(2)? || !set(3)? {
        let message = "this PostgreSQL loses what was committed when the power fails: set fsync and full_page_writes to on";
        return Err(setup(message.to_owned()));
    }
    if standby && !set(4)? {
        let message = "a cluster was declared, and PostgreSQL names no synchronous standby: set synchronous_standby_names";
        return Err(setup(message.to_owned()));
    }
    Ok(Link::new(client))
}

/// Looks whether the store is still where it was. On another system, or another timeline of it, it was restored or promoted: what was answered
/// may be missing, so the generation rises.
pub(super) fn place(client: &mut Client) -> Result<(), StoreError> {
    let wrong = |error| failed("be asked which system it is", &error);
    let mut transaction = client.transaction().map_err(wrong)?;
    let sql = "SELECT system_identifier::text, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) FROM pg_control_system()";
    let row = transaction.query_one(sql, &[]).map_err(wrong)?;
    let (system, timeline): (String, String) =
        (row.try_get(0).map_err(wrong)?, row.try_get(1).map_err(wrong)?);
    let first = "INSERT INTO store (one, id, generation, system, timeline) VALUES (1, $1, 1, $2, $3) ON CONFLICT DO NOTHING";
    let id = crate::store::random()?;
    transaction.execute(first, &[&id.as_slice(), &system, &timeline]).map_err(wrong)?;
    let moved = "UPDATE store SET system = $1, timeline = $2, generation = generation + 1
        WHERE system <> $1 OR timeline <> $2";
    if transaction.execute(moved, &[&system, &timeline]).map_err(wrong)? > 0 {
        transaction
            .execute("UPDATE head SET generation = (SELECT generation FROM store)", &[])
            .map_err(wrong)?;
    }
    transaction.commit().map_err(wrong)
}

/// Raises the generation of all tenants.
pub(super) fn raise(client: &mut Client) -> Result<i64, Error> {
    let mut transaction = client.transaction()?;
    let sql = "UPDATE store SET generation = generation + 1 RETURNING generation";
    let generation: i64 = transaction.query_one(sql, &[])?.try_get(0)?;
    transaction.execute("UPDATE head SET generation = $1", &[&generation])?;
    transaction.commit()?;
    Ok(generation)
}

/// Whether a batch was committed. Locking its heads waits until whatever the lost connection was doing has come to an end.
pub(super) fn was_committed(
    client: &mut Client,
    batch: &[u8; 16],
    moved: &BTreeMap<TenantId, u64>,
) -> Result<bool, StoreError> {
    let wrong = |error| failed("be asked what became of a batch", &error);
    let tenants: Vec<i64> = moved.keys().map(|tenant| i64::from(tenant.0)).collect();
    let serials: Vec<i64> = moved.values().map(|serial| signed(*serial)).collect();
    let mut transaction = client.transaction().map_err(wrong)?;
    let lock = "SELECT tenant FROM head WHERE tenant = ANY($1) ORDER BY tenant FOR UPDATE";
    transaction.query(lock, &[&tenants]).map_err(wrong)?;
    let sql = "SELECT count(*) FROM batch JOIN unnest($1::bigint[], $2::bigint[]) AS moved (tenant, serial)
        USING (tenant, serial) WHERE id = $3";
    let row = transaction.query_one(sql, &[&tenants, &serials, &batch.as_slice()]).map_err(wrong)?;
    let found: i64 = row.try_get(0).map_err(wrong)?;
    // Moving heads is one transaction: all of them, or none.
    Ok(usize::try_from(found) == Ok(moved.len()) && !moved.is_empty())
}
