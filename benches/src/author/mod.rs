//! Workload D, the author's loop: a policy of any number of rules is checked, formatted and built, each time from its text.
//!
//! The rules are drawn once, as data, and written twice: as Lictor and as Cedar. What both then decide is compared before anything is
//! timed.

pub mod field;
pub mod rule;
pub mod draw;

// The contestants.
pub mod lictor;
#[cfg(feature = "peers")]
pub mod cedar;

#[cfg(feature = "peers")]
pub mod agree;
