//! The tables, and how they come to be.
//!
//! A change of the tables is a step of its own, applied in order and never changed later. It *expands*: programs of the version before go on
//! working beside it, since a gateway is replaced while another still runs. What only they needed is removed by a later step that
//! *contracts*: it says from which version on a program may use the tables.

use rusqlite::{Connection, OptionalExtension};

use super::failed;
use crate::error::{ErrorKind, StoreError};

/// A step: what it does, and the oldest version of the program that can use the tables after it.
struct Step {
    sql: &'static str,
    oldest: i64,
}

/// Keys are numbers that grow: of a tenant and an index of its log. Only what must be found by something else has another key.
const STEPS: [Step; 1] = [Step { sql: include_str!("first.sql"), oldest: 1 }];

/// Brings the tables to the version of this program, or refuses where they are of one that it cannot use.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(|error| failed("begin to set up", &error))?;
    let create = "CREATE TABLE IF NOT EXISTS migration (
        version INTEGER PRIMARY KEY,
        oldest INTEGER NOT NULL
    ) STRICT";
    transaction.execute_batch(create).map_err(|error| failed("set up", &error))?;
    let version = version(&transaction)?.unwrap_or(0);
    for (step, number) in STEPS.iter().zip(1i64..).filter(|(_, number)| *number > version) {
        transaction.execute_batch(step.sql).map_err(|error| failed("bring the tables up to date", &error))?;
        transaction
            .execute("INSERT INTO migration (version, oldest) VALUES (?, ?)", (number, step.oldest))
            .map_err(|error| failed("bring the tables up to date", &error))?;
    }
    transaction.commit().map_err(|error| failed("bring the tables up to date", &error))
}

/// Refuses tables that are none of a store, or of a version that this program cannot use; nothing is changed.
pub(super) fn known(connection: &Connection) -> Result<(), StoreError> {
    match version(connection)? {
        Some(version) if version == STEPS.len() as i64 => Ok(()),
        found => {
            let found = found.unwrap_or(0);
            let own = STEPS.len();
            let message =
                format!("the tables are of version {found}, and this program looks at version {own}");
            Err(StoreError::new(ErrorKind::Setup, message))
        }
    }
}

/// The version of the tables, if this program can use them.
fn version(connection: &Connection) -> Result<Option<i64>, StoreError> {
    let last = "SELECT version, oldest FROM migration ORDER BY version DESC LIMIT 1";
    let found: Option<(i64, i64)> = connection
        .query_row(last, (), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(|error| failed("read which version the tables have", &error))?;
    let own = STEPS.len() as i64;
    match found {
        Some((version, oldest)) if oldest > own => {
            let message = format!(
                "the tables are of version {version} and need a program of version {oldest}; this one has {own}: use a later release"
            );
            Err(StoreError::new(ErrorKind::Setup, message))
        }
        found => Ok(found.map(|(version, _)| version)),
    }
}
