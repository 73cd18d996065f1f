//! A text of SQL: what it would do, as far as that can be read from it.
//!
//! The text is read as PostgreSQL, MySQL, SQLite, SQL Server, Snowflake and BigQuery would read it, each by itself, since they do not
//! agree where a string or a comment ends. The answer is the gravest of the readings.

mod lexer;

mod level;

mod statement;

mod segment;

mod define;

mod names;

mod condition;

mod leaf;

mod functions;

mod words;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{MAX_TABLES, MAX_TEXT, Reason};

/// What a statement does. The later one is the graver one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SqlAct {
    /// It reads rows, or asks how something is made.
    Reads,
    /// It begins or ends a transaction, locks, or sets something for its own session.
    Controls,
    /// It adds rows.
    Inserts,
    /// It changes rows that a condition chooses.
    Updates,
    /// It creates a table, a view, an index.
    Defines,
    /// It changes how a table is made.
    Alters,
    /// It removes rows that a condition chooses.
    Deletes,
    /// It calls a function or a procedure of which nothing is known.
    Calls,
    /// It brings rows out of the database.
    Exports,
    /// It reads what the server keeps of passwords and keys.
    ReadsSecret,
    /// It changes all rows, or nobody can tell that it does not.
    UpdatesAll,
    /// Nobody can read from it what it does.
    Opaque,
    /// It removes all rows, or nobody can tell that it does not.
    DeletesAll,
    /// It empties a table.
    Truncates,
    /// It removes a table, a column, a database, or something else with all that is in it.
    Drops,
    /// It changes what somebody may do, or how the server runs.
    Privileges,
    /// It runs code, or reaches files of the server or other servers.
    RunsCode,
}

/// What a statement does, as it is written, the graver ones last.
pub const SQL_ACTS: [&str; 17] = [
    "reads",
    "controls",
    "inserts",
    "updates",
    "defines",
    "alters",
    "deletes",
    "calls",
    "exports",
    "reads_secret",
    "updates_all",
    "opaque",
    "deletes_all",
    "truncates",
    "drops",
    "privileges",
    "runs_code",
];

/// What a text of SQL would do: its gravest act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SqlScript {
    /// What it does.
    pub act: SqlAct,
    /// The table or other thing that it does it to, where there is exactly one.
    pub table: Option<String>,
    /// How many statements there are.
    pub statements: i64,
    /// Whether a condition chooses the rows, wherever rows are removed or changed; where none are, wherever they are read.
    pub where_clause: bool,
    /// The tables that are read, each once, sorted, in small letters.
    pub reads: Vec<String>,
    /// The tables and other things that are written, created or removed, each once, sorted, in small letters.
    pub writes: Vec<String>,
    /// Whether nobody can read from some of it what it does.
    pub opaque: bool,
    /// Why not.
    pub reason: Option<Reason>,
}

/// Reads a text of SQL. It always answers: what cannot be read is [`SqlAct::Opaque`].
pub fn sql(text: &str) -> SqlScript {
    let mut all = Reading::default();
    if text.len() > MAX_TEXT {
        all.opaque(Reason::Long);
        return all.summary();
    }
    let mut cut = Reading::default();
    let mut understood = false;
    for dialect in &lexer::DIALECTS {
        let tokens = lexer::tokens(text, dialect);
        let reading = statement::script(&tokens.tokens);
        // A server refuses a statement that does not end, but it may have run those before it.
        if tokens.cut || reading.refused {
            cut.merge(reading);
            let whole = tokens.tokens.iter().rposition(|token| token.is_sign(";")).unwrap_or(0);
            let before = statement::script(tokens.tokens.get(..whole).unwrap_or(&[]));
            if !before.refused {
                all.merge_graver(before);
            }
        } else {
            understood = true;
            all.merge(reading);
        }
    }
    if !understood {
        all.merge(cut);
        all.opaque(Reason::Syntax);
    }
    all.summary()
}

/// What was found in a text.
#[derive(Default)]
struct Reading {
    /// What is done, and to what.
    acts: BTreeSet<(SqlAct, Option<String>)>,
    reads: BTreeSet<String>,
    writes: BTreeSet<String>,
    statements: usize,
    /// Whether each statement that removes or changes rows chooses them; and each that reads them.
    changes: Option<bool>,
    filters: Option<bool>,
    reason: Option<Reason>,
    /// Whether no server takes one of its statements.
    refused: bool,
}

impl Reading {
    fn add(&mut self, act: SqlAct, thing: Option<String>) {
        if !matches!(act, SqlAct::Reads | SqlAct::Calls | SqlAct::Controls) {
            self.writes.extend(thing.clone());
        }
        self.acts.insert((act, thing));
    }

    fn opaque(&mut self, reason: Reason) {
        self.reason = self.reason.or(Some(reason));
        self.acts.insert((SqlAct::Opaque, None));
    }

    fn act(&self) -> SqlAct {
        self.acts.last().map_or(SqlAct::Reads, |(act, _)| *act)
    }

    fn merge(&mut self, other: Reading) {
        let both = |left: Option<bool>, right: Option<bool>| match (left, right) {
            (Some(left), Some(right)) => Some(left && right),
            (left, right) => left.or(right),
        };
        self.changes = both(self.changes, other.changes);
        self.filters = both(self.filters, other.filters);
        self.statements = self.statements.max(other.statements);
        self.reason = self.reason.or(other.reason);
        self.acts.extend(other.acts);
        self.reads.extend(other.reads);
        self.writes.extend(other.writes);
    }

    /// Takes in what a reading says that did not come to its end, where that is graver than reading.
    fn merge_graver(&mut self, other: Reading) {
        if other.act() > SqlAct::Reads {
            self.merge(other);
        }
    }

    fn summary(mut self) -> SqlScript {
        if self.reads.len() > MAX_TABLES || self.writes.len() > MAX_TABLES {
            self.opaque(Reason::Long);
        }
        let act = self.act();
        let mut things = self.acts.iter().filter(|(one, _)| *one == act).map(|(_, thing)| thing.clone());
        let table = match (things.next(), things.next()) {
            (Some(Some(thing)), None) => Some(thing),
            (Some(None), None) if act == SqlAct::Reads && self.reads.len() == 1 => {
                self.reads.first().cloned()
            }
            _ => None,
        };
        let some = |names: BTreeSet<String>| names.into_iter().take(MAX_TABLES).collect();
        SqlScript {
            act,
            table,
            statements: i64::try_from(self.statements).unwrap_or(i64::MAX),
            where_clause: self.changes.or(self.filters).unwrap_or(false),
            reads: some(self.reads),
            writes: some(self.writes),
            opaque: self.reason.is_some(),
            reason: self.reason,
        }
    }
}
