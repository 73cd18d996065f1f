//! Names of places: of anchors within pages, and of pages.

use std::fmt::Write as _;

/// The longest name of a file that is made of a name in a policy; every file system takes as much.
const LONGEST_FILE: usize = 80;

/// An anchor for something of this name: letters, digits, dots and underscores stay, whatever else is written as its number.
pub fn anchor(kind: &str, name: &str) -> String {
    format!("{kind}.{}", safe(name))
}

/// The name of the page about a group of things; `number` tells apart what would have the same file where letters have no case.
pub fn file(kind: &str, name: &str, number: Option<usize>) -> String {
    let name: String = safe(name).chars().take(LONGEST_FILE).collect();
    match number {
        None => format!("{kind}-{}.html", name.to_ascii_lowercase()),
        Some(number) => format!("{kind}-{}-{number}.html", name.to_ascii_lowercase()),
    }
}

fn safe(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') {
            safe.push(letter);
        } else {
            let _ = write!(safe, "-{:x}-", u32::from(letter));
        }
    }
    safe
}
