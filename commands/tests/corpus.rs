//! How much of what hides is caught, in command lines and in SQL, and how much of ordinary work passes: the numbers that `README.md` gives.

use std::path::Path;

use lictor_commands::{Act, SqlAct, shell, sql};

const EVASION: &str = include_str!("corpus/evasion.txt");
const BENIGN: &str = include_str!("corpus/benign.txt");
const SQL_EVASION: &str = include_str!("corpus/sql_evasion.txt");
const SQL_BENIGN: &str = include_str!("corpus/sql_benign.txt");

/// The command lines of a list.
fn lines(corpus: &str) -> Vec<String> {
    let lines =
        corpus.lines().filter(|line| (!line.starts_with("# ") || line.contains('⏎')) && !line.is_empty());
    lines.map(|line| line.replace('⏎', "\n").replace('␍', "\r").replace('␀', "\0")).collect()
}

/// Those of which something holds.
fn of(lines: &[String], holds: fn(Act) -> bool) -> Vec<String> {
    lines.iter().filter(|line| holds(shell(line).act)).cloned().collect()
}

/// Whether the library allows the action that it becomes where no rule speaks.
fn passes(act: Act) -> bool {
    act < Act::Several
}

/// Whether the library refuses it.
fn refused(act: Act) -> bool {
    act >= Act::Hides
}

/// Those texts of SQL of which something holds.
fn of_sql(lines: &[String], holds: fn(SqlAct) -> bool) -> Vec<String> {
    lines.iter().filter(|line| holds(sql(line).act)).cloned().collect()
}

/// Whether it is no graver than reading rows, or changing and removing such as a condition chooses.
fn is_usual(act: SqlAct) -> bool {
    act < SqlAct::Calls
}

/// Whether nobody has to be asked.
fn reads(act: SqlAct) -> bool {
    act <= SqlAct::Controls
}

/// Whether it is as grave as removing all rows.
fn is_grave(act: SqlAct) -> bool {
    act >= SqlAct::DeletesAll
}

#[test]
fn what_hides_in_sql_is_caught() {
    let missed = of_sql(&lines(SQL_EVASION), is_usual);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn ordinary_sql_is_not_grave() {
    let grave = of_sql(&lines(SQL_BENIGN), is_grave);
    assert!(grave.is_empty(), "{grave:#?}");
}

#[test]
fn what_is_said_of_each_text_of_sql() {
    let mut said = String::new();
    for line in [SQL_EVASION, SQL_BENIGN].iter().flat_map(|list| list.lines()) {
        if line.starts_with("# ") && !line.contains('⏎') || line.is_empty() {
            continue;
        }
        let script = sql(&line.replace('⏎', "\n"));
        let things = match (&script.table, script.where_clause) {
            (Some(table), chosen) => format!("{table}{}", if chosen { ", chosen" } else { "" }),
            (None, chosen) => if chosen { "chosen" } else { "" }.to_owned(),
        };
        let reads = script.reads.join(" ");
        said.push_str(&format!("{:?} [{things}] [{reads}] {line}\n", script.act));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/sql_said.txt");
    golden(&path, &said);
}

#[expect(clippy::disallowed_methods, reason = "it is a test, and the file stands beside it")]
fn golden(path: &Path, said: &str) {
    if std::env::var_os("UPDATE_COMMANDS_PAGE").is_some() {
        std::fs::write(path, said).unwrap();
    }
    assert_eq!(said, std::fs::read_to_string(path).unwrap_or_default(), "{}", path.display());
}

#[test]
fn what_hides_is_caught() {
    let missed = of(&lines(EVASION), passes);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn ordinary_work_is_not_refused() {
    let refused = of(&lines(BENIGN), refused);
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is a test, and the page stands beside it")]
fn the_page_gives_the_numbers() {
    let (evasion, benign) = (lines(EVASION), lines(BENIGN));
    assert!(evasion.len() >= 200 && benign.len() >= 200);
    let (sql_evasion, sql_benign) = (lines(SQL_EVASION), lines(SQL_BENIGN));
    assert!(sql_evasion.len() >= 80 && sql_benign.len() >= 80);
    let numbers = [
        format!("caught: {} of {}", evasion.len() - of(&evasion, passes).len(), evasion.len()),
        format!("refused: {} of {}", of(&benign, refused).len(), benign.len()),
        format!("asking a person: {} of {}", of(&benign, passes).len(), benign.len()),
        format!(
            "SQL found: {} of {}",
            sql_evasion.len() - of_sql(&sql_evasion, is_usual).len(),
            sql_evasion.len()
        ),
        format!("SQL refused: {} of {}", of_sql(&sql_benign, is_grave).len(), sql_benign.len()),
        format!("SQL that only reads: {} of {}", of_sql(&sql_benign, reads).len(), sql_benign.len()),
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    if std::env::var_os("UPDATE_COMMANDS_PAGE").is_some() {
        for number in &numbers {
            let (what, _) = number.split_once(": ").unwrap();
            let from = page.find(&format!("{what}: ")).unwrap() + what.len() + 2;
            let length = page[from..].find([';', '|']).unwrap();
            let length = page[from..from + length].trim_end().len();
            page.replace_range(from..from + length, number.split_once(": ").unwrap().1);
        }
        std::fs::write(&path, &page).unwrap();
    }
    for number in numbers {
        assert!(page.contains(&number), "README.md does not say \"{number}\"");
    }
}
