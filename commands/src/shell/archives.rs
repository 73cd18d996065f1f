//! Programs that pack files, and unpack them.

use super::Act;
use super::folders::{Place, is_named};
use super::meaning::Effect;
use super::programs::letter;
use super::word::Word;
use crate::Reason;

/// `tar`.
pub(super) fn archive(arguments: &[Word], operands: &[&Word], place: Place) -> Effect {
    let runs = [
        "--to-command",
        "--checkpoint-action",
        "--use-compress-program",
        "--rsh-command",
        "--info-script",
        "--new-volume-script",
    ];
    // As much of a name as tells it from others.
    let option = |word: &Word| word.text.split('=').next().unwrap_or_default().to_owned();
    let begins = |run: &str, name: &str| name.len() > 3 && run.starts_with(name) || name.starts_with(run);
    let first = arguments.first().map_or("", |word| word.text.as_str());
    let packs_with = letter(arguments, &['I', 'F']) || !first.starts_with('-') && first.contains(['I', 'F']);
    if packs_with || arguments.iter().any(|word| runs.iter().any(|run| begins(run, &option(word)))) {
        return Effect::opaque(Reason::Interpreter);
    }
    let mode = if first.starts_with("--") { "" } else { first.trim_start_matches('-') };
    let lists = mode.starts_with('t')
        || arguments.iter().any(|word| word.text == "--list" || word.text.starts_with("-t"));
    let letters = |sought: char| {
        let long = |text: &str| text.starts_with("--");
        mode.contains(sought) && !long(arguments.first().map_or("", |word| word.text.as_str()))
            || letter(arguments, &[sought])
    };
    if letters('P') || arguments.iter().any(|word| word.text == "--absolute-names") {
        return Effect::of(Act::Runs);
    }
    // What comes out is whatever was put in, hooks and settings too.
    let unpacks = !lists
        && (letters('x')
            || arguments
                .iter()
                .any(|word| ["--ext", "--ge"].iter().any(|start| word.text.starts_with(start))));
    let removes = arguments.iter().any(|word| word.text.starts_with("--remove"));
    let files: Vec<&Word> = operands.iter().copied().filter(|word| word.text != mode).collect();
    let remote = files.iter().any(|word| word.text.contains(':'));
    Effect::on(
        if remote {
            Act::Sends
        } else if removes {
            Act::Deletes
        } else if lists {
            Act::Looks
        } else if unpacks || !lists && packs_unnamed(arguments, &files, place) {
            Act::Several
        } else {
            Act::Writes
        },
        &files,
    )
}

/// Whether what is packed is a folder that nobody named, or a list that stands elsewhere.
fn packs_unnamed(arguments: &[Word], files: &[&Word], place: Place) -> bool {
    let elsewhere = |word: &Word| {
        ["--dir", "--cd", "--files"].iter().any(|start| word.text.starts_with(start))
            || word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(['C', 'T'])
    };
    let letters = arguments.first().is_some_and(|word| word.text.contains(['C', 'T']));
    letters
        || arguments.iter().any(elsewhere)
        || files.is_empty()
        || !files.iter().all(|word| is_named(word, place))
}

/// Programs that pack one file, or unpack it: what they write has the name without its ending.
pub(super) fn packed(name: &str, arguments: &[Word], operands: &[&Word], place: Place) -> Effect {
    // Another name, or the one that stands inside.
    let (letters, words): (&[char], &[&str]) = match name {
        "zip" => (&['O'], &["--ou"]),
        _ => (&['N', 'S', 'o', 'O'], &["--na", "--su", "--o"]),
    };
    let long = |word: &Word| words.iter().any(|start| word.text.starts_with(start));
    if letter(arguments, letters) || arguments.iter().any(long) {
        return Effect::of(Act::Runs);
    }
    let ends = [".gz", ".tgz", ".z", ".Z", ".bz2", ".xz", ".lzma", ".zst"];
    let without = |word: &&Word| {
        let end = ends.iter().find_map(|end| word.text.strip_suffix(end));
        end.unwrap_or(&word.text).to_owned()
    };
    // All that lies below, whatever it is.
    if name != "zip" && letter(arguments, &['r'])
        || arguments.iter().any(|word| word.text.starts_with("--rec"))
    {
        return Effect::on(Act::Several, operands);
    }
    match name {
        "zip" if !operands.iter().all(|word| is_named(word, place)) => Effect::on(Act::Several, operands),
        "zip" => Effect::on(Act::Writes, operands),
        _ => Effect { paths: operands.iter().map(without).collect(), ..Effect::of(Act::Writes) },
    }
}
