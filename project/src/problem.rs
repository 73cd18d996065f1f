//! Why a file or a directory could not be read, in words for whoever asked for it.

use std::io;
use std::path::Path;

/// Something wrong with a file or a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Its code, with a page like every other.
    pub code: &'static str,
    /// One plain sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem with nothing to propose.
    pub fn new(code: &'static str, message: impl Into<String>) -> Problem {
        Problem { code, message: message.into(), help: None }
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Problem {
        self.help = Some(text.into());
        self
    }

    /// What the operating system says of something at `path`.
    pub fn of_reading(path: &Path, error: &io::Error) -> Problem {
        let shown = path.display();
        match error.kind() {
            io::ErrorKind::NotFound => Problem::new("E0601", format!("there is nothing at {shown}")).help(
                "check the spelling; the path names a policy file or the directory that holds the policies",
            ),
            io::ErrorKind::PermissionDenied => {
                Problem::new("E0603", format!("{shown} may not be read by this user"))
                    .help("change its permissions, or run as a user who may read it")
            }
            _ => Problem::new("E0603", format!("{shown} could not be read: {error}")),
        }
    }
}
