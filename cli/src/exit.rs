//! What the process tells its caller when it ends.

use std::process::ExitCode;

/// The exit status. A command line that could not be read has status 2, and clap gives it; `lictor diff` gives it as well, as others
/// that compare do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// All went well; for one decided request: it is allowed.
    Success,
    /// The policy, or what was to be read beside it, has errors.
    Failure,
    /// The one request that was decided is held until people approve.
    StepUp,
    /// The one request that was decided is refused.
    Deny,
    /// Two policies that were compared are not the same.
    Different,
    /// One of two policies that were to be compared could not be read.
    Unreadable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::StepUp => 3,
            Exit::Deny => 4,
            Exit::Different => 1,
            Exit::Unreadable => 2,
        })
    }
}
