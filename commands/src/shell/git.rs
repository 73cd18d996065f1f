//! What `git` does.

mod elsewhere;

mod pages;

mod push;

mod settings;

pub(super) use pages::{pages, runs_a_pager};

use super::Act;
use super::folders::{Place, is_named};
use super::meaning::Effect;
use super::paths;
use super::programs::letter;
use super::word::Word;
use crate::Reason;
use elsewhere::Asked;
use push::push;

/// Where a repository keeps what is to be committed; one name for all that only changes it.
const REPOSITORY: &str = ".git/index";

pub(super) fn effect(arguments: &[Word], place: Place) -> Effect {
    let Some(asked) = Asked::of(arguments, place) else { return Effect::opaque(Reason::Environment) };
    let Some((command, rest)) = asked.rest.split_first() else { return Effect::of(Act::Looks) };
    if !command.is_known() {
        return Effect::opaque(Reason::Program);
    }
    asked.seen_from_here(subcommand(command, rest, place))
}

/// Whether an option is this one, or as much of its name as tells it from others.
fn is_option(text: &str, option: &str) -> bool {
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    name.len() >= 4 && option.starts_with(name) || text.starts_with(option)
}

fn subcommand(command: &Word, rest: &[Word], place: Place) -> Effect {
    let has = |options: &[&str]| rest.iter().any(|word| options.contains(&word.text.as_str()));
    // As much of their names as begins nothing else; whoever writes less means them, or something that is refused.
    let begins = |options: &[&str]| {
        let name = |word: &Word| word.text.split('=').next().unwrap_or_default().to_owned();
        let is = |name: String| name.len() > 2 && options.iter().any(|option| option.starts_with(&name));
        rest.iter().any(|word| is(name(word)))
    };
    let program = |word: &Word| {
        word.text.starts_with("ext::")
            || ["--upload-pack", "--receive-pack", "--exec", "--open-files-in-pager"]
                .iter()
                .any(|option| is_option(&word.text, option))
    };
    if rest.iter().any(program) {
        return Effect::opaque(Reason::Environment);
    }
    // One that is not its own is a program of that name.
    if matches!(command.text.as_str(), "merge" | "rebase" | "pull" | "cherry-pick" | "revert")
        && chooses_strategy(rest)
    {
        return Effect::opaque(Reason::Program);
    }
    // `rebase -x CMD`, `grep -OCMD`, `difftool -x CMD`.
    let runs = |word: &Word| match command.text.as_str() {
        "rebase" => word.text.starts_with("-x") || word.text == "-i" || word.text == "--interactive",
        "grep" => word.text.starts_with("-O"),
        "difftool" => word.text.starts_with("-x") || word.text.starts_with("--extcmd"),
        _ => false,
    };
    if rest.iter().any(runs) {
        return Effect::opaque(Reason::Interpreter);
    }
    // What looks for keys and mistakes before a commit is passed over; hooks come from elsewhere.
    let commits = matches!(command.text.as_str(), "commit" | "merge" | "am" | "rebase");
    let passes_over = |word: &Word| {
        let letters = word.text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
        let letters = letters.and_then(|letters| letters.split(['m', 'F', 'C', 'c', 't', 'S']).next());
        is_option(&word.text, "--no-verify")
            || command.text == "commit" && letters.is_some_and(|all| all.contains('n'))
    };
    // A repository without a folder of its own has its settings in a file that is called `config`, which nobody watches.
    let bare = begins(&["--template", "--bare", "--separate-git-dir"]);
    if commits && rest.iter().any(passes_over) || command.text == "init" && bare {
        return Effect::of(Act::Runs);
    }
    if matches!(command.text.as_str(), "commit" | "tag" | "notes" | "merge" | "hash-object") && message(rest)
    {
        return Effect::of(Act::ReadsSecret);
    }
    let changes = || Effect { paths: vec![REPOSITORY.to_owned()], ..Effect::of(Act::Writes) };
    let removes = || Effect {
        forced: true,
        recursive: true,
        paths: vec![REPOSITORY.to_owned()],
        ..Effect::of(Act::Deletes)
    };
    let operands: Vec<&Word> = rest.iter().filter(|word| !word.text.starts_with('-')).collect();
    let first = operands.first().map(|word| word.text.as_str());
    match command.text.as_str() {
        "status" | "log" | "diff" | "show" | "blame" | "rev-parse" | "ls-files" | "describe" | "shortlog"
        | "grep" | "ls-tree" | "cat-file" | "rev-list" | "merge-base" | "name-rev" | "whatchanged"
        | "version" | "count-objects" | "for-each-ref" | "check-ignore" | "show-ref" | "var"
        | "diff-tree" | "range-diff" | "cherry" => {
            let output = rest.iter().find_map(|word| word.text.strip_prefix("--output=")).or_else(|| {
                let at = rest.iter().position(|word| word.text == "--output")?;
                rest.get(at + 1).map(|word| word.text.as_str())
            });
            match output {
                Some(path) => Effect { paths: vec![path.to_owned()], ..Effect::of(Act::Writes) },
                None if has(&["-O"]) => Effect::of(Act::Runs),
                None if rest.iter().any(|word| {
                    is_option(&word.text, "--ext-diff")
                        || is_option(&word.text, "--textconv")
                        || is_option(&word.text, "--filters")
                }) =>
                {
                    Effect::of(Act::Runs)
                }
                None if rest.iter().any(holds_secret) => Effect::of(Act::ReadsSecret),
                // All settings.
                None if command.text == "var" && has(&["-l"]) => Effect::of(Act::ReadsSecret),
                None if reads_unnamed(&command.text, rest, place) => Effect::of(Act::Several),
                None => Effect::of(Act::Looks),
            }
        }
        "help" => Effect::of(Act::Runs),
        "branch" if rest.iter().any(|word| is_option(&word.text, "--edit-description")) => {
            Effect::of(Act::Runs)
        }
        // An address is one that nobody named before.
        "ls-remote" | "fetch" | "pull"
            if operands
                .iter()
                .any(|word| word.text.contains(':') || word.text.starts_with(['/', '.', '~'])) =>
        {
            Effect::of(Act::Runs).out()
        }
        "ls-remote" if rest.iter().any(|word| word.text.starts_with("--get")) => Effect::of(Act::ReadsSecret),
        "ls-remote" => Effect::of(Act::Looks).out(),
        "fetch" | "pull" => changes().out(),
        "clone" => Effect::of(Act::Runs).out(),
        "worktree" if has(&["remove", "prune"]) => removes(),
        "switch"
            if letter(rest, &['f', 'C']) || begins(&["--force", "--discard-changes", "--force-create"]) =>
        {
            removes()
        }
        // What runs at its hours, and settings for all repositories.
        "maintenance" if matches!(first, Some("start" | "stop" | "register" | "unregister")) => {
            Effect::of(Act::Privileges)
        }
        // Into a folder that an option names.
        "format-patch"
            if rest.iter().any(|word| word.text.starts_with("-o") || word.text.starts_with("--o")) =>
        {
            Effect::of(Act::Runs)
        }
        // Whatever lies elsewhere goes from the folder, the settings of hosts too.
        "sparse-checkout" if first != Some("list") => Effect::of(Act::Runs),
        "sparse-checkout" => Effect::of(Act::Looks),
        "add" | "commit" | "switch" | "merge" | "rebase" | "cherry-pick" | "init" | "mv" | "revert"
        | "notes" | "worktree" | "update-index" | "format-patch" | "maintenance" => changes(),
        "branch" if begins(&["--delete", "--force"]) || letter(rest, &['D', 'd', 'f', 'M', 'C']) => removes(),
        "tag" if begins(&["--delete", "--force"]) || letter(rest, &['d', 'f']) => removes(),
        "branch" | "tag" if operands.is_empty() => Effect::of(Act::Looks),
        "branch" | "tag" if has(&["--list", "-l", "--contains", "--no-contains", "--points-at"]) => {
            Effect::of(Act::Looks)
        }
        "branch" | "tag" => changes(),
        "checkout"
            if has(&["--", "."])
                || letter(rest, &['f', 'p', 'B'])
                || begins(&["--force", "--ours", "--theirs", "--patch", "--pathspec-from-file"]) =>
        {
            removes()
        }
        // Files, which go back to what was committed.
        "checkout" if !has(&["-b", "-t", "--track", "--orphan", "--detach"]) && takes_files(&operands) => {
            removes()
        }
        "checkout" => changes(),
        "restore" if has(&["--staged"]) && !letter(rest, &['W']) && !begins(&["--worktree"]) => changes(),
        // `-e -n` names a file that is called so.
        "clean" if tries(rest) => Effect::of(Act::Looks),
        "restore" | "clean" | "rm" | "gc" | "prune" | "filter-branch" | "filter-repo" | "update-ref" => {
            removes()
        }
        "reset" if begins(&["--hard", "--merge", "--keep"]) => removes(),
        "reset" => changes(),
        // What they change stands in a file.
        "apply" | "am" | "bisect" => Effect::of(Act::Runs),
        "stash" if matches!(first, Some("drop" | "clear")) => removes(),
        "stash" if matches!(first, Some("list" | "show")) => Effect::of(Act::Looks),
        "stash" => changes(),
        "reflog" if matches!(first, Some("expire" | "delete")) => removes(),
        "reflog" => Effect::of(Act::Looks),
        // An address may hold a token: `https://user:token@host/`.
        "remote" if matches!(first, None | Some("show" | "get-url")) => {
            let addresses = operands.len() > 1 || letter(rest, &['v']) || has(&["--verbose"]);
            Effect::of(if addresses { Act::ReadsSecret } else { Act::Looks })
        }
        "remote" => Effect::of(Act::Privileges),
        "config" => settings::effect(rest, &operands),
        "credential" | "credential-store" | "credential-cache" => Effect::of(Act::ReadsSecret),
        "push" => push(rest, &operands),
        "send-email" | "request-pull" => Effect::of(Act::Sends).out(),
        _ => Effect::of(Act::Runs),
    }
}

