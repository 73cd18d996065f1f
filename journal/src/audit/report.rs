//! What verifying a log with its records has found, in words.

use std::fmt;

use lictor_ledger::audit::Report;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Findings {
    /// What the tree says, and which checkpoints vouch for it.
    pub log: Report,
    /// What is wrong with records beside that.
    pub faults: Vec<Fault>,
    /// What was erased, as a record of the log says.
    pub erased: Vec<Erasure>,
    /// How many records there are.
    pub records: u64,
}

/// That a record was erased: its content is destroyed, its entry stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Erasure {
    /// Which one.
    pub record: u64,
    /// The record that says so.
    pub by: u64,
}

/// Something that is wrong with a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// What it is found by is not what it says.
    Columns(u64),
    /// Its content is not there, and no record says that it was erased.
    Gone(u64),
    /// A record says that one was erased, and names another entry than the log has.
    Tombstone {
        /// Which one.
        of: u64,
        /// The record that says so.
        by: u64,
    },
    /// A record says that one was erased whose content is there.
    NotErased {
        /// Which one.
        of: u64,
        /// The record that says so.
        by: u64,
    },
    /// What is kept to open it does not open it.
    Opening(u64),
    /// A row stands after the end of the log, where nobody appended it.
    Beyond(u64),
    /// A token was used twice.
    UsedTwice {
        /// The record that issued it.
        of: u64,
        /// The record that says what became of it first.
        before: u64,
        /// The record of its second use.
        by: u64,
    },
    /// An approval let two tokens be issued.
    ApprovedTwice {
        /// The record that asked for it.
        of: u64,
        /// The record that issued the first.
        before: u64,
        /// The record that issued the second.
        by: u64,
    },
    /// What a record says cannot follow what another said before.
    Order {
        /// The record that issued the token, as it is said.
        of: u64,
        /// The record that says so.
        by: u64,
        /// Why it cannot.
        why: &'static str,
    },
    /// What stands at this place of an export is no record.
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A file of an export is not what its records give.
    File {
        /// Which one.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Findings {
    /// Whether nothing is wrong, as far as it can be known.
    pub fn is_clean(&self) -> bool {
        self.log.is_clean() && self.faults.is_empty()
    }

    /// The codes of everything that is wrong, each as often as it was found.
    pub fn codes(&self) -> Vec<&'static str> {
        let of_log = self.log.faults.iter().map(lictor_ledger::audit::Fault::code);
        of_log.chain(self.faults.iter().map(Fault::code)).collect()
    }
}

impl Fault {
    /// Its code, `L03xx`.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Columns(_) => "L0301",
            Fault::Gone(_) => "L0302",
            Fault::Tombstone { .. } => "L0303",
            Fault::NotErased { .. } => "L0304",
            Fault::Opening(_) => "L0305",
            Fault::Line { .. } => "L0306",
            Fault::File { .. } => "L0307",
            Fault::Beyond(_) => "L0308",
            Fault::UsedTwice { .. } | Fault::ApprovedTwice { .. } => "L0309",
            Fault::Order { .. } => "L0310",
        }
    }
}

/// A sentence, without the code.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Columns(index) => {
                write!(
                    f,
                    "record {index} is found by what it does not say: what stands beside it was changed"
                )
            }
            Fault::Gone(index) => {
                write!(f, "the content of record {index} is missing, and no record says that it was erased")
            }
            Fault::Tombstone { of, by } => {
                write!(
                    f,
                    "record {by} says that record {of} was erased, and names another entry than the log has"
                )
            }
            Fault::NotErased { of, by } => {
                write!(f, "record {by} says that record {of} was erased, and its content is there")
            }
            Fault::Opening(index) => {
                write!(
                    f,
                    "what is kept to open record {index} does not open it: the value or the key was changed"
                )
            }
            Fault::Beyond(index) => {
                write!(f, "row {index} stands after the end of the log: it was put there, and not appended")
            }
            Fault::UsedTwice { of, before, by } => {
                write!(
                    f,
                    "the token of record {of} was used, as record {before} says, and again by record {by}"
                )
            }
            Fault::ApprovedTwice { of, before, by } => {
                write!(
                    f,
                    "what people approved in record {of} was granted by record {before}, and again by record {by}"
                )
            }
            Fault::Order { of, by, why } => write!(f, "record {by} cannot follow record {of}: {why}"),
            Fault::Line { line, why } => write!(f, "line {line} of the records {why}"),
            Fault::File { path, why } => write!(f, "{path} {why}"),
        }
    }
}

/// All of it, a sentence on each line; the last ones say what cannot be known.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "{}: {fault}", fault.code())?;
        }
        for Erasure { record, by } in &self.erased {
            writeln!(f, "record {record} was erased by record {by}")?;
        }
        write!(f, "{}", self.log)
    }
}
