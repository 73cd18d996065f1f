//! Programs that run what they are given: `sudo`, `env`, `xargs`, `sh -c`, `ssh`, `find -exec`. What they run is read like any command.

use super::Act;
use super::declared::declared;
use super::elsewhere::{inside, ssh};
use super::environment;
use super::find::{find, found_by};
use super::folders::Place;
use super::meaning::{Around, Effect, Effects};
use super::paths;
use super::shells::{SHELLS, shell};
use super::word::Word;
use crate::Reason;

/// Programs before a command, with the options that take a value, and how many words stand before the command besides.
const BEFORE: [(&str, &str, usize); 27] = [
    ("sudo", "-u -g -h -p -C -r -t -U -D -R --user --group --host", 0),
    ("doas", "-u -C", 0),
    ("pkexec", "--user", 0),
    ("env", "-u -C -S --unset --chdir", 0),
    ("nice", "-n", 0),
    ("ionice", "-c -n -p", 0),
    ("nohup", "", 0),
    ("setsid", "", 0),
    ("timeout", "-s -k --signal --kill-after", 1),
    ("stdbuf", "-i -o -e", 0),
    ("time", "-o -f", 0),
    ("command", "", 0),
    ("builtin", "", 0),
    ("exec", "-a", 0),
    ("caffeinate", "-t -w", 0),
    ("strace", "-e -o -p -s -P -a -b -E -I -O -S -u -U -X", 0),
    ("ltrace", "-e -o -p -s -a -l -n -u -x -A -D -F", 0),
    ("chronic", "", 0),
    ("unbuffer", "", 0),
    ("flock", "-w -E --timeout", 1),
    ("chroot", "--userspec --groups", 1),
    ("unshare", "", 0),
    ("nsenter", "-t --target", 0),
    ("taskset", "-p", 1),
    ("busybox", "", 0),
    ("toybox", "", 0),
    ("xargs", "-n -P -I -L -d -E -a -s --max-args --max-procs --replace --delimiter --arg-file", 0),
];
const ELEVATES: [&str; 5] = ["sudo", "doas", "pkexec", "chroot", "nsenter"];

/// Adds what is run inside a command. Whether the command was one that runs others, and nothing more is to be said of it.
pub(super) fn unwrap(effects: &mut Effects, name: &str, arguments: &[Word], around: &Around<'_>) -> bool {
    if let Some((_, valued, before)) = BEFORE.iter().find(|(program, ..)| *program == name) {
        before_command(effects, name, arguments, (valued, *before), around);
        return true;
    }
    if SHELLS.contains(&name) {
        shell(effects, name, arguments, around);
        return true;
    }
    match name {
        "eval" => {
            joined(effects, arguments, around);
            true
        }
        "trap" => {
            match arguments.iter().find(|word| word.text != "--") {
                Some(word) if word.is_known() && !word.text.starts_with('-') => {
                    effects.script(&word.text, around.depth + 1)
                }
                Some(word) if !word.is_known() => effects.opaque(Reason::Input),
                _ => {}
            }
            true
        }
        "source" | "." => {
            let known = arguments.first().filter(|word| word.is_known());
            // What lies there is not changed unasked.
            let harmless = known.is_some_and(|word| {
                let normal = crate::path::normal(&word.text);
                let own = ["venv/bin/activate", ".venv/bin/activate"].contains(&normal.as_str())
                    || normal.ends_with("/venv/bin/activate")
                    || normal.ends_with("/.venv/bin/activate");
                own && arguments.len() == 1 && around.place != Place::Elsewhere && paths::is_inside(&normal)
            });
            effects.add(if known.is_none() {
                Effect::opaque(Reason::Input)
            } else if harmless {
                Effect::of(Act::Looks)
            } else {
                Effect::of(Act::Runs)
            });
            true
        }
        "alias" if arguments.iter().any(|word| word.text.contains('=')) => {
            effects.opaque(Reason::Environment);
            true
        }
        // They keep scripts for later, or evaluate what they are given.
        "enable" | "hash" | "complete" | "compgen" | "compopt" | "bind" | "bindkey" | "fc" | "mapfile"
        | "readarray" | "zle" | "zmodload" | "autoload" | "emulate" | "setopt" | "sched" | "vared"
        | "integer" | "float" | "print" | "noglob" | "nocorrect" | "-" | "repeat" | "foreach"
        | "functions" => {
            effects.opaque(Reason::Environment);
            true
        }
        "find" | "fd" | "fdfind" => {
            find(effects, name, arguments, around);
            true
        }
        "su" => {
            effects.elevate();
            let script =
                arguments.iter().skip_while(|word| !matches!(word.text.as_str(), "-c" | "--command")).nth(1);
            match script {
                Some(word) if !word.open => effects.script(&word.text, around.depth + 1),
                Some(_) => effects.opaque(Reason::Input),
                None => effects.add(Effect::of(Act::Privileges)),
            }
            true
        }
        "ssh" => {
            ssh(effects, arguments, around);
            true
        }
        "watch" | "parallel" | "entr" | "script" | "expect" | "at" | "batch" | "osascript" => {
            let words: Vec<Word> =
                arguments.iter().skip_while(|word| word.text.starts_with('-')).cloned().collect();
            match (name, words.as_slice()) {
                ("watch", [first, ..]) if first.text.parse::<u32>().is_err() => {
                    joined(effects, &words, around)
                }
                ("watch", [_, rest @ ..]) => joined(effects, rest, around),
                ("entr", rest) => inner(effects, rest, around),
                _ => effects.opaque(Reason::Input),
            }
            true
        }
        "docker" | "podman" | "kubectl" | "nerdctl" => inside(effects, arguments, around),
        "declare" | "typeset" | "local" | "export" | "readonly" => {
            declared(effects, name, arguments);
            true
        }
        _ => false,
    }
}

