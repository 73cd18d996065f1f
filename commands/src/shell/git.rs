//! What `git` does.

use super::Act;
use super::meaning::Effect;
use super::paths;
use super::programs::letter;
use super::word::Word;
use crate::Reason;

/// Where a repository keeps itself; one name for all that only changes it.
const REPOSITORY: &str = ".git";

pub(super) fn effect(arguments: &[Word]) -> Effect {
    let mut rest = arguments;
    let (mut elsewhere, mut names_repository) = (None, false);
    while let Some((first, behind)) = rest.split_first() {
        match first.text.as_str() {
            // Settings for this one call: some of them are programs.
            "-c" | "--config-env" => {
                let harmless = behind.first().is_some_and(|word| {
                    word.is_known()
                        && [
                            "user.",
                            "color.",
                            "commit.gpgsign",
                            "core.quotepath",
                            "advice.",
                            "init.",
                            "core.autocrlf",
                        ]
                        .iter()
                        .any(|start| word.text.starts_with(start))
                });
                if !harmless {
                    return Effect::opaque(Reason::Environment);
                }
                rest = behind.get(1..).unwrap_or(&[]);
            }
            "-C" | "--git-dir" | "--work-tree" | "--namespace" => {
                names_repository |= first.text == "--git-dir";
                elsewhere = behind.first().map(|word| word.text.clone());
                rest = behind.get(1..).unwrap_or(&[]);
            }
            text if text.starts_with("--git-dir=") || text.starts_with("--work-tree=") => {
                names_repository |= text.starts_with("--git-dir=");
                elsewhere = text.split_once('=').map(|(_, folder)| folder.to_owned());
                rest = behind;
            }
            text if text.starts_with("-c") || text.starts_with("--config-env") => {
                return Effect::opaque(Reason::Environment);
            }
            text if text.starts_with("--exec-path=") => return Effect::opaque(Reason::Environment),
            text if text.starts_with('-') => rest = behind,
            _ => break,
        }
    }
    let Some((command, rest)) = rest.split_first() else { return Effect::of(Act::Looks) };
    if !command.is_known() {
        return Effect::opaque(Reason::Program);
    }
    let effect = subcommand(command, rest);
    // Settings lie there, and some of them are programs; a folder of another name is watched by nobody.
    let own = |folder: &String| folder == REPOSITORY || folder.ends_with("/.git");
    match elsewhere {
        Some(folder) if names_repository && !own(&folder) => {
            Effect { act: effect.act.max(Act::Runs), ..effect }
        }
        // Which repository that is, nobody here knows.
        Some(_) if matches!(effect.act, Act::Writes | Act::Pushes) => Effect { act: Act::Runs, ..effect },
        Some(folder) if effect.act == Act::Looks && effect.paths.is_empty() => {
            Effect { paths: vec![folder], ..effect }
        }
        _ => effect,
    }
}

/// Whether an option is this one, or as much of its name as tells it from others.
fn is_option(text: &str, option: &str) -> bool {
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    name.len() >= 5 && option.starts_with(name) || text.starts_with(option)
}

