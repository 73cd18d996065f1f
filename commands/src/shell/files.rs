//! Programs that read, copy, pack and remove files.

use super::Act;
use super::meaning::Effect;
use super::paths;
use super::programs::{letter, operands};
use super::word::Word;
use crate::Reason;

pub(super) fn reader(name: &str, arguments: &[Word], valued: &str, before: usize) -> Effect {
    let runs = |word: &Word| {
        matches!((name, word.text.as_str()), ("rg", "--pre") | ("less", "+!"))
            || (name == "rg" && word.text.starts_with("--pre="))
            || (name != "grep"
                && ["--pager", "--hostname-bin"].iter().any(|option| word.text.starts_with(option)))
    };
    if arguments.iter().any(runs) {
        return Effect::opaque(Reason::Interpreter);
    }
    if let Some(effect) = query(name, arguments) {
        return effect;
    }
    // It looks for keys, by how keys begin.
    const KEYS: [&str; 9] =
        ["akia", "private key", "sk_live", "sk-ant", "sk-proj", "ghp_", "github_pat", "xoxb", "xoxp"];
    let sought = |word: &Word| {
        let text = word.text.to_lowercase();
        KEYS.iter().any(|key| text.contains(key))
    };
    if before > 0 && arguments.iter().any(sought) {
        return Effect::of(Act::ReadsSecret);
    }
    let pattern = arguments.iter().any(|word| {
        matches!(word.text.as_str(), "-e" | "-f")
            || word.text.starts_with("--regexp")
            || word.text == "--files"
    });
    let files = operands(arguments, valued);
    let files = files.get(if pattern { 0 } else { before }..).unwrap_or(&[]);
    let in_place = matches!(name, "yq" | "jq")
        && arguments.iter().any(|word| matches!(word.text.as_str(), "-i" | "--in-place"));
    let writes = in_place
        || (name == "xxd" && files.len() > 1)
        || (name == "uniq" && files.len() > 1)
        || (name == "tree" && letter(arguments, &['o']));
    let words: Vec<&Word> =
        files.iter().copied().filter(|word| word.text != "<(…)" && word.text != "/dev/null").collect();
    Effect::on(if writes { Act::Writes } else { Act::Looks }, &words)
}

/// `jq` and `yq`, where their program reads more than what it is given: variables, other files, modules.
fn query(name: &str, arguments: &[Word]) -> Option<Effect> {
    if !matches!(name, "jq" | "yq") {
        return None;
    }
    // A name by itself, and no field or text: `env`, but not `.env`.
    let calls = |text: &str, name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|text| text.chars().last());
            let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
            let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
            !part(before) && before != Some('"') && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    };
    let any = |names: &[&str]| arguments.iter().any(|word| names.iter().any(|name| calls(&word.text, name)));
    if any(&["env", "ENV", "strenv", "envsubst"]) {
        return Some(Effect::of(Act::ReadsSecret));
    }
    let other = ["load", "load_str", "load_xml", "load_props", "load_base64", "import", "include"];
    let options = |word: &Word| {
        word.text.starts_with("-L")
            || matches!(word.text.as_str(), "-f" | "--from-file" | "--expression-file")
    };
    (any(&other) || arguments.iter().any(options)).then(|| Effect::opaque(Reason::Interpreter))
}

pub(super) fn deletes(arguments: &[Word], operands: &[&Word]) -> Effect {
    let recursive = letter(arguments, &['r', 'R'])
        || arguments
            .iter()
            .any(|word| word.text.starts_with("--recursive") || word.text == "--no-preserve-root");
    let forced = letter(arguments, &['f']) || arguments.iter().any(|word| word.text.starts_with("--force"));
    Effect { recursive, forced, ..Effect::on(Act::Deletes, operands) }
}

/// `+x` and the like; rights for everybody and those of the owner are graver.
pub(super) fn chmod(operands: &[&Word]) -> Effect {
    let mode = operands.first().map_or("", |word| word.text.as_str());
    let numbers = mode.chars().all(|c| c.is_digit(8));
    let grave = if numbers {
        mode.len() > 3 && !mode.starts_with('0') || mode.ends_with(['2', '3', '6', '7'])
    } else {
        // `o=rw`, `a=rwx`: what others may write.
        let gives = |clause: &str| {
            let (who, rights) = clause.split_once(['=', '+']).unwrap_or(("u", ""));
            rights.contains('w') && (who.is_empty() || who.contains(['o', 'a']))
        };
        mode.split(',').any(gives)
            || mode.contains('s')
            || mode.contains("o+") && mode.contains('w')
            || mode.contains("a+") && mode.contains('w')
            || mode.contains("+w") && mode.starts_with('+')
            || mode.contains('t')
    };
    Effect::on(if grave { Act::Privileges } else { Act::Writes }, operands.get(1..).unwrap_or(&[]))
}

pub(super) fn archive(arguments: &[Word], operands: &[&Word]) -> Effect {
    let runs = [
        "--to-command",
        "--checkpoint-action",
        "--use-compress-program",
        "-I",
        "--rsh-command",
        "--info-script",
        "-F",
        "--new-volume-script",
    ];
    if arguments.iter().any(|word| runs.iter().any(|run| word.text.starts_with(run))) {
        return Effect::opaque(Reason::Interpreter);
    }
    let mode = arguments.first().map_or("", |word| word.text.trim_start_matches('-'));
    let lists = mode.starts_with('t') || arguments.iter().any(|word| word.text == "--list");
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
        && (letters('x') || arguments.iter().any(|word| matches!(word.text.as_str(), "--extract" | "--get")));
    let removes = arguments.iter().any(|word| word.text == "--remove-files");
    let files: Vec<&Word> = operands.iter().copied().filter(|word| word.text != mode).collect();
    let remote = files.iter().any(|word| word.text.contains(':'));
    Effect::on(
        if remote {
            Act::Sends
        } else if removes {
            Act::Deletes
        } else if lists {
            Act::Looks
        } else if unpacks {
            Act::Several
        } else {
            Act::Writes
        },
        &files,
    )
}

pub(super) fn dd(arguments: &[Word]) -> Effect {
    let to = arguments.iter().find_map(|word| word.text.strip_prefix("of="));
    let act = match to {
        Some(to) if to.starts_with("/dev/") && !matches!(to, "/dev/null" | "/dev/stdout" | "/dev/stderr") => {
            Act::Destroys
        }
        Some(_) => Act::Writes,
        None => Act::Looks,
    };
    Effect { paths: to.map(str::to_owned).into_iter().collect(), forced: true, ..Effect::of(act) }
}

pub(super) fn rsync(arguments: &[Word], operands: &[&Word]) -> Effect {
    if arguments.iter().any(|word| {
        word.text.starts_with("--rsync-path") || word.text == "-e" || word.text.starts_with("--rsh")
    }) {
        return Effect::opaque(Reason::Environment);
    }
    let remote = operands.iter().any(|word| word.text.contains(':'));
    let removes = arguments
        .iter()
        .any(|word| word.text.starts_with("--delete") || word.text == "--remove-source-files");
    // What is not in the first folder goes from the second.
    let empties = removes && operands.last().is_some_and(|to| paths::is_everything(&to.text));
    let effect = Effect::on(
        if empties {
            Act::Destroys
        } else if remote {
            Act::Sends
        } else if removes {
            Act::Deletes
        } else {
            Act::Writes
        },
        operands,
    );
    Effect { network: remote, ..effect }
}
