//! Looking, with a connection of its own: readers see what was committed when they look, and never wait for the writer.

use std::ops::Range;

use lictor_ledger::Hash;
use rusqlite::{Connection, Row};

use super::fetch::{all, keys, one};
use super::row;
use crate::approval::{Approval, ApprovalState};
use crate::columns::{approval, bytes, signed};
use crate::error::StoreError;
use crate::reader::{Filter, Look};
use crate::rows::{ApiKey, Head, MAX_INDEX, Record, Slot, TenantId, Token};

pub(super) struct Looker {
    pub(super) connection: Connection,
}

pub(super) fn head(connection: &Connection, tenant: TenantId) -> Result<Option<Head>, StoreError> {
    one(connection, "SELECT * FROM head WHERE tenant = ?", [tenant.0], row::head)
}

/// The keys of a range of indices: the first, and the one after the last.
fn between(tenant: TenantId, range: &Range<u64>) -> (i64, i64) {
    let last = tenant.key(range.end.min(MAX_INDEX));
    (tenant.key(range.start), if range.end > MAX_INDEX { last.saturating_add(1) } else { last })
}

fn limited(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn hash(row: &Row<'_>) -> Result<Hash, StoreError> {
    bytes(&row::get::<Vec<u8>>(row, "hash")?).map(Hash)
}

impl Look for Looker {
    fn tenants(&mut self) -> Result<Vec<(TenantId, String)>, StoreError> {
        let sql = "SELECT number, name FROM tenant ORDER BY number";
        all(&self.connection, sql, (), |row| Ok((TenantId(row::get(row, "number")?), row::get(row, "name")?)))
    }

    fn head(&mut self, tenant: TenantId) -> Result<Option<Head>, StoreError> {
        head(&self.connection, tenant)
    }

    fn records(
        &mut self,
        tenant: TenantId,
        range: Range<u64>,
        filter: &Filter,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        // The narrow index finds the records, and only those are read whole.
        let found = "SELECT key FROM record INDEXED BY record_search
            WHERE key >= ?1 AND key < ?2 AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at < ?4)
              AND (?5 IS NULL OR kind = ?5) AND (?6 IS NULL OR decision = ?6) AND (?7 IS NULL OR agent = ?7)
              AND (?8 IS NULL OR action = ?8) AND (?9 IS NULL OR instr(cites, ?9) > 0)";
        let order = if newest_first { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT * FROM record WHERE key IN ({found} ORDER BY key {order} LIMIT ?10) ORDER BY key {order}"
        );
        let (first, end) = between(tenant, &range);
        let params = (
            first,
            end,
            filter.from,
            filter.to,
            filter.kind,
            filter.decision,
            &filter.agent,
            &filter.action,
            &filter.cites,
            limited(limit),
        );
        all(&self.connection, &sql, params, row::record)
    }

    fn leaves(&mut self, tenant: TenantId, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        let sql = "SELECT leaf AS hash FROM record WHERE key >= ? AND key < ? ORDER BY key";
        all(&self.connection, sql, between(tenant, &range), hash)
    }

    fn nodes(&mut self, tenant: TenantId, level: u8, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        let sql = "SELECT hash FROM node WHERE tenant = ? AND level = ? AND number >= ? AND number < ? ORDER BY number";
        let params = (tenant.0, level, signed(range.start), signed(range.end.min(MAX_INDEX)));
        all(&self.connection, sql, params, hash)
    }

    fn token(&mut self, tenant: TenantId, index: u64) -> Result<Option<Token>, StoreError> {
        one(&self.connection, "SELECT * FROM token WHERE key = ?", [tenant.key(index)], row::token)
    }

    fn due(&mut self, tenant: TenantId, now: i64, limit: usize) -> Result<Vec<Token>, StoreError> {
        let sql =
            "SELECT * FROM token WHERE due_at <= ? AND key BETWEEN ? AND ? ORDER BY due_at, key LIMIT ?";
        let (first, last) = keys(tenant);
        all(&self.connection, sql, (now, first, last, limited(limit)), row::token)
    }

    fn approval(&mut self, tenant: TenantId, index: u64) -> Result<Option<Approval>, StoreError> {
        one(&self.connection, "SELECT * FROM approval WHERE key = ?", [tenant.key(index)], row::approval)
    }

    fn approvals(
        &mut self,
        tenant: TenantId,
        state: ApprovalState,
        limit: usize,
    ) -> Result<Vec<Approval>, StoreError> {
        let sql = "SELECT * FROM approval WHERE state = ? AND key BETWEEN ? AND ? ORDER BY key DESC LIMIT ?";
        let (first, last) = keys(tenant);
        all(&self.connection, sql, (approval(state), first, last, limited(limit)), row::approval)
    }

    fn api_key(&mut self, hash: &[u8; 32]) -> Result<Option<(TenantId, ApiKey)>, StoreError> {
        let sql = "SELECT * FROM api_key WHERE hash = ?";
        let read = |row: &Row<'_>| Ok((TenantId(row::get(row, "tenant")?), row::api_key(row)?));
        one(&self.connection, sql, [hash.as_slice()], read)
    }

    fn api_keys(&mut self, tenant: TenantId) -> Result<Vec<ApiKey>, StoreError> {
        let sql = "SELECT * FROM api_key WHERE tenant = ? ORDER BY created_at, hash";
        all(&self.connection, sql, [tenant.0], row::api_key)
    }

    fn slots(&mut self, tenant: TenantId, prefix: &str) -> Result<Vec<(String, Slot)>, StoreError> {
        let sql = "SELECT * FROM slot WHERE tenant = ?1 AND name >= ?2 AND substr(name, 1, length(?2)) = ?2 ORDER BY name";
        let read = |row: &Row<'_>| Ok((row::get(row, "name")?, row::slot(row)?));
        all(&self.connection, sql, (tenant.0, prefix), read)
    }
}
