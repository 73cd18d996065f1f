//! What a signer who is trusted may do to a bundle, and is refused: one thing is broken in a good bundle, it is signed again, and the code
//! must say what is wrong. Every code that there is for bundles and keys is raised here.
//!
//! One fault that other machines know is none here: a register that nothing has written holds the zero of its type, so reading it is
//! defined. Where that would matter, for the counter of a loop, a zero must have been written.

#[path = "../builder/mod.rs"]
mod builder;
mod code;
mod tables;
mod tools;
mod history;
mod files;
mod large;

use std::collections::BTreeSet;

use builder::{bundle, key};
use lictor_bundle::container::{Now, Requirements, Threads, Trust, open, open_apart, seal};
use lictor_bundle::program::Bundle;
use lictor_bundle::verify::verify;

/// A fault: what it is, the code that says so, and how it is made.
type Case = (&'static str, &'static str, fn(&mut Bundle));

/// Faults made in the same bundle, which is good before.
struct Group {
    name: &'static str,
    prepare: fn(&mut Bundle),
    cases: &'static [Case],
}

fn groups() -> Vec<Group> {
    let mut groups = vec![history::GROUP];
    groups.extend(code::GROUPS);
    groups.extend(tables::GROUPS);
    groups.extend(tools::GROUPS);
    groups
}

/// Runs all cases of a group in a bundle that was made good for it, and gives those that did not end as they should.
fn run(group: &Group, made: impl Fn(&mut Bundle)) -> Vec<String> {
    let mut good = bundle();
    (group.prepare)(&mut good);
    made(&mut good);
    if let Err(error) = verify(&good) {
        panic!("{} is not good before: {error}", group.name);
    }
    let keys = [key().verifying_key()];
    let wanted = Requirements { now: Now::Any, ..Trust::Keys(&keys).into() };
    let mut wrong = Vec::new();
    for (name, code, change) in group.cases {
        let mut changed = good.clone();
        change(&mut changed);
        assert_ne!(changed, good, "{}, {name}: nothing is changed", group.name);
        let file = seal(&changed, &[key()]).unwrap();
        let opened = open(&file, wanted);
        assert_eq!(
            open_apart(&file, wanted, Threads::Two, |_, _| Ok(())).err(),
            opened.clone().err(),
            "{name}"
        );
        match opened {
            Ok(_) => wrong.push(format!("{}, {name}: it is taken", group.name)),
            Err(error) if error.code() == *code => {}
            Err(error) => wrong.push(format!("{}, {name}: not {code}, but {error}", group.name)),
        }
    }
    wrong
}

#[test]
fn whatever_is_broken_is_refused_with_the_code_that_says_so() {
    let wrong: Vec<String> = groups().iter().flat_map(|group| run(group, |_| ())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(groups().iter().map(|group| group.cases.len()).sum::<usize>() >= 150);
}

#[test]
fn files_that_are_not_as_they_should_be_are_refused() {
    for (name, code, refused) in files::CASES {
        assert_eq!(refused(), *code, "{name}");
    }
}

/// The codes of changes to single units, which are files of their own with a suite of their own.
fn is_of_changes(code: &str) -> bool {
    ("B0160"..="B0174").contains(&code) && code != "B0165"
}

#[test]
fn every_code_is_raised() {
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/codes")).unwrap();
    let names = pages.map(|page| page.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let known: BTreeSet<String> =
        names.filter(|code| code.starts_with('B') && !is_of_changes(code)).collect();
    let in_contents = groups().into_iter().flat_map(|group| group.cases.iter().map(|case| case.1));
    let raised: BTreeSet<String> =
        in_contents.chain(files::CASES.iter().map(|case| case.1)).map(str::to_owned).collect();
    assert!(known.len() > 30);
    assert_eq!(raised, known);
}
