//! What a word does that begins something, wherever in a statement it stands.

use super::condition::{self, narrows};
use super::define;
use super::functions;
use super::level::Level;
use super::lexer::Token;
use super::words::{SETTINGS, STARTS, among};
use super::{Reading, SqlAct};

/// Reads what begins with a word, if anything does.
pub(super) fn segment(reading: &mut Reading, level: &Level<'_>, first: usize, at: usize, word: &str) {
    let next = level.get(at + 1);
    let begins = at == first;
    if named(level, at) && !begins {
        return;
    }
    let follows = |words: &[&str]| next.is_some_and(|next| next.is_any(words));
    let is_name = next.is_some_and(|next| next.name().is_some());
    // Rights are given by the same words.
    let right =
        next.is_none_or(|next| next.is_any(&["ON", "OR", "OF"]) || next.is_sign(",") || next.is_sign(")"));
    match word {
        "SELECT" if !right => selects(reading, level, at),
        "INSERT" if is_name && !right => inserts(reading, level, at),
        "REPLACE" if follows(&["INTO"]) || begins && is_name => {
            reading.add(SqlAct::Updates, target(level, at));
        }
        "UPDATE" if follows(&["STATISTICS"]) => reading.add(SqlAct::Controls, None),
        "UPDATE" if begins || is_name && !right && !follows(&["SET", "SKIP", "NOWAIT"]) => {
            updates(reading, level, at, begins)
        }
        "DELETE" if begins || is_name && !right && !follows(&["WHEN"]) => deletes(reading, level, at),
        "MERGE" if begins || follows(&["INTO"]) => merges(reading, level, at),
        "TRUNCATE" if begins || is_name && !right => all(reading, level, at, SqlAct::Truncates),
        "DROP" | "ALTER" | "CREATE" if is_name => define::segment(reading, level, at, word, begins),
        "GRANT" | "REVOKE" | "DENY" if begins || is_name && !right => reading.add(SqlAct::Privileges, None),
        "EXEC" | "EXECUTE" if begins || !right => executes(reading, level, at),
        "CALL" if begins || is_name => calls(reading, level, at),
        "COPY" if begins => copies(reading, level, at),
        "PREPARE"
            if begins
                && level.tokens.iter().any(|token| token.is("FROM"))
                && !level.tokens.iter().any(|token| token.is("AS")) =>
        {
            reading.add(SqlAct::RunsCode, None);
        }
        "BULK" if follows(&["INSERT"]) => reading.add(SqlAct::RunsCode, None),
        "LOAD" if follows(&["DATA", "XML"]) => reading.add(SqlAct::RunsCode, None),
        "ATTACH" if follows(&["DATABASE"]) => reading.add(SqlAct::RunsCode, None),
        "BACKUP" if follows(&["DATABASE", "LOG"]) => reading.add(SqlAct::Exports, None),
        "RESTORE" if follows(&["DATABASE", "LOG"]) => reading.add(SqlAct::Drops, None),
        "SHUTDOWN" | "RECONFIGURE" | "DBCC" => reading.add(SqlAct::Privileges, None),
        "KILL" if matches!(next, Some(Token::Number(_))) => reading.add(SqlAct::Privileges, None),
        "INTO" => into(reading, level, first, at),
        _ => {}
    }
}

/// Whether a word only names something here: a column, what happens to a key, a lock.
fn named(level: &Level<'_>, at: usize) -> bool {
    let before = |words: &[&str]| level.before(at).is_some_and(|before| before.is_any(words));
    let follows = |words: &[&str]| level.get(at + 1).is_some_and(|next| next.is_any(words));
    let part = level.before(at).is_some_and(|before| before.is_sign(".") || before.is_sign("::"));
    let on = before(&["ON"]) && follows(&["CASCADE", "SET", "RESTRICT", "NO"]);
    let update = level.get(at).is_some_and(|token| token.is("UPDATE"))
        && (before(&["FOR", "KEY"]) || before(&["DO"]) && follows(&["SET"]));
    let signs = ["=", ".", ",", "<", ">", "<>", "!=", ")"];
    part || on
        || update
        || before(&["WHERE", "BY"])
        || level.get(at + 1).is_some_and(|next| signs.iter().any(|sign| next.is_sign(sign)))
}

/// The end of what begins here: another word that begins something, in the same parentheses, or their end.
pub(super) fn end(level: &Level<'_>, at: usize) -> usize {
    let stops = |here: &usize| {
        let token = level.get(*here);
        let begins = token.is_some_and(|token| token.is_any(STARTS));
        token.is_some_and(|token| token.is_sign(")")) || begins && !named(level, *here)
    };
    level.flat(at + 1, level.tokens.len()).find(stops).unwrap_or(level.tokens.len())
}

