//! A few thousand altered bundles; `examples/altered.rs` makes a million.

#[path = "support/altered.rs"]
mod altered;
#[path = "hostile/dice.rs"]
mod dice;
#[path = "support/projects.rs"]
mod projects;

use altered::{edit_contents, edit_file, targets};

#[test]
fn no_altered_file_is_taken() {
    for target in targets() {
        let tally = edit_file(&target, 1, 2_000);
        assert!(tally.refused.values().sum::<usize>() > 1_900, "{}: {tally:?}", target.name);
    }
}

#[test]
fn contents_that_were_altered_and_signed_again_are_refused_or_run() {
    for target in targets() {
        let tally = edit_contents(&target, 1, 2_000);
        assert!(tally.accepted > 50 && tally.refused.len() > 8, "{}: {tally:?}", target.name);
    }
}
