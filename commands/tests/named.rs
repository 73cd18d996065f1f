//! By what a policy can name a command line: which lines have names, and that none is hidden behind them.

use lictor_commands::{Act, shell};

const EVASION: &str = include_str!("corpus/evasion.txt");

fn named(line: &str) -> Vec<String> {
    shell(line).commands
}

#[test]
fn a_line_that_runs_programs_is_named_by_its_commands() {
    for (line, commands) in [
        ("cargo test", vec!["cargo test"]),
        ("cargo  'test'", vec!["cargo test"]),
        ("cargo test && npm test; make check", vec!["cargo test", "npm test", "make check"]),
        ("cargo test || cargo test", vec!["cargo test"]),
        ("cargo test 2>&1 | tail -20", vec!["cargo test"]),
        ("cargo test > /dev/null", vec!["cargo test"]),
        ("cd crates/core && ./run 'a b'", vec!["cd crates/core", "./run 'a b'"]),
        ("make SHELL=/bin/sh", vec!["make 'SHELL=/bin/sh'"]),
        ("time nice cargo test", vec!["cargo test"]),
        ("bash -lc 'cargo test && npm test'", vec!["cargo test", "npm test"]),
    ] {
        assert_eq!(named(line), commands, "{line}");
    }
}

#[test]
fn what_could_hide_something_has_no_name() {
    for line in [
        "ls",
        "cat a",
        "rm a; cargo test",
        "sudo cargo test",
        "A=b cargo test",
        "A=b; cargo test",
        "env A=b cargo test",
        "export A=b; cargo test",
        "cargo test > a",
        "cargo test < a",
        "cargo test | tee a",
        "yes | cargo test",
        "cargo test <<< a",
        "cargo test <<END\na\nEND",
        "cat a; cargo test",
        "grep -f ../a b && cargo test",
        "cargo test $A",
        "cargo test \"$A\"",
        "cargo test *",
        "cargo test {a,b}",
        "cargo test $(a)",
        "cargo test <(a)",
        "(cargo test)",
        "{ cargo test; }",
        "! cargo test",
        "if a; then cargo test; fi",
        "for a in b; do cargo test; done",
        "[[ -v a ]] && cargo test",
        "((a)); cargo test",
        "case a in b) cargo test;; esac",
        "cargo() { a; }; cargo test",
        "alias cargo=a; cargo test",
        "time -o a cargo test",
        "nice -n 5 cargo test",
        "/tmp/time cargo test",
        "bash -x -c 'cargo test'",
        "bash -c 'cargo test' a",
        "/tmp/bash -c 'cargo test'",
        "bash a && cargo test",
        "find . -exec cargo test ';'",
        "xargs cargo test",
        "eval cargo test",
        "trap 'cargo test' EXIT",
        "git push; cargo test",
        "curl https://example.com; cargo test",
        "kubectl get pods; cargo test",
        "cargo 'test",
    ] {
        assert!(named(line).is_empty(), "{line}: {:?}", named(line));
    }
    assert!(named(&format!("cargo {}", "a".repeat(400))).is_empty());
    let many: Vec<String> = (0..17).map(|number| format!("make a{number}")).collect();
    assert_eq!(named(&many[..16].join(";")).len(), 16);
    assert!(named(&many.join(";")).is_empty());
}

/// What else stands beside a program is never lost behind its name: a line that has one is as grave as to run something, and no graver.
#[test]
fn no_name_stands_for_anything_that_hides() {
    for line in EVASION.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let line = line.replace('⏎', "\n").replace('␍', "\r").replace('␀', "\0");
        for line in [line.clone(), format!("cargo test; {line}"), format!("{line}\ncargo test")] {
            let said = shell(&line);
            assert!(said.commands.is_empty() || said.act == Act::Runs, "{line}");
            // Whatever has a name is named by more than the program that somebody would have named.
            assert!(said.commands != ["cargo test"], "{line}");
        }
    }
}