/// The name of what is written, behind the words that may stand before it.
pub(super) fn target(level: &Level<'_>, at: usize) -> Option<String> {
    targeted(level, at).map(|(path, _)| path)
}

/// Notes that an act is done to each thing of a list.
pub(super) fn all(reading: &mut Reading, level: &Level<'_>, at: usize, act: SqlAct) {
    let mut at = at;
    reading.add(act, target(level, at));
    while let Some((_, behind)) = targeted(level, at) {
        if !level.get(behind).is_some_and(|token| token.is_sign(",")) {
            break;
        }
        at = behind;
        reading.add(act, target(level, at));
    }
}

fn targeted(level: &Level<'_>, at: usize) -> Option<(String, usize)> {
    const BETWEEN: [&str; 21] = [
        "INTO",
        "FROM",
        "ONLY",
        "TABLE",
        "IGNORE",
        "LOW_PRIORITY",
        "HIGH_PRIORITY",
        "DELAYED",
        "QUICK",
        "OR",
        "REPLACE",
        "ROLLBACK",
        "ABORT",
        "FAIL",
        "OVERWRITE",
        "IF",
        "EXISTS",
        "NOT",
        "CONCURRENTLY",
        "TOP",
        "PERCENT",
    ];
    let mut at = at + 1;
    while let Some(token) = level.get(at) {
        if token.is_any(&BETWEEN) || matches!(token, Token::Number(_)) {
            at += 1;
        } else if token.is_sign("(") && level.before(at).is_some_and(|token| token.is("TOP")) {
            at = level.close(at) + 1;
        } else {
            break;
        }
    }
    level.path(at)
}

fn selects(reading: &mut Reading, level: &Level<'_>, at: usize) {
    reading.add(SqlAct::Reads, None);
    let end = end(level, at);
    if level.flat(at + 1, end).any(|here| level.get(here).is_some_and(|token| token.is("FROM"))) {
        let chooses = condition::of(level, at, end).is_some_and(|(from, to)| narrows(level, from, to, 0));
        reading.filters = Some(reading.filters.unwrap_or(true) && chooses);
    }
    let locks = |here: usize| {
        level.get(here).is_some_and(|token| token.is("FOR"))
            && level.get(here + 1).is_some_and(|next| next.is_any(&["UPDATE", "SHARE", "NO", "KEY"]))
    };
    if level.flat(at + 1, level.tokens.len()).take_while(|here| *here < end + 2).any(locks) {
        reading.add(SqlAct::Controls, None);
    }
}

fn inserts(reading: &mut Reading, level: &Level<'_>, at: usize) {
    let next = level.get(at + 1);
    let follows = |words: &[&str]| next.is_some_and(|next| next.is_any(words));
    let replaces = follows(&["OR"]) && level.get(at + 2).is_some_and(|token| token.is("REPLACE"));
    let act = if follows(&["OVERWRITE"]) {
        SqlAct::DeletesAll
    } else if replaces || level.upserts {
        SqlAct::Updates
    } else {
        SqlAct::Inserts
    };
    reading.add(act, target(level, at));
}

fn updates(reading: &mut Reading, level: &Level<'_>, at: usize, begins: bool) {
    let end = end(level, at);
    if !begins && !level.flat(at + 1, end).any(|here| level.get(here).is_some_and(|token| token.is("SET"))) {
        return;
    }
    let chooses = chooses(reading, level, at, end);
    reading.add(if chooses { SqlAct::Updates } else { SqlAct::UpdatesAll }, target(level, at));
}

fn deletes(reading: &mut Reading, level: &Level<'_>, at: usize) {
    let end = end(level, at);
    let chooses = chooses(reading, level, at, end);
    reading.add(if chooses { SqlAct::Deletes } else { SqlAct::DeletesAll }, target(level, at));
}

fn chooses(reading: &mut Reading, level: &Level<'_>, at: usize, end: usize) -> bool {
    let chooses = condition::of(level, at, end).is_some_and(|(from, to)| narrows(level, from, to, 0));
    reading.changes = Some(reading.changes.unwrap_or(true) && chooses);
    chooses
}

/// `MERGE INTO t USING s ON … WHEN MATCHED THEN DELETE`.
fn merges(reading: &mut Reading, level: &Level<'_>, at: usize) {
    let mut act = SqlAct::Inserts;
    let again = |here: &usize| {
        level.get(*here).is_some_and(|token| token.is("MERGE"))
            && level.get(here + 1).is_some_and(|next| next.is("INTO"))
    };
    for here in level.flat(at + 1, level.tokens.len()).take_while(|here| !again(here)) {
        let then = level.before(here).is_some_and(|before| before.is("THEN"));
        let token = level.get(here);
        if then && token.is_some_and(|token| token.is("UPDATE")) {
            act = act.max(SqlAct::Updates);
        } else if then && token.is_some_and(|token| token.is("DELETE")) {
            act = act.max(SqlAct::Deletes);
        } else if token.is_some_and(|token| token.is("SOURCE")) {
            // Whatever the source does not have goes.
            act = act.max(SqlAct::DeletesAll);
        }
    }
    reading.add(act, target(level, at));
}

