//! Programs that read, copy, pack and remove files.

use super::Act;
use super::folders::{Place, compares_unnamed, is_named, searches_unnamed};
use super::meaning::Effect;
use super::paths;
use super::programs::{letter, operands};
use super::word::Word;
use crate::Reason;

pub(super) fn reader(
    name: &str,
    arguments: &[Word],
    (valued, before): (&str, usize),
    place: Place,
) -> Effect {
    let runs = |word: &Word| {
        let text = word.text.as_str();
        // What it does first: `+G` and `+12` only move.
        let first = text.strip_prefix('+').filter(|_| matches!(name, "less" | "more"));
        first
            .is_some_and(|keys| !matches!(keys, "G" | "F") && !keys.bytes().all(|byte| byte.is_ascii_digit()))
            || name == "rg" && (text == "--pre" || text.starts_with("--pre="))
            || name == "ack" && (text.starts_with("--ackrc") || text.starts_with("--output"))
            || text.starts_with("--pl")
            // Options that stand in a file.
            || matches!(name, "nm" | "objdump" | "readelf" | "size" | "strings") && text.starts_with('@')
            || (name != "grep"
                && ["--pager", "--hostname-bin"].iter().any(|option| word.text.starts_with(option)))
    };
    // Somebody who sits there goes on by typing, and nobody is asked then.
    if matches!(name, "less" | "more") {
        return Effect::of(Act::Runs);
    }
    if arguments.iter().any(runs) {
        return Effect::opaque(Reason::Interpreter);
    }
    if let Some(effect) = query(name, arguments) {
        return effect;
    }
    // What they read or make of it goes into a file that stands in an option.
    let long = |starts: &[&str]| {
        arguments.iter().any(|word| starts.iter().any(|start| word.text.starts_with(start)))
    };
    let keeps = match name {
        "less" => letter(arguments, &['o', 'O']) || long(&["--log", "--LOG"]),
        "base64" | "base32" => letter(arguments, &['o']) || long(&["--o"]),
        "file" => letter(arguments, &['C']) || long(&["--co"]),
        "tree" => letter(arguments, &['o', 'R']) || long(&["--o"]),
        _ => false,
    };
    if keeps {
        return Effect::of(Act::Runs);
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
    // Below the root, or somebody's whole home, lies everything, keys too.
    let searches = matches!(name, "grep" | "egrep" | "fgrep" | "zgrep" | "rg" | "ag" | "ack");
    if searches && files.iter().any(|word| paths::is_everything(&word.text)) {
        return Effect::on(Act::Several, files);
    }
    if searches_unnamed(name, arguments, place) || compares_unnamed(name, arguments, files, place) {
        return Effect::on(Act::Several, files);
    }
    let in_place = matches!(name, "yq" | "jq") && (letter(arguments, &['i']) || long(&["--in"]));
    // `-` is what it is sent, and what stands behind that is written.
    let second = files.len() + arguments.iter().filter(|word| word.text == "-").count() > 1;
    let writes = in_place || matches!(name, "xxd" | "uniq") && second;
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
            || ["--from-f", "--expression-f", "--library"].iter().any(|start| word.text.starts_with(start))
            || word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(['f', 'L'])
            || name == "yq" && (word.text == "-s" || word.text.starts_with("--split-exp"))
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
pub(super) fn chmod(arguments: &[Word], operands: &[&Word]) -> Effect {
    let mode = operands.first().map_or("", |word| word.text.as_str());
    let numbers = mode.chars().all(|c| c.is_digit(8));
    let mode = if numbers { mode.trim_start_matches('0') } else { mode };
    let recursive = letter(arguments, &['R']) || arguments.iter().any(|word| word.text.starts_with("--rec"));
    let grave = if numbers {
        mode.len() > 3 || mode.ends_with(['2', '3', '6', '7'])
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
    let files = operands.get(1..).unwrap_or(&[]);
    // All that lies below; or nobody gets in any more, whoever has it.
    let whole = files.iter().any(|word| paths::is_everything(&word.text));
    let recursive = recursive || files.iter().any(|word| crate::path::normal(&word.text) == ".");
    // Rights that are only added, below a folder of the work that is named.
    let adds = mode.contains('+') && !mode.contains(['-', '=']);
    let recursive = recursive && !(adds && files.iter().all(|word| is_named(word, Place::Work)));
    let act = match (grave || whole, recursive) {
        (true, _) => Act::Privileges,
        (false, true) => Act::Several,
        (false, false) => Act::Writes,
    };
    Effect::on(act, files)
}

/// `sort`, which writes where an option says, and may pack what is in between with a program.
pub(super) fn sort(arguments: &[Word]) -> Effect {
    let long = |start: &str| arguments.iter().any(|word| word.text.starts_with(start));
    if long("--co") {
        return Effect::opaque(Reason::Interpreter);
    }
    if !letter(arguments, &['o']) && !long("--o") {
        return Effect::on(Act::Looks, &operands(arguments, "-k -t -S -T"));
    }
    let at = arguments.iter().position(|word| matches!(word.text.as_str(), "-o" | "--output"));
    let file = match at {
        Some(at) => arguments.get(at + 1).map(|word| word.text.as_str()),
        None => arguments
            .iter()
            .find_map(|word| word.text.strip_prefix("--output=").or_else(|| word.text.strip_prefix("-o"))),
    };
    match file {
        Some(file) => Effect { forced: true, paths: vec![file.to_owned()], ..Effect::of(Act::Writes) },
        None => Effect::of(Act::Runs),
    }
}

pub(super) fn dd(arguments: &[Word]) -> Effect {
    let to = arguments.iter().find_map(|word| word.text.strip_prefix("of="));
    let act = match to {
        Some(to) if paths::is_disk(to) => Act::Destroys,
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
