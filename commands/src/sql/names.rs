//! The tables that a statement reads.

use std::collections::BTreeSet;

use super::level::Level;
use super::lexer::Token;
use super::words::{STRUCTURE, among};
use super::{Reading, SqlAct};

/// Tables in which servers keep passwords, keys and how they are reached.
const SECRET: [&str; 17] = [
    "pg_shadow",
    "pg_authid",
    "pg_user_mapping",
    "pg_user_mappings",
    "pg_hba_file_rules",
    "pg_ident_file_mappings",
    "mysql.user",
    "mysql.global_priv",
    "mysql.db",
    "mysql.servers",
    "sql_logins",
    "syslogins",
    "linked_logins",
    "credentials",
    "duckdb_secrets",
    "pg_subscription",
    "pg_largeobject",
];

/// Notes the tables behind `FROM` and `JOIN`.
pub(super) fn reads(reading: &mut Reading, level: &Level<'_>, first: usize) {
    let head = level.get(first);
    let with = queries(level);
    let skips = head.is_some_and(|head| head.is_any(&["REVOKE", "SHOW", "FETCH", "MOVE", "COPY", "PREPARE"]));
    for (at, token) in level.tokens.iter().enumerate() {
        // A part of a name is no word of the language: `a.from`.
        if level.before(at).is_some_and(|before| before.is_sign(".")) {
            continue;
        }
        let table = at == first && token.is("TABLE");
        let used = token.is_any(&["JOIN", "USING", "STRAIGHT_JOIN"])
            || token.is("FROM") && !skips && !part_of_function(level, at) && !deleted(level, at);
        if table || used {
            list(reading, level, at + 1, &with);
        }
    }
    let catalogs = reading.writes.iter().any(|name| is_catalog(name));
    if catalogs {
        reading.acts.insert((SqlAct::Privileges, None));
    }
}

/// The names of `WITH name AS (…)`.
fn queries(level: &Level<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, token) in level.tokens.iter().enumerate() {
        let body = token.is("AS")
            && level
                .get(at + 1)
                .is_some_and(|next| next.is_sign("(") || next.is_any(&["MATERIALIZED", "NOT"]));
        if !body {
            continue;
        }
        let mut before = at.saturating_sub(1);
        if level.get(before).is_some_and(|token| token.is_sign(")")) {
            before = level.open(before).saturating_sub(1);
        }
        names.extend(level.get(before).and_then(Token::name).map(str::to_lowercase));
    }
    names
}

/// `EXTRACT(YEAR FROM d)`, `IS DISTINCT FROM`.
fn part_of_function(level: &Level<'_>, at: usize) -> bool {
    const OF: [&str; 6] = ["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "SUBSTR"];
    let function = level.around(at).and_then(|open| level.before(open));
    function.is_some_and(|name| name.is_any(&OF))
        || level.before(at).is_some_and(|before| before.is("DISTINCT"))
}

/// `DELETE FROM`: what loses rows is written.
fn deleted(level: &Level<'_>, at: usize) -> bool {
    level.before(at).is_some_and(|before| before.is("DELETE"))
}

fn list(reading: &mut Reading, level: &Level<'_>, from: usize, with: &BTreeSet<String>) {
    let mut at = from;
    loop {
        while level.get(at).is_some_and(|token| token.is_any(&["ONLY", "LATERAL"])) {
            at += 1;
        }
        match level.get(at) {
            Some(token) if token.is_sign("(") => at = level.close(at) + 1,
            // A file of the server; a stage, or a variable.
            Some(Token::Text(text)) => {
                if text.contains(['/', '.', ':', '*', '|']) {
                    reading.add(SqlAct::RunsCode, None);
                }
                at += 1;
            }
            Some(Token::Given(_)) => {
                reading.add(SqlAct::Calls, None);
                at += 1;
            }
            // A word of the language ends the list, so that no list is walked twice.
            Some(Token::Word(word)) if among(STRUCTURE, word) => return,
            _ => match level.path(at) {
                Some((path, behind)) => {
                    let calls = level.get(behind).is_some_and(|token| token.is_sign("("));
                    if !calls && !with.contains(&path) {
                        let secret = |name: &str| path == name || path.ends_with(&format!(".{name}"));
                        if SECRET.iter().any(|name| secret(name)) {
                            reading.add(SqlAct::ReadsSecret, None);
                        }
                        reading.reads.insert(path);
                    }
                    at = if calls { level.close(behind) + 1 } else { behind };
                }
                None => return,
            },
        }
        // Another name for it.
        for _ in 0..2 {
            let other = level.get(at).is_some_and(|token| token.is("AS"))
                || level.get(at).and_then(Token::name).is_some_and(|name| !among(STRUCTURE, name));
            at += usize::from(other);
        }
        if !level.get(at).is_some_and(|token| token.is_sign(",")) {
            return;
        }
        at += 1;
    }
}

/// Whether a table is one of those by which a server knows itself.
fn is_catalog(name: &str) -> bool {
    ["pg_catalog.", "mysql.", "sys.", "master.", "information_schema.", "performance_schema."]
        .iter()
        .any(|schema| name.starts_with(schema))
        || matches!(name, "sqlite_master" | "sqlite_schema" | "sqlite_temp_master" | "sqlite_sequence")
        || name.starts_with("pg_")
}
