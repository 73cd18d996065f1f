//! What others state of an agent, as the agent passes it on.

use std::borrow::Cow;

use lictor_evidence::statement::Kind;

use crate::json::{Object, Wrong};

/// The statements that came with a request, none of them verified.
#[derive(Default)]
pub(crate) struct Stated<'a> {
    mandate: Option<Cow<'a, str>>,
    user: Option<Cow<'a, str>>,
}

impl<'a> Stated<'a> {
    /// Those among the members of an object.
    ///
    /// # Errors
    /// One is no text: whoever sends what a statement says, without the statement, is nobody who may say it.
    pub fn read(object: Option<&Object<'a>>) -> Result<Stated<'a>, Wrong> {
        let Some(object) = object else { return Ok(Stated::default()) };
        let text = |name: &str| -> Result<Option<Cow<'a, str>>, Wrong> {
            if object.get(name).is_none() {
                return Ok(None);
            }
            let what = "is for a registered issuer to say; send the statement that was signed, as a text, or leave it out";
            object.text(name).map(Some).map_err(|_| Wrong::at(object.path_of(name), what))
        };
        Ok(Stated { mandate: text(Kind::Mandate.name())?, user: text(Kind::User.name())? })
    }

    /// Each of them.
    pub fn each(&self) -> [(Kind, Option<&str>); 2] {
        [(Kind::Mandate, self.mandate.as_deref()), (Kind::User, self.user.as_deref())]
    }
}
