//! How much of what hides is caught, and how much of ordinary work passes: the numbers that `README.md` gives.

use std::path::Path;

use lictor_commands::{Act, shell};

const EVASION: &str = include_str!("corpus/evasion.txt");
const BENIGN: &str = include_str!("corpus/benign.txt");

/// The command lines of a list.
fn lines(corpus: &str) -> Vec<String> {
    let lines = corpus.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.replace('⏎', "\n")).collect()
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
    let numbers = [
        format!("caught: {} of {}", evasion.len() - of(&evasion, passes).len(), evasion.len()),
        format!("refused: {} of {}", of(&benign, refused).len(), benign.len()),
        format!("asking a person: {} of {}", of(&benign, passes).len(), benign.len()),
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
