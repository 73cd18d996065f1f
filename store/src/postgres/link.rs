//! A connection that prepares each statement once.

use std::collections::BTreeMap;

use ::postgres::types::ToSql;
use ::postgres::{Client, Error, Row, Statement};

use super::failed;
use crate::error::StoreError;

/// What a statement is given.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// See the module.
pub(super) struct Link {
    pub(super) client: Client,
    prepared: BTreeMap<&'static str, Statement>,
}

impl Link {
    pub(super) fn new(client: Client) -> Link {
        Link { client, prepared: BTreeMap::new() }
    }

    fn prepare(&mut self, sql: &'static str) -> Result<Statement, Error> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }

    /// What a statement finds.
    pub(super) fn all(&mut self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, StoreError> {
        let found = self.prepare(sql).and_then(|statement| self.client.query(&statement, params));
        found.map_err(|error| failed("look", &error))
    }

    /// Does what must change so many rows.
    pub(super) fn change(
        &mut self,
        sql: &'static str,
        params: Params<'_>,
        rows: usize,
        what: &str,
    ) -> Result<(), StoreError> {
        let changed = self.prepare(sql).and_then(|statement| self.client.execute(&statement, params));
        match changed {
            Ok(changed) if changed == rows as u64 => Ok(()),
            Ok(changed) => {
                let message = format!("{what}: {changed} of {rows} are as they were a moment ago");
                Err(StoreError::damaged(message))
            }
            Err(error) => Err(failed(&format!("write {what}"), &error)),
        }
    }
}
