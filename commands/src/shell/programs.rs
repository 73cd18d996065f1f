//! What programs do with the files that they are given. A program that does not stand here runs, and nothing more is known of it.

use super::Act;
use super::archives::{archive, packed};
use super::asked::{asks, sets_it, shows_disks, shows_journal};
use super::files::{chmod, dd, deletes, reader, rsync, sort};
use super::folders::Place;
use super::http::{curl, wget};
use super::languages::{awk, language};
use super::meaning::{Around, Effect};
use super::sed::sed;
use super::tables::{DESTROYERS, READERS, RIGHTS, SAYERS, SECRETS, SENDERS, STOPPERS};
use super::word::Word;
use super::{cloud, databases, environment, evaluated, git, paths, recording};
use crate::Reason;

/// What a program does.
pub(super) fn effect(name: &str, arguments: &[Word], around: &Around<'_>) -> Effect {
    let option = |text: &str| arguments.iter().any(|word| word.text == text);
    // Asking for help or a version does nothing else, where nothing else is asked.
    if arguments.len() == 1 && (option("--help") || option("--version") || option("-V")) {
        return Effect::of(Act::Looks);
    }
    if let Some((_, valued, before)) = READERS.iter().find(|(program, ..)| *program == name) {
        return reader(name, arguments, (valued, *before), around.place);
    }
    // What it is shown with may be any program.
    if name == "man"
        && arguments
            .iter()
            .any(|word| ["-P", "-H", "-C", "--"].iter().any(|option| word.text.starts_with(option)))
    {
        return Effect::opaque(Reason::Interpreter);
    }
    // Somebody who sits there goes on by typing, and nobody is asked then.
    if matches!(name, "man" | "info" | "top" | "htop") {
        return Effect::of(Act::Runs);
    }
    if SAYERS.contains(&name) {
        // A variable that they set; a script in the name of a field.
        let sets = matches!(name, "read" | "printf" | "let")
            && arguments
                .iter()
                .any(|word| environment::matters(word.text.split('=').next().unwrap_or_default(), "", true));
        if sets && (name != "printf" || option("-v")) {
            return Effect::opaque(Reason::Environment);
        }
        if evaluated::builtin(name, arguments) {
            return Effect::opaque(Reason::Input);
        }
        // The variables of all programs.
        let shows = |word: &Word| match word.text.strip_prefix('-') {
            Some(letters) => letters.contains('E') && !letters.starts_with('-'),
            None => word.text.contains('e'),
        };
        if name == "ps" && arguments.iter().any(shows) {
            return Effect::of(Act::ReadsSecret);
        }
        if sets_it(name, arguments) {
            return Effect::on(Act::Privileges, &operands(arguments, ""));
        }
        let lifts = name == "unset" && arguments.iter().any(|word| word.text.starts_with("HIST"));
        let names = matches!(name, "ping" | "dig" | "nslookup" | "host" | "traceroute");
        return match (lifts, names) {
            (true, _) => Effect::of(Act::Hides),
            // A name that is made of data carries it out.
            (_, true) if arguments.iter().any(|word| word.open) => Effect::of(Act::Sends).out(),
            (_, true) => Effect::of(Act::Runs).out(),
            _ => Effect::of(Act::Looks),
        };
    }
    if let Some(effect) = databases::client(name, arguments, around) {
        return effect;
    }
    if asks(name, arguments) {
        // The settings of a project say what runs, even then.
        let elsewhere = around.place == Place::Elsewhere;
        return Effect::of(if elsewhere { Act::Runs } else { Act::Looks });
    }
    if let Some(effect) = language(name, arguments, around).or_else(|| cloud::effect(name, arguments)) {
        return effect;
    }
    let operands = operands(arguments, "");
    let begins = |starts: &[&str]| {
        arguments.iter().any(|word| starts.iter().any(|start| word.text.starts_with(start)))
    };
    match name {
        "git" => git::effect(arguments, around.place),
        "rm" | "unlink" | "rmdir" | "shred" | "srm" | "wipe" | "trash" => deletes(arguments, &operands),
        "truncate" => {
            Effect { forced: true, ..Effect::on(Act::Deletes, &self::operands(arguments, "-s --size -r")) }
        }
        // Each part goes to a program.
        "split" if arguments.iter().any(|word| word.text.starts_with("--f")) => {
            Effect::opaque(Reason::Interpreter)
        }
        // Several files, whose names it makes up.
        "split" | "csplit" => Effect::on(Act::Several, &operands),
        "touch" | "mkdir" | "mktemp" | "tee" | "mkfifo" => {
            Effect::on(Act::Writes, &self::operands(arguments, "-m -d -t -n -l -b"))
        }
        "mv" if operands.first().is_some_and(|from| paths::is_everything(&from.text)) => {
            Effect { forced: true, ..Effect::on(Act::Destroys, &operands) }
        }
        "cp" | "mv" | "ln" | "install" | "ditto" | "rename" => {
            let files = self::operands(arguments, "-m -o -g -t -S");
            // Into a folder that an option names.
            Effect::on(if files.len() < 2 { Act::Several } else { Act::Writes }, &files)
        }
        "patch" | "fmt" | "iconv" | "dos2unix" | "unix2dos" | "gofmt" | "rustfmt" | "prettier" | "black"
        | "ruff" | "isort" => Effect::of(Act::Runs),
        "chmod" if arguments.iter().any(|word| word.text.starts_with("--reference")) => {
            Effect::on(Act::Privileges, &operands)
        }
        "chmod" => chmod(arguments, &operands),
        "sed" | "gsed" => sed(arguments),
        "sort" => sort(arguments),
        "awk" | "gawk" | "mawk" | "nawk" => awk(arguments),
        "tar" | "bsdtar" => archive(arguments, &operands, around.place),
        "zip" | "cpio"
            if arguments.iter().any(|word| {
                ["--un", "--rsh"].iter().any(|option| word.text.starts_with(option))
                    || word.text.starts_with('-') && word.text.contains("TT")
            }) =>
        {
            Effect::opaque(Reason::Interpreter)
        }
        "unzip" | "7z" | "cpio" | "ar" => {
            let first = arguments.first().map_or("", |word| word.text.as_str());
            let lists = match name {
                "7z" => matches!(first, "l" | "t"),
                "ar" => matches!(first, "t" | "-t") && arguments.len() == 2,
                "unzip" => matches!(first, "-l" | "-t" | "-Z"),
                _ => false,
            };
            Effect::on(if lists { Act::Looks } else { Act::Several }, &operands)
        }
        "zip" | "gzip" | "gunzip" | "bzip2" | "bunzip2" | "xz" | "unxz" | "zstd" | "unzstd" => {
            packed(name, arguments, &operands, around.place)
        }
        "dd" => dd(arguments),
        "curl" | "wget" if arguments.iter().any(|word| is_this_machine(&word.text)) => {
            Effect::of(Act::Runs).out()
        }
        "curl" => curl(arguments),
        "wget" => wget(arguments),
        "http" | "https" | "xh" => Effect::of(Act::Sends).out(),
        "rsync" => rsync(arguments, &operands),
        "history" if option("-c") || option("-d") || option("-w") => Effect::of(Act::Hides),
        "auditctl" | "ausearch" | "wevtutil" => Effect::of(Act::Hides),
        "service" | "rc-service"
            if arguments.first().is_some_and(|word| recording::records(&word.text)) && option("stop") =>
        {
            Effect::of(Act::Hides)
        }
        "journalctl"
            if arguments.iter().any(|word| {
                ["--va", "--rot", "--rel", "--sm"].iter().any(|start| word.text.starts_with(start))
            }) =>
        {
            Effect::of(Act::Hides)
        }
        "journalctl" if shows_journal(arguments) => Effect::of(Act::Looks),
        "dmesg" if letter(arguments, &['C', 'c']) || begins(&["--cl", "--read-c"]) => Effect::of(Act::Hides),
        "dmesg" if !letter(arguments, &['D', 'E', 'n', 'F', 'K']) && !begins(&["--con", "--fi", "--km"]) => {
            Effect::of(Act::Looks)
        }
        "set" if arguments.is_empty() => Effect::of(Act::ReadsSecret),
        "set" => {
            if arguments.iter().any(|word| word.text == "history") {
                Effect::of(Act::Hides)
            } else {
                Effect::of(Act::Looks)
            }
        }
        "npm" | "pnpm" | "yarn" | "cargo" | "gem" | "poetry" | "mvn" | "gradle" | "uv"
            if option("publish") || option("deploy") || option("unpublish") =>
        {
            Effect::of(Act::Sends).out()
        }
        "npm" | "pnpm" | "yarn" | "cargo" if option("token") || option("login") || option("adduser") => {
            Effect::of(Act::ReadsSecret)
        }
        // It asks whether a process is there; behind that, `-9` would be a number.
        "kill" if arguments.first().is_some_and(|word| word.text == "-0") && arguments.len() == 2 => {
            Effect::of(Act::Looks)
        }
        "kill" if around.depth == 0 && operands.iter().all(|word| word.text.starts_with('%')) => {
            Effect::of(Act::Runs)
        }
        "pkill" | "killall" | "kill"
            if arguments.iter().any(|word| word.text.contains("lictor") || word.text.contains("audit")) =>
        {
            Effect::of(Act::Tampers)
        }
        "lictor" => Effect::of(if option("keys") || option("restore") { Act::Tampers } else { Act::Runs }),
        "claude" | "codex" | "gemini" | "cursor-agent" | "aider" => Effect::of(Act::Runs).out(),
        _ if SECRETS.contains(&name) => Effect::of(Act::ReadsSecret),
        _ if SENDERS.contains(&name) => Effect::on(Act::Sends, &operands).out(),
        _ if RIGHTS.contains(&name) => Effect::on(Act::Privileges, &operands),
        _ if STOPPERS.contains(&name) => {
            Effect { paths: vec!["this machine".to_owned()], ..Effect::of(Act::Terminates) }
        }
        _ if DESTROYERS.contains(&name) && shows_disks(name, arguments) => Effect::of(Act::Looks),
        _ if DESTROYERS.contains(&name) || name.starts_with("mkfs.") => {
            Effect { forced: true, ..Effect::on(Act::Destroys, &operands) }
        }
        _ => Effect::of(Act::Runs),
    }
}

