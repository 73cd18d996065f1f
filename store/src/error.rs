//! What can go wrong, and what it means for whoever waits for an answer.

use std::fmt;

/// Why a job was not done, or why a store does not open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreError {
    /// What kind of failure it is: this says whether anything was done.
    pub kind: ErrorKind,
    /// Where and what, in words for whoever runs the gateway. It holds no contents of rows.
    pub message: String,
}

/// What kind of failure it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// Too many jobs wait already. Nothing was done; try again.
    Busy,
    /// The job wants what its own view does not allow: a token that was burned before, a state that does not follow. Nothing of this job was
    /// done; others of its batch were.
    Conflict,
    /// The job asked for something that it had not said it would read. Nothing of it was done. A mistake in the job.
    Undeclared,
    /// The job did not come to an end. Nothing of it was done. A mistake in the job.
    Broken,
    /// The store does not answer, or could not keep what was asked. Nothing of the whole batch was done.
    Unavailable,
    /// The store was lost while it committed, and cannot say what became of it. Look at the head before trying again.
    Unknown,
    /// The store has stopped, after a failure that leaves unclear what is on the disk, or because it was closed. Nothing was done.
    Stopped,
    /// What is kept cannot be read: it was changed by something else, or by a later version.
    Damaged,
    /// The store cannot be used as it is set up: too old a version, a replica, no durable writes.
    Setup,
}

impl ErrorKind {
    /// The code that stands before the message.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::Busy => "STORE_BUSY",
            ErrorKind::Conflict => "STORE_CONFLICT",
            ErrorKind::Undeclared => "STORE_UNDECLARED",
            ErrorKind::Broken => "STORE_JOB_BROKEN",
            ErrorKind::Unavailable => "STORE_UNAVAILABLE",
            ErrorKind::Unknown => "STORE_UNKNOWN",
            ErrorKind::Stopped => "STORE_STOPPED",
            ErrorKind::Damaged => "STORE_DAMAGED",
            ErrorKind::Setup => "STORE_SETUP",
        }
    }

    /// What whoever runs the gateway can do where a store does not open.
    pub fn help(self) -> &'static str {
        match self {
            ErrorKind::Setup => "mend what is named: where the store is, or how it is set up",
            _ => "see that the store can be reached and that this user may write to it",
        }
    }
}

impl StoreError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> StoreError {
        StoreError { kind, message: message.into() }
    }

    pub(crate) fn conflict(message: impl Into<String>) -> StoreError {
        StoreError::new(ErrorKind::Conflict, message)
    }

    pub(crate) fn damaged(message: impl Into<String>) -> StoreError {
        StoreError::new(ErrorKind::Damaged, message)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.message)
    }
}

impl std::error::Error for StoreError {}
