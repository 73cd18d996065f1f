//! Receipts: what was decided about an action, on what grounds and on whose word, as a document that can be verified without asking its issuer.
//!
//! Signed are the line `lictor receipt 1` and the content as canonical JSON (RFC 8785). Beside the signed content may stand the proof that the log has its record, which
//! can be added later, since it proves itself.

mod content;
mod inclusion;
mod report;
mod verify;

pub use content::{
    Agent, Approval, Approved, Authenticated, Cause, Event, Evidence, LOCAL_OPERATOR, Position, Receipt,
    State, TokenState, Verdict,
};
pub use inclusion::Inclusion;
pub use report::{Check, Line, Outcome, Report};
pub use verify::{Elsewhere, verify};

use crate::document::Kind;
use crate::keys::RECEIPT_LINE;

const KIND: Kind = Kind {
    r#type: "lictor-receipt",
    domain: RECEIPT_LINE,
    content: "receipt",
    beside: &["inclusion"],
    longest: 1 << 18,
};