fn executes(reading: &mut Reading, level: &Level<'_>, at: usize) {
    let next = level.get(at + 1);
    if next.is_some_and(|next| next.is_any(&["AS"])) {
        return reading.add(SqlAct::Privileges, None);
    }
    match level.path(at + 1) {
        Some((name, _)) if name != "immediate" => {
            reading.add(functions::procedure(&name), None);
        }
        _ => reading.add(SqlAct::RunsCode, None),
    }
}

fn calls(reading: &mut Reading, level: &Level<'_>, at: usize) {
    let act = level.path(at + 1).map_or(SqlAct::RunsCode, |(name, _)| functions::procedure(&name));
    reading.add(act, None);
}

/// `COPY t TO STDOUT`, `COPY t FROM PROGRAM '…'`, `COPY INTO @stage FROM t`.
fn copies(reading: &mut Reading, level: &Level<'_>, at: usize) {
    let place = |word: &str| {
        level
            .flat(at + 1, level.tokens.len())
            .find(|here| level.get(*here).is_some_and(|token| token.is(word)))
    };
    let behind = |word: &str| place(word).and_then(|here| level.get(here + 1));
    let staged = |token: Option<&Token>| matches!(token, Some(Token::Given(_)));
    let act = match (behind("INTO"), behind("TO"), behind("FROM")) {
        (Some(_), _, from) if staged(from) && !staged(behind("INTO")) => SqlAct::Inserts,
        (Some(_), ..) => SqlAct::Exports,
        (_, Some(to), _) if to.is("STDOUT") => SqlAct::Exports,
        (_, _, Some(from)) if from.is("STDIN") => SqlAct::Inserts,
        _ => SqlAct::RunsCode,
    };
    reading.add(act, target(level, at));
}

/// `SELECT … INTO t`, `INTO OUTFILE '…'`.
fn into(reading: &mut Reading, level: &Level<'_>, first: usize, at: usize) {
    const TAKEN: [&str; 12] = [
        "INSERT",
        "REPLACE",
        "MERGE",
        "IGNORE",
        "COPY",
        "VACUUM",
        "LOW_PRIORITY",
        "DELAYED",
        "ABORT",
        "FAIL",
        "ALL",
        "ROLLBACK",
    ];
    let next = level.get(at + 1);
    if next.is_some_and(|next| next.is_any(&["OUTFILE", "DUMPFILE"])) {
        reading.add(SqlAct::RunsCode, None);
    } else if !level.before(at).is_some_and(|before| before.is_any(&TAKEN))
        && !level.get(first).is_some_and(|head| head.is_any(&["FETCH", "LOAD", "IMPORT", "EXPORT"]))
    {
        let table = level.get(at + 1).filter(|next| next.name().is_some()).and_then(|_| {
            let skipped = |here: &usize| {
                !level
                    .get(*here)
                    .is_some_and(|token| token.is_any(&["TEMP", "TEMPORARY", "UNLOGGED", "TABLE"]))
            };
            (at + 1..at + 5).find(skipped).and_then(|here| level.path(here)).map(|(path, _)| path)
        });
        reading.add(if table.is_some() { SqlAct::Defines } else { SqlAct::Controls }, table);
    }
}

/// `SET name = value`: one that is known to matter for its own session only controls.
pub(super) fn setting(level: &Level<'_>, first: usize) -> SqlAct {
    let begins =
        |here: &usize| *here == first + 1 || level.before(*here).is_some_and(|before| before.is_sign(","));
    let harmless = |here: usize| {
        let after_scope = level.get(here).is_some_and(|token| token.is_any(&["LOCAL", "SESSION"]));
        match level.get(if after_scope { here + 1 } else { here }) {
            Some(Token::Given(name)) => !name.starts_with('@'),
            Some(Token::Word(name)) => among(SETTINGS, name),
            _ => false,
        }
    };
    let assigned = level.flat(first + 1, level.tokens.len()).filter(begins);
    // A value may be a list: `SET search_path = a, b`.
    let list = level.get(first + 2).is_some_and(|token| token.is_sign("=") || token.is("TO"))
        && !level.tokens.iter().skip(first + 3).any(|token| token.is_sign("=") || token.is_sign(":="));
    let most = if list { 1 } else { usize::MAX };
    if assigned.take(most).all(harmless) { SqlAct::Controls } else { SqlAct::Privileges }
}
