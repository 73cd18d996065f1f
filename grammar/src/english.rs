//! Operators that are written out in English.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::habits::rest;
use crate::keywords::Keyword;
use crate::past;
use crate::span::Span;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// Operators in English, the longer ones first where one begins another.
const OPERATORS: &[(&str, &str)] = &[
    ("greater than or equal to", ">="),
    ("greater or equal to", ">="),
    ("less than or equal to", "<="),
    ("less or equal to", "<="),
    ("greater than", ">"),
    ("more than", ">"),
    ("larger than", ">"),
    ("higher than", ">"),
    ("bigger than", ">"),
    ("longer than", ">"),
    ("above", ">"),
    ("after", ">"),
    ("over", ">"),
    ("beyond", ">"),
    ("exceeds", ">"),
    ("exceed", ">"),
    ("less than", "<"),
    ("fewer than", "<"),
    ("smaller than", "<"),
    ("lower than", "<"),
    ("shorter than", "<"),
    ("below", "<"),
    ("before", "<"),
    ("under", "<"),
    ("at least", ">="),
    ("no less than", ">="),
    ("at most", "<="),
    ("no more than", "<="),
    ("equal to", "=="),
    ("equals", "=="),
    ("equal", "=="),
    ("differs from", "!="),
    ("plus", "+"),
    ("minus", "-"),
    ("times", "*"),
    ("divided by", "/"),
    ("exists", "is present"),
    ("missing", "is absent"),
    ("present", "is present"),
    ("absent", "is absent"),
    ("empty", "is empty"),
    ("is not null", "is present"),
    ("is null", "is absent"),
    ("not in", "not in"),
    ("and also", "and"),
    ("and", "and"),
    ("or", "or"),
    ("in", "in"),
    ("is", "is"),
];

/// What is said behind `is` and is a sign here, and the sign for its opposite.
const BEHIND_IS: &[(&str, &str, &str)] = &[
    ("greater than or equal to", ">=", "<"),
    ("less than or equal to", "<=", ">"),
    ("greater than", ">", "<="),
    ("more than", ">", "<="),
    ("larger than", ">", "<="),
    ("higher than", ">", "<="),
    ("longer than", ">", "<="),
    ("above", ">", "<="),
    ("over", ">", "<="),
    ("after", ">", "<="),
    ("less than", "<", ">="),
    ("fewer than", "<", ">="),
    ("smaller than", "<", ">="),
    ("lower than", "<", ">="),
    ("shorter than", "<", ">="),
    ("below", "<", ">="),
    ("under", "<", ">="),
    ("before", "<", ">="),
    ("at least", ">=", "<"),
    ("at most", "<=", ">"),
    ("equal to", "==", "!="),
    ("the same as", "==", "!="),
    ("one of", "in", "not in"),
];

/// What `is greater than` and its kin are written as, where such words stand behind an `is`; and how far they reach.
pub(crate) fn behind_is(text: &str) -> Option<(usize, &'static str)> {
    let negated = reach(text, "not");
    let from = negated.unwrap_or_default();
    let rest = text.get(from..)?;
    BEHIND_IS.iter().find_map(|(phrase, sign, opposite)| {
        let length = reach(rest, phrase)?;
        Some((from + length, if negated.is_some() { *opposite } else { *sign }))
    })
}

/// The same for what is asked of texts and ranges, which is written in another place.
const METHODS: &[(&str, &str)] = &[
    ("starts with", "write `x.starts_with(\"…\")`"),
    ("begins with", "write `x.starts_with(\"…\")`"),
    ("ends with", "write `x.ends_with(\"…\")`"),
    ("contains", "write `x.contains(\"…\")`, or `y in xs` for a list"),
    ("like", "write `x.starts_with(\"…\")`, or `x.matches(r\"…\")` for a pattern"),
    ("matches", "write `x.matches(r\"…\")`"),
    ("mod", "there is no remainder: `div` divides into whole numbers"),
    ("instanceof", "a field has the type that it is declared with: remove the question"),
    ("includes", "write `x.contains(\"…\")`, or `y in xs` for a list"),
    ("between", "write `x in 3..=5`: from 3 to 5, both of them included"),
];

/// How far a phrase reaches, if the text begins with its words, whatever blanks are between them.
fn reach(text: &str, phrase: &str) -> Option<usize> {
    let mut at = 0;
    for word in phrase.split(' ') {
        let left = text.get(at..)?;
        let blanks = left.len() - left.trim_start_matches([' ', '\t']).len();
        let left = left.get(blanks..)?;
        let length = left.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if !left.get(..length)?.eq_ignore_ascii_case(word) {
            return None;
        }
        at += blanks + length;
    }
    Some(at)
}

/// `amount more than 5`
pub(crate) fn special(stumble: &Stumble) -> Option<Diagnostic> {
    // A word that could begin a clause elsewhere is seen when the value is complete, and no operator is waited for.
    let complete = stumble.expected.has("as") || stumble.expected.has("else");
    let behind_value = complete && stumble.last(0).is_some_and(Terminal::ends_operand);
    if !(stumble.expected.operator() || behind_value) || stumble.starts_line {
        return None;
    }
    if past::asks_of_past(stumble) {
        return None;
    }
    let text = rest(stumble);
    let start = stumble.span.start;
    let written = |length: usize| Span::new(stumble.span.file, start, start + length as u32);
    for (phrase, sign) in OPERATORS {
        if let Some(length) = reach(text, phrase).filter(|length| text.get(..*length) != Some(sign)) {
            let message = format!("`{}` is written `{sign}`", text.get(..length)?);
            let error = Diagnostic::error(codes::FOREIGN_NOTATION, written(length), message);
            return Some(error.help(format!("write `{sign}`")).fix(written(length), *sign));
        }
    }
    if stumble.item == Keyword::Param {
        return None;
    }
    METHODS.iter().find_map(|(phrase, help)| {
        let length = reach(text, phrase)?;
        let message = format!("`{}` is written in another way", text.get(..length)?);
        let error = Diagnostic::error(codes::FOREIGN_NOTATION, written(length), message);
        Some(match between(text).filter(|_| *phrase == "between") {
            Some((length, mended)) => {
                let help = format!("write `{mended}`: from the first to the second, both of them included");
                error.help(help).fix(written(length), mended)
            }
            None => error.help(*help),
        })
    })
}

/// How far `between 3 and 5` reaches, and how it is written here.
fn between(text: &str) -> Option<(usize, String)> {
    let line = text.lines().next()?;
    let lower = line.to_ascii_lowercase();
    let (low, and) = ("between ".len(), lower.find(" and ")?);
    let high = and + " and ".len();
    let ends = [" as ", " and ", " or ", " else ", " unless ", " {", ")", ","];
    let end = ends.iter().filter_map(|end| lower.get(high..)?.find(end)).min()? + high;
    let (low, high) = (line.get(low..and)?.trim(), line.get(high..end)?.trim());
    (!low.is_empty() && !high.is_empty()).then(|| (end, format!("in {low}..={high}")))
}
