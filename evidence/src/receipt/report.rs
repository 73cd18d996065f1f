//! What came of verifying a receipt: line by line what was checked, and what could not be.

use std::fmt;

use super::content::Receipt;

/// A report on a receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// What the receipt says. None unless it is genuine: what else it says is nobody's word.
    pub receipt: Option<Receipt<'static>>,
    /// What was checked, in this order, up to the first check that failed; then what could not be checked.
    pub lines: Vec<Line>,
}

/// One line of a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What is checked.
    pub check: Check,
    /// What came of it.
    pub outcome: Outcome,
    /// In words.
    pub text: String,
}

/// What is checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Check {
    /// That it is a receipt, in the form that receipts have.
    Form,
    /// That the key is in the history, and is one for receipts.
    Key,
    /// That the signature was made with it.
    Signature,
    /// That the gateway and the tenant are those of the history.
    Issuer,
    /// That the key was in force at the time of the receipt.
    InForce,
    /// That the log has its record.
    Log,
    /// That a witness which is known has cosigned the checkpoint.
    Witness,
    /// That the checkpoint does not contradict one that was kept elsewhere.
    Anchor,
    /// That the key is not revoked, or the record was in the log before it was.
    Revocation,
    /// What a receipt cannot show by itself.
    Beyond,
}

/// What came of a check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It could not be checked, with what was given or at all.
    NotChecked,
}

impl Check {
    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Check::Form => "form",
            Check::Key => "key",
            Check::Signature => "signature",
            Check::Issuer => "issuer",
            Check::InForce => "in force",
            Check::Log => "log",
            Check::Witness => "witness",
            Check::Anchor => "anchor",
            Check::Revocation => "revocation",
            Check::Beyond => "beyond",
        }
    }
}

impl Outcome {
    /// How it stands in a report.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Passed => "ok",
            Outcome::Failed => "FAILED",
            Outcome::NotChecked => "-",
        }
    }
}

impl Report {
    /// Whether the receipt is genuine: its issuer signed it while its key was good, and nothing that was given speaks against it.
    pub fn is_genuine(&self) -> bool {
        self.receipt.is_some()
    }

    /// What came of a check; none where it did not come to it.
    pub fn outcome(&self, check: Check) -> Option<Outcome> {
        self.lines.iter().find(|line| line.check == check).map(|line| line.outcome)
    }
}

/// A line for each check, and one that says what follows.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { check, outcome, text } in &self.lines {
            writeln!(f, "{:<6}  {:<10}  {text}", outcome.name(), check.name())?;
        }
        f.write_str(if self.is_genuine() {
            "The receipt is genuine\n"
        } else {
            "The receipt is not to be relied on\n"
        })
    }
}
