//! Acts that are graver for what they are done to: a file that opens doors, records, holds back, or belongs to the system.

use super::Act;
use super::meaning::Effect;
use super::paths;
use super::word::Word;

/// Makes an act graver that is on a file which opens doors, records, holds back or belongs to the system.
pub(super) fn graver(name: &str, arguments: &[Word], effect: &mut Effect) {
    let says = matches!(
        name,
        "echo" | "printf" | "true" | "false" | ":" | "test" | "[" | "exit" | "return" | "shift"
    );
    if arguments.iter().any(|word| word.open && paths::is_secret_variable(&word.text)) {
        effect.act = effect.act.max(Act::ReadsSecret);
    }
    let message = matches!(
        (name, arguments.first().map(|word| word.text.as_str())),
        ("git", Some("commit" | "tag" | "stash")) | ("gh", _)
    ) && !matches!(arguments, [first, second, ..] if first.text == "stash" && second.text == "show");
    let lists = matches!(name, "ls" | "cd" | "pushd" | "which" | "mkdir" | "basename" | "dirname" | "stat");
    if !says && !message && !lists {
        let secret = arguments.iter().find(|word| paths::is_secret(&word.text, word.splits));
        if let Some(word) = secret
            && effect.act < Act::ReadsSecret
        {
            effect.act = Act::ReadsSecret;
            effect.paths = vec![word.text.clone()];
        }
    }
    // What lies on a disk or in memory is everything, keys too.
    let lists =
        lists || matches!(name, "df" | "du" | "file" | "lsblk" | "lsof" | "readlink" | "realpath" | "tree");
    if !says
        && !lists
        && (effect.act == Act::Looks || name == "dd" && effect.act < Act::ReadsSecret)
        && let Some(word) =
            arguments.iter().find(|word| !word.text.starts_with("of=") && paths::is_raw(&word.text))
    {
        effect.act = Act::ReadsSecret;
        effect.paths = vec![word.text.clone()];
    }
    // Which repository a folder is, and with which settings.
    if name != "git"
        && matches!(effect.act, Act::Writes | Act::Downloads)
        && let Some(path) = effect.paths.iter().find(|path| paths::is_repository(path)).cloned()
    {
        (effect.act, effect.paths) = (Act::Privileges, vec![path]);
    }
    let reads = matches!(name, "cat" | "head" | "tail" | "less" | "grep" | "base64" | "xxd" | "strings");
    let changes = matches!(effect.act, Act::Writes | Act::Downloads | Act::Deletes)
        || effect.act == Act::ReadsSecret && !reads
        || matches!(name, "tee" | "dd" | "install" | "ln" | "truncate" | "chmod" | "chown" | "sed");
    // What is noted of a file, or said about it, leaves it as it is.
    let notes = name == "git"
        && arguments
            .first()
            .is_some_and(|word| matches!(word.text.as_str(), "add" | "commit" | "tag" | "notes"));
    if !changes || notes && effect.act == Act::Writes {
        return;
    }
    let first = |is: fn(&str) -> bool, words: &[Word]| {
        words.iter().find(|word| is(&word.text)).map(|word| word.text.clone())
    };
    // What its host may not look into is gone for it, too.
    let moves = name == "git" && arguments.iter().any(|word| matches!(word.text.as_str(), "mv" | "stash"));
    let takes_away = effect.act == Act::Deletes || matches!(name, "mv" | "chmod" | "chown") || moves;
    if let Some(path) = first(paths::is_guard, arguments) {
        (effect.act, effect.paths) = (Act::Tampers, vec![path]);
    } else if takes_away && let Some(path) = first(paths::is_guarded, arguments) {
        (effect.act, effect.paths) = (Act::Tampers, vec![path]);
    } else if effect.act == Act::Writes
        && name != "dd"
        && let Some(path) = first(paths::is_disk, arguments)
    {
        (effect.act, effect.paths) = (Act::Destroys, vec![path]);
    } else if let Some(path) = first(paths::is_record, arguments).filter(|_| effect.act != Act::Looks) {
        (effect.act, effect.paths) = (Act::Hides, vec![path]);
    } else if effect.act < Act::Privileges
        && effect.act != Act::Looks
        && let Some(path) = first(paths::is_system, arguments)
        && !(matches!(name, "cp" | "rsync")
            && arguments.last().is_some_and(|last| !paths::is_system(&last.text)))
    {
        if effect.act == Act::Deletes {
            effect.act = Act::Destroys;
        } else {
            effect.act = Act::Privileges;
        }
        effect.paths = vec![path];
    }
}
