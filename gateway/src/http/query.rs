//! What stands behind the question mark of an address, where programs ask: each name once, and none that nobody knows, since what is not understood would be left out of
//! the question.

use std::collections::BTreeMap;

use http::Uri;

use super::refusal::Refusal;

/// The most bytes of a value.
const LONGEST: usize = 256;

/// Values by name.
#[derive(Debug)]
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads those of an address, of which these are known.
    pub fn of(uri: &Uri, known: &[&str]) -> Result<Query, Refusal> {
        let mut values = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            if !known.contains(&&*name) {
                return Err(Refusal::malformed(format!("query: ask by {}", known.join(", "))));
            }
            if value.is_empty() || value.len() > LONGEST || value.chars().any(char::is_control) {
                return Err(Refusal::malformed(format!("{name}: is empty, too long, or cannot be shown")));
            }
            if values.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Refusal::malformed(format!("{name}: stands there twice; send it once")));
            }
        }
        Ok(Query(values))
    }

    /// A value.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A number: digits, without a zero before them.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let number = |text: &str| {
            let plain =
                text.bytes().all(|digit| digit.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
            let wrong = || Refusal::malformed(format!("{name}: is not a whole number"));
            text.parse().ok().filter(|_| plain).ok_or_else(wrong)
        };
        self.text(name).map(number).transpose()
    }

    /// What a value stands for.
    pub fn read<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let wrong = || Refusal::malformed(format!("{name}: is not {wanted}"));
        self.text(name).map(|text| read(text).ok_or_else(wrong)).transpose()
    }
}