/// Whether it merges by a strategy that is none of git's own.
fn chooses_strategy(rest: &[Word]) -> bool {
    const OWN: [&str; 6] = ["ort", "recursive", "resolve", "octopus", "ours", "subtree"];
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let value = match text.split_once('=') {
            _ if text == "-s" => words.next().map(|word| word.text.as_str()),
            Some((option, value)) if is_option(option, "--strategy") && option != "--strategy-option" => {
                Some(value)
            }
            None if text.len() > 4 && "--strategy".starts_with(text) => {
                words.next().map(|word| word.text.as_str())
            }
            _ => text.strip_prefix("-s").filter(|_| !text.starts_with("--")),
        };
        if value.is_some_and(|value| !OWN.contains(&value)) {
            return true;
        }
    }
    false
}

/// Whether it only says what it would remove.
fn tries(rest: &[Word]) -> bool {
    let options = || rest.iter().take_while(|word| word.text != "--").map(|word| word.text.as_str());
    let leaves_out = letter(rest, &['e']) || options().any(|text| text.starts_with("--e"));
    let letters = |text: &str| {
        text.strip_prefix('-')
            .is_some_and(|all| all.contains('n') && all.chars().all(|c| "ndxXfq".contains(c)))
    };
    !leaves_out && options().any(|text| text == "--dry-run" || letters(text))
}

