//! What holds of every text, whoever made it: what is added never makes an answer less grave.

use lictor_commands::{Act, MAX_TEXT, Reason, SqlAct, shell, sql};
use proptest::prelude::*;

const EVASION: &str = include_str!("corpus/evasion.txt");
const BENIGN: &str = include_str!("corpus/benign.txt");
const SQL_EVASION: &str = include_str!("corpus/sql_evasion.txt");
const SQL_BENIGN: &str = include_str!("corpus/sql_benign.txt");

/// Pieces of the lines of lists, put together anew; some are whole lines.
fn text(lists: [&'static str; 2]) -> impl Strategy<Value = String> {
    let lines: Vec<String> = lists
        .iter()
        .flat_map(|list| list.lines())
        .map(|line| line.replace('⏎', "\n").replace('␍', "\r").replace('␀', "\0"))
        .collect();
    let words: Vec<String> = lines
        .iter()
        .flat_map(|line| line.split_inclusive([' ', ';', '(', ')', '\'']))
        .map(str::to_owned)
        .collect();
    let piece = prop_oneof![
        6 => prop::sample::select(words),
        2 => prop::sample::select(lines),
        1 => "\\PC{0,4}",
        1 => "[\\x00-\\x7f]{0,4}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// In quotes, as a shell takes them away again.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Whether nobody could tell for want of room, rather than of understanding.
fn is_beyond(reason: Option<Reason>) -> bool {
    matches!(reason, Some(Reason::Long | Reason::Deep))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_command_makes_nothing_less_grave(text in text([EVASION, BENIGN])) {
        let said = shell(&text);
        prop_assert_eq!(&said, &shell(&text));
        let before = shell(&format!("rm -rf /\n{text}"));
        prop_assert!(before.act >= Act::Destroys || is_beyond(before.reason), "before: {:?}", before.act);
        // A backslash at the end takes what follows into the same line.
        if !said.opaque && !text.ends_with('\\') {
            let after = shell(&format!("{text}\nrm -rf /"));
            prop_assert!(after.act >= said.act.max(Act::Deletes), "after: {:?}, was {:?}", after.act, said.act);
        }
    }

    #[test]
    fn what_runs_a_script_is_as_grave_as_the_script(text in text([EVASION, BENIGN])) {
        let said = shell(&text);
        // A shell takes what begins so for an option of its own.
        if said.opaque || text.starts_with(['-', '+']) {
            return Ok(());
        }
        let quoted = quoted(&text);
        for around in [format!("sh -c {quoted}"), format!("nohup bash -c {quoted}"), format!("env sh -c {quoted}"), format!("eval {quoted}")] {
            let inside = shell(&around);
            prop_assert!(inside.act >= said.act || is_beyond(inside.reason), "{:?} in {around}, was {:?}", inside.act, said.act);
        }
    }

    #[test]
    fn another_statement_makes_nothing_less_grave(text in text([SQL_EVASION, SQL_BENIGN])) {
        let said = sql(&text);
        prop_assert_eq!(&said, &sql(&text));
        let before = sql(&format!("DROP TABLE x;\n{text}"));
        prop_assert!(before.act >= said.act.max(SqlAct::Drops), "before: {:?}, was {:?}", before.act, said.act);
        if !said.opaque {
            let after = sql(&format!("{text}\n;DROP TABLE x"));
            prop_assert!(after.act >= said.act, "after: {:?}, was {:?}", after.act, said.act);
        }
    }
}

#[test]
fn the_longest_texts_are_answered_on_a_small_stack() {
    const PIECES: [&str; 40] = [
        "(",
        ")",
        "SELECT ",
        "SELECT (",
        "DELETE FROM a WHERE (",
        "CASE WHEN ",
        "f(",
        "a AND ",
        "a = 1 OR ",
        "NOT ",
        "- ",
        "UNION SELECT 1 ",
        "FROM a, ",
        "JOIN b ON ",
        "WITH a AS (",
        "IN (SELECT a FROM b WHERE ",
        "'",
        "''",
        "\"",
        "`",
        "[",
        "$$",
        "$a$",
        "/*",
        "*/",
        "/*! ",
        "--",
        "-- ",
        "#",
        "\\",
        ";",
        ",",
        ".",
        "UPDATE a SET ",
        "a AT TIME ZONE ",
        "BETWEEN ",
        "0x",
        "1e",
        "GO\n",
        "{",
    ];
    let run = || {
        for left in PIECES {
            for right in PIECES {
                let unit = [left, right].concat();
                sql(&unit.repeat(MAX_TEXT / 64 / unit.len()));
                assert_eq!(sql(&unit.repeat(MAX_TEXT)).reason, Some(Reason::Long), "{unit}");
            }
        }
    };
    // Three quarters of a minute, when a list of tables was walked again for each part of a name.
    for piece in PIECES.into_iter().chain(["FROM a, a."]) {
        let whole = piece.repeat(MAX_TEXT / piece.len());
        std::thread::Builder::new()
            .stack_size(256 * 1024)
            .spawn(move || sql(&whole))
            .unwrap()
            .join()
            .unwrap();
    }
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}
