//! "Did you mean …": the nearest of the words that would have been right.

use lictor_grammar::diagnostic::Suggestion;

/// The longest word that is compared.
const LONGEST: usize = 64;
/// So many candidates are compared letter by letter: in a project with many names, and as many of them wrong, more would cost
/// the product.
const MOST: usize = 1_000;

/// So many words are listed, and no more.
pub(crate) const MOST_LISTED: usize = 5;

/// The candidate that `word` most likely stands for; none where nothing is near enough to be worth saying.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody misspells a word of such length, and comparing costs length times length.
    if word.len() > LONGEST {
        return None;
    }
    let allowed = match word.chars().count() {
        0..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let folded = word.to_ascii_lowercase();
    let letters = letters(word);
    candidates
        .into_iter()
        // One slip changes the length by one at most, and takes away and adds one letter at most.
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 4 * allowed)
        .filter(|candidate| (self::letters(candidate) ^ letters).count_ones() as usize <= 2 * allowed)
        .take(MOST)
        .map(|candidate| (strsim::osa_distance(&folded, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Which letters there are in a word, whatever their case: a bit for each of 32 classes.
fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii).fold(0, |seen, byte| seen | 1 << (byte.to_ascii_lowercase() & 31))
}

/// What to do about an unknown word: the nearest candidate, or the list where it is short, or what to declare.
pub fn help<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
    otherwise: &str,
) -> Suggestion {
    if let Some(near) = nearest(word, candidates.clone()) {
        return Suggestion::new(Some(near), otherwise);
    }
    let mut all: Vec<&str> = candidates.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    match all.split_last() {
        Some((only, [])) => format!("there is `{only}`; {otherwise}").into(),
        Some((last, others)) if others.len() < MOST_LISTED => {
            let others = others.join("`, `");
            format!("there are `{others}` and `{last}`; {otherwise}").into()
        }
        _ => otherwise.into(),
    }
}
