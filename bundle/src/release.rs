//! Which edition of a policy a bundle is, and until when it may be loaded.
//!
//! Both stand in the manifest, and again in the statement that is signed, so that an old edition is refused before anything of its contents
//! is read. Nothing here asks a clock: a release is what its signer says, and the time is what the host says.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::error::{BundleError, ErrorKind};
use crate::time::render_timestamp;

/// The highest sequence number. Numbers up to it are exact in JSON, whoever reads it (RFC 8259, section 6).
pub const MAX_SEQUENCE: u64 = (1 << 53) - 1;

/// Which edition of a policy a bundle is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Release {
    /// Its number. Each edition has a higher one than those before it; 0 where editions are not numbered.
    pub sequence: u64,
    /// The last moment at which it may be loaded, in milliseconds since 1970 UTC; none where it does not expire.
    pub expires: Option<i64>,
}

/// What time it is while a bundle is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Now {
    /// Nobody says. What holds for a time only is refused.
    #[default]
    Unsaid,
    /// So many milliseconds since 1970 UTC.
    At(i64),
    /// It does not matter, because a bundle is looked at and not run.
    Any,
}

impl Release {
    /// Checks that it is not older than the oldest edition that is wanted, and has not expired.
    pub(crate) fn check(self, min_sequence: u64, now: Now) -> Result<(), BundleError> {
        let Release { sequence, expires } = self;
        if sequence < min_sequence {
            return Err(BundleError::new(
                ErrorKind::Rollback,
                format!("the bundle is number {sequence}, and none before number {min_sequence} is taken"),
            ));
        }
        match (expires, now) {
            (Some(expires), Now::At(now)) if expires < now => Err(BundleError::new(
                ErrorKind::Expired,
                format!(
                    "the bundle expired at {}, and it is {}",
                    render_timestamp(expires),
                    render_timestamp(now)
                ),
            )),
            (Some(expires), Now::Unsaid) => Err(BundleError::new(
                ErrorKind::Expired,
                format!(
                    "the bundle expires at {}, and the host does not say what time it is",
                    render_timestamp(expires)
                ),
            )),
            _ => Ok(()),
        }
    }
}
