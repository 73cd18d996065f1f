//! The life of an action: authorized, its token used once, settled.
//!
//! Each step is a job upon the store: what it decides rests on the view alone, and its effect, its record, its idempotent answer and the head of the log are one
//! transaction. What is signed is signed afterwards, since it follows from what was written.

// What is decided, and on what.
mod case;
mod past;
mod once;
mod drawn;

// What is kept of a token.
mod grant;

// The steps.
mod authorize;
mod decline;
mod within;
mod collect;
mod validate;
mod settle;
mod look;
mod recall;
mod observe;
mod evaluate;
mod sweep;
mod spend;

// What they have in common.
mod told;
mod turn;
mod write;

pub(crate) use self::authorize::{Authorize, Authorized, SCOPE};
pub(crate) use self::case::Case;
pub(crate) use self::decline::Decline;
pub(crate) use self::drawn::Drawn;
pub(crate) use self::evaluate::Evaluate;
pub(crate) use self::look::Look;
pub(crate) use self::observe::Observe;
pub(crate) use self::once::{Given, Once};
pub(crate) use self::recall::Recall;
pub(crate) use self::settle::{Outcome, Settle, Settled};
pub(crate) use self::spend::Spend;
pub(crate) use self::sweep::{Ground, sweep};
pub(crate) use self::told::Told;
pub(crate) use self::turn::Undone;
pub(crate) use self::validate::{Presented, Refuse, Validate, Validated};
pub(crate) use self::within::Within;
