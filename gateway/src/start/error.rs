//! Why a gateway does not begin: what is not as it must be, with a sentence that says what to do.

use std::fmt;

use crate::operate::NotKept;
use crate::policy::Refused;
use crate::tenant::TenantError;

/// What is not as it must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartFault {
    /// The data directory cannot be used.
    Data,
    /// The keys cannot be read.
    Keys,
    /// The store cannot be opened, or the keys that are signed with.
    Store,
    /// The address is one that others could reach, and nothing is encrypted.
    NotLoopback,
    /// The address cannot be taken.
    Address,
    /// The certificate or its key cannot be used.
    Tls,
    /// The sources of facts cannot be read.
    Sources,
    /// A witness of the log cannot be asked.
    Witness,
    /// Whom it serves cannot be told apart.
    Tenants,
    /// The bundle cannot be read.
    Unreadable,
    /// The bundle is refused.
    Bundle,
    /// The policy would refuse nothing.
    Observed,
    /// The policy allows what must be denied.
    SelfTest,
    /// The gateway itself is wrong.
    Own,
}

/// Why a gateway does not begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StartError {
    /// What is not as it must be.
    pub fault: StartFault,
    /// It in words.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl StartError {
    pub(super) fn new(fault: StartFault, message: impl Into<String>, help: impl Into<String>) -> StartError {
        StartError { fault, message: message.into(), help: help.into() }
    }

    /// It, with the tenant whose it is.
    pub(super) fn of(self, tenant: &str) -> StartError {
        StartError { message: format!("{tenant}: {}", self.message), ..self }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for StartError {}

impl From<Refused> for StartError {
    fn from(refused: Refused) -> StartError {
        let fault = match refused {
            Refused::Observed => StartFault::Observed,
            Refused::SelfTest(_) => StartFault::SelfTest,
            Refused::Kept(_) => StartFault::Data,
            Refused::Said(_) => StartFault::Store,
            Refused::NobodyTrusted | Refused::Bundle(_) | Refused::SameNumber(_) => StartFault::Bundle,
        };
        StartError::new(fault, refused.message(), refused.help())
    }
}

impl From<TenantError> for StartError {
    fn from(error: TenantError) -> StartError {
        let (message, help) = match error {
            TenantError::Name => (
                "the name of the tenant is none".to_owned(),
                "give `--tenant` 1 to 64 letters, digits and `- _ .`",
            ),
            TenantError::Store(error) => (error.to_string(), error.kind.help()),
            TenantError::Key(why) => (why, "mend what is named, or put back the file that was there"),
        };
        StartError::new(StartFault::Store, message, help)
    }
}

impl From<NotKept> for StartError {
    fn from(error: NotKept) -> StartError {
        match error {
            NotKept::Store(error) => StartError::from(TenantError::Store(error)),
            NotKept::Form(error) => {
                let message = format!(
                    "what the store holds cannot be gone on with: {}: {}",
                    error.code(),
                    error.message
                );
                StartError::new(StartFault::Store, message, "restore the store from a backup")
            }
        }
    }
}
