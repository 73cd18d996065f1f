//! An evaluation as it was sent: who, what, on what, under which circumstances.

use std::borrow::Cow;

use super::stated::Stated;
use crate::json::{Object, Wrong};
use crate::policy::Said;

/// The only type of subject there is.
pub(crate) const AGENT: &str = "agent";

/// What an evaluation names.
pub(crate) struct Entities<'a> {
    /// Who would do it.
    pub subject: Subject<'a>,
    /// The action's name.
    pub action: Cow<'a, str>,
    /// What else is said of the action.
    pub action_properties: Option<Object<'a>>,
    /// What kind of thing it is done to.
    pub resource_type: Cow<'a, str>,
    /// Which one.
    pub resource_id: Cow<'a, str>,
    /// What else is said of it.
    pub resource_properties: Option<Object<'a>>,
    /// What others state of the subject.
    pub stated: Stated<'a>,
}

/// Who would do it.
pub(crate) struct Subject<'a> {
    /// What kind of subject.
    pub kind: Cow<'a, str>,
    /// Which one.
    pub id: Cow<'a, str>,
    /// Where all of it stands.
    at: Cow<'a, str>,
}

impl Subject<'_> {
    /// Where it stands which one.
    pub fn path(&self) -> String {
        format!("{}.id", self.at)
    }
}

impl<'a> Entities<'a> {
    /// Reads an evaluation. What it does not have itself is taken whole from where the defaults stand.
    ///
    /// # Errors
    /// A member is missing or of another type, or says what only the host may say.
    pub fn read(
        item: &Object<'a>,
        defaults: Option<&Object<'a>>,
        said: &Said,
    ) -> Result<Entities<'a>, Wrong> {
        let entity = |name: &str| -> Result<Option<Object<'a>>, Wrong> {
            match (item.object(name)?, defaults) {
                (None, Some(defaults)) => defaults.object(name),
                (own, _) => Ok(own),
            }
        };
        let needed = |name: &str| entity(name)?.ok_or_else(|| Wrong::at(item.path_of(name), "is missing"));
        let subject = read_subject(&needed("subject")?, said)?;
        let (action, action_properties) = read_action(&needed("action")?)?;
        let (resource_type, resource_id, resource_properties) = read_resource(&needed("resource")?)?;
        let stated = read_context(entity("context")?, said)?;
        Ok(Entities {
            subject,
            action,
            action_properties,
            resource_type,
            resource_id,
            resource_properties,
            stated,
        })
    }

    /// Checks what stands for all evaluations of a batch, also where each of them has its own.
    ///
    /// # Errors
    /// A member is of another type, or says what only the host may say.
    pub fn check_defaults(defaults: &Object<'a>, said: &Said) -> Result<(), Wrong> {
        defaults.object("subject")?.map(|subject| read_subject(&subject, said)).transpose()?;
        defaults.object("action")?.map(|action| read_action(&action)).transpose()?;
        defaults.object("resource")?.map(|resource| read_resource(&resource)).transpose()?;
        read_context(defaults.object("context")?, said).map(drop)
    }
}

fn read_subject<'a>(subject: &Object<'a>, said: &Said) -> Result<Subject<'a>, Wrong> {
    refuse_said(subject.object("properties")?, |name| said.of_agent(name))?;
    Ok(Subject { kind: subject.text("type")?, id: subject.text("id")?, at: subject.path() })
}

fn read_action<'a>(action: &Object<'a>) -> Result<(Cow<'a, str>, Option<Object<'a>>), Wrong> {
    Ok((action.text("name")?, action.object("properties")?))
}

/// The type, the id and the properties of a resource.
type Resource<'a> = (Cow<'a, str>, Cow<'a, str>, Option<Object<'a>>);

fn read_resource<'a>(resource: &Object<'a>) -> Result<Resource<'a>, Wrong> {
    Ok((resource.text("type")?, resource.text("id")?, resource.object("properties")?))
}

fn read_context<'a>(context: Option<Object<'a>>, said: &Said) -> Result<Stated<'a>, Wrong> {
    let stated = Stated::read(context.as_ref())?;
    refuse_said(context, |name| said.of_context(name))?;
    Ok(stated)
}

/// Refuses what only the host may say. What no policy reads is nothing to anybody, and is passed over.
pub(crate) fn refuse_said(sent: Option<Object<'_>>, is_host: impl Fn(&str) -> bool) -> Result<(), Wrong> {
    let Some(sent) = sent else { return Ok(()) };
    match sent.members().find(|(name, _)| is_host(name)) {
        None => Ok(()),
        Some((name, _)) => {
            let what = "is for the gateway to say, from the key and its own clock; leave it out";
            Err(Wrong::at(sent.path_of(name), what))
        }
    }
}
