//! What `git push` does.

use super::super::Act;
use super::super::meaning::Effect;
use super::super::word::Word;

/// To a remote that has a name; an address is one that nobody named before.
pub(super) fn push(rest: &[Word], operands: &[&Word]) -> Effect {
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
