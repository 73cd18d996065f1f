//! `CREATE`, `ALTER` and `DROP`.

use super::level::Level;
use super::lexer::Token;
use super::segment::{all, target};
use super::{Reading, SqlAct};
use crate::Reason;

/// Words between `CREATE` and what is created.
const BETWEEN: [&str; 22] = [
    "OR",
    "REPLACE",
    "ALTER",
    "TEMP",
    "TEMPORARY",
    "GLOBAL",
    "LOCAL",
    "UNLOGGED",
    "TRANSIENT",
    "UNIQUE",
    "CLUSTERED",
    "NONCLUSTERED",
    "MATERIALIZED",
    "RECURSIVE",
    "FULLTEXT",
    "SPATIAL",
    "COLUMNSTORE",
    "CONCURRENTLY",
    "SECURE",
    "HYBRID",
    "DYNAMIC",
    "VOLATILE",
];

/// Things that hold rows, or belong to what does.
const DATA: [&str; 13] = [
    "TABLE",
    "VIEW",
    "INDEX",
    "SCHEMA",
    "DATABASE",
    "SEQUENCE",
    "TYPE",
    "DOMAIN",
    "COLLATION",
    "STATISTICS",
    "DATASET",
    "KEYSPACE",
    "SYNONYM",
];

/// Things that say who may do what, or how the server runs.
const RIGHTS: [&str; 20] = [
    "ROLE",
    "USER",
    "LOGIN",
    "GROUP",
    "POLICY",
    "CREDENTIAL",
    "CERTIFICATE",
    "SYSTEM",
    "RESOURCE",
    "TABLESPACE",
    "PUBLICATION",
    "AUTHORIZATION",
    "DEFAULT",
    "OWNED",
    "WAREHOUSE",
    "ACCOUNT",
    "SESSION",
    "PROFILE",
    "AUDIT",
    "ROW",
];

/// Things that run, or reach other servers.
const CODE: [&str; 29] = [
    "FUNCTION",
    "PROCEDURE",
    "PROC",
    "TRIGGER",
    "EXTENSION",
    "LANGUAGE",
    "RULE",
    "EVENT",
    "MACRO",
    "AGGREGATE",
    "OPERATOR",
    "CAST",
    "ASSEMBLY",
    "TASK",
    "VIRTUAL",
    "EXTERNAL",
    "FOREIGN",
    "SERVER",
    "SUBSCRIPTION",
    "STAGE",
    "INTEGRATION",
    "SECRET",
    "CONNECTION",
    "PIPE",
    "STREAM",
    "MODEL",
    "TRANSFORM",
    "DEFINER",
    "ENDPOINT",
];

/// Reads what begins with one of the three words, which another word follows.
pub(super) fn segment(reading: &mut Reading, level: &Level<'_>, at: usize, word: &str, begins: bool) {
    let mut here = at + 1;
    let mut replaces = false;
    while let Some(token) = level.get(here).filter(|token| token.is_any(&BETWEEN)) {
        replaces |= token.is("REPLACE");
        here += 1;
    }
    let kind = level.get(here).and_then(Token::name).unwrap_or_default().to_uppercase();
    let kind = kind.as_str();
    let known = DATA.contains(&kind) || RIGHTS.contains(&kind) || CODE.contains(&kind);
    if !known {
        // Elsewhere the word may be the name of something.
        if begins {
            reading.opaque(Reason::Syntax);
        }
        return;
    }
    let nameless = ["SYSTEM", "DEFAULT", "SESSION", "ACCOUNT", "ROW", "OWNED", "RESOURCE"];
    let thing = if kind == "INDEX" && word == "CREATE" {
        indexed(level, here)
    } else if nameless.contains(&kind) {
        None
    } else {
        target(level, here)
    };
    let act = match word {
        _ if RIGHTS.contains(&kind) => SqlAct::Privileges,
        "DROP" => return all(reading, level, here, SqlAct::Drops),
        _ if CODE.contains(&kind) => SqlAct::RunsCode,
        "CREATE" if replaces && kind != "VIEW" => SqlAct::Drops,
        "CREATE" => SqlAct::Defines,
        _ => alters(level, here),
    };
    reading.add(act, thing);
}

/// The table of an index.
fn indexed(level: &Level<'_>, at: usize) -> Option<String> {
    let on =
        level.flat(at, level.tokens.len()).find(|here| level.get(*here).is_some_and(|token| token.is("ON")));
    on.and_then(|on| target(level, on))
}

/// What `ALTER TABLE` does: a column that goes takes its values along, an owner or a trigger is about who may do what.
fn alters(level: &Level<'_>, at: usize) -> SqlAct {
    const PARTS: [&str; 12] = [
        "CONSTRAINT",
        "DEFAULT",
        "NOT",
        "INDEX",
        "PRIMARY",
        "FOREIGN",
        "EXPRESSION",
        "IDENTITY",
        "CHECK",
        "KEY",
        "TABLE",
        "UNIQUE",
    ];
    let mut act = SqlAct::Alters;
    let again = |here: &usize| {
        level.get(*here).is_some_and(|token| token.is("ALTER"))
            && level.get(here + 1).is_some_and(|next| next.is_any(&DATA))
    };
    for here in level.flat(at + 1, level.tokens.len()).take_while(|here| !again(here)) {
        let Some(token) = level.get(here) else { break };
        let next = level.get(here + 1);
        let follows = |words: &[&str]| next.is_some_and(|next| next.is_any(words));
        if token.is("DROP") && next.is_some_and(|next| next.name().is_some()) && !follows(&PARTS) {
            act = act.max(SqlAct::Drops);
        }
        let rights = token.is("OWNER")
            || token.is_any(&["DISABLE", "ENABLE", "FORCE"])
            || token.is("NO") && follows(&["FORCE"])
            || token.is("SET")
                && level.before(here).is_some_and(|before| before.name().is_some())
                && follows(&["AUTHORIZATION"])
            || token.is("ROLE");
        if rights {
            act = act.max(SqlAct::Privileges);
        }
        if token.is_any(&["EXTENSION", "EXTERNAL"]) {
            act = SqlAct::RunsCode;
        }
    }
    act
}
