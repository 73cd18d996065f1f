//! Clients of databases: the SQL that they are given is read.

use super::Act;
use super::meaning::{Around, Effect};
use super::shells::printed;
use super::word::Word;
use crate::{Reason, SqlAct, sql};

/// Clients, with the options that bring a text, and how many words stand before texts that stand alone, where any do.
const CLIENTS: [(&str, &[&str], Option<usize>); 12] = [
    ("psql", &["-c", "--command"], None),
    ("mysql", &["-e", "--execute"], None),
    ("mariadb", &["-e", "--execute"], None),
    ("sqlite3", &["-cmd"], Some(1)),
    ("sqlite", &["-cmd"], Some(1)),
    ("duckdb", &["-c", "-s", "-cmd"], Some(1)),
    ("sqlcmd", &["-Q", "-q"], None),
    ("clickhouse-client", &["-q", "--query"], None),
    ("snowsql", &["-q", "--query"], None),
    ("cockroach", &["-e", "--execute"], None),
    ("usql", &["-c", "--command"], None),
    ("bq", &[], Some(1)),
];

/// What a client does with what it is given, if the program is one.
pub(super) fn client(name: &str, arguments: &[Word], around: &Around<'_>) -> Option<Effect> {
    let (_, options, before) = CLIENTS.iter().find(|(client, ..)| *client == name)?;
    if name == "bq" && !arguments.iter().any(|word| word.text == "query") {
        return None;
    }
    let mut texts: Vec<&Word> = Vec::new();
    let mut own: Vec<Word> = Vec::new();
    let mut alone = Vec::new();
    let mut rest = arguments;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let text = first.text.as_str();
        let attached = options.iter().find_map(|option| {
            let value = text.strip_prefix(option)?;
            if option.starts_with("--") {
                value.strip_prefix('=')
            } else {
                Some(value).filter(|value| !value.is_empty())
            }
        });
        // `-qAtc text`: letters together, of which the last takes a text.
        let last = options.iter().any(|option| {
            option.len() == 2
                && text.starts_with('-')
                && !text.starts_with("--")
                && text.ends_with(option.trim_start_matches('-'))
        });
        if options.contains(&text) || last && text.len() > 2 && name == "psql" {
            texts.extend(behind.first());
            rest = behind.get(1..).unwrap_or(&[]);
        } else if let Some(value) = attached {
            own.push(Word { text: value.to_owned(), ..first.clone() });
        } else if !text.starts_with('-') {
            alone.push(first);
        }
    }
    if let Some(before) = before {
        texts.extend(alone.into_iter().skip(*before));
    }
    texts.extend(&own);
    if texts.iter().any(|word| word.open) {
        return Some(Effect::opaque(Reason::Input));
    }
    let mut script: Vec<String> = texts.iter().map(|word| word.text.clone()).collect();
    if let Some(sent) = around.sent {
        if sent.open {
            return Some(Effect::opaque(Reason::Input));
        }
        script.push(sent.text.clone());
    }
    script.extend(around.fed_by.and_then(printed));
    Some(said(&script.join("\n;\n")))
}

/// What a script of SQL does, in the words of the shell. Reading rows runs a program of which no more is said here.
fn said(script: &str) -> Effect {
    // What a client does by itself ends with the line.
    let ends =
        |line: &str| if line.starts_with(['.', '\\']) { format!("{line};\n") } else { format!("{line}\n") };
    let script: String = script.lines().map(ends).collect();
    let read = sql(&script);
    let on = |act: Act| Effect { paths: read.table.iter().cloned().collect(), ..Effect::of(act).out() };
    match read.act {
        _ if script.trim().is_empty() => Effect::of(Act::Runs).out(),
        SqlAct::Deletes => on(Act::Deletes),
        SqlAct::UpdatesAll | SqlAct::DeletesAll | SqlAct::Truncates | SqlAct::Drops => {
            Effect { recursive: true, forced: true, ..on(Act::Deletes) }
        }
        SqlAct::Exports => on(Act::Sends),
        SqlAct::ReadsSecret => on(Act::ReadsSecret),
        SqlAct::Privileges => on(Act::Privileges),
        SqlAct::RunsCode | SqlAct::Opaque => Effect::opaque(Reason::Interpreter),
        _ => on(Act::Runs),
    }
}
