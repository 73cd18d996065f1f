//! Looking, beside the writer: what pages, exports, proofs and sweeps read. It may be a moment behind, and decides nothing.

use std::ops::Range;
use std::path::Path;

use lictor_ledger::Hash;

use crate::approval::{Approval, ApprovalState};
use crate::error::StoreError;
use crate::rows::{ApiKey, Head, Record, Slot, TenantId, Token};

/// Which records are wanted. What is none does not matter.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Filter {
    /// Not before this moment, in milliseconds.
    pub from: Option<i64>,
    /// Before this moment, in milliseconds.
    pub to: Option<i64>,
    /// What step.
    pub kind: Option<u16>,
    /// Who acted.
    pub agent: Option<String>,
    /// The action.
    pub action: Option<String>,
    /// What was decided.
    pub decision: Option<u16>,
    /// A part of what the decision rested on.
    pub cites: Option<String>,
}

impl Filter {
    pub(crate) fn takes(&self, record: &Record) -> bool {
        self.from.is_none_or(|from| record.at >= from)
            && self.to.is_none_or(|to| record.at < to)
            && self.kind.is_none_or(|kind| record.kind == kind)
            && self.agent.as_ref().is_none_or(|agent| record.agent == *agent)
            && self.action.as_ref().is_none_or(|action| record.action == *action)
            && self.decision.is_none_or(|decision| record.decision == decision)
            && self.cites.as_ref().is_none_or(|cites| record.cites.contains(cites.as_str()))
    }
}

/// Somebody who looks. Each call is one look at what was committed by then; keep one for a thread.
pub struct Reader(pub(crate) Box<dyn Look>);

impl Reader {
    /// Looks at a store in a file of SQLite without opening it for writing: nothing of it is changed, and a gateway may go on working with it.
    ///
    /// # Errors
    /// There is no such file, it is no store, or one of a version that this program does not know.
    pub fn sqlite(path: &Path) -> Result<Reader, StoreError> {
        crate::sqlite::look(path).map(Reader)
    }

    /// Looks at a store in a database of PostgreSQL, `postgres://USER:PASSWORD@HOST/DATABASE`; nothing of it is changed.
    ///
    /// # Errors
    /// The server cannot be reached or relied upon, or has no store.
    pub fn postgres(url: &str) -> Result<Reader, StoreError> {
        crate::postgres::look(url).map(Reader)
    }

    /// The tenants and their names, by their numbers.
    pub fn tenants(&mut self) -> Result<Vec<(TenantId, String)>, StoreError> {
        self.0.tenants()
    }

    /// The head of a tenant; none where there is no such tenant.
    pub fn head(&mut self, tenant: TenantId) -> Result<Option<Head>, StoreError> {
        self.0.head(tenant)
    }

    /// Records in this range of indices that pass the filter: the first so many, or with `newest_first` the last so many from the end.
    pub fn records(
        &mut self,
        tenant: TenantId,
        range: Range<u64>,
        filter: &Filter,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        self.0.records(tenant, range, filter, newest_first, limit)
    }

    /// One record.
    pub fn record(&mut self, tenant: TenantId, index: u64) -> Result<Option<Record>, StoreError> {
        let range = index..index.saturating_add(1);
        Ok(self.0.records(tenant, range, &Filter::default(), false, 1)?.pop())
    }

    /// The hashes of leaves in this range of indices.
    pub fn leaves(&mut self, tenant: TenantId, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        self.0.leaves(tenant, range)
    }

    /// Hashes of whole subtrees: those of level 0 are leaves, those of level `n` are subtrees of 256^n leaves, as tiles have them. Those that are not
    /// complete are missing at the end.
    pub fn nodes(&mut self, tenant: TenantId, level: u8, range: Range<u64>) -> Result<Vec<Hash>, StoreError> {
        if level == 0 {
            self.0.leaves(tenant, range)
        } else {
            self.0.nodes(tenant, level.saturating_mul(8), range)
        }
    }

    /// The token that was issued at this index.
    pub fn token(&mut self, tenant: TenantId, index: u64) -> Result<Option<Token>, StoreError> {
        self.0.token(tenant, index)
    }

    /// Tokens that must be looked at by now, the longest overdue first.
    pub fn due(&mut self, tenant: TenantId, now: i64, limit: usize) -> Result<Vec<Token>, StoreError> {
        self.0.due(tenant, now, limit)
    }

    /// The request for approval that began at this index.
    pub fn approval(&mut self, tenant: TenantId, index: u64) -> Result<Option<Approval>, StoreError> {
        self.0.approval(tenant, index)
    }

    /// Requests for approval in a state, the newest first.
    pub fn approvals(
        &mut self,
        tenant: TenantId,
        state: ApprovalState,
        limit: usize,
    ) -> Result<Vec<Approval>, StoreError> {
        self.0.approvals(tenant, state, limit)
    }

    /// The API key with this SHA-256, of whatever tenant.
    pub fn api_key(&mut self, hash: &[u8; 32]) -> Result<Option<(TenantId, ApiKey)>, StoreError> {
        self.0.api_key(hash)
    }

    /// The API keys of a tenant, in the order in which they were made.
    pub fn api_keys(&mut self, tenant: TenantId) -> Result<Vec<ApiKey>, StoreError> {
        self.0.api_keys(tenant)
    }

    /// Values whose names begin like this, by name.
    pub fn slots(&mut self, tenant: TenantId, prefix: &str) -> Result<Vec<(String, Slot)>, StoreError> {
        self.0.slots(tenant, prefix)
    }
}

pub(crate) trait Look: Send {
    fn tenants(&mut self) -> Result<Vec<(TenantId, String)>, StoreError>;
    fn head(&mut self, tenant: TenantId) -> Result<Option<Head>, StoreError>;
    fn records(
        &mut self,
        tenant: TenantId,
        range: Range<u64>,
        filter: &Filter,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError>;
    fn leaves(&mut self, tenant: TenantId, range: Range<u64>) -> Result<Vec<Hash>, StoreError>;
    fn nodes(&mut self, tenant: TenantId, level: u8, range: Range<u64>) -> Result<Vec<Hash>, StoreError>;
    fn token(&mut self, tenant: TenantId, index: u64) -> Result<Option<Token>, StoreError>;
    fn due(&mut self, tenant: TenantId, now: i64, limit: usize) -> Result<Vec<Token>, StoreError>;
    fn approval(&mut self, tenant: TenantId, index: u64) -> Result<Option<Approval>, StoreError>;
    fn approvals(
        &mut self,
        tenant: TenantId,
        state: ApprovalState,
        limit: usize,
    ) -> Result<Vec<Approval>, StoreError>;
    fn api_key(&mut self, hash: &[u8; 32]) -> Result<Option<(TenantId, ApiKey)>, StoreError>;
    fn api_keys(&mut self, tenant: TenantId) -> Result<Vec<ApiKey>, StoreError>;
    fn slots(&mut self, tenant: TenantId, prefix: &str) -> Result<Vec<(String, Slot)>, StoreError>;
}
