//! Shells: what they are given to run.

use super::Act;
use super::meaning::{Around, Effect, Effects};
use super::word::Word;
use crate::Reason;

/// Programs that run scripts of a shell.
pub(super) const SHELLS: [&str; 11] =
    ["sh", "bash", "zsh", "dash", "ksh", "ash", "mksh", "fish", "rbash", "csh", "tcsh"];

/// `sh -c "…"`, `sh file`, `… | sh`.
pub(super) fn shell(effects: &mut Effects, name: &str, arguments: &[Word], around: &Around<'_>) {
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
                Some(word) if !word.open => reads(effects, name, &word.text, around),
                _ => effects.opaque(Reason::Input),
            };
        } else if text == "-n"
            && behind.iter().all(|word| word.is_known() && !word.text.starts_with(['-', '+']))
        {
            // It reads and runs nothing, where nothing takes that back: `-n +n`.
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
        return reads(effects, name, &sent.text, around);
    }
    match around.fed_by.and_then(printed) {
        Some(text) => reads(effects, name, &text, around),
        None => effects.opaque(Reason::Input),
    }
}

/// A script of this shell. Each is read as Bash would; what another takes for something else, nobody can tell.
fn reads(effects: &mut Effects, name: &str, text: &str, around: &Around<'_>) {
    let otherwise = match name {
        "bash" | "zsh" | "rbash" => false,
        // A quote ends elsewhere there.
        "fish" | "csh" | "tcsh" => text.contains(['\\', '\'', '"', '`', '!']),
        // Many of these know no `[[` and no `$'…'`: what stands behind `||` in the one is run, and the other ends at the next quote.
        _ => text.contains("[[") || text.contains("$'"),
    };
    if otherwise {
        effects.opaque(Reason::Syntax);
    }
    effects.script(text, around.depth + 1);
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
        // The format is used again for each word: what one ends with is joined to what the next begins with, or is on a line of its own.
        ("printf", [format, words @ ..]) if matches!(format.text.as_str(), "%s" | "%s\\n") => {
            let between = if format.text == "%s" { "" } else { "\n" };
            Some(words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(between))
        }
        _ => None,
    }
}
