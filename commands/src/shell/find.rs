//! `find` and `fd`: what they look for, remove, and run on what they find.

use super::Act;
use super::graver::graver;
use super::meaning::{Around, Effect, Effects};
use super::paths;
use super::word::Word;
use super::wrappers::inner;
use crate::Reason;

/// Whether a word of `fd` begins a command in the same word: `-xrm`, `-Hx`, `--exec=rm`.
fn execs(text: &str) -> bool {
    let letters = text.strip_prefix('-').filter(|letters| !letters.starts_with('-') && letters.len() > 1);
    letters.is_some_and(|letters| letters.contains(['x', 'X'])) || text.starts_with("--exec")
}

/// What `find` finds, where it looks in one folder for programs and texts for people only: `src/*.rs`.
pub(super) fn found_by(arguments: &[Word]) -> Option<String> {
    let from = match arguments {
        [from, next, ..] if from.is_known() && !from.text.starts_with('-') && next.text.starts_with('-') => {
            &from.text
        }
        [first, ..] if first.text == "-name" || first.text == "-type" => ".",
        _ => return None,
    };
    let any_other = |word: &Word| {
        matches!(word.text.as_str(), "-o" | "-or" | "," | "!" | "-not" | "-path" | "-regex" | "-printf" | "(")
            || word.text.starts_with("-f") && word.text != "-follow"
    };
    let names: Vec<&str> = arguments
        .windows(2)
        .filter(|pair| pair.first().is_some_and(|word| matches!(word.text.as_str(), "-name" | "-iname")))
        .filter_map(|pair| pair.get(1).filter(|word| !word.open).map(|word| word.text.as_str()))
        .collect();
    match names.as_slice() {
        [name] if paths::only_code(name) && !arguments.iter().any(any_other) => {
            Some(format!("{from}/{name}"))
        }
        _ => None,
    }
}

/// `find DIR … -exec rm {} \;`, `-delete`.
pub(super) fn find(effects: &mut Effects, name: &str, arguments: &[Word], around: &Around<'_>) {
    let runs: &[&str] = if name == "find" {
        &["-exec", "-execdir", "-ok", "-okdir"]
    } else {
        &["-x", "-X", "--exec", "--exec-batch"]
    };
    let from: Vec<&Word> = if name == "find" {
        arguments.iter().take_while(|word| !word.text.starts_with(['-', '(', '!'])).collect()
    } else {
        arguments.iter().filter(|word| !word.text.starts_with('-')).skip(1).collect()
    };
    let mut act = Act::Looks;
    let mut rest = arguments;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if runs.contains(&first.text.as_str()) {
            let end = |word: &&Word| !matches!(word.text.as_str(), ";" | "+");
            let length = behind.iter().take_while(end).count();
            let mut words = behind.get(..length).unwrap_or(&[]).to_vec();
            for word in &mut words {
                if word.text.contains("{}") {
                    // A file below the folder, whichever it is.
                    let under = from.first().map_or(".", |word| word.text.as_str());
                    let found = found_by(arguments).unwrap_or_else(|| format!("{under}/*"));
                    (word.text, word.open) = (word.text.replace("{}", &found), true);
                }
            }
            // `fd` puts what it found behind a command that does not say where.
            if name != "find" && !words.iter().any(|word| word.text.contains('{') || word.open) {
                words.push(Word { text: "$…".to_owned(), open: true, splits: true, ..Word::default() });
            }
            // Where the file lies, whichever folder that is.
            if matches!(first.text.as_str(), "-execdir" | "-okdir") {
                effects.add(Effect::of(Act::Runs));
            }
            inner(effects, &words, around);
            rest = behind.get(length..).unwrap_or(&[]);
        } else if name != "find" && execs(&first.text) {
            return effects.opaque(Reason::Interpreter);
        } else if first.text == "-delete" {
            act = Act::Deletes;
        } else if matches!(first.text.as_str(), "-fprint" | "-fls" | "-fprintf" | "-fprint0") {
            let mut effect = Effect::on(Act::Writes, &behind.iter().take(1).collect::<Vec<_>>());
            graver("tee", behind.get(..1).unwrap_or(&[]), &mut effect);
            effects.add(effect);
            act = act.max(Act::Writes);
        }
        // It looks for what opens doors.
        if act == Act::Looks && !first.text.ends_with(".key") && paths::is_secret(&first.text, false) {
            act = Act::ReadsSecret;
        }
    }
    let mut effect = Effect::on(act, &from);
    effect.recursive = act == Act::Deletes;
    if effect.recursive && effect.paths.iter().any(|path| paths::is_everything(path)) {
        effect.act = Act::Destroys;
    }
    effects.add(effect);
}
