//! Execution tokens: short-lived, signed permission for one action, once.
//!
//! A token is a JWT (RFC 7519) in compact form, signed with Ed25519 (RFC 8037). Verifying one offline proves that it was issued, for
//! what, to whom and until when. It does not prove that it was not used: only the store of the gateway can say that.

mod reason;
mod jws;
mod id;
mod envelope;
mod commerce;
mod claims;
mod signer;
mod verify;

pub use claims::{Claims, MAX_LIFETIME, Mode};
pub use commerce::{Commerce, Purchase};
pub use envelope::{Comparison, Constraint, Envelope, Value};
pub use id::TokenId;
pub use jws::{MAX_TOKEN, TYPE};
pub use reason::{Reason, TokenError};
pub use signer::TokenSigner;
pub use verify::Expected;
