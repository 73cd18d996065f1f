//! Rows of SQLite as what they hold.

use lictor_ledger::{Frontier, Hash};
use rusqlite::Row;
use rusqlite::types::FromSql;

use super::failed;
use crate::approval::Approval;
use crate::columns::{bytes, read_approval, read_list, read_token, unsigned};
use crate::error::StoreError;
use crate::rows::{ApiKey, Head, Record, Remembered, Slot, TenantId, Token};

/// A column by its name.
pub(super) fn get<T: FromSql>(row: &Row<'_>, name: &str) -> Result<T, StoreError> {
    row.get(name).map_err(|error| failed(&format!("read {name}"), &error))
}

fn blob<const N: usize>(row: &Row<'_>, name: &str) -> Result<[u8; N], StoreError> {
    bytes(&get::<Vec<u8>>(row, name)?)
}

fn number(row: &Row<'_>, name: &str) -> Result<u64, StoreError> {
    get(row, name).map(unsigned)
}

pub(super) fn head(row: &Row<'_>) -> Result<Head, StoreError> {
    let frontier = Frontier::from_bytes(&get::<Vec<u8>>(row, "frontier")?);
    let unreadable = |error| StoreError::damaged(format!("the head of a log cannot be read: {error}"));
    Ok(Head {
        frontier: frontier.map_err(unreadable)?,
        last_now: get(row, "last_now")?,
        generation: number(row, "generation")?,
        acknowledged: number(row, "acknowledged")?,
        serial: number(row, "serial")?,
    })
}

pub(super) fn record(row: &Row<'_>) -> Result<Record, StoreError> {
    Ok(Record {
        index: TenantId::index(get(row, "key")?),
        at: get(row, "at")?,
        leaf: Hash(blob(row, "leaf")?),
        kind: get(row, "kind")?,
        agent: get(row, "agent")?,
        action: get(row, "action")?,
        decision: get(row, "decision")?,
        cites: get(row, "cites")?,
        secret: get::<Option<Vec<u8>>>(row, "secret")?.map(|secret| bytes(&secret)).transpose()?,
        body: get(row, "body")?,
    })
}

/// A column by its place in the table, which no later version of the tables changes: looking for a name takes longer than reading what stands there, and each presentation of a token
/// reads its row.
fn nth<T: FromSql>(row: &Row<'_>, place: usize) -> Result<T, StoreError> {
    row.get(place).map_err(|error| failed(&format!("read column {place}"), &error))
}

pub(super) fn token(row: &Row<'_>) -> Result<Token, StoreError> {
    Ok(Token {
        index: TenantId::index(nth(row, 0)?),
        id: bytes(&nth::<Vec<u8>>(row, 1)?)?,
        state: read_token(nth(row, 2)?)?,
        generation: unsigned(nth(row, 3)?),
        expires_at: nth(row, 4)?,
        due_at: nth(row, 5)?,
        burned_by: nth(row, 6)?,
        action: unsigned(nth(row, 7)?),
        entries: read_list(&nth::<Vec<u8>>(row, 8)?)?,
        body: nth(row, 9)?,
    })
}

pub(super) fn approval(row: &Row<'_>) -> Result<Approval, StoreError> {
    Ok(Approval {
        index: TenantId::index(get(row, "key")?),
        id: blob(row, "id")?,
        version: get(row, "version")?,
        state: read_approval(get(row, "state")?)?,
        generation: number(row, "generation")?,
        subject: blob(row, "subject")?,
        agent: get(row, "agent")?,
        quorum: get(row, "quorum")?,
        expires_at: get(row, "expires_at")?,
        cools_until: get(row, "cools_until")?,
        votes: read_list(&get::<Vec<u8>>(row, "votes")?)?,
        entries: read_list(&get::<Vec<u8>>(row, "entries")?)?,
        body: get(row, "body")?,
    })
}

pub(super) fn remembered(row: &Row<'_>) -> Result<Remembered, StoreError> {
    Ok(Remembered {
        key: blob(row, "key")?,
        question: blob(row, "question")?,
        expires_at: get(row, "expires_at")?,
        index: number(row, "number")?,
        body: get(row, "body")?,
    })
}

pub(super) fn api_key(row: &Row<'_>) -> Result<ApiKey, StoreError> {
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

pub(super) fn slot(row: &Row<'_>) -> Result<Slot, StoreError> {
    Ok(Slot { value: get(row, "value")?, expires_at: get(row, "expires_at")? })
}
