//! The input of a tool: an object of which the policy says which members it reads, and which it ignores.

use std::borrow::Cow;
use std::collections::BTreeMap;

use lictor_bundle::tools::{EACH, InputPath, Normalizer, written};

use crate::decode::fault::{Fault, MAX_DEPTH};
use crate::decode::reader::{Kind, Raw, Reader};
use crate::decode::refusal::shown;

/// An object of which nothing is declared.
pub(super) struct Input<'i> {
    /// The request that it stands in.
    pub text: &'i str,
    members: BTreeMap<Cow<'i, str>, Raw>,
}

impl<'i> Input<'i> {
    /// The object that stands there, which was stepped over before; none has no members. A sentence where it is no object, or has a member
    /// twice.
    pub fn new(text: &'i str, raw: Option<Raw>) -> Result<Input<'i>, String> {
        let mut members = BTreeMap::new();
        let Some(raw) = raw else { return Ok(Input { text, members }) };
        let wrong = |fault: Fault| fault.sentence(text);
        let mut json = Reader::of(text, raw);
        if json.kind().map_err(wrong)? != Kind::Object {
            return Err("must be an object".to_owned());
        }
        json.open();
        while json.member(members.is_empty()).map_err(wrong)? {
            let name = json.name().map_err(wrong)?.text;
            json.colon().map_err(wrong)?;
            let value = json.skip(MAX_DEPTH).map_err(wrong)?;
            if members.contains_key(&name) {
                return Err(format!("has the member \"{}\" twice; send it once", shown(&name)));
            }
            members.insert(name, value);
        }
        Ok(Input { text, members })
    }

    /// The member at a path; a `null` is none. An error names the depth of what is no object.
    pub fn at(&self, path: &[String]) -> Result<Option<Raw>, (usize, String)> {
        let Some((first, rest)) = path.split_first() else { return Ok(None) };
        let is_null = |raw: &Raw| Reader::of(self.text, *raw).kind() == Ok(Kind::Null);
        let mut found = self.members.get(first.as_str()).copied();
        for (depth, name) in rest.iter().enumerate() {
            let Some(raw) = found.filter(|raw| !is_null(raw)) else { return Ok(None) };
            let inner = Input::new(self.text, Some(raw)).map_err(|sentence| (depth + 1, sentence))?;
            found = inner.members.get(name.as_str()).copied();
        }
        Ok(found.filter(|raw| !is_null(raw)))
    }
}

/// The first member that nothing reads or ignores: `meta.trace`. Paths of bundles are short, so this does not go deep.
pub(super) fn unread(input: &Input<'_>, normalizer: &Normalizer, outer: &mut InputPath) -> Option<String> {
    input.members.iter().find_map(|(name, raw)| {
        outer.push(name.clone().into_owned());
        // No path names a member that is called like the step to elements.
        let found = match name.as_ref() {
            EACH => Some(shown(&written(outer))),
            _ => unread_at(input.text, *raw, normalizer, outer),
        };
        outer.pop();
        found
    })
}

/// The first that lies at or within the value at a path.
fn unread_at(text: &str, raw: Raw, normalizer: &Normalizer, path: &mut InputPath) -> Option<String> {
    if normalizer.leaves().any(|leaf| leaf == path) {
        return None;
    }
    if !leads_on(normalizer, path) {
        return Some(shown(&written(path)));
    }
    if let Ok(inner) = Input::new(text, Some(raw)) {
        return unread(&inner, normalizer, path);
    }
    path.push(EACH.to_owned());
    let found = match elements(text, raw) {
        Ok(all) if leads_on(normalizer, path) || normalizer.leaves().any(|leaf| leaf == path) => {
            Some(all.iter().find_map(|raw| unread_at(text, *raw, normalizer, path)))
        }
        _ => None,
    };
    path.pop();
    match found {
        Some(found) => found,
        // What should have been something else is told where its member is read.
        None if read_inside(normalizer, path) => None,
        None => Some(shown(&written(path))),
    }
}

/// Whether a member that is read or ignored lies inside this one.
fn leads_on(normalizer: &Normalizer, path: &[String]) -> bool {
    normalizer.leaves().any(|leaf| leaf.len() > path.len() && leaf.starts_with(path))
}

fn read_inside(normalizer: &Normalizer, outer: &[String]) -> bool {
    let mut read = normalizer.mappings.iter().flat_map(|mapping| mapping.source.reads());
    read.any(|path| path.starts_with(outer))
}

/// The elements of a list that stands there, which was stepped over before. A sentence where it is no list.
pub(super) fn elements(text: &str, raw: Raw) -> Result<Vec<Raw>, String> {
    let wrong = |fault: Fault| fault.sentence(text);
    let mut json = Reader::of(text, raw);
    if json.kind().map_err(wrong)? != Kind::List {
        return Err("must be a list".to_owned());
    }
    json.open();
    let mut found = Vec::new();
    while json.element(found.is_empty()).map_err(wrong)? {
        found.push(json.skip(MAX_DEPTH).map_err(wrong)?);
    }
    Ok(found)
}
