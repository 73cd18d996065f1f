//! A second opinion: what a full parser understands as grave, the reader must not call less.

use lictor_commands::{SqlAct, sql};
use sqlparser::ast::{SetExpr, Statement};
use sqlparser::dialect::{
    BigQueryDialect, Dialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect, SnowflakeDialect,
};
use sqlparser::parser::Parser;

/// It recurses deeply; see `README.md`.
const STACK: usize = 256 * 1024 * 1024;

/// What a statement does at least.
fn least(statement: &Statement) -> SqlAct {
    match statement {
        Statement::Insert(_) => SqlAct::Inserts,
        Statement::Update(update) if update.selection.is_none() => SqlAct::UpdatesAll,
        Statement::Update(_) => SqlAct::Updates,
        Statement::Delete(delete) if delete.selection.is_none() => SqlAct::DeletesAll,
        Statement::Delete(_) => SqlAct::Deletes,
        Statement::Truncate(_) => SqlAct::Truncates,
        Statement::Drop { .. } => SqlAct::Drops,
        Statement::AlterTable(_) => SqlAct::Alters,
        Statement::CreateTable(_) | Statement::CreateView(_) | Statement::CreateIndex(_) => SqlAct::Defines,
        Statement::Grant(_) | Statement::Revoke(_) | Statement::CreateRole(_) => SqlAct::Privileges,
        Statement::CreateFunction(_) | Statement::CreateExtension(_) => SqlAct::RunsCode,
        Statement::Call(_) | Statement::Execute { .. } => SqlAct::Calls,
        Statement::Query(query) => {
            let with = query.with.iter().flat_map(|with| &with.cte_tables).map(|one| &one.query.body);
            with.chain([&query.body]).map(|body| of_set(body)).max().unwrap_or(SqlAct::Reads)
        }
        Statement::Explain { analyze: true, statement, .. } => least(statement),
        _ => SqlAct::Reads,
    }
}

fn of_set(body: &SetExpr) -> SqlAct {
    match body {
        SetExpr::Insert(statement)
        | SetExpr::Update(statement)
        | SetExpr::Delete(statement)
        | SetExpr::Merge(statement) => least(statement),
        _ => SqlAct::Reads,
    }
}

fn hold(text: &str) -> usize {
    let dialects: [&dyn Dialect; 6] = [
        &PostgreSqlDialect {},
        &MySqlDialect {},
        &SQLiteDialect {},
        &MsSqlDialect {},
        &SnowflakeDialect,
        &BigQueryDialect,
    ];
    let said = sql(text);
    let mut parsed = 0;
    for dialect in dialects {
        let Ok(statements) = Parser::parse_sql(dialect, text) else { continue };
        parsed += 1;
        let least = statements.iter().map(least).max().unwrap_or(SqlAct::Reads);
        assert!(said.act >= least, "{text:?} is {:?}, but {dialect:?} says {least:?}", said.act);
    }
    parsed
}

#[test]
fn a_parser_calls_nothing_graver() {
    let corpora = [include_str!("corpus/sql_evasion.txt"), include_str!("corpus/sql_benign.txt")];
    let lines = corpora.iter().flat_map(|list| list.lines()).filter(|line| !line.is_empty());
    let lines: Vec<String> =
        lines.map(|line| line.replace('⏎', "\n").replace('␍', "\r").replace('␀', "\0")).collect();
    let run = move || {
        let mut parsed = 0;
        for line in &lines {
            parsed += hold(line);
        }
        assert!(parsed > 1_000, "{parsed}");
        // Pieces of lines put together anew.
        let pieces: Vec<&str> =
            lines.iter().flat_map(|line| line.split_inclusive([' ', '(', ')', ';', ','])).collect();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        let mut parsed = 0;
        for _ in 0..30_000 {
            let line = &lines[next(lines.len())];
            let mut words: Vec<&str> = line.split_inclusive([' ', '(', ')', ';', ',']).collect();
            for _ in 0..next(3) + 1 {
                let at = next(words.len());
                match next(4) {
                    0 if words.len() > 1 => drop(words.remove(at)),
                    1 => words.insert(at, pieces[next(pieces.len())]),
                    2 => words[at] = pieces[next(pieces.len())],
                    _ => {
                        let other = &lines[next(lines.len())];
                        let from = next(other.split(' ').count());
                        words.extend(other.split_inclusive(' ').skip(from));
                    }
                }
                if words.is_empty() {
                    break;
                }
            }
            parsed += usize::from(hold(&words.concat()) > 0);
        }
        assert!(parsed > 3_000, "{parsed}");
    };
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}
