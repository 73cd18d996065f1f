//! What a tenant is called, in the log, in what it signs, and in the addresses of what it publishes.

use std::fmt;

use super::CounterKey;

/// The most letters of a tenant's name.
const MAX_NAME: usize = 64;

/// What a tenant is called. Jobs hold this, and never the store, whose thread they run on.
pub(crate) struct Identity {
    /// Its name, which tokens are for: their `aud`.
    pub name: String,
    /// Who issues tokens and receipts: their `iss`.
    pub issuer: String,
    /// Which log it has.
    pub origin: String,
    /// What the paths of its documents for everybody begin with: nothing, or `/t/` and its name.
    pub path: String,
    /// What its counters are called in the store.
    pub counters: CounterKey,
    /// Whether what was not counted is taken for nothing: an operator says so.
    pub counts_from_nothing: bool,
    /// Whether what is covered is kept beside records, to open them.
    pub keep_opened: bool,
}

impl Identity {
    /// Where a receipt of it is read.
    pub fn receipt(&self, id: impl fmt::Display) -> String {
        self.published(&format!("/r/{id}"))
    }

    /// Where something of it stands that is for everybody.
    pub fn published(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }
}

/// A name is short, looks the same wherever it is shown, and can be part of the name of a file.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(allowed) && !name.starts_with('.')
}

/// The host of an address, which the log is called after.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_part_of_a_file_name() {
        for good in ["default", "store-1", "a.b_C9"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "ä", "a b", &"x".repeat(65)] {
            assert!(!is_name(bad), "{bad}");
        }
        assert_eq!(host("https://decide.example.com:8443/x"), "decide.example.com:8443");
    }
}
