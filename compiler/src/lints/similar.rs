//! Reason codes that are hard to tell apart. A code is what other systems match, and one slip makes two of one.

use std::collections::{BTreeMap, BTreeSet};

use lictor_grammar::ast::{ItemKind, Name};
use lictor_grammar::diagnostic::Diagnostic;

use super::Policy;

/// Shorter words differ by one letter and mean different things: `LOW` and `SLOW`.
const SHORTEST: usize = 5;
/// Nobody writes a longer code by hand, and it has as many traits as letters.
const LONGEST: usize = 64;
/// So many codes with a trait in common are compared; there are hardly ever more, unless somebody made them up for that.
const MOST: usize = 64;

pub(super) fn report(policy: &Policy<'_>, out: &mut Vec<Diagnostic>) {
    let mut codes: Vec<(&Name, bool)> = Vec::new();
    for (module, own) in &policy.modules {
        for item in &module.ast.items {
            if let ItemKind::Reasons(entries) = &item.kind {
                codes.extend(entries.iter().map(|entry| (&entry.name, *own)));
            }
        }
    }
    for (later, earlier) in pairs(&codes) {
        let (Some((name, own)), Some((other, theirs))) = (codes.get(later), codes.get(earlier)) else {
            continue;
        };
        if !own && !theirs {
            continue;
        }
        let (here, there) = if *own { (name, other) } else { (other, name) };
        out.push(
            Diagnostic::warning(
                "W0207",
                here.span,
                format!("`{}` and `{}` are nearly the same reason code", here.text, there.text),
            )
            .also(there.span, "the other is declared here")
            .help("use one of them everywhere, or choose names that nobody confuses"),
        );
    }
}

/// Codes that are nearly the same as an earlier one, with the first such. Comparing each with each would cost the square of
/// their number; those that are alike have a trait in common, so that few are compared.
fn pairs(codes: &[(&Name, bool)]) -> BTreeMap<usize, usize> {
    let mut traits: Vec<(String, usize)> = Vec::new();
    for (at, (name, _)) in codes.iter().enumerate() {
        traits.extend(traits_of(&name.text).into_iter().map(|one| (one, at)));
    }
    traits.sort();
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    for group in traits.chunk_by(|a, b| a.0 == b.0) {
        for (position, (_, later)) in group.iter().enumerate() {
            let before = group.iter().take(position.min(MOST)).map(|(_, earlier)| *earlier);
            for earlier in before.filter(|earlier| earlier != later) {
                let text = |at: usize| codes.get(at).map_or("", |(name, _)| name.text.as_str());
                if alike(text(earlier), text(*later)) {
                    let first = found.entry(*later).or_insert(earlier);
                    *first = earlier.min(*first);
                    break;
                }
            }
        }
    }
    found
}

/// What a code has in common with all that are alike: itself without underscores; and for each of its words, the code with one
/// letter of that word left out, since two words that are one slip apart become the same by leaving out one letter of each.
fn traits_of(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([code.replace('_', "")]);
    if code.len() > LONGEST {
        return found;
    }
    let mut start = 0;
    for word in code.split('_') {
        for (at, letter) in word.char_indices() {
            let (before, after) = (&code[..start + at], &code[start + at + letter.len_utf8()..]);
            found.insert(format!("{start} {before}{after}"));
        }
        found.insert(format!("{start} {code}"));
        start += word.len() + 1;
    }
    found
}

/// Whether two codes differ only in underscores, in the number of one noun, or in one letter of one longer word.
fn alike(a: &str, b: &str) -> bool {
    if a.replace('_', "") == b.replace('_', "") {
        return true;
    }
    let (left, right): (Vec<&str>, Vec<&str>) = (a.split('_').collect(), b.split('_').collect());
    if left.len() != right.len() {
        return false;
    }
    let mut different = left.iter().zip(&right).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (different.next(), different.next()) else { return false };
    if a.strip_suffix('S') == Some(b) || b.strip_suffix('S') == Some(a) {
        return a.len().min(b.len()) > 2;
    }
    let digits = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    a.len().min(b.len()) >= SHORTEST && !digits(a) && !digits(b) && strsim::osa_distance(a, b) == 1
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn slips_are_alike_and_other_words_are_not() {
        for (a, b) in [
            ("AMOUNT_OVER_LIMIT", "AMOUNTS_OVER_LIMIT"),
            ("AMOUNT_OVERLIMIT", "AMOUNT_OVER_LIMIT"),
            ("AMUONT_OVER_LIMIT", "AMOUNT_OVER_LIMIT"),
            ("MERCHANT_NOT_LISTED", "MERCHAN_NOT_LISTED"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("TOO_LOW", "TOO_SLOW"),
            ("LEVEL_1", "LEVEL_2"),
            ("OVER_LIMIT_USD", "OVER_LIMIT_AUD"),
            ("USER_KNOWN", "USER_UNKNOWN"),
            ("AMOUNT_OVER_LIMIT", "OVER_LIMIT"),
        ] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
