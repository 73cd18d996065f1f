//! Alters bundles at random: as files, of which none may be taken, and in their contents, signed again, of which what is taken is run.
//!
//! ```text
//! cargo run --release -p lictor-tests --example altered                          a million edits of files, a hundred thousand of contents
//! cargo run --release -p lictor-tests --example altered -- 10000 50000 7         so many, with seed 7
//! ```
//!
//! It fails at the first file that is taken, and at the first policy that panics; it names the edit and the seed.

#[path = "../tests/support/altered.rs"]
mod altered;
#[path = "../tests/hostile/dice.rs"]
mod dice;
#[path = "../tests/support/projects.rs"]
mod projects;

use altered::{Tally, edit_contents, edit_file, targets};

fn main() {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u64>().expect("a number"));
    let files = numbers.next().unwrap_or(1_000_000) as usize;
    let contents = numbers.next().unwrap_or(100_000) as usize;
    let seed = numbers.next().unwrap_or(1);
    for target in targets() {
        // The example is the large one.
        let files = if target.name == "example" { files } else { files / 10 };
        tell(target.name, "files", files, &edit_file(&target, seed, files));
        tell(target.name, "contents", contents, &edit_contents(&target, seed, contents));
    }
}

fn tell(name: &str, what: &str, edits: usize, tally: &Tally) {
    let refused: usize = tally.refused.values().sum();
    println!(
        "{name}: {edits} edits of {what}: {refused} refused, {} unreadable, {} taken and run",
        tally.unreadable, tally.accepted
    );
    let codes = tally.refused.iter().map(|(code, count)| format!("{code} {count}"));
    println!("  {}", codes.collect::<Vec<_>>().join(", "));
}
