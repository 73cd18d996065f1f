//! What was decided, as a record holds it.

use std::borrow::Cow;

use lictor_evidence::Canonical;
use lictor_evidence::json::JsonError;
use lictor_evidence::receipt::Verdict;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::outcome::{Cause, Outcome};

/// What was decided, as it is written. What receipts and rows say of it is at hand; whoever wants to know more reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    written: Result<Canonical<Outcome<'static>>, JsonError>,
    causes: Vec<Cause>,
    decision: Verdict,
    reason_code: String,
    told_as: Option<String>,
}

impl Held {
    /// All causes, in the order of evaluation.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// What was decided.
    pub fn decision(&self) -> Verdict {
        self.decision
    }

    /// The code of the first cause that made it so.
    pub fn reason_code(&self) -> &str {
        &self.reason_code
    }

    /// The code that agents are told.
    pub fn told_code(&self) -> &str {
        self.told_as.as_deref().unwrap_or(&self.reason_code)
    }

    /// All of it.
    ///
    /// # Errors
    /// It cannot be written; never for what was decided, or was read.
    pub fn read(&self) -> Result<Outcome<'static>, JsonError> {
        self.written.as_ref().map_err(JsonError::clone)?.read()
    }

    /// Its canonical bytes.
    ///
    /// # Errors
    /// As [`Held::read`].
    pub fn bytes(&self) -> Result<&[u8], JsonError> {
        self.written.as_ref().map(Canonical::bytes).map_err(JsonError::clone)
    }
}

/// What cannot be written is told when it is to be.
impl From<Outcome<'_>> for Held {
    fn from(outcome: Outcome<'_>) -> Held {
        let written = Canonical::of_like(&outcome);
        let Outcome { causes, decision, reason_code, told_as, .. } = outcome;
        let (reason_code, told_as) = (reason_code.into_owned(), told_as.map(Cow::into_owned));
        Held { written, causes, decision, reason_code, told_as }
    }
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.read().map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Held, D::Error> {
        let held = Held::from(Outcome::deserialize(deserializer)?);
        held.bytes().map_err(de::Error::custom)?;
        Ok(held)
    }
}
