//! What `git config` does.

use super::super::Act;
use super::super::meaning::Effect;
use super::super::word::Word;
use super::REPOSITORY;

/// Settings that say how something looks and what is done by itself; none of them is a program, an address, or opens a door.
const HARMLESS: [&str; 11] = [
    "user.",
    "color.",
    "rebase.auto",
    "pull.",
    "init.defaultbranch",
    "fetch.prune",
    "merge.conflictstyle",
    "push.default",
    "push.autosetupremote",
    "push.followtags",
    "advice.",
];

/// Parts of a configuration in which no key lies, though programs may be named there.
const WITHOUT_KEYS: [&str; 24] = [
    "user.", "core.", "color.", "init.", "pull.", "push.", "merge.", "rebase.", "branch.", "commit.", "tag.",
    "diff.", "log.", "fetch.", "advice.", "gc.", "status.", "format.", "i18n.", "rerere.", "stash.",
    "pager.", "help.", "safe.",
];

pub(super) fn effect(rest: &[Word], operands: &[&Word]) -> Effect {
    // All settings, or those that a pattern finds: `url.https://token@host/.insteadOf`, `http.extraHeader`, `credential.helper`.
    const MANY: [&str; 4] = ["--list", "-l", "--get-regexp", "--get-urlmatch"];
    const READS: [&str; 2] = ["--get", "--get-all"];
    let says = |texts: &[&str]| rest.iter().any(|word| texts.contains(&word.text.as_str()));
    let first = operands.first().map(|word| word.text.as_str());
    let many = says(&MANY) || first == Some("list") || rest.iter().any(|word| is_pattern(&word.text));
    let reads = says(&READS) || matches!(first, Some("get"));
    let changes = rest.iter().any(|word| {
        ["--unset", "--remove-s", "--rename-s", "--replace", "--add", "--edit"]
            .iter()
            .any(|option| word.text.starts_with(option))
    }) || says(&["-e"])
        || matches!(first, Some("set" | "unset" | "edit" | "remove-section" | "rename-section"));
    let key = operands.iter().find(|word| word.text.contains('.')).map(|word| word.text.to_lowercase());
    let key = key.unwrap_or_default();
    let starts = |starts: &[&str]| starts.iter().any(|start| key.starts_with(start));
    // Those of another file, which nobody knows.
    let elsewhere =
        ["-f", "--fi", "--bl"].iter().any(|start| rest.iter().any(|word| word.text.starts_with(start)));
    if changes && !(operands.len() < 4 && first == Some("set")) {
        return Effect::of(Act::Privileges);
    }
    if many || reads || operands.len() < 2 {
        let plain = !many && !elsewhere && (key.is_empty() || starts(&WITHOUT_KEYS));
        return Effect::of(if plain { Act::Looks } else { Act::ReadsSecret });
    }
    // Where an option has a value, nobody knows which word is the setting.
    const KNOWN: [&str; 6] = ["--global", "--local", "--worktree", "--bool", "--int", "--no-type"];
    let known = |word: &&Word| !word.text.starts_with('-') || KNOWN.contains(&word.text.as_str());
    if !rest.iter().all(|word| known(&word)) {
        return Effect::of(Act::Privileges);
    }
    let follows = [".merge", ".rebase", ".description"].iter().any(|end| key.ends_with(end));
    if !elsewhere && (starts(&HARMLESS) || key.starts_with("branch.") && follows) {
        return Effect { paths: vec![REPOSITORY.to_owned()], ..Effect::of(Act::Writes) };
    }
    Effect::of(Act::Privileges)
}

/// Whether an option has a pattern find settings, or lists them: as much of its name as tells it from others.
fn is_pattern(text: &str) -> bool {
    ["--li", "--get-r", "--get-u", "--reg", "--url"].iter().any(|start| text.starts_with(start))
}
