//! What the process tells its caller when it ends.

use std::process::ExitCode;

/// The exit status. Status 2 is not here: it belongs to a command line that could not be read, and clap gives it.
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
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::StepUp => 3,
            Exit::Deny => 4,
        })
    }
}
