//! Commands into which somebody at a terminal can type what runs then: programs that show pages run what is typed behind `!`.
//!
//! One that only reads what is typed, as `cat` does without a file, runs nothing of it and is none of these.

use super::git;
use super::meaning::Around;
use super::word::Word;

/// Programs that look, and run what is typed into them.
const PROGRAMS: [&str; 9] = ["bat", "batcat", "htop", "info", "less", "man", "more", "most", "top"];

/// Whether a command is one of these.
pub(super) fn is_typed(name: &str) -> bool {
    PROGRAMS.contains(&name)
}

/// Whether a command has a program show pages that the settings, or a variable, name.
pub(super) fn is_paged(name: &str, arguments: &[Word], around: &Around<'_>) -> bool {
    name == "git" && around.paged && git::pages(arguments)
}
