//! What a batch asks of whatever keeps the rows: to lock, to fetch, to write, to commit. All of it happens in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use crate::changes::Changes;
use crate::error::StoreError;
use crate::overlay::Base;
use crate::reader::Look;
use crate::rows::{Head, TenantId};
use crate::tally::{Counted, Last, Range, Values};

/// The rows that a batch reads.
#[derive(Clone, Default, Debug)]
pub(crate) struct Wanted {
    pub(crate) tokens: BTreeSet<(TenantId, u64)>,
    pub(crate) approvals: BTreeSet<(TenantId, u64)>,
    pub(crate) subjects: BTreeSet<(TenantId, [u8; 32])>,
    pub(crate) pending: BTreeSet<(TenantId, Option<String>)>,
    pub(crate) remembered: BTreeSet<(TenantId, [u8; 32])>,
    pub(crate) keys: BTreeSet<(TenantId, [u8; 32])>,
    pub(crate) slots: BTreeSet<(TenantId, String)>,
}

/// What is swept away because it has expired.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Swept {
    /// Answers to idempotency keys.
    pub remembered: u64,
    /// Values under names.
    pub slots: u64,
}

/// Opens readers.
pub(crate) type Readers = Box<dyn FnMut() -> Result<Box<dyn Look>, StoreError> + Send>;

pub(crate) trait Backend: Send {
    /// Begins a transaction and locks the heads of these tenants; those that do not exist are missing from the answer.
    fn begin(&mut self, tenants: &BTreeSet<TenantId>) -> Result<BTreeMap<TenantId, Head>, StoreError>;

    /// Fetches rows.
    fn rows(&mut self, wanted: &Wanted) -> Result<Base, StoreError>;

    /// Counts and sums of windows; what a range leaves out is counted.
    fn counted(&mut self, ranges: &[Range]) -> Result<Vec<Counted>, StoreError>;

    /// The different values in windows: if there are more than can be told apart, one more than that.
    fn values(&mut self, ranges: &[Range]) -> Result<Vec<Values>, StoreError>;

    /// The latest entries of windows.
    fn last(&mut self, ranges: &[Range]) -> Result<Vec<Option<Last>>, StoreError>;

    /// Writes. What is not as expected before refuses all of it.
    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError>;

    /// Makes all that was applied last. An error of the kind [`Unknown`](crate::ErrorKind::Unknown) is one after which nobody can tell.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Gives up the transaction, if there is one.
    fn abort(&mut self);

    /// Whether it can no longer be relied upon, so that it must not be asked again.
    fn is_lost(&self) -> bool;

    /// The store's own id, and the heads of all tenants.
    fn place(&mut self) -> Result<([u8; 16], BTreeMap<TenantId, Head>), StoreError>;

    /// The number of the tenant of this name, which is made where there is none.
    fn tenant(&mut self, name: &str) -> Result<TenantId, StoreError>;

    /// Raises the generation of all tenants, and says what it is now.
    fn raise(&mut self) -> Result<u64, StoreError>;

    /// Removes what expired before this moment.
    fn sweep(&mut self, before: i64) -> Result<Swept, StoreError>;

    /// Overwrites what was erased wherever the database still has it. One that cannot do that now does it when it next tidies up.
    fn scrub(&mut self) -> Result<(), StoreError>;

    /// Opens whoever reads beside the writer.
    fn readers(&self) -> Readers;
}