/// Whether a program that runs another adds nothing to what that does, and reads no more than is read here: `nice make`, `sh -c 'make'`.
pub(super) fn is_clear(program: &str, arguments: &[Word]) -> bool {
    match (program, arguments) {
        ("time" | "nice" | "nohup", [first, ..]) => !first.text.starts_with('-'),
        ("timeout", [first, ..]) => first.text.starts_with(|c: char| c.is_ascii_digit()),
        ("sh" | "bash" | "zsh", [option, _script]) => matches!(option.text.as_str(), "-c" | "-lc"),
        _ => false,
    }
}

/// A command inside another, one level deeper.
pub(super) fn inner(effects: &mut Effects, words: &[Word], around: &Around<'_>) {
    effects.command(words, &Around { depth: around.depth + 1, ..*around });
}

/// Words that are put together and read as a script.
pub(super) fn joined(effects: &mut Effects, words: &[Word], around: &Around<'_>) {
    if words.iter().any(|word| word.open) {
        return effects.opaque(Reason::Input);
    }
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).filter(|text| *text != "--").collect();
    effects.script(&text.join(" "), around.depth + 1);
}

/// `sudo -u root rm x`: what stands behind the options.
fn before_command(
    effects: &mut Effects,
    name: &str,
    arguments: &[Word],
    (valued, before): (&str, usize),
    around: &Around<'_>,
) {
    if ELEVATES.contains(&name) {
        effects.elevate();
    }
    // They look into whatever runs, change what it does, and hand what they see to a file or a program.
    if matches!(name, "strace" | "ltrace") {
        effects.add(Effect::of(Act::Runs));
    }
    let mut rest = arguments;
    let mut before = before;
    while let Some((first, behind)) = rest.split_first() {
        let text = first.text.as_str();
        if name == "env"
            && let Some(own) = split_by_env(text)
        {
            // `-S "rm -rf x"`, `-vS"rm x"`: the text is a command line.
            let mut words: Vec<Word> = own.map(Word::known).into_iter().collect();
            words.extend(behind.iter().cloned());
            return joined(effects, &words, around);
        }
        if text == "--" {
            rest = behind;
            break;
        }
        if text.starts_with('-') && text.len() > 1 {
            if name == "command" && matches!(text, "-v" | "-V") {
                return effects.add(Effect::of(Act::Looks));
            }
            if name == "sudo"
                && matches!(text, "-e" | "--edit" | "-i" | "-s" | "--login" | "--shell")
                && behind.is_empty()
            {
                return effects.add(Effect::of(Act::Privileges));
            }
            // Whatever runs then runs in another folder.
            let letters = text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
            if name == "env"
                && (text.starts_with("--c") || letters.is_some_and(|letters| letters.contains('C')))
            {
                effects.opaque(Reason::Environment);
            }
            // `time -o file -f text` writes that text.
            if name == "time" && text.contains('o') {
                effects.add(Effect::of(Act::Runs));
            }
            let takes = valued.split(' ').any(|option| option == text);
            rest = if takes { behind.get(1..).unwrap_or(&[]) } else { behind };
        } else if matches!(name, "env" | "sudo") && first.assigns().is_some() {
            let harmful = first
                .assigns()
                .is_some_and(|(name, value)| !environment::is_harmless(name, value, !first.is_open(), ""));
            if harmful {
                effects.opaque(Reason::Environment);
            }
            rest = behind;
        } else if before > 0 {
            before -= 1;
            rest = behind;
        } else {
            break;
        }
    }
    match (name, rest) {
        // Alone, it prints all variables.
        ("env", []) => effects.add(Effect::of(Act::ReadsSecret)),
        ("flock", [option, script, ..]) if option.text == "-c" && !script.open => {
            effects.script(&script.text, around.depth + 1)
        }
        ("xargs", []) => effects.add(Effect::of(Act::Looks)),
        ("xargs", words) => {
            // What is read is put behind it.
            let mut words = words.to_vec();
            if !words.iter().any(|word| word.open) {
                let elsewhere =
                    |word: &Word| word.text.starts_with("-a") || word.text.starts_with("--arg-file");
                let found = around.fed_by.filter(|_| !arguments.iter().any(elsewhere)).and_then(|fed_by| {
                    let (program, arguments) = fed_by.words.split_first()?;
                    (program.text == "find").then(|| found_by(arguments)).flatten()
                });
                let text = found.unwrap_or_else(|| "$…".to_owned());
                words.push(Word { text, open: true, splits: true, ..Word::default() });
            }
            // A shell or an interpreter gets a script that nobody sees.
            inner(effects, &words, &Around { fed: true, sent: None, fed_by: None, ..*around });
        }
        ("sudo" | "doas" | "pkexec" | "chroot" | "nsenter", []) => effects.add(Effect::of(Act::Privileges)),
        (_, words) => inner(effects, words, around),
    }
}

/// What stands in an option of `env` that has it take a text apart, where it does: `-S`, also behind other letters, and as much of the long name
/// as tells it from others. Nothing is in it where the text is the next word.
fn split_by_env(text: &str) -> Option<Option<&str>> {
    if let Some(long) = text.strip_prefix("--") {
        let (name, own) = long.split_once('=').map_or((long, None), |(name, own)| (name, Some(own)));
        return (!name.is_empty() && "split-string".starts_with(name)).then_some(own);
    }
    let letters = text.strip_prefix('-')?;
    let (before, own) = letters.split_once('S')?;
    // What stands behind these is their value.
    (!before.contains(['u', 'C', 'a', 'P'])).then_some((!own.is_empty()).then_some(own))
}
