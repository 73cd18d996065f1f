//! Several evaluations in one request, as AuthZEN writes them.

use super::beside::Beside;
use crate::json::{Object, Wrong, cut};

/// When a batch ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Semantic {
    /// After all of it.
    ExecuteAll,
    /// With the first that is denied.
    DenyOnFirstDeny,
    /// With the first that is permitted.
    PermitOnFirstPermit,
}

/// A batch as it was sent.
pub(crate) struct Batch<'a> {
    /// What holds for every evaluation that does not say otherwise; the evaluation itself, where there are no others.
    pub defaults: Object<'a>,
    /// The evaluations. None where the defaults are the only one.
    pub items: Vec<Object<'a>>,
    /// When it ends.
    pub semantic: Semantic,
    /// What is told beside each.
    pub beside: Beside,
}

impl<'a> Batch<'a> {
    /// Reads a batch of so many evaluations at most.
    ///
    /// # Errors
    /// A member is of another type, an option is not known, or there are too many.
    pub fn read(text: &'a str, most: usize) -> Result<Batch<'a>, Wrong> {
        let defaults = Object::read(text, "")?;
        let options = defaults.object("options")?;
        let items = match defaults.get("evaluations") {
            None => Vec::new(),
            Some(items) => elements(items, most)?,
        };
        let semantic = options.as_ref().map_or(Ok(Semantic::ExecuteAll), semantic)?;
        let beside = Beside::read(options.as_ref())?;
        Ok(Batch { defaults, items, semantic, beside })
    }
}

impl Semantic {
    /// Whether a batch ends with an evaluation that came to this.
    pub fn ends_with(self, allowed: bool) -> bool {
        match self {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !allowed,
            Semantic::PermitOnFirstPermit => allowed,
        }
    }
}

fn elements(items: &str, most: usize) -> Result<Vec<Object<'_>>, Wrong> {
    let raw: Vec<&serde_json::value::RawValue> =
        serde_json::from_str(items).map_err(|_| Wrong::at("evaluations", "is not a list"))?;
    if raw.len() > most {
        let what = format!("has {} elements, and may have {most} at most; send several requests", raw.len());
        return Err(Wrong::at("evaluations", what));
    }
    raw.iter().enumerate().map(|(at, item)| Object::read(item.get(), &format!("evaluations[{at}]"))).collect()
}

fn semantic(options: &Object<'_>) -> Result<Semantic, Wrong> {
    let name = "evaluations_semantic";
    if options.get(name).is_none() {
        return Ok(Semantic::ExecuteAll);
    }
    match &*options.text(name)? {
        "execute_all" => Ok(Semantic::ExecuteAll),
        "deny_on_first_deny" => Ok(Semantic::DenyOnFirstDeny),
        "permit_on_first_permit" => Ok(Semantic::PermitOnFirstPermit),
        other => Err(Wrong::at(
            options.path_of(name),
            format!("is \"{}\"; send execute_all, deny_on_first_deny or permit_on_first_permit", cut(other)),
        )),
    }
}
