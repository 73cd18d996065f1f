//! How many bytes a step writes: what stands in the columns of its rows, without what the database itself adds.

use std::error::Error;
use std::path::Path;

use lictor_journal::Kind;
use rusqlite::{Connection, OpenFlags};

/// The bytes of the rows of an authorization, and of those of a validation, which writes its token's row again.
pub fn written(data: &Path) -> Result<(usize, usize), Box<dyn Error>> {
    let store = Connection::open_with_flags(data.join("store.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let number = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> rusqlite::Result<usize> {
        store.query_row(sql, params, |row| row.get::<_, f64>(0)).map(|bytes| bytes as usize)
    };
    let record = |kind: Kind| {
        let sql = "SELECT avg(20 + length(leaf) + length(agent) + length(action) + length(cites)
            + coalesce(length(secret), 0) + length(body)) FROM record WHERE kind = ?";
        number(sql, &[&kind.number()])
    };
    let sql = "SELECT avg(48 + length(id) + coalesce(length(burned_by), 0) + length(entries) + length(body)) FROM token";
    let token = number(sql, &[])?;
    Ok((record(Kind::Decided)? + token, record(Kind::Burned)? + token))
}
