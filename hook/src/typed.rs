//! Commands into which an agent can type. Codex does not ask its hooks about what is typed into a program that runs (`write_stdin`), and many a program that
//! shows a page runs whatever is typed after `!`; git has such a program show what it says, where nothing keeps it from that. So a call of such a program says here that there is more to it than its command: no
//! library knows that member, and the call comes to a person.
//!
//! What runs without a terminal reads nothing that is typed: `unified_exec_tty = false` below `[features]` in the configuration of Codex.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::call::{Call, Trouble};
use crate::form::object;

/// The member that says so.
const MEMBER: &str = "waits_for_what_is_typed";
/// With these, a command has not the variables that Codex gives it. What takes one away by its name says that name.
const FORGETS: [&str; 11] =
    ["chroot", "doas", "docker", "env", "exec", "kubectl", "nsenter", "podman", "ssh", "su", "sudo"];
/// With these, `git commit` opens no editor.
const MESSAGES: [&str; 7] = ["-m", "-am", "--message", "-F", "--file", "--no-edit", "-C"];
/// With these, some commands of git ask what to do, and open an editor.
const ASKS: [&str; 6] = ["-p", "--patch", "-i", "--interactive", "-e", "--edit"];

/// The call, with that member where its command is one of these.
pub(crate) fn told(call: Call) -> Result<Call, Trouble> {
    if call.tool != "Bash" {
        return Ok(call);
    }
    let mut members: BTreeMap<String, &RawValue> = object(call.input.get(), "the input of the tool")?;
    let command = members.get("command").and_then(|one| serde_json::from_str::<String>(one.get()).ok());
    if !command.is_some_and(|command| takes_typing(&command)) {
        return Ok(call);
    }
    members.insert(MEMBER.to_owned(), RawValue::TRUE);
    let input = serde_json::to_string(&members).and_then(RawValue::from_string);
    let input = input.map_err(|error| Trouble::input(error.to_string()))?;
    Ok(Call { input, ..call })
}

fn takes_typing(command: &str) -> bool {
    let programs = lictor_commands::shell(command).programs;
    let runs = |wanted: &str| {
        programs.iter().any(|program| program.rsplit('/').next().unwrap_or_default() == wanted)
    };
    // Who shows pages, or edits, may also be said beside the program; `cat` shows none.
    let named = command.replace("GIT_PAGER=cat ", "");
    if ["PAGER", "EDITOR", "VISUAL"].iter().any(|name| named.contains(name)) {
        return true;
    }
    // Codex itself has `GIT_PAGER` name `cat`, which shows none, where nothing takes that away.
    let forgets = FORGETS.into_iter().any(runs);
    if lictor_commands::takes_typing(command, forgets) {
        return true;
    }
    runs("git")
        && calls_of_git(command).iter().any(|words| {
            let has = |some: &[&str]| {
                words.iter().any(|word| some.contains(&word.split('=').next().unwrap_or_default()))
            };
            let asks = has(&["add", "checkout", "commit", "reset", "restore", "stash"]) && has(&ASKS);
            asks || has(&["help"]) || has(&["commit"]) && !has(&MESSAGES)
        })
}

/// The words behind each `git`, up to where another command may begin; all words, where none stands in plain sight. What stands before it is not
/// its own: the `-i` of `env -i git stash`, the `-m` of `mkdir -m 700 a && git commit`.
fn calls_of_git(command: &str) -> Vec<Vec<&str>> {
    let (mut calls, mut open): (Vec<Vec<&str>>, usize) = (Vec::new(), 0);
    for word in command.split_whitespace() {
        // Those that were begun since the last end: a file may be called `git`, too.
        for call in calls.iter_mut().skip(open) {
            call.push(word.trim_end_matches(';'));
        }
        let last = word.rsplit(['/', ';', '&', '|', '(', '{', '`']).next().unwrap_or_default();
        if last.trim_matches(['"', '\'']) == "git" {
            calls.push(Vec::new());
        } else if matches!(word, "&&" | "||" | "|" | ";" | "&") || word.ends_with(';') {
            open = calls.len();
        }
    }
    if calls.is_empty() { vec![command.split_whitespace().collect()] } else { calls }
}