/// Whether it reads files that are no part of the repository, and that nobody named: `git grep --untracked x`, `git diff --no-index a .`. What
/// lies outside is compared so without being asked to.
fn reads_unnamed(command: &str, rest: &[Word], place: Place) -> bool {
    let says =
        |starts: &[&str]| rest.iter().any(|word| starts.iter().any(|start| word.text.starts_with(start)));
    let files = || rest.iter().filter(|word| !word.text.starts_with('-'));
    match command {
        "grep" => says(&["--no-ind", "--untr", "--no-ex"]),
        "diff" if says(&["--no-ind"]) => !files().all(|word| is_named(word, place)),
        "diff" => files().any(|word| word.text.starts_with('/') || !paths::is_inside(&word.text)),
        _ => false,
    }
}

/// Whether what is checked out are files: behind a branch, or named by what looks like one.
fn takes_files(operands: &[&Word]) -> bool {
    let is_file = |text: &str| {
        text.rsplit_once('.').is_some_and(|(_, end)| {
            (1..=4).contains(&end.len()) && end.chars().all(|c| c.is_ascii_alphabetic())
        })
    };
    operands.len() > 1 || operands.iter().any(|word| is_file(&word.text))
}

/// Whether it names a file that opens doors as it was at some time: `HEAD:.env`, `:0:.env`.
fn holds_secret(word: &Word) -> bool {
    word.text.match_indices(':').any(|(at, _)| {
        let path = word.text.get(at + 1..).unwrap_or_default();
        paths::is_secret(path, word.splits)
    })
}

/// Whether a message is taken from a file that opens doors: `commit -F .env`.
fn message(rest: &[Word]) -> bool {
    let takes = |word: &Word| {
        let text = word.text.as_str();
        matches!(text, "--file" | "--template")
            || text.starts_with('-') && !text.starts_with("--") && text.ends_with(['F', 't'])
    };
    let secret = |text: &str, word: &Word| paths::is_secret(text, word.splits);
    let attached = rest.iter().any(|word| {
        let value =
            ["--file=", "--template=", "-F", "-t"].iter().find_map(|option| word.text.strip_prefix(option));
        value.is_some_and(|value| secret(value, word))
    });
    attached
        || rest
            .windows(2)
            .any(|pair| matches!(pair, [option, value] if takes(option) && secret(&value.text, value)))
}
