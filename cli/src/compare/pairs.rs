//! Things of two bundles by their names, which are the same in both, while their numbers may not be.

use std::collections::BTreeMap;

/// What is there before, after, or both.
pub enum Pair<T> {
    Gone(T),
    New(T),
    Both(T, T),
}

/// Pairs things of the same name, in the order of the names.
pub fn by_name<K: Ord, T>(
    before: impl IntoIterator<Item = (K, T)>,
    after: impl IntoIterator<Item = (K, T)>,
) -> BTreeMap<K, Pair<T>> {
    let mut pairs: BTreeMap<K, Pair<T>> =
        before.into_iter().map(|(name, thing)| (name, Pair::Gone(thing))).collect();
    for (name, thing) in after {
        let pair = match pairs.remove(&name) {
            Some(Pair::Gone(before)) => Pair::Both(before, thing),
            _ => Pair::New(thing),
        };
        pairs.insert(name, pair);
    }
    pairs
}

/// What only the first has, and what only the second has, in their orders.
pub fn apart(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
    let without = |these: &[String], those: &[String]| {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        those.iter().for_each(|line| *left.entry(line).or_default() += 1);
        let mut only = Vec::new();
        for line in these {
            match left.get_mut(line.as_str()) {
                Some(count) if *count > 0 => *count -= 1,
                _ => only.push(line.clone()),
            }
        }
        only
    };
    (without(before, after), without(after, before))
}

/// `a, b and c`; of many the first few.
pub fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let more = names.len().saturating_sub(SHOWN);
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if more == 0 => format!("{} and {last}", first.join(", ")),
        many => {
            format!("{} and {more} more", many.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "))
        }
    }
}
