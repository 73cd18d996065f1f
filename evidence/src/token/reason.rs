//! The codes of the life of a token.

use std::fmt;

use serde::{Serialize, Serializer};

/// Why an action that came with a token, or without one, is refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// It came without one.
    NoToken,
    /// The token's time is over, or has not begun.
    TokenExpired,
    /// It is no token, or not signed with a key of the issuer that is in force.
    InvalidSignature,
    /// It is for another store.
    StoreMismatch,
    /// It was used before.
    ReplayDetected,
    /// It is for another action, or for other values.
    IntentMismatch,
    /// It is for another scope.
    ScopeRestricted,
    /// The price is no longer the one that was decided on.
    StalePrice,
    /// What is bought is not there.
    VariantNotFound,
    /// Too many requests.
    RateLimited,
    /// The policy refuses.
    PolicyDenied,
    /// It was issued where nothing is enforced.
    EnforceNotAvailable,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 12] = [
        Reason::NoToken,
        Reason::TokenExpired,
        Reason::InvalidSignature,
        Reason::StoreMismatch,
        Reason::ReplayDetected,
        Reason::IntentMismatch,
        Reason::ScopeRestricted,
        Reason::StalePrice,
        Reason::VariantNotFound,
        Reason::RateLimited,
        Reason::PolicyDenied,
        Reason::EnforceNotAvailable,
    ];

    /// The code, as answers give it.
    pub fn code(self) -> &'static str {
        match self {
            Reason::NoToken => "NO_TOKEN",
            Reason::TokenExpired => "TOKEN_EXPIRED",
            Reason::InvalidSignature => "INVALID_SIGNATURE",
            Reason::StoreMismatch => "STORE_MISMATCH",
            Reason::ReplayDetected => "REPLAY_DETECTED",
            Reason::IntentMismatch => "INTENT_MISMATCH",
            Reason::ScopeRestricted => "SCOPE_RESTRICTED",
            Reason::StalePrice => "STALE_PRICE",
            Reason::VariantNotFound => "VARIANT_NOT_FOUND",
            Reason::RateLimited => "RATE_LIMITED",
            Reason::PolicyDenied => "POLICY_DENIED",
            Reason::EnforceNotAvailable => "ENFORCE_NOT_AVAILABLE",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Why a token is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenError {
    /// The code.
    pub reason: Reason,
    /// In words, what is wrong. It repeats nothing of the token but names of members.
    pub message: String,
}

impl TokenError {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> TokenError {
        TokenError { reason, message: message.into() }
    }

    /// Something that cannot be taken for a token of ours.
    pub(crate) fn invalid(message: impl Into<String>) -> TokenError {
        TokenError::new(Reason::InvalidSignature, message)
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.message)
    }
}

impl std::error::Error for TokenError {}
