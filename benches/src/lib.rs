//! Measures Lictor beside its peers, in one run, after all have given the same answers.

pub mod payment;
pub mod scale;
pub mod slow;
pub mod author;

pub mod report;
