//! Statements: how they begin, and what stands anywhere in them.

use super::functions::function;
use super::level::Level;
use super::lexer::Token;
use super::names;
use super::segment::{segment, setting};
use super::words::{CONTROLS, HEADS, READS};
use super::{Reading, SqlAct};
use crate::Reason;

/// Reads all statements.
pub(super) fn script(tokens: &[Token]) -> Reading {
    let mut reading = Reading::default();
    for part in tokens.split(|token| token.is_sign(";")).filter(|part| !part.is_empty()) {
        reading.statements += 1;
        statement(&mut reading, part);
    }
    reading
}

/// A statement. What it does is read wherever a word stands that begins something: a server may take two statements without a
/// `;` between them, and statements stand inside each other.
fn statement(reading: &mut Reading, tokens: &[Token]) {
    let level = Level::new(tokens);
    let before = std::mem::take(&mut reading.acts);
    let first = tokens.iter().position(|token| !token.is_sign("(")).unwrap_or(0);
    match level.get(first) {
        Some(Token::Word(word)) => head(reading, &level, first, &word.to_uppercase()),
        // A procedure, which SQL Server runs by its name alone.
        Some(Token::Name(_)) => reading.opaque(Reason::Program),
        Some(Token::Sign("\\" | ".")) => client(reading, &level, first),
        Some(Token::Sign("{")) => reading.opaque(Reason::Input),
        _ => {
            reading.refused = true;
            return reading.acts.extend(before);
        }
    }
    // The text is made from something else before it runs; a client does something of its own.
    if tokens.iter().any(|token| token.is_sign("{")) {
        reading.opaque(Reason::Input);
    }
    if tokens.iter().skip(first + 1).any(|token| token.is_sign("\\")) {
        reading.opaque(Reason::Interpreter);
    }
    if explains_only(&level, first) {
        reading.add(SqlAct::Reads, None);
        names::reads(reading, &level, first);
        return reading.acts.extend(before);
    }
    for (at, token) in tokens.iter().enumerate() {
        if let Token::Word(word) = token {
            segment(reading, &level, first, at, &word.to_uppercase());
        }
        if !tokens.first().is_some_and(|token| token.is("PRAGMA")) {
            function(reading, &level, first, at);
        }
    }
    names::reads(reading, &level, first);
    // A statement that begins with a word which does something, and none is found that it does.
    if reading.acts.is_empty() {
        reading.opaque(Reason::Syntax);
    }
    reading.acts.extend(before);
}

/// What is said by the first word alone.
fn head(reading: &mut Reading, level: &Level<'_>, first: usize, word: &str) {
    let next = level.get(first + 1);
    let follows = |words: &[&str]| next.is_some_and(|next| next.is_any(words));
    let act = match word {
        _ if READS.contains(&word) => SqlAct::Reads,
        "SET" => setting(level, first),
        "PRAGMA" => pragma(level, first),
        "VACUUM" if level.tokens.iter().any(|token| token.is("INTO")) => SqlAct::RunsCode,
        "START" if !follows(&["TRANSACTION"]) => SqlAct::Privileges,
        "RESET" if follows(&["MASTER", "BINARY", "REPLICA", "SLAVE", "ROLE", "SESSION"]) => {
            SqlAct::Privileges
        }
        _ if CONTROLS.contains(&word) => SqlAct::Controls,
        "COMMENT" | "UNDROP" => SqlAct::Defines,
        "RENAME" => SqlAct::Alters,
        "REFRESH" => SqlAct::Updates,
        "BACKUP" | "UNLOAD" | "EXPORT" | "PUT" | "GET" => SqlAct::Exports,
        "PURGE" | "RESTORE" => SqlAct::Drops,
        "KILL" | "FLUSH" | "STOP" | "CHANGE" | "REVERT" | "SECURITY" | "REASSIGN" | "DETACH" => {
            SqlAct::Privileges
        }
        "LOAD" | "INSTALL" | "ATTACH" | "IMPORT" | "DO" => SqlAct::RunsCode,
        // What they do is said by their own segment.
        _ if HEADS.contains(&word) => return,
        _ => return reading.opaque(Reason::Syntax),
    };
    reading.add(act, None);
}

/// Whether a statement only shows how another one would be run.
fn explains_only(level: &Level<'_>, first: usize) -> bool {
    let shows = level.get(first).is_some_and(|token| token.is_any(&["EXPLAIN", "DESCRIBE", "DESC", "SHOW"]));
    shows && !level.tokens.iter().any(|token| token.is_any(&["ANALYZE", "ANALYSE", "PROFILE"]))
}

/// `PRAGMA name`, `PRAGMA name = value`, `PRAGMA name(value)`.
fn pragma(level: &Level<'_>, first: usize) -> SqlAct {
    const SHOWS: [&str; 22] = [
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "database_list",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
        "user_version",
        "schema_version",
        "encoding",
        "page_count",
        "page_size",
        "compile_options",
        "collation_list",
        "function_list",
        "freelist_count",
        "application_id",
        "module_list",
    ];
    const SETS: [&str; 12] = [
        "foreign_keys",
        "journal_mode",
        "synchronous",
        "cache_size",
        "temp_store",
        "busy_timeout",
        "optimize",
        "mmap_size",
        "wal_checkpoint",
        "locking_mode",
        "auto_vacuum",
        "defer_foreign_keys",
    ];
    let Some((name, behind)) = level.path(first + 1) else { return SqlAct::Privileges };
    let name = name.rsplit('.').next().unwrap_or_default();
    let sets = level.get(behind).is_some_and(|token| token.is_sign("="));
    if SHOWS.contains(&name) && !sets {
        SqlAct::Reads
    } else if SETS.contains(&name) || name == "user_version" {
        if level.get(behind).is_none() { SqlAct::Reads } else { SqlAct::Controls }
    } else {
        SqlAct::Privileges
    }
}

/// What a client does by itself, not its server: `\d`, `.tables`. Most of it reaches files, or runs programs.
fn client(reading: &mut Reading, level: &Level<'_>, first: usize) {
    const SHOWS: [&str; 24] = [
        "d",
        "dt",
        "di",
        "dv",
        "ds",
        "df",
        "dn",
        "du",
        "dp",
        "l",
        "x",
        "timing",
        "conninfo",
        "q",
        "pset",
        "tables",
        "schema",
        "headers",
        "header",
        "mode",
        "databases",
        "indexes",
        "quit",
        "width",
    ];
    let name = level.get(first + 1).and_then(Token::name).unwrap_or_default();
    let harmless =
        SHOWS.contains(&name) && !level.tokens.iter().any(|token| token.is_any(&["once", "output"]));
    if harmless && level.tokens.iter().skip(first + 2).all(|token| !token.is_sign("\\")) {
        reading.add(SqlAct::Reads, None);
    } else {
        reading.add(SqlAct::RunsCode, None);
    }
}
