//! One token of a project is left out, doubled, swapped with the next, or replaced by one from anywhere.

use std::ops::Range;

use lictor_compiler::project::Project;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::parse;
use lictor_grammar::span::FileId;

use crate::corpus::{files, projects};
use crate::dice::Dice;
use crate::survive::survive;

/// How many mistakes are tried of each project.
const MISTAKES: usize = 200;
/// How many errors one wrong token may cause. Those of one code about one name count once: who misspells a declaration is told at
/// each use.
const MOST: usize = 6;

/// `HOSTILE_SEED=7 cargo test -p lictor-tests --test hostile one_wrong_token` tries other tokens.
#[test]
fn one_wrong_token_is_told_a_few_times_at_most() {
    let seed = std::env::var("HOSTILE_SEED").map_or(1, |seed| seed.parse().unwrap());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let pool: Vec<String> = files().iter().flat_map(|file| words(&file.bytes)).collect();
    for project in projects() {
        let whole = survive(&project);
        assert!(whole.bundle.is_some(), "{:#?}", whole.diagnostics);
        for number in 0..MISTAKES {
            let (broken, what) = with_a_mistake(&project, number % 4, &pool, &mut dice);
            let told = survive(&broken).diagnostics;
            let faults = faults(&told);
            assert!(
                faults.len() <= MOST,
                "seed {seed}, {}/{what}: {} errors: {faults:#?}",
                project.name,
                faults.len()
            );
        }
    }
}

/// What is wrong, each only once: the code, and the name that the message speaks of, or the place where it speaks of none.
fn faults(told: &[Diagnostic]) -> Vec<(&str, String)> {
    let fault = |error: &Diagnostic| {
        let name = error.message.split('`').nth(1).map(str::to_string);
        (error.code, name.unwrap_or_else(|| format!("{:?}", error.span())))
    };
    let mut faults: Vec<_> = told.iter().filter(|told| told.is_error()).map(fault).collect();
    faults.sort();
    faults.dedup();
    faults
}

/// Where the tokens of a text stand, without comments.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let tokens = parse(FileId(0), text).tokens.into_iter().filter(|token| !token.kind.is_comment());
    tokens.map(|token| token.span.start as usize..token.span.end as usize).collect()
}

fn words(bytes: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    tokens(text).into_iter().map(|place| text[place].to_string()).collect()
}

/// The project with one wrong token, and what is wrong with it.
fn with_a_mistake(project: &Project, way: usize, pool: &[String], dice: &mut Dice) -> (Project, String) {
    let mut project = project.clone();
    let number = dice.below(project.files.len());
    let file = &mut project.files[number];
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let places = tokens(&text);
    let index = dice.below(places.len() - 1);
    let (here, next) = (places[index].clone(), places[index + 1].clone());
    let (before, old, behind) = (&text[..here.start], &text[here.clone()], &text[here.end..]);
    let (changed, what) = match way {
        0 => (format!("{before}{behind}"), format!("without `{old}`")),
        1 => (format!("{before}{old} {old}{behind}"), format!("`{old}` twice")),
        2 => {
            let (gap, other, rest) = (&text[here.end..next.start], &text[next.clone()], &text[next.end..]);
            (format!("{before}{other}{gap}{old}{rest}"), format!("`{other}` before `{old}`"))
        }
        _ => {
            let other = dice.pick(pool);
            (format!("{before}{other}{behind}"), format!("`{other}` for `{old}`"))
        }
    };
    let line = before.matches('\n').count() + 1;
    let what = format!("{}:{line}: {what}", file.path);
    file.bytes = changed.into_bytes();
    (project, what)
}
