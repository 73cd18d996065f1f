//! A value that is held as its canonical bytes: it is written often, and seldom looked into.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use crate::draft::Draft;
use crate::json::{Json, JsonError};

/// The canonical bytes of a value of this type.
pub struct Canonical<T = Json> {
    bytes: Vec<u8>,
    says: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Canonical<T> {
    /// Those of this value.
    ///
    /// # Errors
    /// It holds what the subset does not have.
    pub fn of(value: &T) -> Result<Canonical<T>, JsonError> {
        Ok(Canonical::held(Json::canonical_of(value)?))
    }

    /// Those of something that is written as such a value is, and may have its texts from elsewhere.
    ///
    /// # Errors
    /// It holds what the subset does not have.
    pub fn of_like(value: &impl Serialize) -> Result<Canonical<T>, JsonError> {
        Ok(Canonical::held(Json::canonical_of(value)?))
    }

    /// The value.
    ///
    /// # Errors
    /// What was written is no such value ([`Canonical::written`]); never for one that was read or was one.
    pub fn read(&self) -> Result<T, JsonError> {
        Ok(serde_json::from_slice(&self.bytes)?)
    }
}

impl<T> Canonical<T> {
    /// Those that were written piece by piece: whoever did has written one value of this type, to its end.
    pub fn written(draft: Draft) -> Canonical<T> {
        Canonical::held(draft.into_bytes())
    }

    fn held(bytes: Vec<u8>) -> Canonical<T> {
        Canonical { bytes, says: PhantomData }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T> Clone for Canonical<T> {
    fn clone(&self) -> Canonical<T> {
        Canonical { bytes: self.bytes.clone(), says: PhantomData }
    }
}

/// Values are the same whose bytes are.
impl<T> PartialEq for Canonical<T> {
    fn eq(&self, other: &Canonical<T>) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Canonical<T> {}

impl<T> fmt::Debug for Canonical<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.bytes))
    }
}

impl<T: Serialize + DeserializeOwned> Serialize for Canonical<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.read().map_err(ser::Error::custom)?.serialize(serializer)
    }
}

/// Whatever the type refuses is refused when it is read, not when somebody looks into it.
impl<'de, T: Serialize + DeserializeOwned> Deserialize<'de> for Canonical<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Canonical<T>, D::Error> {
        Canonical::of(&T::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