fn subcommand(command: &Word, rest: &[Word]) -> Effect {
    let has = |options: &[&str]| rest.iter().any(|word| options.contains(&word.text.as_str()));
    let program = |word: &Word| {
        word.text.starts_with("ext::")
            || ["--upload-pack", "--receive-pack", "--exec", "--open-files-in-pager"]
                .iter()
                .any(|option| is_option(&word.text, option))
    };
    if rest.iter().any(program) {
        return Effect::opaque(Reason::Environment);
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
    if commits && rest.iter().any(passes_over)
        || command.text == "init" && rest.iter().any(|word| word.text.starts_with("--templ"))
    {
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
                None => Effect::of(Act::Looks),
            }
        }
        "help" => Effect::of(Act::Runs),
        "branch" if rest.iter().any(|word| is_option(&word.text, "--edit-description")) => {
            Effect::of(Act::Runs)
        }
        // An address is one that nobody named before.
        "ls-remote" | "fetch" | "pull" if operands.iter().any(|word| word.text.contains(':')) => {
            Effect::of(Act::Runs).out()
        }
        "ls-remote" => Effect::of(Act::Looks).out(),
        "fetch" | "pull" => changes().out(),
        "clone" => Effect::of(Act::Runs).out(),
        "worktree" if has(&["remove", "prune"]) => removes(),
        "switch" if has(&["-f", "--force", "--discard-changes", "-C", "--force-create"]) => removes(),
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
        "add" | "commit" | "switch" | "merge" | "rebase" | "cherry-pick" | "init" | "mv" | "revert"
        | "notes" | "worktree" | "update-index" | "sparse-checkout" | "format-patch" | "maintenance" => {
            changes()
        }
        "branch" if has(&["--delete", "--force"]) || letter(rest, &['D', 'd', 'f', 'M', 'C']) => removes(),
        "tag" if has(&["--delete", "--force"]) || letter(rest, &['d', 'f']) => removes(),
        "branch" | "tag" if operands.is_empty() => Effect::of(Act::Looks),
        "branch" | "tag" if has(&["--list", "-l", "--contains", "--no-contains", "--points-at"]) => {
            Effect::of(Act::Looks)
        }
        "branch" | "tag" => changes(),
        "checkout" if has(&["--", ".", "-f", "--force", "--ours", "--theirs", "-p", "-B"]) => removes(),
        // Files, which go back to what was committed.
        "checkout" if !has(&["-b", "-t", "--track", "--orphan", "--detach"]) && takes_files(&operands) => {
            removes()
        }
        "checkout" => changes(),
        "restore" if has(&["--staged"]) && !has(&["--worktree"]) => changes(),
        "clean" if has(&["-n", "--dry-run"]) => Effect::of(Act::Looks),
        "restore" | "clean" | "rm" | "gc" | "prune" | "filter-branch" | "filter-repo" | "update-ref" => {
            removes()
        }
        "reset" if has(&["--hard", "--merge", "--keep"]) => removes(),
        "reset" => changes(),
        // What they change stands in a file.
        "apply" | "am" | "bisect" => Effect::of(Act::Runs),
        "stash" if matches!(first, Some("drop" | "clear")) => removes(),
        "stash" if matches!(first, Some("list" | "show")) => Effect::of(Act::Looks),
        "stash" => changes(),
        "reflog" if matches!(first, Some("expire" | "delete")) => removes(),
        "reflog" => Effect::of(Act::Looks),
        "remote" if matches!(first, None | Some("show" | "get-url")) => Effect::of(Act::Looks),
        "remote" => Effect::of(Act::Privileges),
        "config" => config(rest, &operands),
        "credential" | "credential-store" | "credential-cache" => Effect::of(Act::ReadsSecret),
        "push" => push(rest, &operands),
        "send-email" | "request-pull" => Effect::of(Act::Sends).out(),
        _ => Effect::of(Act::Runs),
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

fn config(rest: &[Word], operands: &[&Word]) -> Effect {
    const READS: [&str; 6] = ["--get", "--get-all", "--list", "-l", "--get-regexp", "--get-urlmatch"];
    // Names and looks; none of them is a program, or an address.
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
    let says = |texts: &[&str]| rest.iter().any(|word| texts.contains(&word.text.as_str()));
    let first = operands.first().map(|word| word.text.as_str());
    let reads = says(&READS) || matches!(first, Some("get" | "list"));
    let changes = rest.iter().any(|word| {
        ["--unset", "--remove-s", "--rename-s", "--replace", "--add", "--edit"]
            .iter()
            .any(|option| word.text.starts_with(option))
    }) || says(&["-e"])
        || matches!(first, Some("set" | "unset" | "edit" | "remove-section" | "rename-section"));
    let key = operands.iter().find(|word| word.text.contains('.')).map(|word| word.text.to_lowercase());
    match key {
        Some(key) if (key.contains("credential") || key.contains("extraheader")) && reads => {
            Effect::of(Act::ReadsSecret)
        }
        _ if changes && !(operands.len() < 4 && matches!(first, Some("set"))) => Effect::of(Act::Privileges),
        _ if reads || operands.len() < 2 => Effect::of(Act::Looks),
        Some(key)
            if HARMLESS.iter().any(|start| key.starts_with(start))
                || key.starts_with("branch.")
                    && [".merge", ".rebase", ".description"].iter().any(|end| key.ends_with(end)) =>
        {
            Effect { paths: vec![REPOSITORY.to_owned()], ..Effect::of(Act::Writes) }
        }
        _ => Effect::of(Act::Privileges),
    }
}

/// To a remote that has a name; an address is one that nobody named before.
fn push(rest: &[Word], operands: &[&Word]) -> Effect {
    // Those that change neither what is pushed nor where, and run nothing.
    const KNOWN: [&str; 20] = [
        "-u",
        "--set-upstream",
        "-f",
        "--force",
        "-n",
        "--dry-run",
        "-v",
        "--verbose",
        "-q",
        "--quiet",
        "--progress",
        "--no-progress",
        "--porcelain",
        "--atomic",
        "--thin",
        "-d",
        "--delete",
        "--force-if-includes",
        "-4",
        "-6",
    ];
    let remote = operands.first().map(|word| word.text.as_str());
    if remote.is_some_and(|remote| remote.contains([':', '/', '$'])) {
        return Effect::of(Act::Sends).out();
    }
    let options = rest.iter().filter(|word| word.text.starts_with('-'));
    let unknown = options
        .clone()
        .any(|word| !KNOWN.contains(&word.text.as_str()) && !word.text.starts_with("--force-with-lease"));
    let forced = options.clone().any(|word| {
        matches!(word.text.as_str(), "-f" | "--force" | "--mirror" | "--delete" | "-d" | "--prune")
            || word.text.starts_with("--force-")
    }) || operands.iter().skip(1).any(|word| word.text.starts_with(['+', ':']));
    // `HEAD` and `@` are the branch that is checked out, whichever that is; `:` alone is every branch.
    let reference = operands.get(1).map(|word| word.text.trim_start_matches('+'));
    let branch = reference.map(|name| match name.rsplit_once(':') {
        Some((from, "")) => from,
        Some((_, to)) => to,
        None => name,
    });
    let everything = branch == Some("");
    let branch = branch.filter(|name| !matches!(*name, "HEAD" | "@")).map(str::to_owned);
    let several = operands.len() > 2 || everything;
    let act = if several || unknown || operands.iter().any(|word| !word.is_known()) {
        Act::Runs
    } else {
        Act::Pushes
    };
    Effect { forced, branch, ..Effect::of(act).out() }
}
