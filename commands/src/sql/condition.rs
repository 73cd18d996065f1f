//! Conditions: whether one chooses rows. One of which that cannot be told chooses none.

use std::collections::BTreeSet;

use super::leaf;
use super::level::Level;
use crate::MAX_DEPTH;

/// Words that end a condition.
const ENDS: [&str; 16] = [
    "RETURNING",
    "ORDER",
    "LIMIT",
    "OPTION",
    "GROUP",
    "HAVING",
    "WINDOW",
    "QUALIFY",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "FETCH",
    "OFFSET",
    "FOR",
    "INTO",
    "MINUS",
];

/// The condition of what begins at a place and ends at another.
pub(super) fn of(level: &Level<'_>, at: usize, end: usize) -> Option<(usize, usize)> {
    let is = |here: &usize, words: &[&str]| level.get(*here).is_some_and(|token| token.is_any(words));
    // What two sets have in common, or all of both, is no longer what the condition chooses.
    let joined = level.flat(at + 1, level.tokens.len()).take_while(|here| *here <= end);
    if joined.into_iter().any(|here| is(&here, &["UNION"])) {
        return None;
    }
    let from = level.flat(at + 1, end).find(|here| is(here, &["WHERE"]))? + 1;
    let to = level.flat(from, end).find(|here| is(here, &ENDS)).unwrap_or(end);
    (from < to).then_some((from, to))
}

/// Whether a condition chooses rows. Every part of an `OR` has to; one of an `AND` is enough.
pub(super) fn narrows(level: &Level<'_>, from: usize, to: usize, depth: usize) -> bool {
    if depth >= MAX_DEPTH || from >= to {
        return false;
    }
    let ors = parts(level, from, to, "OR");
    if one_or_the_other(level, &ors) {
        return false;
    }
    ors.iter().all(|(from, to)| {
        parts(level, *from, *to, "AND").iter().any(|(from, to)| part(level, *from, *to, depth))
    })
}

fn part(level: &Level<'_>, from: usize, to: usize, depth: usize) -> bool {
    let open = level.get(from).is_some_and(|token| token.is_sign("("));
    if open && level.close(from) + 1 == to {
        return narrows(level, from + 1, to - 1, depth + 1);
    }
    leaf::narrows(level, from, to, depth)
}

/// What stands between words, outside parentheses and `CASE`; the `AND` of a `BETWEEN` is none.
fn parts(level: &Level<'_>, from: usize, to: usize, word: &str) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut begin = from;
    let (mut between, mut cases) = (false, 0usize);
    for here in level.flat(from, to) {
        let Some(token) = level.get(here) else { break };
        if token.is("CASE") {
            cases += 1;
        } else if token.is("END") {
            cases = cases.saturating_sub(1);
        } else if token.is("BETWEEN") {
            between = true;
        } else if cases > 0 {
        } else if token.is("AND") && between {
            between = false;
        } else if token.is(word) || word == "OR" && (token.is_sign("||") || token.is("XOR")) {
            parts.push((begin, here));
            begin = here + 1;
        }
    }
    parts.push((begin, to));
    parts
}

/// `x < 5 OR x >= 5`: two sides of the same column.
fn one_or_the_other(level: &Level<'_>, ors: &[(usize, usize)]) -> bool {
    let mut below = BTreeSet::new();
    let mut above = BTreeSet::new();
    for (from, to) in ors {
        let sign = level.flat(*from, *to).find(|here| {
            level
                .get(*here)
                .is_some_and(|token| ["<", "<=", ">", ">="].iter().any(|sign| token.is_sign(sign)))
        });
        let Some(sign) = sign else { continue };
        let less = level.get(sign).is_some_and(|token| token.is_sign("<") || token.is_sign("<="));
        for (side, turned) in [((*from, sign), false), ((sign + 1, *to), true)] {
            if let Some(column) = leaf::column(level, side.0, side.1) {
                let side = if less != turned { &mut below } else { &mut above };
                side.insert(column);
            }
        }
    }
    !below.is_disjoint(&above)
}
