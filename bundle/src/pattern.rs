//! Patterns: tables that are walked along a text, one step for each byte.
//!
//! A deterministic automaton: the bytes are sorted into *columns*, and from each state each column leads to one state. There is nothing to
//! try and nothing to go back to, so a text takes as many steps as it has bytes. The compiler makes the table; what is written here is all
//! there is to know about it.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::numbers;

/// The most states.
pub const MAX_STATES: usize = 2_000;
/// The most entries of the table: states times columns.
pub const MAX_ENTRIES: usize = 65_536;
/// The most bytes of a pattern as it is written.
pub const MAX_SOURCE: usize = 1_000;

/// A pattern.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Pattern {
    /// As it was written, for people to read.
    pub source: String,
    /// The column of each of the 256 bytes.
    pub columns: Vec<u8>,
    /// How many columns there are.
    pub width: u16,
    /// Where each state leads, by column: `width` entries for each state, in the order of the states.
    #[borsh(serialize_with = "numbers::write", deserialize_with = "numbers::read")]
    pub next: Vec<u16>,
    /// The states in which the text that was read is one that the pattern describes; sorted.
    pub accepting: Vec<u16>,
}

impl Pattern {
    /// The state from which nothing can match any more.
    pub const DEAD: u16 = 0;
    /// The state before the first byte.
    pub const START: u16 = 1;

    /// The state after a byte.
    pub fn step(&self, state: u16, byte: u8) -> u16 {
        let column = self.columns.get(usize::from(byte)).copied().unwrap_or(0);
        let entry = usize::from(state) * usize::from(self.width) + usize::from(column);
        self.next.get(entry).copied().unwrap_or(Self::DEAD)
    }

    /// Whether the text may end in this state.
    pub fn accepts(&self, state: u16) -> bool {
        self.accepting.binary_search(&state).is_ok()
    }

    /// Whether every byte has a column, every column of every state leads to a state, and the dead one leads nowhere.
    pub fn is_sound(&self) -> bool {
        let width = usize::from(self.width);
        let Some(states) = self.next.len().checked_div(width) else { return false };
        self.source.len() <= MAX_SOURCE
            && self.columns.len() == 256
            && below(&self.columns, width)
            && (2..=MAX_STATES).contains(&states)
            && self.next.len() <= MAX_ENTRIES
            && self.next.len() == states * width
            && below(&self.next, states)
            && self.next.iter().take(width).all(|state| *state == Self::DEAD)
            && self.accepting.is_sorted_by(|left, right| left < right)
            && self.accepting.iter().all(|state| *state != Self::DEAD && usize::from(*state) < states)
    }
}

/// Whether all numbers are below a limit. The largest is looked for, which is done for many of them at a time.
fn below<N: Copy + Ord + Into<usize>>(numbers: &[N], limit: usize) -> bool {
    numbers.iter().copied().max().is_none_or(|largest| largest.into() < limit)
}

impl fmt::Debug for Pattern {
    /// Only what was written: the table follows from it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r\"{}\"", self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ab*`
    fn pattern() -> Pattern {
        let mut columns = vec![0; 256];
        columns[usize::from(b'a')] = 1;
        columns[usize::from(b'b')] = 2;
        Pattern {
            source: "ab*".to_owned(),
            columns,
            width: 3,
            next: vec![0, 0, 0, 0, 2, 0, 0, 0, 2],
            accepting: vec![2],
        }
    }

    #[test]
    fn a_table_is_walked_along_a_text() {
        let accepts = |text: &str| {
            let pattern = pattern();
            pattern.accepts(text.bytes().fold(Pattern::START, |state, byte| pattern.step(state, byte)))
        };
        assert!(pattern().is_sound());
        for (text, matches) in
            [("a", true), ("abb", true), ("", false), ("b", false), ("aba", false), ("é", false)]
        {
            assert_eq!(accepts(text), matches, "{text}");
        }
    }

    #[test]
    fn a_table_that_leads_out_of_itself_is_not_sound() {
        let spoil: [fn(&mut Pattern); 12] = [
            |p| p.columns[7] = 3,
            |p| p.columns.truncate(255),
            |p| p.columns.push(0),
            |p| p.width = 0,
            |p| p.width = 2,
            |p| p.next[4] = 3,
            |p| p.next[1] = 1,
            |p| p.next.truncate(8),
            |p| p.next.truncate(3),
            |p| p.accepting = vec![0],
            |p| p.accepting = vec![2, 1],
            |p| p.accepting = vec![3],
        ];
        for (number, spoil) in spoil.into_iter().enumerate() {
            let mut pattern = pattern();
            spoil(&mut pattern);
            assert!(!pattern.is_sound(), "{number}");
            // What is not sound is refused when it is loaded; walking it is safe all the same.
            let _ = (0..=255).fold(Pattern::START, |state, byte| pattern.step(state, byte));
        }
        let mut large = pattern();
        large.width = 1;
        large.columns = vec![0; 256];
        large.next = vec![0; MAX_STATES + 1];
        assert!(!large.is_sound());
        large.next.pop();
        assert!(large.is_sound());
        large.source = "a".repeat(MAX_SOURCE + 1);
        assert!(!large.is_sound());
    }
}
