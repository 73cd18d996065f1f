//! Whose log an export is of.

use lictor_evidence::error::{ErrorKind, EvidenceError};
use lictor_evidence::json::Json;
use lictor_ledger::{Hash, TreeHead};
use serde::{Deserialize, Serialize};

use crate::record::{form, typed};

const TYPE: &str = "lictor-export";

/// Whose log an export is of, and how large it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    r#type: String,
    version: u64,
    /// Whose it is.
    pub tenant: String,
    /// What the log is called, where it has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// How many records it has.
    size: u64,
    /// The root of the tree over them, in base64.
    root: String,
}

impl About {
    /// The log of a tenant, with this name, as large as this.
    pub fn new(tenant: &str, origin: Option<&str>, head: TreeHead) -> About {
        About {
            r#type: TYPE.to_owned(),
            version: 1,
            tenant: tenant.to_owned(),
            origin: origin.map(str::to_owned),
            size: head.size,
            root: head.root.to_base64(),
        }
    }

    /// Its file.
    ///
    /// # Errors
    /// `V0102` where it has more records than there can be.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EvidenceError> {
        let mut bytes = Json::of(self)?.canonical()?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads its file, in its one form.
    ///
    /// # Errors
    /// `V0102`, `V0103`.
    pub fn from_bytes(bytes: &[u8]) -> Result<About, EvidenceError> {
        if bytes.len() > 1 << 16 {
            let message = "the file about an export is longer than 64 KiB".to_owned();
            return Err(EvidenceError { kind: ErrorKind::TooLarge, message });
        }
        let about: About = typed(&Json::parse(bytes)?)?;
        if about.r#type != TYPE || about.version != 1 || Hash::from_base64(&about.root).is_none() {
            return Err(form(&format!("it is not of type `{TYPE}` and version 1")));
        }
        if about.to_bytes()? != bytes {
            return Err(form("it is not written as canonical JSON with an end of line"));
        }
        Ok(about)
    }

    /// Size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: Hash::from_base64(&self.root).unwrap_or(Hash::EMPTY) }
    }
}
