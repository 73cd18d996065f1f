//! Programs that run what they are given: `sudo`, `env`, `xargs`, `sh -c`, `ssh`, `find -exec`. What they run is read like any command.

use super::Act;
use super::declared::declared;
use super::elsewhere::{inside, ssh};
use super::environment;
use super::find::{find, found_by};
use super::meaning::{Around, Effect, Effects};
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
pub(super) const SHELLS: [&str; 10] =
    ["sh", "bash", "zsh", "dash", "ksh", "ash", "mksh", "fish", "rbash", "csh"];

/// Adds what is run inside a command. Whether the command was one that runs others, and nothing more is to be said of it.
pub(super) fn unwrap(effects: &mut Effects, name: &str, arguments: &[Word], around: &Around<'_>) -> bool {
    if let Some((_, valued, before)) = BEFORE.iter().find(|(program, ..)| *program == name) {
        before_command(effects, name, arguments, (valued, *before), around);
        return true;
    }
    if SHELLS.contains(&name) {
        shell(effects, arguments, around);
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
            let harmless =
                known.is_some_and(|word| word.text.ends_with("/activate") || word.text == "activate");
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
        if name == "env" && (text == "-S" || text.starts_with("--split-string") || text.starts_with("-S")) {
            // `-S "rm -rf x"`, `-S"rm x"`: the text is a command line.
            let own = text
                .strip_prefix("-S")
                .filter(|own| !own.is_empty())
                .or_else(|| text.split_once('=').map(|(_, own)| own));
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
            if name == "env" && (text.starts_with("-C") || text.starts_with("--c")) {
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
                .is_some_and(|(name, value)| !environment::is_harmless(name, value, !first.open, ""));
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

/// `sh -c "…"`, `sh file`, `… | sh`.
fn shell(effects: &mut Effects, arguments: &[Word], around: &Around<'_>) {
    let mut rest = arguments;
    while let Some((first, behind)) = rest.split_first() {
        let text = first.text.as_str();
        if !first.is_known() && !first.quoted {
            return effects.opaque(Reason::Input);
        }
        if matches!(text, "--rcfile" | "--init-file") {
            return effects.add(Effect::of(Act::Runs));
        }
        if matches!(text, "-o" | "+o" | "-O") {
            rest = behind.get(1..).unwrap_or(&[]);
        } else if matches!(text, "--version" | "--help") {
            return effects.add(Effect::of(Act::Looks));
        } else if text.starts_with('-') && !text.starts_with("--") && text.contains('c') {
            let script = behind.iter().find(|word| !(word.text.starts_with('-') && word.text.len() > 1));
            return match script {
                Some(word) if !word.open => effects.script(&word.text, around.depth + 1),
                _ => effects.opaque(Reason::Input),
            };
        } else if text == "-n" {
            return effects.add(Effect::of(Act::Looks));
        } else if text == "-s"
            || text == "-"
            || (text.starts_with('-') && text.contains('s') && !text.starts_with("--"))
        {
            rest = &[];
        } else if text.starts_with(['-', '+']) {
            rest = behind;
        } else if text == "/dev/stdin" || text.starts_with("/dev/fd") || text.starts_with("/proc/") {
            rest = &[];
        } else if first.open {
            return effects.opaque(Reason::Input);
        } else {
            return effects.add(Effect::of(Act::Runs));
        }
    }
    // It reads what it is sent.
    if let Some(sent) = around.sent {
        if sent.open {
            effects.opaque(Reason::Input);
        }
        return effects.script(&sent.text, around.depth + 1);
    }
    match around.fed_by.and_then(printed) {
        Some(text) => effects.script(&text, around.depth + 1),
        None => effects.opaque(Reason::Input),
    }
}

/// What a command prints, where that stands in it.
pub(super) fn printed(command: &super::word::Written) -> Option<String> {
    let (program, arguments) = command.words.split_first()?;
    if !command.words.iter().all(Word::is_known) {
        return None;
    }
    match (program.text.as_str(), arguments) {
        ("cat", []) => command.sent.as_ref().filter(|sent| !sent.open).map(|sent| sent.text.clone()),
        ("echo", words) => {
            let words: Vec<&str> =
                words.iter().skip_while(|word| word.text == "-n").map(|word| word.text.as_str()).collect();
            let text = words.join(" ");
            (!text.contains('\\') && !text.starts_with("-e")).then_some(text)
        }
        ("printf", [only]) => Some(only.text.replace("\\n", "\n")).filter(|text| !text.contains(['\\', '%'])),
        ("printf", [format, words @ ..]) if matches!(format.text.as_str(), "%s" | "%s\\n") => {
            Some(words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    }
}
