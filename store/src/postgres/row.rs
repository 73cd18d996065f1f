//! Rows of PostgreSQL as what they hold.

use ::postgres::Row;
use ::postgres::types::FromSql;
use lictor_ledger::{Frontier, Hash};

use super::failed;
use crate::approval::Approval;
use crate::columns::{bytes, read_approval, read_list, read_token, unsigned};
use crate::error::StoreError;
use crate::rows::{ApiKey, Head, Record, Remembered, Slot, TenantId, Token};

/// A column by its name.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, name: &str) -> Result<T, StoreError> {
    row.try_get(name).map_err(|error| failed(&format!("read {name}"), &error))
}

/// A fixed number of bytes.
pub(super) fn blob<const N: usize>(row: &Row, name: &str) -> Result<[u8; N], StoreError> {
    bytes(get::<&[u8]>(row, name)?)
}

/// A number without a sign, in all 64 bits.
pub(super) fn number(row: &Row, name: &str) -> Result<u64, StoreError> {
    get(row, name).map(unsigned)
}

/// A number that must be small.
pub(super) fn small<T: TryFrom<i64>>(row: &Row, name: &str) -> Result<T, StoreError> {
    let number: i64 = get(row, name)?;
    T::try_from(number).map_err(|_| StoreError::damaged(format!("{number} in {name} is too large")))
}

pub(super) fn tenant(row: &Row, name: &str) -> Result<TenantId, StoreError> {
    small(row, name).map(TenantId)
}

/// The tenant of a key.
pub(super) fn owner(row: &Row) -> Result<TenantId, StoreError> {
    let key: i64 = get(row, "key")?;
    u32::try_from(key >> 40).map(TenantId).map_err(|_| StoreError::damaged("a key below zero"))
}

pub(super) fn head(row: &Row) -> Result<Head, StoreError> {
    let frontier = Frontier::from_bytes(get(row, "frontier")?);
    let unreadable = |error| StoreError::damaged(format!("the head of a log cannot be read: {error}"));
    Ok(Head {
        frontier: frontier.map_err(unreadable)?,
        last_now: get(row, "last_now")?,
        generation: number(row, "generation")?,
        acknowledged: number(row, "acknowledged")?,
        serial: number(row, "serial")?,
    })
}

pub(super) fn record(row: &Row) -> Result<Record, StoreError> {
    Ok(Record {
        index: TenantId::index(get(row, "key")?),
        at: get(row, "at")?,
        leaf: Hash(blob(row, "leaf")?),
        kind: small(row, "kind")?,
        agent: get(row, "agent")?,
        action: get(row, "action")?,
        decision: small(row, "decision")?,
        cites: get(row, "cites")?,
        secret: get::<Option<&[u8]>>(row, "secret")?.map(bytes).transpose()?,
        body: get(row, "body")?,
    })
}

pub(super) fn token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        index: TenantId::index(get(row, "key")?),
        id: blob(row, "id")?,
        state: read_token(small(row, "state")?)?,
        generation: number(row, "generation")?,
        expires_at: get(row, "expires_at")?,
        due_at: get(row, "due_at")?,
        burned_by: get(row, "burned_by")?,
        action: number(row, "action")?,
        entries: read_list(get(row, "entries")?)?,
        body: get(row, "body")?,
    })
}

pub(super) fn approval(row: &Row) -> Result<Approval, StoreError> {
    Ok(Approval {
        index: TenantId::index(get(row, "key")?),
        id: blob(row, "id")?,
        version: small(row, "version")?,
        state: read_approval(small(row, "state")?)?,
        generation: number(row, "generation")?,
        subject: blob(row, "subject")?,
        agent: get(row, "agent")?,
        quorum: small(row, "quorum")?,
        expires_at: get(row, "expires_at")?,
        cools_until: get(row, "cools_until")?,
        votes: read_list(get(row, "votes")?)?,
        entries: read_list(get(row, "entries")?)?,
        body: get(row, "body")?,
    })
}

pub(super) fn remembered(row: &Row) -> Result<Remembered, StoreError> {
    Ok(Remembered {
        key: blob(row, "key")?,
        question: blob(row, "question")?,
        expires_at: get(row, "expires_at")?,
        index: number(row, "number")?,
        body: get(row, "body")?,
    })
}

pub(super) fn api_key(row: &Row) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        hash: blob(row, "hash")?,
        name: get(row, "name")?,
        role: get(row, "role")?,
        principal: get(row, "principal")?,
        created_at: get(row, "created_at")?,
        expires_at: get(row, "expires_at")?,
        revoked_at: get(row, "revoked_at")?,
        body: get(row, "body")?,
    })
}

pub(super) fn slot(row: &Row) -> Result<Slot, StoreError> {
    Ok(Slot { value: get(row, "value")?, expires_at: get(row, "expires_at")? })
}
