//! Whether a token is good here and now.

use super::claims::{Claims, Mode};
use super::reason::{Reason, TokenError};

/// What whoever is given a token expects of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expected<'a> {
    /// Who must have issued it.
    pub issuer: &'a str,
    /// The store at which it is presented.
    pub audience: &'a str,
    /// What it must be good for.
    pub scope: &'a str,
    /// Whether the one who asks enforces. A token that was issued where nothing is enforced is then refused.
    pub mode: Mode,
    /// What time it is, in milliseconds since 1970 UTC.
    pub now: i64,
    /// How far the clock of the one who asks may be from the issuer's, in milliseconds. The issuer itself has 0.
    pub skew: u32,
}

impl Claims {
    /// Whether a token that says this is good for what is expected. It may have been used: only the store that issued it knows.
    ///
    /// # Errors
    /// `INVALID_SIGNATURE` for another issuer, `STORE_MISMATCH`, `TOKEN_EXPIRED` before and after its time, `SCOPE_RESTRICTED`, or
    /// `ENFORCE_NOT_AVAILABLE`.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), TokenError> {
        let Expected { issuer, audience, scope, mode, now, skew } = *expected;
        let refused = |reason, message: &str| Err(TokenError::new(reason, message));
        if self.issuer != issuer {
            return refused(Reason::InvalidSignature, "it was issued by somebody else");
        }
        if self.audience != audience {
            return refused(Reason::StoreMismatch, "it is for another store");
        }
        let skew = i64::from(skew);
        // `exp` is the first moment at which it must not be taken (RFC 7519, section 4.1.4).
        if now.saturating_sub(skew) >= self.expires.saturating_mul(1_000) {
            return refused(Reason::TokenExpired, "its time is over");
        }
        if now.saturating_add(skew) < self.not_before.saturating_mul(1_000) {
            return refused(Reason::TokenExpired, "its time has not begun");
        }
        if self.scope != scope {
            return refused(Reason::ScopeRestricted, "it is good for another scope");
        }
        if mode == Mode::Enforce && self.mode == Mode::Observe {
            return refused(Reason::EnforceNotAvailable, "it was issued where nothing is enforced");
        }
        Ok(())
    }
}