/// Whether a word names this machine, whose services trust whoever asks from it.
fn is_this_machine(text: &str) -> bool {
    let text = text.to_lowercase();
    let address = text.split_once("://").map_or(text.as_str(), |(_, address)| address);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let bare = host.strip_prefix('[').map_or_else(
        || host.split(':').next().unwrap_or_default(),
        |six| six.split(']').next().unwrap_or_default(),
    );
    bare == "localhost"
        || bare.ends_with(".localhost")
        || bare.starts_with("127.")
        || matches!(bare, "0" | "0.0.0.0" | "::1" | "::" | "2130706433" | "0x7f000001")
        || bare.starts_with("::ffff:")
}

/// The words that are no options, nor values of those that take one.
pub(super) fn operands<'w>(arguments: &'w [Word], valued: &str) -> Vec<&'w Word> {
    let mut found = Vec::new();
    let mut rest = arguments;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if first.text == "--" {
            found.extend(behind);
            break;
        }
        let option = first.text.len() > 1 && first.text.starts_with('-');
        if option && valued.split(' ').any(|valued| valued == first.text) {
            rest = behind.get(1..).unwrap_or(&[]);
        } else if !option && first.text != "-" {
            found.push(first);
        }
    }
    found
}

/// Whether an option of one letter is among them, by itself or with others: `-rf`.
pub(super) fn letter(arguments: &[Word], letters: &[char]) -> bool {
    // Behind `--` stand files; but where that is the value of an option, options go on.
    arguments
        .iter()
        .any(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(letters))
}
