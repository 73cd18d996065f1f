//! The literate fixtures in `tests/messages/`: each source beside the messages that it gives.
//!
//! `UPDATE_MESSAGES=1 cargo test -p lictor-tests --test messages` writes the messages anew. Read what changes before you keep it.

use std::fs;
use std::path::PathBuf;

use lictor_grammar::diagnostic::Diagnostic;

use crate::fixture::{self, Case, Piece};
use crate::{project, render, words};

/// The pages of a folder, by path, in alphabetical order.
fn pages(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(project::root().join("tests/messages").join(folder)).unwrap();
    let mut pages: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.sort();
    pages
}

fn prelude() -> String {
    fs::read_to_string(project::root().join("tests/messages/prelude.lictor")).unwrap()
}

/// What a test asks of a case and its errors.
type Asked<'t> = dyn FnMut(&Case, &[Diagnostic]) -> Result<(), String> + 't;

/// What is wrong with a page, for a person; and how many messages there are on it. `each` sees every case with its errors.
fn check(path: &PathBuf, each: &mut Asked) -> (Vec<String>, usize) {
    let (prelude, update) = (prelude(), std::env::var_os("UPDATE_MESSAGES").is_some());
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut pieces = fixture::pieces(&fs::read_to_string(path).unwrap());
    let (mut wrong, mut count) = (Vec::new(), 0);
    for piece in &mut pieces {
        let Piece::Block { kind, source, messages } = piece else { continue };
        let mut told = Vec::new();
        for case in fixture::cases(kind, source) {
            let errors = case.errors(&prelude);
            count += errors.len();
            for error in &errors {
                wrong.extend(
                    words::faults(&case.whole, error)
                        .map(|fault| format!("{name}: {fault}\n{}", case.source)),
                );
            }
            wrong.extend(each(&case, &errors).err().map(|fault| format!("{name}: {fault}\n{}", case.source)));
            told.push(case.told(&prelude, &errors));
        }
        let told = told.join("\n");
        if update {
            *messages = told;
        } else if *messages != told {
            wrong.push(format!("{name}: of\n{source}it is said\n{told}and announced\n{messages}"));
        }
    }
    if update {
        fs::write(path, fixture::page(&pieces)).unwrap();
    }
    (wrong, count)
}

/// A change that is offered takes its error away, and leaves a text that can be read as well as before. Other errors may come to light, which were
/// not seen while the line could not be read: so many at most.
fn mends(case: &Case, errors: &[Diagnostic], most: usize) -> Result<usize, String> {
    let unread = |all: &[Diagnostic]| all.iter().filter(|one| one.code.starts_with("E01")).count();
    let mut mended = 0;
    for error in errors {
        let Some(fix) = error.fix.as_ref().filter(|fix| fix.span.file.0 == 0) else { continue };
        let left = fixture::errors(&prelude(), &render::apply(&case.whole, fix));
        if left.len() > most
            || unread(&left) > unread(errors)
            || left.iter().any(|one| one.message == error.message && one.span() == error.span())
        {
            return Err(format!("the change `{}` mends nothing: {left:#?}", fix.text));
        }
        mended += 1;
    }
    Ok(mended)
}

#[test]
fn the_prelude_is_sound() {
    let sound = "module case\nlayer base\n";
    assert_eq!(fixture::errors(&prelude(), sound), []);
}

#[test]
fn a_habit_from_elsewhere_is_one_message_that_says_what_to_write() {
    let (mut habits, mut mended, mut wrong) = (0, 0, Vec::new());
    for path in pages("habits") {
        let (faults, _) = check(&path, &mut |case, errors| {
            habits += 1;
            let [error] = errors else { return Err(format!("{} messages", errors.len())) };
            if error.help.is_none() {
                return Err("it is not said what to write".to_string());
            }
            mended += mends(case, errors, 1)?;
            Ok(())
        });
        wrong.extend(faults);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        habits >= 45 && mended >= 40,
        "{habits} habits, {mended} of which are mended by the change that is offered"
    );
}

#[test]
fn mistakes_are_told_in_these_words() {
    let (mut count, mut wrong) = (0, Vec::new());
    for path in pages("mistakes").into_iter().chain(pages("habits")) {
        let (faults, messages) = check(&path, &mut |case, errors| match errors {
            [] => Err("there is no message".to_string()),
            _ => mends(case, errors, usize::MAX).map(|_| ()),
        });
        wrong.extend(faults);
        count += messages;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 300, "{count} messages");
}
