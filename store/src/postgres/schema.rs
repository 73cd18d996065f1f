//! The tables, and how they come to be: in steps that expand and, later, contract, as those of SQLite do.

use ::postgres::Client;

use super::{failed, setup};
use crate::error::StoreError;

/// A step: what it does, and the oldest version of the program that can use the tables after it.
struct Step {
    sql: &'static str,
    oldest: i64,
}

const STEPS: [Step; 1] = [Step { sql: include_str!("first.sql"), oldest: 1 }];

/// Of all gateways that start, one at a time changes tables.
const LOCK: i64 = 0x4c49_4354_4f52;

pub(super) fn migrate(client: &mut Client) -> Result<(), StoreError> {
    let wrong = |error| failed("bring the tables up to date", &error);
    let mut transaction = client.transaction().map_err(wrong)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).map_err(wrong)?;
    transaction
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, oldest BIGINT NOT NULL)",
        )
        .map_err(wrong)?;
    let last = "SELECT version, oldest FROM migration ORDER BY version DESC LIMIT 1";
    let (version, oldest): (i64, i64) = match transaction.query_opt(last, &[]).map_err(wrong)? {
        Some(row) => (row.try_get(0).map_err(wrong)?, row.try_get(1).map_err(wrong)?),
        None => (0, 0),
    };
    let own = STEPS.len() as i64;
    if oldest > own {
        return Err(setup(format!(
            "the tables are of version {version} and need a program of version {oldest}; this one has {own}: use a later release"
        )));
    }
    for (step, number) in STEPS.iter().zip(1i64..).filter(|(_, number)| *number > version) {
        transaction.batch_execute(step.sql).map_err(wrong)?;
        let note = "INSERT INTO migration (version, oldest) VALUES ($1, $2)";
        transaction.execute(note, &[&number, &step.oldest]).map_err(wrong)?;
    }
    transaction.commit().map_err(wrong)
}

/// Refuses a database that has no tables of a store, or tables of another version; nothing is changed.
pub(super) fn known(client: &mut Client) -> Result<(), StoreError> {
    let own = STEPS.len() as i64;
    let there = "SELECT to_regclass('migration') IS NOT NULL";
    let wrong = |error| failed("be asked which version the tables have", &error);
    let is_store: bool = client.query_one(there, &[]).and_then(|row| row.try_get(0)).map_err(wrong)?;
    if !is_store {
        return Err(setup("this database has no store: no gateway has begun there".to_owned()));
    }
    let last = "SELECT coalesce(max(version), 0) FROM migration";
    let version: i64 = client.query_one(last, &[]).and_then(|row| row.try_get(0)).map_err(wrong)?;
    if version != own {
        let message = format!("the tables are of version {version}, and this program looks at version {own}");
        return Err(setup(message));
    }
    Ok(())
}
