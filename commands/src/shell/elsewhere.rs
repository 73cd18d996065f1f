//! What runs on another machine or in a container, and is read all the same.

use super::Act;
use super::meaning::{Around, Effect, Effects};
use super::shells::SHELLS;
use super::word::Word;
use super::wrappers::{inner, joined};
use crate::Reason;

/// `ssh host command`: it runs elsewhere, and is read all the same.
pub(super) fn ssh(effects: &mut Effects, arguments: &[Word], around: &Around<'_>) {
    const VALUED: &str = "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w";
    let mut rest = arguments;
    let mut host = false;
    while let Some((first, behind)) = rest.split_first() {
        let text = first.text.as_str();
        if text.starts_with("-o") || text == "-F" || text == "-R" || text == "-L" || text == "-D" {
            effects.opaque(Reason::Environment);
        }
        if text.starts_with('-') {
            rest = if VALUED.split(' ').any(|option| option == text) {
                behind.get(1..).unwrap_or(&[])
            } else {
                behind
            };
        } else if host {
            break;
        } else {
            host = true;
            rest = behind;
        }
    }
    effects.add(Effect::of(Act::Sends).out());
    match around.sent {
        _ if !rest.is_empty() => joined(effects, rest, around),
        Some(sent) if !sent.open => effects.script(&sent.text, around.depth + 1),
        _ => effects.opaque(Reason::Input),
    }
}

/// `docker exec -it box sh -c "…"`, `kubectl exec pod -- rm x`.
pub(super) fn inside(effects: &mut Effects, arguments: &[Word], around: &Around<'_>) -> bool {
    let runs = arguments.iter().position(|word| matches!(word.text.as_str(), "exec" | "run"));
    let Some(at) = runs.filter(|at| *at < 3) else { return false };
    let rest = arguments.get(at + 1..).unwrap_or(&[]);
    effects.add(Effect::of(Act::Runs).out());
    let host = |word: &Word| {
        let text = word.text.as_str();
        text == "--privileged"
            || text.starts_with("--pid")
            || text.starts_with("/:")
            || text.starts_with("--volume=/:")
            || text.contains("docker.sock")
    };
    if rest.iter().any(host) {
        effects.add(Effect::of(Act::Privileges));
    }
    if let Some(end) = rest.iter().position(|word| word.text == "--") {
        inner(effects, rest.get(end + 1..).unwrap_or(&[]), around);
    } else if let Some(shell) =
        rest.iter().position(|word| SHELLS.contains(&word.text.rsplit('/').next().unwrap_or_default()))
    {
        inner(effects, rest.get(shell..).unwrap_or(&[]), around);
    }
    true
}
