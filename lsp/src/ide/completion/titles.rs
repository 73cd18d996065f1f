//! What the codes of countries and currencies stand for, as people call it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The countries, by their codes of ISO 3166-1.
pub fn countries() -> &'static BTreeMap<&'static str, &'static str> {
    static COUNTRIES: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    COUNTRIES.get_or_init(|| read(include_str!("countries.txt")))
}

/// The name of a currency of ISO 4217.
pub fn currency(code: &str) -> Option<&'static str> {
    static CURRENCIES: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    CURRENCIES.get_or_init(|| read(include_str!("currencies.txt"))).get(code).copied()
}

/// A code a line, and what it stands for behind it.
fn read(lines: &'static str) -> BTreeMap<&'static str, &'static str> {
    lines.lines().filter_map(|line| line.split_once(' ')).collect()
}

#[cfg(test)]
mod tests {
    use lictor_bundle::country::Country;
    use lictor_bundle::currency::Currency;

    use super::*;

    #[test]
    fn every_code_has_a_title_and_no_other_has() {
        let assigned = (0..=u16::MAX).map(Country).filter(|country| country.is_assigned());
        let assigned: Vec<String> = assigned.map(|country| country.to_string()).collect();
        assert_eq!(countries().keys().copied().collect::<Vec<_>>(), assigned);
        assert!(Currency::all_iso().all(|code| currency(code).is_some()));
        let all = read(include_str!("currencies.txt"));
        assert_eq!(all.len(), Currency::all_iso().count());
    }
}
