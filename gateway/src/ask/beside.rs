//! What somebody wants to be told beside yes or no.

use crate::json::{Object, Wrong};

/// What is told beside yes or no.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Beside {
    /// Why it is no.
    pub reasons: bool,
    /// Where its receipt is, where it has one.
    pub receipt: bool,
}

impl Beside {
    /// What the options of a request ask for.
    ///
    /// # Errors
    /// One of them is not true or false.
    pub fn read(options: Option<&Object<'_>>) -> Result<Beside, Wrong> {
        let wants = |name: &str| options.map_or(Ok(false), |options| flag(options, name));
        Ok(Beside { reasons: wants("reasons")?, receipt: wants("receipts")? })
    }

    /// The same with reasons: a single answer always has them.
    pub fn with_reasons(self) -> Beside {
        Beside { reasons: true, ..self }
    }
}

fn flag(options: &Object<'_>, name: &str) -> Result<bool, Wrong> {
    match options.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Wrong::at(options.path_of(name), "is not true or false")),
    }
}
