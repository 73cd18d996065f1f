//! "Did you mean …": the nearest of the words that would have been right.

/// The longest word that is compared.
const LONGEST: usize = 64;

/// The candidate that `word` most likely stands for; none where nothing is near enough to be worth saying.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody misspells a word of such length, and comparing costs length times length.
    if word.len() > LONGEST {
        return None;
    }
    let allowed = match word.chars().count() {
        0..=2 => 1,
        3..=7 => 2,
        _ => 3,
    };
    let folded = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// The help for an unknown word: the nearest candidate, or the list where it is short, or what to declare.
pub fn help<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
    otherwise: &str,
) -> String {
    if let Some(near) = nearest(word, candidates.clone()) {
        return format!("did you mean `{near}`?");
    }
    let mut all: Vec<&str> = candidates.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    match all.len() {
        0 => otherwise.to_string(),
        1..=8 => format!(
            "there is {}; {otherwise}",
            all.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
        ),
        _ => otherwise.to_string(),
    }
}
