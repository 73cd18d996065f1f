//! What a host gets back.

use serde_json::Value;

/// What is written and how the process ends. There is exactly one JSON document on the standard output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The document, and the end of its line.
    pub stdout: String,
    /// The reason in words, where the call is stopped. Where there is no document, hosts show this to the model; some do not stop the call where it is
    /// empty.
    pub stderr: String,
    /// 0, or 2 where the call is stopped.
    pub status: u8,
}

impl Answer {
    /// The host goes on as the document says.
    pub(crate) fn goes_on(document: &Value) -> Answer {
        Answer { stdout: format!("{document}\n"), stderr: String::new(), status: 0 }
    }

    /// The host stops: the document says so, and so does the status.
    pub(crate) fn stops(document: &Value, reason: &str) -> Answer {
        Answer { stdout: format!("{document}\n"), stderr: format!("{reason}\n"), status: 2 }
    }
}
