//! Looking, with a connection of its own.

use std::ops::Range;

use lictor_ledger::Hash;

use super::address::Address;
use super::fetch::last_key;
use super::link::{Link, Params};
use super::{connect, row};
use crate::approval::{Approval, ApprovalState};
use crate::columns::{approval, signed};
use crate::error::StoreError;
use crate::reader::{Filter, Look};
use crate::rows::{ApiKey, Head, MAX_INDEX, Record, Slot, TenantId, Token};

/// A connection that is made again where it was lost.
pub(super) struct Looker {
    pub(super) address: Address,
    pub(super) link: Option<Link>,
}

impl Looker {
    fn all(&mut self, sql: &'static str, params: Params<'_>) -> Result<Vec<::postgres::Row>, StoreError> {
        let usable = self.link.take().filter(|link| !link.client.is_closed());
        let link = match usable {
            Some(link) => link,
            None => connect::connect(&self.address, false)?,
        };
        self.link.insert(link).all(sql, params)
    }
}

/// The keys of a range of indices: the first, and the one after the last.
fn between(tenant: TenantId, range: &Range<u64>) -> (i64, i64) {
    let last = tenant.key(range.end.min(MAX_INDEX));
    (tenant.key(range.start), if range.end > MAX_INDEX { last.saturating_add(1) } else { last })
}

fn limited(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Look for Looker {
    fn tenants(&mut self) -> Result<Vec<(TenantId, String)>, StoreError> {
        let rows = self.all("SELECT number, name FROM tenant ORDER BY number", &[])?;
        rows.iter().map(|row| Ok((row::tenant(row, "number")?, row::get(row, "name")?))).collect()
    }

    fn head(&mut self, tenant: TenantId) -> Result<Option<Head>, StoreError> {
        let rows = self.all("SELECT * FROM head WHERE tenant = $1", &[&i64::from(tenant.0)])?;
        rows.first().map(row::head).transpose()
    }

    fn records(
        &mut self,
        tenant: TenantId,
        range: Range<u64>,
        filter: &Filter,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        macro_rules! found {
            ($order:literal) => {
                concat!(
                    "SELECT * FROM record WHERE key >= $1 AND key < $2
                    AND ($3::bigint IS NULL OR at >= $3) AND ($4::bigint IS NULL OR at < $4)
                    AND ($5::bigint IS NULL OR kind = $5) AND ($6::bigint IS NULL OR decision = $6)
                    AND ($7::text IS NULL OR agent = $7) AND ($8::text IS NULL OR action = $8)
                    AND ($9::text IS NULL OR strpos(cites, $9) > 0) ORDER BY key ",
                    $order,
                    " LIMIT $10"
                )
            };
        }
        let sql = if newest_first { found!("DESC") } else { found!("ASC") };
        let (first, end) = between(tenant, &range);
        let rows = self.all(
            sql,
            &[
                &first,
                &end,
                &filter.from,
                &filter.to,
                &filter.kind.map(i64::from),
                &filter.decision.map(i64::from),
                &filter.agent,
                &filter.action,
                &filter.cites,
                &limited(limit),
            ],
        )?;
        rows.iter().map(row::record).collect()
    }

    fn leaves(&mut self, tenant: TenantId, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        let (first, end) = between(tenant, &range);
        let sql = "SELECT leaf FROM record WHERE key >= $1 AND key < $2 ORDER BY key";
        self.all(sql, &[&first, &end])?.iter().map(|row| row::blob(row, "leaf").map(Hash)).collect()
    }

    fn nodes(&mut self, tenant: TenantId, level: u8, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        let sql = "SELECT hash FROM node WHERE tenant = $1 AND level = $2 AND number >= $3 AND number < $4 ORDER BY number";
        let (first, end) = (signed(range.start), signed(range.end.min(MAX_INDEX)));
        let rows = self.all(sql, &[&i64::from(tenant.0), &i64::from(level), &first, &end])?;
        rows.iter().map(|row| row::blob(row, "hash").map(Hash)).collect()
    }

    fn token(&mut self, tenant: TenantId, index: u64) -> Result<Option<Token>, StoreError> {
        let rows = self.all("SELECT * FROM token WHERE key = $1", &[&tenant.key(index)])?;
        rows.first().map(row::token).transpose()
    }

    fn due(&mut self, tenant: TenantId, now: i64, limit: usize) -> Result<Vec<Token>, StoreError> {
        let sql =
            "SELECT * FROM token WHERE due_at <= $1 AND key BETWEEN $2 AND $3 ORDER BY due_at, key LIMIT $4";
        let rows = self.all(sql, &[&now, &tenant.key(0), &last_key(tenant), &limited(limit)])?;
        rows.iter().map(row::token).collect()
    }

    fn approval(&mut self, tenant: TenantId, index: u64) -> Result<Option<Approval>, StoreError> {
        let rows = self.all("SELECT * FROM approval WHERE key = $1", &[&tenant.key(index)])?;
        rows.first().map(row::approval).transpose()
    }

    fn approvals(
        &mut self,
        tenant: TenantId,
        state: ApprovalState,
        limit: usize,
    ) -> Result<Vec<Approval>, StoreError> {
        let sql =
            "SELECT * FROM approval WHERE state = $1 AND key BETWEEN $2 AND $3 ORDER BY key DESC LIMIT $4";
        let state = i64::from(approval(state));
        let rows = self.all(sql, &[&state, &tenant.key(0), &last_key(tenant), &limited(limit)])?;
        rows.iter().map(row::approval).collect()
    }

    fn api_key(&mut self, hash: &[u8; 32]) -> Result<Option<(TenantId, ApiKey)>, StoreError> {
        let rows = self.all("SELECT * FROM api_key WHERE hash = $1", &[&hash.as_slice()])?;
        rows.first().map(|row| Ok((row::tenant(row, "tenant")?, row::api_key(row)?))).transpose()
    }

    fn api_keys(&mut self, tenant: TenantId) -> Result<Vec<ApiKey>, StoreError> {
        let sql = "SELECT * FROM api_key WHERE tenant = $1 ORDER BY created_at, hash";
        self.all(sql, &[&i64::from(tenant.0)])?.iter().map(row::api_key).collect()
    }

    fn slots(&mut self, tenant: TenantId, prefix: &str) -> Result<Vec<(String, Slot)>, StoreError> {
        let sql = "SELECT * FROM slot WHERE tenant = $1 AND starts_with(name, $2) ORDER BY name";
        let rows = self.all(sql, &[&i64::from(tenant.0), &prefix])?;
        rows.iter().map(|row| Ok((row::get(row, "name")?, row::slot(row)?))).collect()
    }
}
