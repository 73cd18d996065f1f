//! Why a document or a set of keys is refused.

use std::fmt;

use crate::json::JsonError;

/// Why a document or a set of keys is refused: which check, and in words where and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvidenceError {
    /// The check that it did not pass.
    pub kind: ErrorKind,
    /// Where, and what is wrong.
    pub message: String,
}

/// The checks that a document or a set of keys may not pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErrorKind {
    /// It is too long to be read.
    TooLarge,
    /// It is no JSON, or none that has one meaning.
    Json,
    /// It has not the members that it must have, or values that they cannot have.
    Form,
    /// A set of keys contradicts itself.
    Keys,
    /// It is signed with another key than the one that is asked for.
    OtherKey,
    /// The signature was not made with the key that it names.
    BadSignature,
    /// A history of keys contradicts itself.
    History,
    /// A history of keys does not go on where an earlier one ended.
    Continuation,
}

impl ErrorKind {
    /// All of them.
    pub const ALL: [ErrorKind; 8] = [
        ErrorKind::TooLarge,
        ErrorKind::Json,
        ErrorKind::Form,
        ErrorKind::Keys,
        ErrorKind::OtherKey,
        ErrorKind::BadSignature,
        ErrorKind::History,
        ErrorKind::Continuation,
    ];

    /// The error's code, `V01xx`.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::TooLarge => "V0101",
            ErrorKind::Json => "V0102",
            ErrorKind::Form => "V0103",
            ErrorKind::Keys => "V0110",
            ErrorKind::OtherKey => "V0111",
            ErrorKind::BadSignature => "V0112",
            ErrorKind::History => "V0120",
            ErrorKind::Continuation => "V0121",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            ErrorKind::TooLarge => "give the document itself, and nothing beside it",
            ErrorKind::Json => {
                "fetch it again; what was written by hand or by another program may not be changed"
            }
            ErrorKind::Form => "check that it is what is asked for, and of a version that this program knows",
            ErrorKind::Keys => {
                "leave out the key that is named; each may stand there once, with its public half only"
            }
            ErrorKind::OtherKey => {
                "check which root key you trust; if it is the right one, do not use this document"
            }
            ErrorKind::BadSignature => "do not rely on it: it was changed, or never signed",
            ErrorKind::History => "mend what is named and have the history signed anew",
            ErrorKind::Continuation => {
                "keep both histories and ask their owner: a key or a revocation was taken back, or an old history is shown"
            }
        }
    }
}

impl EvidenceError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> EvidenceError {
        EvidenceError { kind, message: message.into() }
    }

    /// The error's code, `V01xx`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.kind.help()
    }
}

impl From<JsonError> for EvidenceError {
    fn from(error: JsonError) -> EvidenceError {
        EvidenceError::new(ErrorKind::Json, error.0)
    }
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message)
    }
}

impl std::error::Error for EvidenceError {}
