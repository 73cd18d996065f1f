//! Workload B, scale: a limit for each of many users, or a limit and a rule of their own, of which a request meets those of one.
//!
//! Users are drawn as they come in the world, few of them often (Zipf with exponent 1), and evenly, which no cache helps with.

pub mod draw;

// The contestants.
pub mod floor;
pub mod lictor;
#[cfg(feature = "peers")]
pub mod cedar;
#[cfg(feature = "peers")]
pub mod cel;
#[cfg(feature = "peers")]
pub mod rego;

/// The name of the user of a number.
#[must_use]
pub fn user(number: usize) -> String {
    format!("user-{number:07}")
}

/// The limit of the user of a number, in cents: from 1 to 4,999 dollars.
#[must_use]
pub fn limit(number: usize) -> i64 {
    100 * (1 + (number as i64 * 7_919) % 4_999)
}

/// What users' policies hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Own {
    /// A limit.
    Limit,
    /// A limit, and a rule that names a merchant.
    Rule,
}

/// The merchant whom the rule of the user of a number refuses.
#[must_use]
pub fn refused(number: usize) -> String {
    format!("m-{number:07}")
}
