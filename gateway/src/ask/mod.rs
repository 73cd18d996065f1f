//! From what somebody asks to what they are told.
//!
//! An evaluation as OpenID AuthZEN 1.0 writes it names a subject, an action and a resource. The subject is the agent of the key; the action and its properties are an
//! action of the policy and its fields; the resource is one of those fields, or the action itself. Everything else is the host's to say.

mod entities;
mod asked;
mod stated;
mod attested;
mod batch;
mod decide;
mod answer;
mod beside;

pub(crate) use self::answer::{Answer, Outcome};
pub(crate) use self::asked::fields;
pub(crate) use self::attested::refuse_attested;
pub(crate) use self::batch::Batch;
pub(crate) use self::beside::Beside;
pub(crate) use self::decide::{decide, written};
pub(crate) use self::entities::{AGENT, Entities, Subject, refuse_said};
pub(crate) use self::stated::Stated;
