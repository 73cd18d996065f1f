//! The table of a pattern: an automaton that `regex-automata` determinizes, in our own plain form.

use std::collections::BTreeMap;

use lictor_bundle::pattern::{MAX_ENTRIES, MAX_STATES, Pattern};
use regex_automata::Anchored;
use regex_automata::MatchKind;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::start;
use regex_syntax::hir::Hir;

use super::Wrong;

/// Beyond this, a pattern is refused before it is turned into a table: it bounds what compiling a pattern costs.
const LARGEST_NFA: usize = 1 << 20;
const LARGEST_DFA: usize = 4 << 20;

/// Builds the table.
pub(super) fn build(source: &str, hir: &Hir) -> Result<Pattern, Wrong> {
    let too_large = || Wrong {
        code: "E0353",
        message: "this pattern is too large: its table would have more than fits into a bundle".to_string(),
        help: format!(
            "repeat less, or match parts one by one; a table has at most {MAX_STATES} states, about one for each character that has to be told apart"
        ),
        place: 0..source.len(),
    };
    let nfa = thompson::Compiler::new()
        .configure(
            thompson::Config::new()
                .nfa_size_limit(Some(LARGEST_NFA))
                .which_captures(thompson::WhichCaptures::None),
        )
        .build_from_hir(hir)
        .map_err(|_| too_large())?;
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(LARGEST_DFA))
        .determinize_size_limit(Some(LARGEST_DFA));
    let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).map_err(|_| too_large())?;
    let found = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).map_err(|_| too_large())?;

    // Bytes that lead to the same states from everywhere share a column. The automaton knows classes of such bytes; each byte of one
    // stands for all of it.
    let classes = dfa.byte_classes();
    let columns: Vec<u8> = (0..=255).map(|byte| classes.get(byte)).collect();
    let width = columns.iter().copied().max().map_or(0, |last| usize::from(last) + 1);
    let mut samples = vec![0u8; width];
    for (byte, column) in (0..=255u8).zip(&columns) {
        if let Some(sample) = samples.get_mut(usize::from(*column)) {
            *sample = byte;
        }
    }

    // States are numbered as they are reached, so that a pattern has one table.
    let mut numbers = BTreeMap::new();
    let mut reached = vec![found];
    numbers.insert(found, Pattern::START);
    let mut next = vec![Pattern::DEAD; width];
    let mut accepting = Vec::new();
    let mut done = 0;
    while let Some(&state) = reached.get(done) {
        done += 1;
        // A match is seen one step late: at the end of the text, after the last byte.
        if dfa.is_match_state(dfa.next_eoi_state(state)) {
            accepting.push(done as u16);
        }
        for sample in &samples {
            let to = dfa.next_state(state, *sample);
            let number = if dfa.is_dead_state(to) {
                Pattern::DEAD
            } else if let Some(number) = numbers.get(&to) {
                *number
            } else {
                reached.push(to);
                let number = reached.len() as u16;
                numbers.insert(to, number);
                number
            };
            next.push(number);
        }
        if reached.len() >= MAX_STATES || next.len() > MAX_ENTRIES {
            return Err(too_large());
        }
    }
    Ok(Pattern { source: source.to_string(), columns, width: width as u16, next, accepting })
}
