//! Commands of git that show what they say in a pager, where that goes to a terminal. The pager is whatever the settings or `GIT_PAGER` name, and
//! whoever types into it has it run commands. Without a terminal none is started, whatever is asked for: `--paginate` changes nothing then.

use super::super::word::Word;

/// Commands that do so by themselves.
const PAGES: &str = "log show diff blame annotate shortlog grep reflog whatchanged range-diff stash show-branch config var help";
/// Commands that do so where they list something.
const LISTS: [&str; 2] = ["branch", "tag"];
const LISTED: [&str; 16] = [
    "-a",
    "-r",
    "-v",
    "-vv",
    "-l",
    "-n",
    "--all",
    "--remotes",
    "--list",
    "--contains",
    "--no-contains",
    "--merged",
    "--no-merged",
    "--points-at",
    "--format",
    "--sort",
];

/// Whether the words behind `git` have it show pages.
pub(in super::super) fn pages(arguments: &[Word]) -> bool {
    let mut rest = arguments;
    let mut asked = None;
    while let Some((first, behind)) = rest.split_first() {
        rest = match first.text.as_str() {
            "-P" | "--no-pager" => {
                asked = Some(false);
                behind
            }
            "-p" | "--paginate" => {
                asked = Some(true);
                behind
            }
            "-c" | "-C" | "--git-dir" | "--work-tree" | "--namespace" | "--config-env" => {
                behind.get(1..).unwrap_or(&[])
            }
            text if text.starts_with('-') => behind,
            _ => break,
        };
    }
    let Some((command, rest)) = rest.split_first() else { return false };
    let lists = |word: &Word| {
        let option = word.text.split('=').next().unwrap_or_default();
        LISTED.contains(&option)
    };
    let by_itself = PAGES.split(' ').any(|one| one == command.text)
        || LISTS.contains(&command.text.as_str()) && (rest.is_empty() || rest.iter().any(lists));
    // `git stash` alone puts aside.
    let by_itself = by_itself
        && (command.text != "stash"
            || rest.first().is_some_and(|word| matches!(word.text.as_str(), "list" | "show")));
    asked.unwrap_or(by_itself)
}

/// Whether a variable before a command says that no program shows pages.
pub(in super::super) fn runs_a_pager(variables: &[(String, Word)]) -> bool {
    !variables.iter().any(|(name, value)| {
        name == "GIT_PAGER" && value.is_known() && matches!(value.text.as_str(), "cat" | "")
    })
}
