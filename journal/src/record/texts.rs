//! Texts that have names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Texts by name, in the order of the names. There are few, and they are written more often than looked for.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Texts<'t>(Vec<(Cow<'t, str>, Cow<'t, str>)>);

impl Texts<'_> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == name).map(|(_, text)| &**text)
    }
}

/// Each name comes once.
impl<'t> FromIterator<(&'t str, &'t str)> for Texts<'t> {
    fn from_iter<I: IntoIterator<Item = (&'t str, &'t str)>>(texts: I) -> Texts<'t> {
        let mut texts: Vec<_> = texts.into_iter().map(|(name, text)| (name.into(), text.into())).collect();
        texts.sort_by(|(one, _): &(Cow<'_, str>, _), (next, _)| one.cmp(next));
        Texts(texts)
    }
}

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, text)| (name, text)))
    }
}

impl<'de> Deserialize<'de> for Texts<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
        Ok(Texts(texts.into_iter().map(|(name, text)| (name.into(), text.into())).collect()))
    }
}
